"""Every error Tallyhook raises on purpose, split by blame.

TallyhookError
├── ConfigurationError        the operator's: settings, routing file, a store of another account   (exit 3)
├── AuthenticationError       the operator's: Noko or GitHub does not accept the token             (exit 4)
├── NokoError                 Noko's, for cause: a definite no to a question, with its own words     (exit 1)
├── GitHubError               GitHub's, likewise                                                   (exit 1)
├── RequestError              the sender's: a request that cannot be taken; carries its HTTP status
│   ├── NotAuthentic          401
│   ├── MalformedRequest      400
│   ├── UnknownForm           404
│   ├── Unmappable            422
│   ├── UnsupportedContent    415
│   └── TooLarge              413
├── UserError                 the person's at the command line: no such key, not in that status    (exit 1)
└── Unavailable               nobody's: come back later
    ├── StoreUnavailable      the table, a queue or a secret did not answer
    ├── SourceClosed          a source without a secret stays shut                                 503
    ├── NokoUnavailable       Noko did not answer a question, or a change did not reach it: it did not happen
    ├── Uncertain             a change left for Noko, and nobody knows what it did
    ├── Paused                calls to Noko are suspended
    ├── GitHubUnavailable     GitHub did not answer, or asks us to wait; may know until when
    └── ClockSkewed           this process's clock is wrong, so it does nothing
"""

from __future__ import annotations


class TallyhookError(Exception):
    """Root of all deliberate errors; `str(error)` is a sentence for a person.

    Where `quotes` is true, that sentence may repeat words, names or addresses of others: no log keeps it.
    """

    exit_code = 1
    quotes = False


class ConfigurationError(TallyhookError):
    """A setting, the routing file or the store is not usable as it is."""

    exit_code = 3


class AuthenticationError(TallyhookError):
    """Noko or GitHub does not accept the token. `request` is as in NokoError."""

    exit_code = 4

    def __init__(self, message: str, *, request: str = "") -> None:
        super().__init__(message)
        self.request = request


class UserError(TallyhookError):
    """What a person asked for cannot be done, and why."""

    quotes = True


class RequestError(TallyhookError):
    """A request that is the sender's to mend."""

    quotes = True
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


class UnknownForm(RequestError):
    """The routing file has no form of that name."""

    status = 404
    code = "unknown_form"


class Unmappable(RequestError):
    """A submission that cannot become an entry: `field` is the form's own, `value` what was answered."""

    status = 422
    code = "unmappable"

    def __init__(self, message: str, *, field: str, value: str) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


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
    """Noko did not answer a question, or not with something readable; or a change certainly did not happen.

    `request` is as in NokoError; it `quotes` where Noko said something.
    """

    def __init__(self, message: str, *, request: str = "", quotes: bool = False) -> None:
        super().__init__(message)
        self.request = request
        self.quotes = quotes


class Uncertain(Unavailable):
    """A change left for Noko, and nobody knows what became of it: look before you ask for it again.

    `request` is as in NokoError, `reason` what became of the answer. Creating an entry on its way through the ledger
    never raises this: there it is an outcome, and is resolved.
    """

    quotes = True

    def __init__(self, reason: str, *, request: str = "") -> None:
        about = f" about {request}" if request else ""
        super().__init__(f"nobody knows{about} whether Noko did it: {reason}; look before you do it again")
        self.reason = reason
        self.request = request


class Paused(Unavailable):
    """Calls to Noko are suspended until a probe succeeds."""


class GitHubUnavailable(Unavailable):
    """GitHub did not answer, or a rate limit of its holds; `until` (ms) is when to ask again, where that is known."""

    def __init__(self, message: str, *, until: int | None = None) -> None:
        super().__init__(message)
        self.until = until


class ClockSkewed(Unavailable):
    """This process's clock is more than five seconds off the store's."""


class NokoError(TallyhookError):
    """Noko answered with a definite no: nothing has changed.

    `status` is the HTTP status, `errors` Noko's own list of `{"resource", "field", "code"}`, `request` the method and
    path of what was asked (never the query, never the token), `advice` what a person can do, a sentence for each code
    that is known.
    """

    quotes = True

    def __init__(
        self,
        status: int,
        message: str,
        errors: tuple[dict[str, str], ...] = (),
        *,
        request: str = "",
        advice: tuple[str, ...] = (),
    ) -> None:
        to = f" to {request}" if request else ""
        super().__init__(". ".join([f"Noko answered {status}{to}: {message.removesuffix('.')}", *advice]))
        self.status = status
        self.message = message
        self.errors = errors
        self.request = request
        self.advice = advice


class GitHubError(TallyhookError):
    """GitHub answered with a definite no; `status` is the HTTP status."""

    quotes = True

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"GitHub answered {status}: {message}")
        self.status = status


def told(error: Exception) -> dict[str, str]:
    """Return what a line of telemetry says of an error: its kind and, in our own words, the `reason`.

    What may quote others goes into `detail`, which only a person at a terminal sees.
    """
    ours = isinstance(error, TallyhookError) and not error.quotes
    return {"error": type(error).__name__, "reason" if ours else "detail": str(error)}
