"""What a `source_url` tells of the work it was made for."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMIT = re.compile(r"https://[^/?#\s]+/([^/?#\s]+/[^/?#\s]+)/commit/([0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE)
_MARK = re.compile(r"#th-[0-9a-f]{8}\Z")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that a URL names: `repository` as `owner/name`, `sha` in full and in lower case."""

    repository: str
    sha: str


def commit_of(url: str | None) -> Commit | None:
    """Return the commit that a URL is the page of, as GitHub's are; None for any other."""
    match = _COMMIT.fullmatch(url) if url else None
    return Commit(match[1], match[2].lower()) if match else None


def is_marked(url: str | None) -> bool:
    """Tell whether a URL ends as ours do that were made unique to their key (see `entry.form_source_url`)."""
    return url is not None and _MARK.search(url) is not None
