"""What every ledger promises about works: one write replaces what it was made from, or nothing."""

import pytest

from chalicelib.domain.work import MOST_SIGHTINGS, Role, Sighting, Work, Works

NOW = 1_790_000_000_000
TITLE = "0" * 32


def seen(nth, **changes):
    return Sighting(f"github:{nth:040x}", f"main@{nth:040x}", NOW + nth, "main", 15, **changes)


def works(*sightings, stamp="one"):
    return Works(TITLE, (Work(("f" * 32,), ("e:jane@acme.example",), sightings),), stamp)


def test_a_title_nobody_wrote_has_no_works_and_no_stamp(ledger):
    assert ledger.works(TITLE) == Works(TITLE)


def test_works_come_back_as_they_were_put(ledger):
    after = works(
        seen(1),
        seen(
            2, forced=True, created=True, role=Role.COPY, of="github:1", authored_at=NOW, number="(GH-7)", listed=True
        ),
        seen(3, role=Role.AMENDS, of="github:2"),
        seen(4, piece=0),
    )
    assert ledger.swap_works(Works(TITLE), after, now=NOW) == after
    assert ledger.works(TITLE) == after


def test_only_the_first_of_two_writes_from_the_same_state_counts(ledger):
    first, second = works(seen(1), stamp="first"), works(seen(2), stamp="second")
    assert ledger.swap_works(Works(TITLE), first, now=NOW) == first
    assert ledger.swap_works(Works(TITLE), second, now=NOW) == first
    third = works(seen(1), seen(2), stamp="third")
    assert ledger.swap_works(first, third, now=NOW) == third
    assert ledger.swap_works(first, second, now=NOW) == third
    assert ledger.works(TITLE) == third


def test_our_own_write_reported_as_failed_is_known_by_its_stamp(ledger):
    after = works(seen(1))
    ledger.swap_works(Works(TITLE), after, now=NOW)
    assert ledger.swap_works(Works(TITLE), after, now=NOW).stamp == after.stamp


def test_titles_do_not_meet(ledger):
    ledger.swap_works(Works(TITLE), works(seen(1)), now=NOW)
    assert ledger.works("1" * 32).works == ()


@pytest.mark.parametrize("count", [MOST_SIGHTINGS])
def test_as_many_sightings_as_are_kept_fit(ledger, count):
    after = works(*(seen(nth) for nth in range(count)))
    assert ledger.swap_works(Works(TITLE), after, now=NOW) == after
    assert ledger.works(TITLE) == after
