"""The companions of a directive: lines that log nothing by themselves, but say where and how.

There is no `Noko-User:` on purpose: anyone could log time for a colleague with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.directive_candidate import Fault, read_date
from chalicelib.domain.duration import Unreadable, shorten
from chalicelib.domain.tag import MAX_TAG

if TYPE_CHECKING:
    import datetime as dt

    from chalicelib.domain.directive_mask import Span

MAX_PROJECT = 200

_LINE = re.compile(r"^[ ]{0,3}(?ai:noko-(?P<name>project|date|tags|skip))[ \t]*:(?P<value>[^\n]*)$", re.MULTILINE)
_SKIP_MARK = re.compile(r"(?ai:\[skip[^\S\n]+noko\])")
_TAG = re.compile(r"#?(\w+(?:-+\w+)*\*?)")
_YES = frozenset({"yes", "true"})
_NO = frozenset({"no", "false"})


@dataclass(frozen=True, slots=True)
class Companion:
    """One line: its name in lower case without `Noko-`, its value, and where it stands."""

    name: str
    value: str
    span: Span
    piece: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What companions ask for."""

    project: str | None = None
    date: dt.date | None = None
    tags: tuple[str, ...] = ()


def find_companions(text: str, masked: str) -> list[Companion]:
    """Return the companion lines, from the first to the last."""
    return [
        Companion(
            name=line["name"].lower(),
            value=text[slice(*line.span("value"))].strip(),
            span=line.span(),
            piece=text[slice(*line.span())],
        )
        for line in _LINE.finditer(masked)
    ]


def asks_to_skip(companions: list[Companion], masked: str) -> bool:
    """Tell whether the author wants nothing of this message logged."""
    wanted = any(line.name == "skip" and line.value.lower() in _YES for line in companions)
    return wanted or _SKIP_MARK.search(masked) is not None


def read_companions(companions: list[Companion], known: frozenset[str] | None) -> Wishes | Fault:
    """Return what the lines ask for together, or the first that cannot be read or contradicts one before it.

    A project is one of `known`, compared without regard to case; where that is None, any name is let through.
    Tags add up.
    """
    project: str | None = None
    date: dt.date | None = None
    tags: dict[str, str] = {}
    for line in companions:
        wish = _read(line, known)
        if isinstance(wish, Unreadable):
            return Fault(line.piece, wish.reason)
        if project and wish.project and project != wish.project:
            both = f"'{shorten(project)}' and '{shorten(wish.project)}'"
            return Fault(line.piece, f"two projects disagree: {both}")
        if date and wish.date and date != wish.date:
            return Fault(line.piece, f"two dates disagree: {date} and {wish.date}")
        project = wish.project or project
        date = wish.date or date
        for tag in wish.tags:
            tags.setdefault(tag.removesuffix("*").casefold(), tag)
    return Wishes(project, date, tuple(tags.values()))


def _read(line: Companion, known: frozenset[str] | None) -> Wishes | Unreadable:
    match line.name:
        case "project":
            project = _read_project(line.value, known)
            return project if isinstance(project, Unreadable) else Wishes(project=project)
        case "date":
            date = read_date(line.value)
            return date if isinstance(date, Unreadable) else Wishes(date=date)
        case "tags":
            tags = _read_tags(line.value)
            return tags if isinstance(tags, Unreadable) else Wishes(tags=tags)
        case _:
            # Only a plain no may be passed over: whoever writes anything else means something by it.
            plain = line.value.lower() in _YES | _NO
            return Wishes() if plain else Unreadable(f"cannot read '{shorten(line.value)}': write yes")


def _read_project(name: str, known: frozenset[str] | None) -> str | Unreadable:
    if not name:
        return Unreadable("no project after the prefix")
    if known is None and len(name) <= MAX_PROJECT:
        return name
    folded = name.casefold()
    found = (project for project in sorted(known or ()) if project.casefold() == folded)
    return next(found, None) or Unreadable(f"unknown project '{shorten(name)}'")


def _read_tags(names: str) -> tuple[str, ...] | Unreadable:
    tags: list[str] = []
    for name in filter(None, map(str.strip, names.split(","))):
        tag = _TAG.fullmatch(name)
        if tag is None or len(tag[1].removesuffix("*")) > MAX_TAG:
            return Unreadable(f"not usable as a hashtag: '{shorten(name)}'")
        tags.append(tag[1])
    return tuple(tags)
