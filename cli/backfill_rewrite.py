"""Which commits of a clone rewrite work that the ledger knows by another commit, while nobody told of it.

A branch that is rebased or amended is pushed by force, and then GitHub says so. If that push never came, all there is
to see is that the ledger knows the same work, on the same branch, by a commit that the branch does not hold any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.identity import names_of
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.services.sifting import knows_copies
from cli.git.repository import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from chalicelib.domain.entry import Draft
    from chalicelib.domain.routing_table import Routing
    from chalicelib.sources.delivery import Delivery
    from cli.backfill_rehearsal import RehearsalLedger
    from cli.git.clone import Clone


def rewritten(
    deliveries: Iterable[Delivery], *, clone: Clone, ledger: RehearsalLedger, routing: Routing
) -> AbstractSet[str]:
    """Return the ids of those commits. Of a shallow clone none: what it lacks may only lie further back.

    Raises GitFailed and StoreUnavailable.
    """
    if clone.boundary:
        return frozenset()
    held: dict[str, AbstractSet[str]] = {}
    found = set()
    for delivery in deliveries:
        rule = repository_rule(routing, delivery.repository or "")
        for draft in delivery.drafts if knows_copies(rule) else ():
            if ledger.entry(draft.key) is not None:
                continue
            for sha in _alike(draft, ledger, routing):
                if draft.branch not in held:
                    held[draft.branch] = distinct(clone.path, clone.branches[draft.branch], known=())
                if sha not in held[draft.branch]:
                    found.add(draft.key.rpartition(":")[2])
    return found


def _alike(draft: Draft, ledger: RehearsalLedger, routing: Routing) -> Iterable[str]:
    """Yield the commits of the same person, title and files that the ledger knows on the draft's branch."""
    if draft.content is None:
        return
    who = set(names_of(draft.author, routing))
    for work in ledger.works(draft.content.title).works:
        if draft.content.files in work.files and not who.isdisjoint(work.who):
            yield from (s.key.rpartition(":")[2] for s in work.commits() if s.branch == draft.branch)
