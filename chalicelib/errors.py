"""Every error Tallyhook raises on purpose, split by blame.

TallyhookError
├── ConfigurationError        the operator's: settings, routing file, a store of another account   (exit 3)
├── AuthenticationError       the operator's: Noko does not accept the token                       (exit 4)
├── NokoError                 Noko's, for cause: a definite no to a question, with its own words     (exit 1)
├── RequestError              the sender's: a request that cannot be taken; carries its HTTP status
│   ├── NotAuthentic          401
│   ├── MalformedRequest      400
│   ├── UnsupportedContent    415
│   └── TooLarge              413
├── UserError                 the person's at the command line: no such key, not in that status    (exit 1)
└── Unavailable               nobody's: come back later
    ├── StoreUnavailable      the table, a queue or a secret did not answer
    ├── SourceClosed          a source without a secret stays shut                                 503
    ├── NokoUnavailable       Noko did not answer a question (creating an entry never raises: see outcome)
    ├── Paused                calls to Noko are suspended
    └── ClockSkewed           this process's clock is wrong, so it does nothing
"""

from __future__ import annotations


class TallyhookError(Exception):
    """Root of all deliberate errors; `str(error)` is a sentence for a person."""

    exit_code = 1


class ConfigurationError(TallyhookError):
    """A setting, the routing file or the store is not usable as it is."""

    exit_code = 3


class AuthenticationError(TallyhookError):
    """Noko does not accept the token."""

    exit_code = 4


class UserError(TallyhookError):
    """What a person asked for cannot be done, and why."""


class RequestError(TallyhookError):
    """A request that is the sender's to mend."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class NotAuthentic(RequestError):
    """The signature is missing, malformed or wrong."""

    status = 401
    code = "not_authentic"


class MalformedRequest(RequestError):
    """The body is not what this source sends; `code` says what is wrong with it."""

    status = 400
    code = "malformed"


class UnsupportedContent(RequestError):
    """A content type or encoding that this source does not use."""

    status = 415
    code = "unsupported_content"


class TooLarge(RequestError):
    """The body is over the cap."""

    status = 413
    code = "too_large"


class Unavailable(TallyhookError):
    """Something outside is not there at the moment; asking again later is right."""


class StoreUnavailable(Unavailable):
    """DynamoDB, SQS or SSM did not answer, or refused for load."""


class SourceClosed(Unavailable):
    """The source has no secret configured, so nothing it sends can be believed."""


class NokoUnavailable(Unavailable):
    """Noko did not answer a question, or not with something readable."""


class Paused(Unavailable):
    """Calls to Noko are suspended until a probe succeeds."""


class ClockSkewed(Unavailable):
    """This process's clock is more than five seconds off the store's."""


class NokoError(TallyhookError):
    """Noko answered a question with a definite no.

    `status` is the HTTP status, `errors` Noko's own list of `{"resource", "field", "code"}`.
    """

    def __init__(self, status: int, message: str, errors: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(f"Noko answered {status}: {message}")
        self.status = status
        self.message = message
        self.errors = errors
