"""Fetch entries by their ids, for which Noko has no list: singly, and with what lists of days bring along."""

from __future__ import annotations

import datetime as dt
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.errors import NokoError, UserError
from chalicelib.noko.check import MAX_PER_PAGE
from chalicelib.noko.filter import EntryFilter
from cli.noko.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.noko.entries import Entries
    from chalicelib.noko.models import NokoEntry

WORTH_A_LIST = 4
"""From how many ids on one page of a list is tried before they are asked for singly."""
DAYS = 31

Gathered = dict[int, "NokoEntry | UserError"]


def gather(ids: Sequence[int], entries: Entries) -> Gathered:
    """Return each entry by its id, or why there is none; raises what keeps Noko from being asked.

    Ids are given out in the order of creation, so the highest is taken for the newest: the list of entries on its
    day and before it often holds the rest. It is read as long as each page holds one; a list whose first page held
    none was not worth it, and is the last.
    """
    found: Gathered = {}
    lists = True
    with progress("reading", len(ids)) as step:
        for number in sorted(ids, reverse=True):
            if number in found:
                continue
            found[number] = _get(number, entries)
            step(1)
            first = found[number]
            if not lists or isinstance(first, UserError) or len(ids) - len(found) < WORTH_A_LIST:
                continue
            before, missing = len(found), {each for each in ids if each not in found}
            for page in _pages(first.date, entries):
                near = {entry.id: entry for entry in page if entry.id in missing}
                found |= near
                step(len(near))
                missing -= near.keys()
                if not near or not missing:
                    break
            lists = len(found) > before
    return {number: found[number] for number in ids}


def _get(number: int, entries: Entries) -> NokoEntry | UserError:
    try:
        return entries.get(number)
    except NokoError as error:
        if error.status == 404:
            return UserError(f"Noko has no entry {number}")
        raise


def _pages(day: dt.date, entries: Entries) -> Iterator[list[NokoEntry]]:
    listed = entries.list(EntryFilter(date_from=day - dt.timedelta(days=DAYS), date_to=day))
    while page := list(islice(listed, MAX_PER_PAGE)):
        yield page
