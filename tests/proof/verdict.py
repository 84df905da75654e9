"""What Noko's books and the ledger must look like when all is done: each key once, and the two of one mind."""

from collections import Counter
from dataclasses import dataclass

from chalicelib.domain.lifecycle import Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lost`: asked for and not in the books. `doubled`: there more than once. `uncalled_for`: nobody asked for it.

    `open`: the ledger does not say `logged`. `at_odds`: it says so, of another Noko entry than the one in the books.
    """

    lost: int
    doubled: int
    uncalled_for: int
    open: int
    at_odds: int

    @property
    def wrong(self):
        """Count all that is wrong."""
        return self.lost + self.doubled + self.uncalled_for + self.open + self.at_odds


def judge(wanted, *, booked, entries):
    """Hold `booked` (Noko's entries) and `entries` (the ledger's) against the source URLs that were `wanted`."""
    times = Counter(entry.source_url for entry in booked)
    ids = {entry.source_url: entry.id for entry in booked}
    logged = {e.draft.source_url: e.noko_id for e in entries if e.status is Status.LOGGED}
    wanted = set(wanted)
    return Verdict(
        lost=len(wanted - times.keys()),
        doubled=sum(count - 1 for count in times.values()),
        uncalled_for=len(times.keys() - wanted),
        open=len(wanted - logged.keys()),
        at_odds=sum(ids[url] != noko_id for url, noko_id in logged.items() if url in ids),
    )
