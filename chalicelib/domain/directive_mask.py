"""What of a commit message is not read as the author's own words: code, quotations, quoted subjects.

Markdown's ideas, kept to what a commit message needs: code fences (an unclosed one runs to the end), lines
quoted with `>`, lines indented by a tab or four spaces, back-ticks and double quotes that pair on one line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FILLER = "\0"
"""Stands for each character not read: no white space, no part of a word, in no directive."""

Span = tuple[int, int]

_FENCE_OR_LINES = re.compile(
    r"^(?:[ ]{0,3}(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})"
    r"|(?:(?:[ ]{0,3}>|(?:[ ]{4}|[ ]{0,3}\t)(?=[^\n]*\S))[^\n]*\n?)+)",
    re.MULTILINE,
)
_FENCE_END = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\S\n]*$", re.MULTILINE)
_TICKS = re.compile(r"`+")
# The word characters keep inches out: in `5" and 6"` no quote opens, for each follows a digit.
_QUOTED = re.compile(r'(?<!\w)"[^"\n]*"(?!\w)|[“„][^“”„\n]*[“”]')
_REVERT = re.compile(r'\s*(?:Revert|Reapply) "(?P<quoted>[^\n]*"|[^\n]*)')


def mask(text: str) -> str:
    """Return `text`, of the same length and with the same line ends, with a filler for all that is not read."""
    text = _fill(text, [span] if (span := quoted_subject(text)) else [])
    text = _fill(text, _block_spans(text))
    text = _fill(text, _code_spans(text))
    return _QUOTED.sub(lambda quoted: FILLER * len(quoted[0]), text)


def quoted_subject(text: str) -> Span | None:
    """Return where the subject of a revert quotes another one, from behind the first quote to the last.

    GitHub cuts long subjects, so that the last quote may be missing; then the rest of the line is quoted.
    """
    revert = _REVERT.match(text)
    if revert is None:
        return None
    start, end = revert.span("quoted")
    return (start, end - 1) if text.endswith('"', start, end) else (start, end)


def _fill(text: str, spans: Iterator[Span] | list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces.append(text[at:start])
        pieces.append("\n".join([FILLER * len(line) for line in text[start:end].split("\n")]))
        at = end
    return "".join([*pieces, text[at:]])


def _block_spans(text: str) -> Iterator[Span]:
    """Find the lines that are not read as a whole."""
    at = 0
    while block := _FENCE_OR_LINES.search(text, at):
        at = _end_of_fence(text, block) if block["fence"] else block.end()
        yield block.start(), at


def _end_of_fence(text: str, opening: re.Match[str]) -> int:
    at = opening.end()
    while closing := _FENCE_END.search(text, at):
        at = closing.end()
        if closing[1].startswith(opening["fence"]):
            return at
    return len(text)


def _code_spans(text: str) -> Iterator[Span]:
    """Find back-ticks with as many back-ticks after them on the same line, in time linear in the text."""
    runs = [run.span() for run in _TICKS.finditer(text)]
    partners: dict[int, Span] = {}
    next_of_length: dict[int, Span] = {}
    for start, end in reversed(runs):
        partner = next_of_length.get(end - start)
        if partner and text.find("\n", end, partner[0]) < 0:
            partners[start] = partner
        next_of_length[end - start] = (start, end)
    at = 0
    for start, _ in runs:
        if start >= at and start in partners:
            at = partners[start][1]
            yield start, at
