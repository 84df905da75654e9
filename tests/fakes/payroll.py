"""A month's end in Noko's books: thousands of entries, some ours, and for each what a policy should do with it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace

from fakes.clock import START
from fakes.entry import ROUTE, entry
from fakes.house import draft

from chalicelib.domain.approval_record import from_text, key_of
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Approval, Defaults, Routing
from chalicelib.services.approvals import KIND, approve_due
from devstack.sandbox.account import ACME, GEAR, JANE, OLD_SITE, WEBSITE

TODAY = dt.date(2026, 6, 30)
WEEKLY = Approval("weekly", "monday 06:00")
MONDAY = START + 6 * 86_400_000 - 8 * 3_600_000
"""The Monday after the start of virtual time, at six in Berlin."""
PEOPLE = [user.id for user in ACME.users]


def policies(*given, timezone="Europe/Berlin"):
    """Return a routing file that has only these policies."""
    return Routing(Defaults(timezone=timezone), approvals=given)


@dataclass
class Expected:
    """Ids by what the policy `weekly` should do with them."""

    approved: set = field(default_factory=set)
    archived: set = field(default_factory=set)
    in_doubt: dict = field(default_factory=dict)
    untouched: set = field(default_factory=set)

    @property
    def exceptions(self):
        return dict.fromkeys(self.archived, "archived_project") | dict.fromkeys(self.in_doubt, "in_doubt")


def log(house, *, days=10, user=JANE, project=GEAR, key=None, **more):
    """Log an entry in Noko, dated some days before the start; ours if it has a key."""
    at = START - 86_400_000 * days
    plain = {"user_id": user.id, "date": TODAY - dt.timedelta(days=days), "minutes": 60, "project_id": project.id}
    logged = house.sandbox.books.log(**plain | {"at": at, "description": "Work"} | more)
    if key is not None:
        house.ledger.take_noko_id(logged.id, key)
    return logged.id


def doubtful(house, number, status, *, times=1, days=20):
    """Put an entry in doubt into the ledger, and what its attempts made into Noko's books; return their ids."""
    stuck = entry(number, status=status, due_at=START + 10**10 if status is not Status.NEEDS_ATTENTION else None)
    house.ledger.put_entry(stuck)
    return {log(house, days=days, source_url=stuck.draft.source_url): stuck.key for _ in range(times)}


def fill(house, count=2_500, *, now=MONDAY):
    """Log `count` entries of the last 100 days: 5 people, 3 projects (one archived), a part of them not ours.

    What is expected is that of a run at `now`.
    """
    aged = (now - START + 12 * 3_600_000) // 86_400_000
    expected = Expected()
    projects, supervisor = (GEAR, WEBSITE, OLD_SITE), JANE.id
    for number in range(count - 5):
        days = 1 + number % 100
        project = projects[2 if number % 40 == 0 else number % 2]
        state = {}
        is_approved, is_ours = number % 19 == 0, number % 23 != 0
        if is_approved:
            state = {"approved_at": START - 86_400_000, "approved_by": supervisor}
        if number % 9 == 0:
            state["invoiced_at"] = START - 86_400_000
        user = ACME.users[number % 5]
        key = f"github:{number:040x}" if is_ours else None
        noko_id = log(house, days=days, user=user, project=project, key=key, **state)
        is_in_time = 3 <= days + aged <= 92
        if is_approved or not is_ours or not is_in_time:
            expected.untouched.add(noko_id)
        elif project is OLD_SITE:
            expected.archived.add(noko_id)
        else:
            expected.approved.add(noko_id)
    expected.in_doubt |= doubtful(house, 90_001, Status.POSTING)
    expected.in_doubt |= doubtful(house, 90_002, Status.UNCERTAIN)
    expected.in_doubt |= doubtful(house, 90_003, Status.NEEDS_ATTENTION, times=2)
    # the link of a work in doubt, on the time of somebody else: no attempt of ours made that
    other = draft(90_001).source_url
    expected.untouched.add(log(house, days=20, user=ACME.users[1], source_url=other))
    assert ROUTE.user_id == JANE.id
    return expected


def approved(house, *, since=START):
    """Return the ids of what was approved since then."""
    books = house.sandbox.books.entries()
    return {each.id for each in books if each.approved_at is not None and each.approved_at >= since}


def calls(house):
    """Count the requests by method and path, without ids."""
    return Counter(
        (request.method, "".join(c for c in request.url.partition("/v2")[2].partition("?")[0] if not c.isdigit()))
        for request in house.transport.requests
    )


def advance_to(house, instant):
    house.clock.advance(ms=instant - house.clock.now())


def tick(house, *, seconds=60):
    """Have one tick do what is due of the policies."""
    approve_due(ports=house.ports, routing=house.routing, deadline=house.clock.now() + 1000 * seconds)


def run_of(house, due=MONDAY, policy="weekly"):
    return house.ledger.run(KIND, key_of(policy, due, by_hand=False))


def record_of(house, due=MONDAY, policy="weekly"):
    return from_text(run_of(house, due, policy).body)


def reasons(record):
    return {each.noko_id: str(each.why) for each in record.aside}


def on_monday(house, **policy):
    """Give the policy other keys, and let Monday's run take place."""
    house.routing = policies(replace(WEEKLY, **policy))
    advance_to(house, MONDAY)
    tick(house)
    return record_of(house)
