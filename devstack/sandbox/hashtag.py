"""Hashtags in a description: `#tag`, unbillable as `#tag*`, none over 30 characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 30

# Neither the fragment of a URL (`/#part`, `page#part`) nor a character reference (`&#39;`) is a hashtag.
_HASHTAG = re.compile(r"(?<![\w&#/])#([\w-]+)(\*?)")
_STICKS = re.compile(r"[\w#*-]")
_NAME = re.compile(r"([\w-]+)(\*?)")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Hashtag:
    """One hashtag, without its `#`."""

    name: str
    billable: bool

    @property
    def is_number(self) -> bool:
        """Whether it looks like the number of an issue."""
        return _NUMBER.fullmatch(self.name) is not None


def hashtags(description: str) -> tuple[Hashtag, ...]:
    """Find the hashtags, each once, in their order; one star is enough to make a tag unbillable."""
    found: dict[str, Hashtag] = {}
    for match in _HASHTAG.finditer(description):
        name, star = match.groups()
        if len(name) > MAX_LENGTH:
            continue
        earlier = found.get(name.casefold(), Hashtag(name, billable=True))
        found[name.casefold()] = Hashtag(earlier.name, earlier.billable and not star)
    return tuple(found.values())


def read_name(text: str) -> Hashtag | None:
    """Read the name of a tag as the calls on tags take it: no `#`, and a star at the end for unbillable.

    None for what no hashtag could hold, and for more than 30 characters.
    """
    match = _NAME.fullmatch(text)
    if match is None or len(match[1]) > MAX_LENGTH:
        return None
    return Hashtag(match[1], billable=not match[2])


def reworded(description: str, name: str, words: str) -> str:
    """Put `words` in the place of every hashtag of that name, in any case, with its star if it has one.

    A space keeps them apart from what would make, break or star a hashtag next to them.
    """
    wanted = name.casefold()

    def place(match: re.Match[str]) -> str:
        if match[1].casefold() != wanted:
            return match[0]
        glued = description.startswith("-", match.start() - 1) if match.start() else False
        start = " " if glued and not words.startswith("#") else ""
        after = description[match.end() : match.end() + 1]
        if match[0].endswith(("*", "-")):
            return start + words + (" " if _STICKS.fullmatch(after) else "")
        return start + (words.removesuffix("*") if after == "#" else words)

    return _HASHTAG.sub(place, description)
