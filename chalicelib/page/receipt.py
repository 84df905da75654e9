"""The receipt: what was taken, and how it is doing, in words that need no knowledge of ours."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.lifecycle import ENDS, SWEPT, Status
from chalicelib.page.layout import document

if TYPE_CHECKING:
    from chalicelib.domain.entry import Draft, Entry


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the ledger holds of a submission. `entry` is None until its delivery was opened.

    `is_other` tells that what was sent last differs from what was taken: the same page was sent twice.
    """

    draft: Draft
    entry: Entry | None = None
    is_other: bool = False

    @property
    def is_moving(self) -> bool:
        """Whether there will be more to see by itself."""
        return self.entry is None or self.entry.status in SWEPT


def receipt_page(receipt: Receipt, *, form: str, again: str) -> str:
    """Return the page. `again` is the query under which it can be looked at again."""
    draft, entry = receipt.draft, receipt.entry
    rows = {
        "Time": _minutes(draft.minutes),
        "Date": draft.date.isoformat(),
        "Project": (entry.route.project if entry and entry.route else draft.project) or "as usual",
        "Description": draft.description,
        "For": (entry.route.person if entry and entry.route else draft.author.email) or "as the form says",
        "Reference": draft.key,
    }
    told = "\n".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    other = (
        '<p class="error" role="alert">This page was sent before, with other answers. Those below are what was taken; '
        "what was sent last was not.</p>\n"
        if receipt.is_other
        else ""
    )
    state = '<p class="good" role="status">' if _is_logged(entry) else '<p role="status">'
    links = [f'<a href="{escape(again)}">Look again</a>'] if receipt.is_moving else []
    links.append('<a href="../' + escape(form) + '">Log more time</a>')
    body = (
        f"{other}{state}{escape(_state(entry))}</p>\n"
        f'<div class="panel">\n<dl>\n{told}\n</dl>\n</div>\n<p>{" · ".join(links)}</p>'
    )
    return document(f"Receipt: {form}", body, heading="Logged" if _is_logged(entry) else "Taken")


def _is_logged(entry: Entry | None) -> bool:
    return entry is not None and entry.status is Status.LOGGED


def _state(entry: Entry | None) -> str:
    if entry is None:
        return "It is stored, and will be logged in Noko shortly."
    said = _words(entry.status)
    is_told = entry.reason and entry.status not in SWEPT | ENDS
    return f"{said} The reason: {entry.reason}." if is_told else said


def _words(status: Status) -> str:
    match status:
        case Status.QUEUED:
            return "It waits for its turn to be logged in Noko."
        case Status.POSTING:
            return "It is being logged in Noko."
        case Status.UNCERTAIN:
            return "Noko's answer was lost. Whether the entry is there is being looked up; there will not be two."
        case Status.LOGGED:
            return "It is logged in Noko."
        case Status.HELD:
            return "It is kept, and not logged yet: somebody who runs this form has to look at it."
        case Status.REFUSED:
            return "Noko refused it. It is kept, and somebody who runs this form has to look at it."
        case Status.NEEDS_ATTENTION:
            return "Whether Noko has it could not be found out. Somebody who runs this form has to look at it."
        case Status.SKIPPED:
            return "It was not logged."
        case Status.DISMISSED:
            return "It was not logged: somebody who runs this form decided so."
        case _:
            assert_never(status)


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
