"""The directives that need a line, or the rest of one: trailers, `/spend` and Jira's `#time`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.directive_candidate import Amount, Candidate, Kind, read_amount
from chalicelib.domain.duration import BARE_NUMBER, LONGEST, Limits, Unreadable, leading, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRAILER = re.compile(
    r"^[ ]{0,3}(?ai:(?P<sure>time-spent|noko-time|spent-time|time-logged)|time|spent)[ \t]*:(?P<value>[^\n]*)$",
    re.MULTILINE,
)
_SPEND = re.compile(r"^(?ai:/spen[dt])(?::|(?!\S))(?P<value>[^\n]*)$", re.MULTILINE)
_JIRA = re.compile(r"(?<!\S)(?ai:#time)[^\S\n]+(?=[0-9])")
_JIRA_OR_LINE_END = re.compile(rf"{_JIRA.pattern}|$", re.MULTILINE)
_FAR_ENOUGH = 2 * LONGEST
_UP_TO_COMMENT = re.compile(r"[.,;:!?–—-]*(?!\S)[^\S\n]*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*(?=\n)")


def trailers(text: str, masked: str, limits: Limits) -> Iterator[Candidate]:
    """Yield each trailer: `Time:` and `Spent:` are words of prose too, so they must close the text and be read."""
    last = _start_of_last_paragraph(masked)
    for line in _TRAILER.finditer(masked):
        minutes = parse(text[slice(*line.span("value"))], limits, bare=False)
        if line["sure"] or (line.start() >= last and not isinstance(minutes, Unreadable)):
            says = minutes if isinstance(minutes, Unreadable) else Amount(minutes)
            yield Candidate(Kind.TRAILER, line.span(), text[slice(*line.span())], says)


def spend_commands(text: str, masked: str, limits: Limits) -> Iterator[Candidate]:
    """Yield each GitLab command (https://docs.gitlab.com/user/project/quick_actions/, `/spend`)."""
    for line in _SPEND.finditer(masked):
        says = read_amount(text[slice(*line.span("value"))], limits, bare=False)
        yield Candidate(Kind.SPEND, line.span(), text[slice(*line.span())], says)


def jira_commands(text: str, masked: str, limits: Limits) -> Iterator[Candidate]:
    """Yield each `#time` of a smart commit (https://support.atlassian.com/jira-software-cloud/docs/process-issues-with-smart-commits/).

    What follows the duration, to the end of the line or the next `#time`, is its comment.
    """
    for start in _JIRA.finditer(masked):
        ahead = _JIRA_OR_LINE_END.search(masked, start.end())
        end = ahead.start() if ahead else len(masked)
        written = leading(text[start.end() : min(end, start.end() + _FAR_ENOUGH)])
        begin = start.end() + len(written)
        gap = _UP_TO_COMMENT.match(masked, begin)
        comment = (gap.end() if gap else begin, end)
        # `#time 1h 30` may mean an hour and a half, or "30" be all there is to say.
        alone = text[slice(*comment)].strip().isdigit()
        minutes = BARE_NUMBER if alone else parse(written, limits, bare=False)
        says = minutes if isinstance(minutes, Unreadable) else Amount(minutes)
        piece = text[start.start() : begin]
        yield Candidate(Kind.JIRA, (start.start(), end), piece, says, comment)


def _start_of_last_paragraph(text: str) -> int:
    blank = [line.start() for line in _BLANK_LINE.finditer(text.rstrip())]
    return blank[-1] if blank else 0
