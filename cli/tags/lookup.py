"""Which tag a name on the command line means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.domain.wording import closest, quoted
from chalicelib.errors import UserError
from chalicelib.noko import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.noko.models import NokoTag

SHOWN = 5


def tag_called(word: str, tags: Sequence[NokoTag]) -> NokoTag:
    """Return the tag that `word` means: in its exact spelling, else in another case. Raises UserError."""
    name = bare(word)
    same = [tag for tag in tags if (tag.name or "").lower() == name.lower()]
    exact = [tag for tag in same if tag.name == name]
    if len(exact or same) == 1:
        return (exact or same)[0]
    if same:
        spelt = ", ".join(quoted(tag.name or "") for tag in same)
        raise UserError(f"{quoted(name)} may be any of {spelt}: write it as it is spelt")
    guess = closest(name, (tag.name or "" for tag in tags))
    parts = [tag.name or "" for tag in tags if name and name.lower() in (tag.name or "").lower()]
    near = list(dict.fromkeys(([guess] if guess else []) + parts))[:SHOWN]
    meant = f"; did you mean {' or '.join(map(quoted, near))}?" if near else "; `tallyhook tags list` shows all"
    raise UserError(f"Noko has no tag {quoted(name)}{meant}")


def tag_or_none(word: str, tags: Iterable[NokoTag]) -> NokoTag | None:
    """Return the tag of that name in any case, if there is one."""
    name = bare(word).lower()
    return next((tag for tag in tags if (tag.name or "").lower() == name), None)


def new_name(word: str) -> str:
    """Take a name for a tag, with a star at its end if it is to be unbillable; raises click.UsageError."""
    try:
        return check.tag_name(word.removeprefix("#"))
    except UserError as error:
        raise click.UsageError(str(error)) from None


def bare(word: str) -> str:
    """Return a name without the signs of a hashtag."""
    return word.removeprefix("#").removesuffix("*")


def written(tag: NokoTag) -> str:
    """Return a tag as a hashtag, with how many entries have it where Noko tells."""
    hashtag = tag.formatted_name or f"#{tag.name}{'' if tag.billable is not False else '*'}"
    if tag.entries is None:
        return hashtag
    return f"{hashtag}, on {tag.entries} {'entry' if tag.entries == 1 else 'entries'}"
