"""What a finding makes of an entry: skipped with both SHAs, held beside the one it amends, or the rest of a squash."""

import dataclasses

import pytest
from fakes.entry import entry
from fakes.house import draft

from chalicelib.domain.entry import AMENDS, Held, Route
from chalicelib.domain.finding import COPY, Finding, held_back, own, remainder, settled, short, skipped_because
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.work import Role

ROUTE = Route(1, "Gear GmbH", 2, "jane@acme.example")
NO_ROUTE = Held("no_person", "nobody is jane")
SHA, OTHER, THIRD = "a" * 40, "b" * 40, "c" * 40
KEY, OF, AND = f"github:{SHA}", f"github:{OTHER}", f"github:{THIRD}"


@pytest.fixture
def made():
    whole = entry(1, status=Status.QUEUED)
    return dataclasses.replace(whole, key=KEY, draft=dataclasses.replace(whole.draft, key=KEY, minutes=30))


def test_work_of_its_own_is_queued_or_held_as_it_is_routed(made):
    assert settled(made, own(made.draft), ROUTE) == dataclasses.replace(made, route=ROUTE)
    held = settled(made, own(made.draft), NO_ROUTE)
    assert (held.status, held.reason_code, held.reason) == (Status.HELD, "no_person", "nobody is jane")


@pytest.mark.parametrize("verdict", [ROUTE, NO_ROUTE])
def test_a_copy_is_skipped_and_names_both(made, verdict):
    skipped = settled(made, Finding(Role.COPY, 30, OF, 30), verdict)
    assert (skipped.status, skipped.reason_code, skipped.due_at) == (Status.SKIPPED, COPY, None)
    assert SHA[:7] in skipped.reason
    assert OTHER[:7] in skipped.reason


def test_a_commit_of_a_squash_says_so(made):
    skipped = settled(made, Finding(Role.COPY, 30, OF, is_squashed=True), ROUTE)
    assert skipped.reason == "aaaaaaa was squashed into bbbbbbb, which logs its work"


def test_an_amendment_is_held_with_both_amounts_and_both_ways_out(made):
    held = settled(made, Finding(Role.AMENDS, 30, OF, 300), ROUTE)
    assert (held.status, held.reason_code, held.amends, held.route) == (Status.HELD, AMENDS, OF, ROUTE)
    assert held.reason.startswith("amends bbbbbbb, 300 → 30 minutes")
    assert f"tallyhook amend {KEY}" in held.reason
    assert f"tallyhook replay {KEY} --anyway" in held.reason


def test_an_amendment_without_a_route_is_held_for_that_first_and_for_the_amendment_then(made):
    held = settled(made, Finding(Role.AMENDS, 30, OF, 300), NO_ROUTE)
    assert (held.reason_code, held.amends) == ("no_person", OF)
    again = held_back(held, ROUTE)
    assert isinstance(again, Held)
    assert (again.code, again.route) == (AMENDS, ROUTE)


def test_what_was_amended_before_it_came_is_skipped(made):
    skipped = settled(made, Finding(Role.SUPERSEDED, 30, OF, 45), ROUTE)
    assert skipped.reason == "aaaaaaa was amended by bbbbbbb, 30 → 45 minutes, before it came"


def test_of_a_squash_the_rest_is_logged_and_says_with_what(made):
    finding = Finding(Role.OWN, 10, covered=(OF, AND))
    rest = settled(dataclasses.replace(made, draft=remainder(made.draft, finding)), finding, ROUTE)
    assert (rest.status, rest.draft.minutes) == (Status.QUEUED, 10)
    assert rest.remark == "a squash; the rest of it is logged with bbbbbbb, ccccccc"


def test_a_squash_without_a_rest_is_skipped_with_all_of_its_minutes_for_who_wants_it_after_all(made):
    finding = Finding(Role.OWN, 0, covered=(OF,))
    assert remainder(made.draft, finding).minutes == 30
    skipped = settled(made, finding, ROUTE)
    assert (skipped.status, skipped.reason) == (
        Status.SKIPPED,
        "aaaaaaa is a squash of bbbbbbb, which logs all of its work",
    )


def test_a_squash_of_many_names_five():
    many = tuple(f"github:{n:040x}" for n in range(1 << 152, (1 << 152) + 9))
    assert skipped_because(draft(1), Finding(Role.OWN, 0, covered=many)).count(short(many[0])) == 5
    assert "and 4 more" in skipped_because(draft(1), Finding(Role.OWN, 0, covered=many))
