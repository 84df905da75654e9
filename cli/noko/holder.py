"""Which of Noko's entries are Tallyhook's: logged by it, or perhaps logged by an attempt whose fate is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.noko.models import NokoEntry
    from chalicelib.ports import Ledger

EVER = 2**62
MOST_DOUBTS = 1_000


def holders(entries: Iterable[NokoEntry], *, ledger: Ledger) -> dict[int, str]:
    """Say of each entry that Tallyhook logged which key it belongs to, by Noko id."""
    keys = ((entry.id, ledger.holder_of(entry.id)) for entry in entries)
    return {noko_id: f"logged it as {key}" for noko_id, key in keys if key is not None}


def doubts(entries: Iterable[NokoEntry], *, ledger: Ledger) -> dict[int, str]:
    """Say of each entry that an attempt in doubt may have created why it is left alone, by Noko id.

    They are found by their link, as reconciling finds them. An approved one could not be mended any more, and in
    the place of a deleted one another would be posted.
    """
    keys = {entry.draft.source_url: entry.key for entry in ledger.due(now=EVER, limit=MOST_DOUBTS)}
    return {
        entry.id: f"an attempt at {key} may have created it, which is in doubt: wait until `tallyhook entry {key}` "
        "tells how it ended"
        for entry in entries
        if (key := keys.get(entry.source_url or "")) is not None and ledger.holder_of(entry.id) is None
    }
