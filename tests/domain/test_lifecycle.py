"""The table of an entry's life: walked, nothing has a dead end, and nobody leaves an end."""

import pytest

from chalicelib.domain.lifecycle import ENDS, FIRST, SWEPT, TRANSITIONS, Status, commands_for, permits

ROUTES = {
    (Status.HELD, Status.QUEUED),
    (Status.QUEUED, Status.POSTING),
    (Status.POSTING, Status.LOGGED),
    (Status.POSTING, Status.QUEUED),
    (Status.POSTING, Status.UNCERTAIN),
    (Status.POSTING, Status.REFUSED),
    (Status.UNCERTAIN, Status.LOGGED),
    (Status.UNCERTAIN, Status.QUEUED),
    (Status.UNCERTAIN, Status.NEEDS_ATTENTION),
    (Status.NEEDS_ATTENTION, Status.LOGGED),
    (Status.NEEDS_ATTENTION, Status.QUEUED),
    (Status.REFUSED, Status.QUEUED),
    (Status.SKIPPED, Status.QUEUED),
    (Status.HELD, Status.SKIPPED),
    (Status.HELD, Status.DISMISSED),
    (Status.REFUSED, Status.DISMISSED),
    (Status.SKIPPED, Status.DISMISSED),
    (Status.HELD, Status.LOGGED),
    (Status.QUEUED, Status.LOGGED),
    (Status.REFUSED, Status.LOGGED),
    (Status.SKIPPED, Status.LOGGED),
    (Status.HELD, Status.NEEDS_ATTENTION),
    (Status.QUEUED, Status.NEEDS_ATTENTION),
    (Status.REFUSED, Status.NEEDS_ATTENTION),
    (Status.SKIPPED, Status.NEEDS_ATTENTION),
}


def reachable(starts):
    """Follow the table from some statuses to all that come after."""
    seen, ahead = set(starts), list(starts)
    while ahead:
        source = ahead.pop()
        following = {t.target for t in TRANSITIONS if t.source is source} - seen
        seen |= following
        ahead += following
    return seen


@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize("target", Status)
def test_exactly_the_promised_changes_are_permitted(source, target):
    assert permits(source, target) == ((source, target) in ROUTES)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_way_on_or_is_an_end(status):
    assert any(t.source is status for t in TRANSITIONS) != (status in ENDS)


@pytest.mark.parametrize("status", Status)
def test_every_status_can_come_to_be_logged_or_is_an_end(status):
    assert Status.LOGGED in reachable([status]) or status in ENDS


def test_every_status_can_be_reached_from_a_birth():
    assert reachable(FIRST) == set(Status)


@pytest.mark.parametrize("status", sorted(set(Status) - ENDS))
def test_what_is_no_end_is_moved_on_by_the_tick_or_by_a_command(status):
    assert (status in SWEPT) != bool(commands_for(status))


def test_commands_are_named_in_the_tables_order_without_doubles():
    assert commands_for(Status.HELD) == ("route", "replay", "amend", "dismiss")
    assert commands_for(Status.NEEDS_ATTENTION) == ("resolve",)
    assert commands_for(Status.LOGGED) == ()


def test_a_restore_is_no_command_for_an_entry_that_a_person_names():
    assert {t.cause for t in TRANSITIONS if t.by == "restore"} == {
        "found after a restore",
        "found after a restore, but not for certain",
    }
    assert all("restore" not in commands_for(status) for status in Status)


def test_no_doubt_is_ended_by_giving_it_up():
    for status in (Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION):
        assert not permits(status, Status.DISMISSED)
