"""Hashtags in a description: `#tag`, unbillable as `#tag*`, none over 30 characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 30

# Neither the fragment of a URL (`/#part`, `page#part`) nor a character reference (`&#39;`) is a hashtag.
_HASHTAG = re.compile(r"(?<![\w&#/])#([\w-]+)(\*?)")
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
