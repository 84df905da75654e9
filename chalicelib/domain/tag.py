"""Noko's tags, which are the hashtags of a description: `#dev`, or `#dev*` for an unbillable one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TAG = 30
"""A longer word is no tag in Noko (https://developer.nokotime.com/v2/tags/)."""
MAX_TAGS = 10
"""How many tags a rule may fix: with them at their longest, most of a description still fits."""
MAX_DESCRIPTION = 1_000


def with_tags(description: str, tags: Sequence[str]) -> str:
    """Append the `tags` (without `#`, at most `MAX_TAGS`) that the description lacks; return at most 1,000 characters.

    A tag that stands there in another case, or billed otherwise, is not added: what its author wrote counts.
    What does not fit is taken from the text, with `…` in its place, never from the tags.
    """
    whole = _joined(description, tags)
    if len(whole) <= MAX_DESCRIPTION:
        return whole
    room = MAX_DESCRIPTION - sum(len(tag) + len(" #") for tag in tags)
    return _joined(_shortened(description, room), tags)


def _joined(description: str, tags: Sequence[str]) -> str:
    present = {_name(word[1:]) for word in description.split() if word.startswith("#")}
    missing = [f"#{tag}" for tag in {_name(tag): tag for tag in tags if _name(tag) not in present}.values()]
    return " ".join([description, *missing] if description else missing)


def _name(tag: str) -> str:
    return tag.rstrip("*.,;:!?)]}").casefold()


def _shortened(text: str, room: int) -> str:
    cut = text[: room - 1]
    head, space, last = cut.rpartition(" ")
    # Half a hashtag would be a tag that nobody meant.
    return (head if space and last.startswith("#") else cut).rstrip() + "…"
