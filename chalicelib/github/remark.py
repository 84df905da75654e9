"""What the author of a commit is told, as a status of the commit or as a comment on it.

Both are seen by everybody who sees the repository, so nothing is told that the commit does not say itself: no address
that somebody may have meant, and nothing of the routing file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTEXT = "tallyhook"
STATE = "success"
"""The only state that blocks nothing: the others make the commit fail or wait for whoever looks at it as a whole
(https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference)."""
MAX_READ = 40
UNMAPPED = "nobody knows yet whose address or login this commit has, so its time waits"

_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Remark:
    """Why the time of a commit is not logged. `read` is the offending piece of its message, where there is one."""

    reason: str
    read: str | None = None


def description(remark: Remark) -> str:
    """Return the text of a status, in one line."""
    if remark.read is None:
        return f"time not logged: {_line(remark.reason)}"
    read = _line(remark.read)
    shown = read if len(read) <= MAX_READ else read[: MAX_READ - 1] + "…"
    return f'time not logged: "{shown}": {_line(remark.reason)}'


def marker(sha: str) -> str:
    """Return what makes a comment known again as ours; GitHub does not show it."""
    return f"<!-- tallyhook:feedback:{sha} -->"


def comment(remark: Remark, sha: str) -> str:
    """Return the Markdown of a comment. What the commit says stands in fences, where nothing is markup or a mention."""
    parts = [marker(sha), "**The time in this commit's message was not logged.**"]
    if remark.read is not None:
        parts += ["What was read:", _fenced(remark.read)]
    parts += ["Why:", _fenced(remark.reason)]
    if remark.read is not None:
        parts.append(
            "A commit that is pushed cannot be mended, but another one can say it: "
            '`git commit --allow-empty -m "What was done [f:90]"`.'
        )
    else:
        parts.append(
            "Whoever looks after Tallyhook can tell it whose commits these are; then the time is logged by itself."
        )
    return "\n\n".join(parts)


def _fenced(text: str) -> str:
    line = _line(text)
    fence = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(line)), default=0))
    return f"{fence}text\n{line}\n{fence}"


def _line(text: str) -> str:
    """Return the text in one line; what cannot be printed becomes U+FFFD."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))
