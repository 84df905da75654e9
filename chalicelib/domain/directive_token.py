"""Noko's own directives: the token `f:15m` and the bracket `[f:1h 30m 2026-01-30]`."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.domain.directive_candidate import Amount, Candidate, Kind, read_amount
from chalicelib.domain.duration import LONGEST, Limits, Unreadable, goes_on, has_unit, parse, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.directive_mask import Span

_CLOSER_OF = {"[": "]", "(": ")", "{": "}"}
_CLOSER_OR_LINE_END = {closer: re.compile(rf"\{closer}|$", re.MULTILINE) for closer in _CLOSER_OF.values()}
_BRACKET_OR_LINE_END = re.compile(r"[\[\](){}\n]")

_PREFIX = r"(?ai:f|noko|freckle):"
_SIGNS = "+−–~≈±-"
# What `starts_like_a_number` cannot be true of is sorted out here, where it costs least.
_PERHAPS_A_NUMBER = rf"[.,{_SIGNS}]*+[0-9\x80-\U0010ffff]"
_START = re.compile(
    rf"(?P<opener>[\[({{])[^\S\n]*{_PREFIX}"
    rf"|(?<!\S)(?P<prefix>{_PREFIX})[^\S\n]*+(?={_PERHAPS_A_NUMBER})"
)
_WORD = re.compile(r"\S*")
_TRAILING = ".,;:!?)]}"


def starts_like_a_number(text: str) -> bool:
    """Tell whether a person would see a number at the start, even one that no duration may start with."""
    first = text.lstrip(_SIGNS).lstrip(".,")[:1]
    return bool(first) and unicodedata.category(first).startswith("N")


class TokenScanner:
    """Find Noko's directives in one text, from left to right, in time linear in its length."""

    def __init__(self, text: str, masked: str, limits: Limits, *, tokens: bool) -> None:
        self._text = text
        self._masked = masked
        self._limits = limits
        self._tokens = tokens
        self._closer_at = dict.fromkeys(_CLOSER_OR_LINE_END, -1)
        self._glued: frozenset[int] | None = None

    def candidates(self) -> Iterator[Candidate]:
        """Yield each bracket, and unless `tokens` is off each token, that is meant as a directive."""
        at = last_end = 0
        while start := _START.search(self._masked, at):
            if start["opener"]:
                candidate, at = self._bracket(start, is_next=start.start() == last_end)
            elif self._tokens:
                candidate, at = self._token(start)
            else:
                candidate, at = None, start.end()
            if candidate:
                last_end = candidate.span[1]
                yield candidate

    def _bracket(self, start: re.Match[str], *, is_next: bool) -> tuple[Candidate | None, int]:
        """Read a bracket, and say where to go on. `is_next`: it touches the directive before it."""
        begin = start.end()
        closer = _CLOSER_OF[start["opener"]]
        end = self._find_closer(closer, begin)
        closed = self._masked.startswith(closer, end)
        after = end + 1 if closed else begin
        opening = self._text[begin : min(end, begin + LONGEST)]
        if not (closed or starts_like_a_number(opening.lstrip())):
            return None, after
        # Glued to a word it is a slice, a parameter or a literal: `a[f:10]`, `map(f: A => B)`, `T{f: 0}`.
        if self._is_glued(start.start()) and not is_next and not has_unit(opening):
            return None, after
        if closed:
            says = read_amount(self._text[begin:end], self._limits, bare=True)
            return self._candidate((start.start(), after), says), after
        return self._candidate((start.start(), begin + len(opening)), Unreadable(f"no '{closer}' on the line")), after

    def _token(self, start: re.Match[str]) -> tuple[Candidate | None, int]:
        """Read a token, and say where to go on."""
        begin = start.end()
        if not starts_like_a_number(self._masked[begin : begin + LONGEST]):
            return None, begin
        word = _WORD.match(self._masked, begin)
        end = word.end() if word else begin
        duration = self._text[begin:end].rstrip(_TRAILING)
        trailing = self._text[begin + len(duration) : end]
        rest = self._masked[end : end + LONGEST].partition("\n")[0]
        # What ends the sentence goes with a directive at the end of it; what closes a bracket around it stays.
        goes_too = not rest.strip() or set(trailing) & set(_CLOSER_OR_LINE_END)
        keeps = not goes_too or self._closes_earlier(trailing, start.start())
        span = (start.start(), end - len(trailing) if keeps else end)
        shown = start["prefix"] + shorten(duration)
        if begin > start.end("prefix"):
            return self._candidate(span, Unreadable(f"space after the prefix: write {shown}")), end
        if not trailing and goes_on(duration, rest):
            reason = f"space inside the duration: write {shown}… without spaces or [f:… …]"
            return self._candidate(span, Unreadable(reason)), end
        return self._candidate(span, parse(duration, self._limits, bare=True)), end

    def _candidate(self, span: Span, says: Amount | int | Unreadable) -> Candidate:
        says = Amount(says) if isinstance(says, int) else says
        return Candidate(Kind.NOKO, span, self._text[slice(*span)], says)

    def _closes_earlier(self, closers: str, at: int) -> bool:
        """Tell whether one of `closers` closes a bracket that was opened on the line before `at`."""
        line = self._masked[self._masked.rfind("\n", 0, at) + 1 : at]
        return any(
            line.count(opener) > line.count(closer) for opener, closer in _CLOSER_OF.items() if closer in closers
        )

    def _find_closer(self, closer: str, at: int) -> int:
        """Return where the next `closer` on the line is, or else its end. Never searches a stretch twice."""
        if self._closer_at[closer] < at:
            found = _CLOSER_OR_LINE_END[closer].search(self._masked, at)
            self._closer_at[closer] = found.start() if found else len(self._masked)
        return self._closer_at[closer]

    def _is_glued(self, at: int) -> bool:
        """Tell whether a word, or a bracket that is itself glued to one, touches the bracket at `at`."""
        before = self._masked[at - 1] if at else " "
        if before not in _CLOSER_OR_LINE_END:
            return before.isalnum() or before == "_"
        if self._glued is None:
            self._glued = _ends_of_glued_brackets(self._masked)
        return at - 1 in self._glued


def _ends_of_glued_brackets(text: str) -> frozenset[int]:
    """Find where the brackets end that follow a word without a space, as in `a[0]` or `map(xs)(f)`."""
    glued: set[int] = set()
    opened: list[tuple[str, bool]] = []
    for bracket in _BRACKET_OR_LINE_END.finditer(text):
        at = bracket.start()
        if bracket[0] == "\n":
            opened.clear()
        elif closer := _CLOSER_OF.get(bracket[0]):
            before = text[at - 1] if at else " "
            opened.append((closer, before.isalnum() or before == "_" or at - 1 in glued))
        elif opened and opened[-1][0] == bracket[0] and opened.pop()[1]:
            glued.add(at)
    return frozenset(glued)
