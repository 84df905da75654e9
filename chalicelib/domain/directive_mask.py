"""What of a commit message is not read as the author's own words: code, quotations, quoted subjects.

Markdown's ideas, kept to what a commit message needs: code fences (an unclosed one runs to the end), lines
quoted with `>`, lines indented by a tab or four spaces, back-ticks and double quotes that pair on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

FILLER = "\0"
"""Stands for each character not read: no white space, no part of a word, in no directive."""

Span = tuple[int, int]

_SPECIAL_LINE = re.compile(
    r"^(?:"
    r"[ ]{0,3}(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})"
    r"|[ ]{0,3}>"
    r"|(?:[ ]{4}|[ ]{0,3}\t)(?=[^\n]*\S)"
    r")[^\n]*",
    re.MULTILINE,
)
_FENCE_END = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\S\n]*$", re.MULTILINE)
_TICKS_OR_LINE_END = re.compile(r"`+|\n")
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
        hidden = "\n".join(FILLER * len(line) for line in text[start:end].split("\n"))
        pieces += (text[at:start], hidden)
        at = end
    return "".join([*pieces, text[at:]])


def _block_spans(text: str) -> Iterator[Span]:
    """Find the lines that are not read as a whole."""
    at = 0
    while line := _SPECIAL_LINE.search(text, at):
        at = _end_of_fence(text, line) if line["fence"] else line.end()
        yield line.start(), at


def _end_of_fence(text: str, opening: re.Match[str]) -> int:
    closings = _FENCE_END.finditer(text, opening.end())
    return next((closing.end() for closing in closings if closing[1].startswith(opening["fence"])), len(text))


def _code_spans(text: str) -> Iterator[Span]:
    """Find back-ticks with as many back-ticks after them on the same line, in time linear in the text."""
    runs = [run.span() if text[run.start()] == "`" else None for run in _TICKS_OR_LINE_END.finditer(text)]
    partners: dict[int, int] = {}
    next_of_length: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        run = runs[index]
        if run is None:
            next_of_length = {}
            continue
        length = run[1] - run[0]
        if length in next_of_length:
            partners[index] = next_of_length[length]
        next_of_length[length] = index
    index = 0
    while index < len(runs):
        run, partner = runs[index], partners.get(index)
        if run is not None and partner is not None:
            yield run[0], runs[partner][1]
            index = partner
        index += 1
