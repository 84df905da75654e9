"""Every night is audited once, whatever happens."""

import datetime as dt
import re

import pytest
from fakes.house import ROUTING, delivery, draft
from services.audit_house import DAY, LISTS, log_by_hand, noko_id, report, singles, told

from chalicelib.domain.audit import Kind
from chalicelib.domain.audit_json import failure_from_text
from chalicelib.errors import StoreUnavailable
from chalicelib.services.intake import take
from chalicelib.services.night import audit_nights


def night(house, *, minutes=5):
    """Let everything run until it is past three in the morning in Berlin, and a while more."""
    house.clock.advance(hours=13)
    house.run(minutes=minutes)


def alarms(house):
    return [fields for name, fields in house.telemetry.alarms if name == "audit_difference"]


def listings(house):
    """The lists of one day: the look at whether others log the same lists a month."""
    return [r for r in house.transport.requests if re.search(r"/entries\?from=([0-9-]+)&to=\1&", r.url)]


def test_a_fresh_store_audits_nothing_on_its_first_day(house):
    house.stamp()
    house.run(minutes=12 * 60)
    assert listings(house) == []


def test_a_store_that_nobody_stamped_has_no_nights(house):
    night(house)
    assert listings(house) == []


def test_the_first_night_is_the_one_after_the_stamp_and_it_is_audited_once(pushed):
    pushed.clock.advance(hours=12)
    pushed.run(minutes=30)
    assert listings(pushed) == [], "it is not three yet"
    pushed.run(minutes=90)
    assert len(listings(pushed)) == 1
    assert "from=2026-06-30&to=2026-06-30" in listings(pushed)[0].url
    run = pushed.ledger.run("audit", "2026-06-30")
    assert run.finished_at is not None
    assert report(pushed).compared == 3
    assert alarms(pushed) == []


def test_the_unexplained_raises_one_alarm_without_texts_or_addresses(pushed):
    second = log_by_hand(pushed, draft(1).source_url)
    night(pushed, minutes=30)
    assert alarms(pushed) == [{"day": "2026-06-30", "count": 1, "missing": 0, "doubled": 1, "unknown": 0}]
    assert told(report(pushed)) == [("doubled", second)]
    said = repr(pushed.telemetry.events + pushed.telemetry.alarms)
    assert "Work" not in said
    assert "jane@" not in said


def test_what_people_did_raises_no_alarm_and_is_kept(pushed):
    pushed.sandbox.books.delete(noko_id(pushed))
    night(pushed)
    assert alarms(pushed) == []
    assert [str(finding.kind) for finding in report(pushed).findings] == ["deleted"]


def test_missed_nights_are_made_up_for_oldest_first_and_seven_at_most(pushed):
    pushed.clock.advance(days=12)
    night(pushed)
    days = [request.url.split("from=")[1][:10] for request in listings(pushed)]
    assert days == [f"2026-07-{day:02d}" for day in range(6, 13)]
    pushed.run(minutes=60)
    assert len(listings(pushed)) == 7


def test_all_nights_are_one_read_a_minute_once_they_are_done(pushed):
    pushed.clock.advance(days=5)
    night(pushed)
    read = []
    run = pushed.ledger.run
    pushed.ledger.run = lambda kind, key: read.append(key) or run(kind, key)
    pushed.tick()
    assert read == ["2026-07-05"]


def test_two_ticks_at_once_audit_a_night_once(pushed):
    pushed.clock.advance(hours=14)
    at_once = pushed.noko.entries_between

    def meanwhile(*days):
        pushed.ports.noko.entries_between = at_once
        audit_nights(ports=pushed.ports, routing=ROUTING, deadline=pushed.clock.now() + 60_000)
        return at_once(*days)

    pushed.noko.entries_between = meanwhile
    pushed.tick()
    assert len(listings(pushed)) == 1
    assert pushed.ledger.run("audit", "2026-06-30").tries == 1


