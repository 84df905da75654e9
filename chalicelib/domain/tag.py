"""Noko's tags, which are the hashtags of a description: `#dev`, or `#dev*` for an unbillable one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TAG = 30
"""A longer word is no tag in Noko (https://developer.nokotime.com/v2/tags/)."""
MAX_TAGS = 10
"""How many tags a rule may fix: with them at their longest, most of a description still fits."""
MAX_DESCRIPTION = 1_000

_NUMBER = re.compile(r"[0-9]++(?!\w|-\w)")


def with_tags(description: str, tags: Sequence[str]) -> str:
    """Append the `tags` (without `#`, at most `MAX_TAGS`) that the description lacks; return at most 1,000 characters.

    A tag that stands there in another case, or billed otherwise, is not added: what its author wrote counts.
    What can be none is appended as plain text: a number as `GH-123`, what is over 30 characters without its `#`,
    and no more than 60 characters of it.
    What does not fit is taken from the text, with `…` in its place, never from the tags.
    """
    whole = _joined(description, tags)
    if len(whole) <= MAX_DESCRIPTION:
        return whole
    room = MAX_DESCRIPTION - sum(len(_written(tag)) + len(" ") for tag in tags)
    return _joined(_shortened(description, room), tags)


def _joined(description: str, tags: Sequence[str]) -> str:
    present = {_name(word) for word in description.split()}
    wanted = {_name(word): word for word in map(_written, tags)}
    missing = [word for name, word in wanted.items() if name not in present]
    return " ".join([description, *missing] if description else missing)


def _written(tag: str) -> str:
    name = tag.removesuffix("*")[: 2 * MAX_TAG]
    if _NUMBER.match(name):
        return f"GH-{name}"
    return name if len(name) > MAX_TAG else f"#{tag}"


def _name(word: str) -> str:
    return word.rstrip("*.,;:!?)]}").casefold()


def _shortened(text: str, room: int) -> str:
    cut = text[: room - 1]
    head, sign, last = cut.rpartition("#")
    # Half a hashtag would be a tag that nobody meant.
    return (head if sign and re.fullmatch(r"[\w-]*\*?", last) else cut).rstrip() + "…"
