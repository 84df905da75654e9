"""A run of approvals under every fault at every call: the journey, and what must be true at its end."""

from dataclasses import dataclass, replace

from fakes.clock import START
from fakes.entry import entry
from fakes.house import ROUTING, draft
from fakes.payroll import WEEKLY, approved, log

from chalicelib.domain.approval_record import Stage, from_text, key_of
from chalicelib.domain.lifecycle import Status
from chalicelib.services.approvals import KIND
from chalicelib.table.ledger import TableLedger
from devstack.sandbox.account import GEAR, JANE, OLD_SITE
from proof.world import World

DUE = START + 120_000
POLICY = replace(WEEKLY, when="tuesday 14:02", projects=("Gear GmbH", "Old Site"))
"""Two minutes after the start of virtual time, in Berlin."""
MINUTES = 20
"""Until everything must be quiet: a frozen process stands still for seven of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Ids in Noko by what must become of them."""

    approved: frozenset
    aside: dict


class _Books:
    """The world as `payroll.log` sees a house."""

    def __init__(self, world):
        self.sandbox = world.sandbox
        self.ledger = TableLedger(world.table, account="default")


def travel(plan=None):
    """Let a run come due under a plan of faults; return the world at the end, and what is wrong with it."""
    world = World(plan, routing=replace(ROUTING, approvals=(POLICY,)))
    wanted = _fill(_Books(world))
    world.run_until(START + 60_000 * MINUTES)
    return world, wrongs(world, wanted)


def _fill(books):
    ours = {log(books, key=f"github:{number}", days=10 + number % 50) for number in range(103)}
    log(books, days=12)
    log(books, key="github:before", approved_at=START, approved_by=JANE.id)
    old = log(books, key="github:old", project=OLD_SITE)
    stuck = entry(1, status=Status.NEEDS_ATTENTION, due_at=None)
    books.ledger.put_entry(stuck)
    doubt = log(books, source_url=draft(1).source_url, project=GEAR)
    return Wanted(frozenset(ours), {old: "archived_project", doubt: "in_doubt"})


def wrongs(world, wanted):
    """Hold Noko's books and the run's record against what was wanted."""
    run = TableLedger(world.table, account="default").run(KIND, key_of(POLICY.name, DUE, by_hand=False))
    if run is None or run.finished_at is None:
        return ["the run has not ended"]
    found, record = [], from_text(run.body)
    booked = approved(world, since=DUE)
    if booked != wanted.approved:
        found.append(f"{len(wanted.approved - booked)} not approved, {len(booked - wanted.approved)} too many")
    if set(record.approved) != wanted.approved or record.stage is not Stage.DONE:
        found.append(f"the record holds {len(record.approved)} as approved")
    if {each.noko_id: str(each.why) for each in record.aside} != wanted.aside:
        found.append(f"set aside: {record.aside}")
    if world.sandbox.limiter.rejected:
        found.append(f"{world.sandbox.limiter.rejected} requests over the limit")
    return found


def plans():
    """Yield a plan for each fault at each call, from the first tick that sees the policy to the end of the run."""
    clean, found = travel()
    assert found == []
    writes = [call.number for call in clean.calls if call.name == "put run"]
    for call in clean.calls[writes[0] - 3 : writes[-1] + 1]:
        yield from ((call, fault, {call.number: fault}) for fault in call.faults)
