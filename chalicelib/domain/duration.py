"""How people write an amount of time, and how many minutes it is.

`H:MM` · decimal hours `0.5`, `1,25` · `1h30m`, `1h30`, `90m`, `2hrs`, `1 hour 10 minutes`, `.5h`, `1d` · and,
where Noko's own rule for it holds, a bare integer: 1–5 are hours and 15 and more are minutes. 6–14 is refused:
Noko does not say what it means, and a wrong guess is a 60-fold billing error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

MOST_HOURS_BARE = 5
LEAST_MINUTES_BARE = 15
LONGEST = 60
"""No honest duration has more characters; the bound also keeps every number here far from costly."""
SHOWN = 40
"""How many characters of a foreign text a reason repeats."""

UNITS = {
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
}
TOO_LONG_UNITS = frozenset({"w", "wk", "wks", "week", "weeks", "mo", "mos", "month", "months"})

_NUMBER = r"(?:[0-9]+(?:[.,][0-9]+)?|\.[0-9]+)"
_UNIT = "(?ai:" + "|".join(sorted({*UNITS, *TOO_LONG_UNITS}, key=len, reverse=True)) + ")"
_WORDS_END = r"(?![^\s.,;:!?)\]}])"

_SIGNED = re.compile(r"[+\-−]\s*[.,]?[0-9]")
_CLOCK = re.compile(r"([0-9]+):([0-9]+)")
_BARE = re.compile(_NUMBER)
_PART = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]*)")
_WITH_UNIT = re.compile(rf"\s*{_NUMBER}\s*{_UNIT}(?![A-Za-z])")
_LEADING = re.compile(rf"{_NUMBER}\s*{_UNIT}(?:\s*{_NUMBER}\s*{_UNIT})*(?:[0-9]+)?{_WORDS_END}")
_FIRST_WORD = re.compile(r"\S*[^\s.,;:!?]")
_ANOTHER_PART = re.compile(rf"\s+{_NUMBER}\s*{_UNIT}{_WORDS_END}")
_LONE_UNIT = re.compile(rf"\s+{_UNIT}{_WORDS_END}")
_LAST_NUMBER = re.compile(r"\s+[0-9]+\s*$")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many minutes one entry may have, and how many `1d` is."""

    max_minutes: int = 1440
    minutes_per_day: int = 480


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a text says nothing that can be logged, in words for its author."""

    reason: str


BARE_NUMBER = Unreadable("a bare number: add h or m")


def parse(text: str, limits: Limits, *, bare: bool) -> int | Unreadable:
    """Return the whole minutes that `text` asks for, rounded half up, from 1 to the limit; or why it is none.

    `bare` lets numbers without a unit through: integers by Noko's rule, decimals as hours. White space around
    the text does not matter. Never raises.
    """
    text = text.strip()
    if not text:
        return Unreadable("no duration after the prefix")
    if _SIGNED.match(text):
        return Unreadable("a signed amount: write a plain duration")
    amount = _amount(text, limits, bare=bare) if len(text) <= LONGEST else _unknown(text)
    return amount if isinstance(amount, Unreadable) else within(_half_up(amount), limits)


def within(minutes: int, limits: Limits) -> int | Unreadable:
    """Return `minutes` if one entry may have so many, else why not."""
    if minutes < 1:
        return Unreadable("zero minutes")
    if minutes > limits.max_minutes:
        return Unreadable(f"more than {limits.max_minutes} minutes")
    return minutes


def leading(text: str) -> str:
    """Return the part of `text`, from its start, that is meant as a duration where a comment may follow.

    That is each number with a unit up to the first word that is none, or else the first word. Whether it is
    one, `parse` says.
    """
    found = _LEADING.match(text) or _FIRST_WORD.match(text)
    return found[0] if found else ""


def has_unit(text: str) -> bool:
    """Tell whether `text` starts with a number and a unit, even one that is too long for a commit."""
    return _WITH_UNIT.match(text) is not None


def goes_on(duration: str, rest: str) -> bool:
    """Tell whether `rest`, what follows on the line, reads as if `duration` had been cut by a space: `1h 30m`."""
    return bool(
        _ANOTHER_PART.match(rest)
        or (_BARE.fullmatch(duration) and _LONE_UNIT.match(rest))
        or (has_unit(duration) and not duration.endswith(("m", "M")) and _LAST_NUMBER.match(rest))
    )


def shorten(text: str, length: int = SHOWN) -> str:
    """Return `text` on one line in at most `length` characters, the last one `…` if any are missing."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _amount(text: str, limits: Limits, *, bare: bool) -> Fraction | Unreadable:
    if clock := _CLOCK.fullmatch(text):
        hours, minutes = clock.groups()
        if len(minutes) != 2 or int(minutes) > 59:
            return Unreadable("minutes after ':' must be 00-59")
        return Fraction(60 * int(hours) + int(minutes))
    if _BARE.fullmatch(text):
        return _number_alone(text) if bare else BARE_NUMBER
    parts = _parts(text)
    if isinstance(parts, Unreadable):
        return parts
    minutes_in = {"d": limits.minutes_per_day, "h": 60, "m": 1}
    return sum((_number(number) * minutes_in[unit] for number, unit in parts), Fraction(0))


def _number_alone(text: str) -> Fraction | Unreadable:
    if not text.isdigit():
        return 60 * _number(text)
    number = int(text)
    if MOST_HOURS_BARE < number < LEAST_MINUTES_BARE:
        return Unreadable(f"'{number}' is ambiguous: write {number}h or {number}m")
    return Fraction(60 * number if number <= MOST_HOURS_BARE else number)


def _parts(text: str) -> list[tuple[str, str]] | Unreadable:
    """Take `text` apart into numbers and their units `d`, `h`, `m`, from large to small."""
    parts = _numbers_and_words(text)
    if not parts:
        return _unknown(text)
    words = [word.lower() for _, word in parts]
    if not TOO_LONG_UNITS.isdisjoint(words):
        return Unreadable("weeks and months are too long for one commit")
    for word in filter(None, words):
        if word not in UNITS:
            return Unreadable(f"unknown unit '{shorten(word)}'")
    units = [UNITS.get(word, "") for word in words]
    last = parts[-1][0]
    if units[-2:] == ["h", ""] and last.isdigit():  # 1h30
        if int(last) > 59:
            return Unreadable("minutes after 'h' must be 00-59")
        units[-1] = "m"
    if "" in units:
        return _unknown(text)
    if units != sorted(set(units), key="dhm".index):
        return Unreadable("units go from large to small, once each")
    return [(number, unit) for (number, _), unit in zip(parts, units, strict=True)]


def _numbers_and_words(text: str) -> list[tuple[str, str]]:
    """Return each number with the letters after it; nothing at all if anything is left over."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return []
        found.append((part[1], part[2]))
        at = part.end()
    return found


def _number(text: str) -> Fraction:
    return Fraction("0" + text.replace(",", "."))


def _half_up(amount: Fraction) -> int:
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _unknown(text: str) -> Unreadable:
    return Unreadable(f"cannot read '{shorten(text)}'")
