"""The fast part of the proof, and proof that the harness itself can be trusted."""

import pytest

from proof.crowd import story
from proof.explore import committed, hunt, rows
from proof.journey import JOURNEYS, MANY, travel
from proof.mutant import MUTANTS
from proof.store import in_a_file


@pytest.mark.parametrize("journey", [*JOURNEYS, MANY], ids=lambda journey: journey.name)
def test_a_journey_in_which_nothing_happens_ends_well(journey):
    _, wrong = travel(journey)
    assert wrong == []


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_every_fault_at_every_call_ends_as_the_committed_table_says(journey):
    """A new I/O call has no rows in the table: look at what it does, then `make prove-table`."""
    assert rows(journey)[1:] == committed()[journey.name]
    assert not any("WRONG" in line for line in committed()[journey.name])


@pytest.mark.parametrize("seed", range(20))
def test_a_random_schedule_ends_with_each_entry_once(seed):
    _, wrong = story(seed)
    assert wrong == []


def test_the_same_seed_is_the_same_story():
    first, second = story(7)[0], story(7)[0]
    assert first.happened == second.happened
    assert [call.name for call in first.calls] == [call.name for call in second.calls]


def test_a_weakened_product_is_caught_and_is_whole_again_afterwards():
    """All of them are hunted by `make prove`; here one stands for the rest."""
    expected = committed()
    no_guard = next(mutant for mutant in MUTANTS if mutant.name.startswith("no guard"))
    assert hunt(no_guard, expected)[1] is not None
    assert rows(JOURNEYS[0])[1:] == expected[JOURNEYS[0].name]


def test_on_an_sqlite_file_every_fault_at_every_call_ends_as_the_committed_table_says():
    """The other journeys are held against it by `make prove`."""
    assert rows(JOURNEYS[0], store=in_a_file)[1:] == committed()[JOURNEYS[0].name]


@pytest.mark.parametrize("seed", range(5))
def test_on_an_sqlite_file_a_random_schedule_ends_with_each_entry_once(seed):
    _, wrong = story(seed, store=in_a_file)
    assert wrong == []
