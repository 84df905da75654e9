"""How the restore mode begins, lasts and ends."""

import pytest
from services.restore_house import POSTS, deliveries, entries_in_noko, entry, log, lose, posts, restore

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import AuthenticationError, NokoUnavailable, Paused, UserError
from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap


def test_the_mode_lasts_while_noko_answers_probes(house):
    begin(house.clock.now(), ports=house.ports)
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=30)
    assert entry(house).status is Status.QUEUED
    assert posts(house) == []
    told = [name for name, _ in house.telemetry.events]
    assert told.count("post_paused") == 1, "no messages are sent to be dropped"


def test_what_waited_is_posted_within_two_minutes_of_the_end(house):
    begin(house.clock.now(), ports=house.ports)
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=10)
    fill_gap(ports=house.ports)
    house.run(minutes=2)
    assert entry(house).status is Status.LOGGED


def test_nothing_is_looked_up_before_what_was_sent_can_have_arrived(house):
    quiet = begin(house.clock.now(), ports=house.ports)
    began = house.clock.now()
    fill_gap(ports=house.ports)
    looks = [call.at for call in house.sandbox.journal.arrivals("GET", "/entries")]
    intervals = house.intervals
    assert quiet >= began + intervals.lease_ms + intervals.settle_ms
    assert looks[0] >= quiet
    assert looks[1] - looks[0] >= intervals.second_look_ms
    assert len(looks) == 2


def test_a_post_of_a_worker_that_ran_until_a_moment_ago_is_found(house):
    lost = lose(house)
    house.sandbox.faults.add("late", match=POSTS, ms=60_000)
    snapshot, instant = house.snapshot(), house.clock.now()
    house.post_next()
    house.put_back(snapshot)
    house.sandbox.faults.clear()
    begin(instant, ports=house.ports)
    for _ in range(6):
        house.clock.advance(seconds=30)
        house.sandbox.run_due(house.clock.now())
    fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert entries_in_noko(house) == {lost.draft.source_url: 1}


def test_a_list_that_is_behind_at_the_first_look_is_caught_up_with_at_the_second(house):
    lost = lose(house)
    begin(house.clock.now(), ports=house.ports)
    house.clock.advance(minutes=5)
    log(house, lost.draft.source_url)
    house.sandbox.faults.add("stale", ms=20_000, match=("GET", "/entries"), times=1)
    fill_gap(ports=house.ports)
    assert entry(house).status is Status.LOGGED


def test_an_instant_that_is_yet_to_come_is_refused(house):
    with pytest.raises(UserError, match="yet to come"):
        begin(house.clock.now() + 1, ports=house.ports)
    assert house.throttle.state().restored_to is None


def test_without_the_mode_there_is_no_gap_to_fill(house):
    with pytest.raises(UserError, match="not in restore mode"):
        fill_gap(ports=house.ports)


def test_a_restore_on_a_healthy_ledger_finds_nothing(house):
    take(deliveries([1, 2], "d1"), ports=house.ports)
    house.run(minutes=2)
    before = [entry(house, n) for n in (1, 2)]
    assert restore(house, house.clock.now() - 60_000) == []
    assert [entry(house, n) for n in (1, 2)] == before


@pytest.mark.parametrize(("fault", "error"), [("not_json", NokoUnavailable), ("unauthorized", AuthenticationError)])
def test_when_noko_does_not_answer_the_mode_stays_on(house, fault, error):
    lost = lose(house)
    log(house, lost.draft.source_url)
    house.sandbox.faults.add(fault, skip=1, match=("GET", "/entries"))
    begin(house.clock.now(), ports=house.ports)
    with pytest.raises(error):
        fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert posts(house) == []
    assert restore(house, house.clock.now()) == [("logged", lost.key)]


def test_a_pause_as_old_as_the_table_is_ended_by_a_probe(house):
    house.throttle.pause("away then", now=house.clock.now())
    begin(house.clock.now(), ports=house.ports)
    fill_gap(ports=house.ports)
    assert not house.throttle.state().is_closed


def test_while_noko_is_away_the_gap_stays_open(house):
    house.throttle.pause("away", now=house.clock.now())
    house.transport.unreachable = True
    begin(house.clock.now(), ports=house.ports)
    with pytest.raises(Paused):
        fill_gap(ports=house.ports)
    assert house.throttle.state().restored_to is not None


def test_a_restore_to_an_earlier_instant_meanwhile_keeps_the_mode_on(house):
    begin(house.clock.now(), ports=house.ports)
    listing = house.noko.entries

    def meanwhile(**query):
        begin(house.clock.now() - 3_600_000, ports=house.ports)
        return listing(**query)

    house.noko.entries = meanwhile
    with pytest.raises(UserError, match="earlier instant"):
        fill_gap(ports=house.ports)
    assert house.throttle.state().restored_to is not None
