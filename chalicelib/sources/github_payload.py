"""The part of GitHub's push payload that we read; whatever else it holds is ignored.

Shape: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from chalicelib.errors import MalformedRequest

MAX_COMMITS = 2048
"""GitHub leaves out what a push has beyond this: a push of exactly so many may be incomplete."""

_NAME_LENGTH = 1000
"""Git's own limits for the name of a branch are far below; this only keeps records small."""

Sha = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$", to_lower=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=_NAME_LENGTH)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class PushAuthor(_Lenient):
    """Who wrote a commit: free text from git, but for `username`, which GitHub adds when it knows the address."""

    name: str | None = None
    email: str | None = None
    username: str | None = None


class PushCommit(_Lenient):
    """One commit. What is wrong with any but `id` and `message` concerns this commit alone.

    `timestamp` is the committer's date with its own offset. `distinct` is left out on purpose: it only says
    whether GitHub saw the commit on another branch before, not whether we did.
    """

    id: Sha
    message: str
    timestamp: Any = None
    url: Any = None
    author: PushAuthor | None = None
    added: Any = None
    removed: Any = None
    modified: Any = None


class PushRepository(_Lenient):
    """The repository; `full_name` is `owner/name`, `pushed_at` the second of this push since 1970."""

    full_name: Name
    default_branch: Any = None
    pushed_at: Any = None


class Push(_Lenient):
    """A push to a branch or tag. `deleted` pushes and pushes without commits have an empty list."""

    ref: Name
    after: str | None = None
    created: Any = None
    deleted: bool | None = None
    forced: Any = None
    repository: PushRepository
    commits: list[PushCommit]


def read_push(body: dict[str, Any]) -> Push:
    """Return the push in a payload; MalformedRequest (`not_a_push`) names the first field that is wrong."""
    try:
        return Push.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise MalformedRequest(f"not GitHub's push: {field}: {first['msg']}", code="not_a_push") from None