@pytest.mark.parametrize("dies_at", ["put_run", "entries", "holder_of", "swap_run"])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_gives_one_finished_run_with_the_same_end(pushed, dies_at, after):
    second = log_by_hand(pushed, draft(1).source_url)
    pushed.clock.advance(hours=14)
    method = getattr(pushed.ledger, dies_at)

    def dies(*args, **kwargs):
        setattr(pushed.ledger, dies_at, method)
        if after:
            method(*args, **kwargs)
        raise KeyboardInterrupt

    setattr(pushed.ledger, dies_at, dies)
    with pytest.raises(KeyboardInterrupt):
        pushed.tick()
    pushed.run(minutes=5)
    run = pushed.ledger.run("audit", "2026-06-30")
    assert run.finished_at is not None
    assert told(report(pushed)) == [("doubled", second)]
    assert alarms(pushed)


def test_a_process_that_was_only_slow_does_not_write_into_what_another_one_ended(pushed):
    pushed.clock.advance(hours=14)
    at_once = pushed.noko.entries_between

    def slow(*days):
        pushed.noko.entries_between = at_once
        pushed.clock.advance(minutes=3)
        audit_nights(ports=pushed.ports, routing=ROUTING, deadline=pushed.clock.now() + 60_000)
        log_by_hand(pushed, draft(1).source_url)
        return at_once(*days)

    pushed.noko.entries_between = slow
    pushed.tick()
    assert pushed.ledger.run("audit", "2026-06-30").tries == 2
    assert told(report(pushed)) == []


def test_a_pause_postpones_the_night(pushed):
    pushed.transport.unreachable = True
    pushed.throttle.pause("away", now=pushed.clock.now())
    night(pushed)
    assert listings(pushed) == []
    pushed.transport.unreachable = False
    pushed.run(minutes=3)
    assert report(pushed).compared == 3


def test_noko_away_postpones_the_night_and_fails_no_tick(pushed):
    pushed.clock.advance(hours=14)
    pushed.transport.unreachable = True
    audit_nights(ports=pushed.ports, routing=ROUTING, deadline=pushed.clock.now() + 60_000)
    assert pushed.ledger.run("audit", "2026-06-30").finished_at is None
    pushed.transport.unreachable = False
    pushed.run(minutes=2)
    assert report(pushed).compared == 3


def test_the_table_away_fails_the_tick_and_the_night_is_taken_up_again(pushed):
    pushed.clock.advance(hours=14)
    entries = pushed.ledger.entries

    def down(**_):
        raise StoreUnavailable("down")

    pushed.ledger.entries = down
    with pytest.raises(StoreUnavailable):
        audit_nights(ports=pushed.ports, routing=ROUTING, deadline=pushed.clock.now() + 60_000)
    pushed.ledger.entries = entries
    pushed.run(minutes=3)
    assert report(pushed).compared == 3


def test_a_definite_no_of_nokos_ends_the_night_with_an_alarm_and_the_next_one_comes(pushed):
    pushed.sandbox.faults.add("forbidden", match=LISTS)
    night(pushed)
    assert ("audit_failed", {"day": "2026-06-30", "status": 403}) in pushed.telemetry.alarms
    assert "403" in failure_from_text(pushed.ledger.run("audit", "2026-06-30").body)
    pushed.clock.advance(days=1)
    pushed.run(minutes=2)
    assert report(pushed, DAY + dt.timedelta(days=1)).findings == ()


def test_a_ledger_in_restore_mode_is_not_audited(pushed):
    pushed.throttle.enter_restore(pushed.clock.now(), now=pushed.clock.now())
    night(pushed)
    assert listings(pushed) == []


def test_a_night_with_more_to_ask_than_a_tick_has_time_for_is_gone_on_with(house):
    house.stamp()
    numbers = range(1, 121)
    take(delivery(*(draft(n) for n in numbers)), ports=house.ports)
    house.run(minutes=3)
    for number in numbers:
        house.sandbox.books.delete(noko_id(house, number))
    night(house, minutes=6)
    assert report(house).count(Kind.DELETED) == 120
    assert house.ledger.run("audit", "2026-06-30").tries > 1
    assert len(singles(house)) == 120, "nothing is asked twice"
