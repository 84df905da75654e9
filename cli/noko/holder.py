"""Which of Noko's entries are Tallyhook's: logged by it, or perhaps logged by an attempt whose fate is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import commit_key
from chalicelib.domain.lifecycle import IN_DOUBT, Status
from chalicelib.domain.source_url import commit_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.entry import Entry
    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ledger


def holders(entries: Iterable[NokoEntry], *, ledger: Ledger) -> dict[int, str]:
    """Say of each entry that Tallyhook logged which key it belongs to, by Noko id."""
    keys = ((entry.id, ledger.holder_of(entry.id)) for entry in entries)
    return {noko_id: f"logged it as {key}" for noko_id, key in keys if key is not None}


def doubts(entries: Iterable[NokoEntry], *, ledger: Ledger) -> dict[int, str]:
    """Say of each entry that an attempt in doubt may have created why it is left alone, by Noko id.

    They are found by their link, as reconciling finds them. An approved one could not be mended any more, and in
    the place of a deleted one another would be posted. The index of what is in doubt may be behind by a moment, so
    for a commit's link the key itself is read.
    """
    open_ones = {entry.draft.source_url: entry for entry in ledger.in_doubt()}
    found = ((entry.id, _in_doubt(entry.source_url, open_ones, ledger)) for entry in entries)
    return {
        noko_id: f"an attempt at {entry.key} may have created it, which is in doubt: {_way_on(entry)}"
        for noko_id, entry in found
        if entry is not None and ledger.holder_of(noko_id) is None
    }


def _in_doubt(link: str | None, open_ones: dict[str, Entry], ledger: Ledger) -> Entry | None:
    if not link:
        return None
    commit = commit_of(link)
    entry = open_ones.get(link) or (ledger.entry(commit_key(commit.sha)) if commit is not None else None)
    is_open = entry is not None and entry.status in IN_DOUBT and entry.draft.source_url == link
    return entry if is_open else None


def _way_on(entry: Entry) -> str:
    if entry.status is Status.NEEDS_ATTENTION:
        return f"say first with `tallyhook resolve {entry.key}` what became of it"
    return f"wait until `tallyhook entry {entry.key}` tells how it ended"
