"""Squashes: one commit message that holds the messages of several commits, and which those were.

GitHub lists them: each begins with `* ` at the start of a line, and what stands before the first is the title
(https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges#squash-and-merge-your-commits).
By hand (`git rebase -i`, `squash`) they just follow each other, a blank line between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.directive_candidate import Candidate, Kind
from chalicelib.domain.directive_mask import FILLER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.directive_mask import Span

MOST_PIECES = 250
"""GitHub's pull requests list so many commits at most
(https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request)."""
_MOST_TITLES = 8

_BULLET = re.compile(r"^\* ", re.MULTILINE)
_LINE = re.compile(r"^[^\n]*\S[^\n]*", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*+\n)++")


@dataclass(frozen=True, slots=True)
class Segment:
    """One of the messages. Where it is not certain which line was its subject, `texts` holds it with each.

    `is_title` tells that it is no commit's, but the pull request's own.
    """

    texts: tuple[str, ...]
    is_title: bool = False


def listed(text: str, masked: str, candidates: Sequence[Candidate]) -> list[Segment]:
    """Return GitHub's list, the title first if it holds a directive; nothing unless a listed message holds one.

    A list in the body of a listed commit looks the same. So a message may have begun at an earlier `* `, back
    to the last one that holds a directive.
    """
    starts = [bullet.start() for bullet in _BULLET.finditer(masked)]
    if not starts or not any(c.span[0] >= starts[0] for c in candidates):
        return []
    ends = [*starts, len(text)]
    holders = {bisect_right(starts, c.span[0]) for c in candidates}
    segments = [Segment((text[: starts[0]],), is_title=True)] if 0 in holders else []
    subjects: list[str] = []
    for number, start in enumerate(starts, 1):
        message = text[start + 2 : ends[number]]
        subject, _, body = message.partition("\n")
        if number in holders:
            earlier = [f"{other}\n\n{body}" for other in reversed(subjects[-_MOST_TITLES:])]
            segments.append(Segment((message, *earlier)))
            subjects = []
        else:
            subjects.append(subject)
    return segments


def by_hand(text: str, masked: str, candidates: Sequence[Candidate]) -> list[Segment]:
    """Return the messages that follow each other; nothing when there is but the one with the subject.

    A directive among words is on the subject of its message. One on a line of its own belongs to a paragraph
    before it, of those since the last directive.
    """
    segments: list[Segment] = []
    titles: list[str] = []
    lines: list[str] = []
    is_plain = True
    at = 0
    for span, found in _holders(text, candidates):
        before = [text[slice(*line.span())] for line in _first_lines(masked, at, span[0])]
        if before and lines:
            segments.append(_joined(titles, lines))
            titles, lines = [], []
        titles += before
        line = text[slice(*span)]
        if any(c.kind in (Kind.NOKO, Kind.JIRA) for c in found) and _has_words(line, span, found):
            is_plain = is_plain and at == 0 and not titles
            segments += [_joined(titles, lines)] if lines else []
            segments.append(Segment((line,)))
            titles, lines = [], []
        else:
            lines.append(line)
        at = span[1]
    segments += [_joined(titles, lines)] if lines else []
    alone = len(segments) == 1 and (is_plain or len(segments[0].texts) != 1 or "\n\n" in segments[0].texts[0])
    return [] if alone or not all(segment.texts for segment in segments) else segments


def _joined(titles: list[str], lines: list[str]) -> Segment:
    directives = "\n".join(lines)
    return Segment(tuple(f"{title}\n\n{directives}" for title in titles[:_MOST_TITLES]))


def _holders(text: str, candidates: Sequence[Candidate]) -> Iterator[tuple[Span, list[Candidate]]]:
    """Yield the lines that hold candidates, in order, with those."""
    found: dict[Span, list[Candidate]] = {}
    for candidate in candidates:
        start = text.rfind("\n", 0, candidate.span[0]) + 1
        end = text.find("\n", candidate.span[0])
        found.setdefault((start, len(text) if end < 0 else end), []).append(candidate)
    yield from found.items()


def _first_lines(masked: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the first line of each paragraph in a region, unless some of it is not read.

    A paragraph that began before the region has no first line in it.
    """
    borders = [start if start == 0 else -1, *(blank.end() for blank in _BLANK_LINES.finditer(masked, start, end))]
    for border in borders:
        line = _LINE.search(masked, border, end) if border >= 0 else None
        if line and FILLER not in line[0]:
            yield line


def _has_words(line: str, span: Span, found: list[Candidate]) -> bool:
    rest = line
    for candidate in reversed(found):
        start, end = candidate.command
        rest = rest[: start - span[0]] + rest[max(0, end - span[0]) :]
    return any(character.isalnum() for character in rest)
