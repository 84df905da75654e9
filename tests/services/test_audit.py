"""The audit over the ports: one day on request, and every night by the tick, once."""

import dataclasses
import datetime as dt
import re

import pytest
from fakes.house import ROUTING, delivery, draft, sha

from chalicelib.domain.audit import Kind
from chalicelib.domain.audit_json import failure_from_text, report_from_text
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import NokoUnavailable, StoreUnavailable
from chalicelib.services.audit import entries_of, look
from chalicelib.services.intake import take
from chalicelib.services.night import audit_nights
from chalicelib.services.replay import resolve_as

DAY = dt.date(2026, 6, 30)
LISTS = ("GET", "/entries")


@pytest.fixture
def pushed(house):
    """Three entries, logged at noon of the 30th of June in a store that was stamped before."""
    house.stamp()
    take(delivery(*(draft(n) for n in (1, 2, 3))), ports=house.ports)
    house.run(minutes=2)
    return house


def noko_id(house, number=1):
    return house.ledger.entry(draft(number).key).noko_id


def log_by_hand(house, url, *, who="jane@acme.example", date=DAY):
    user = next(u for u in house.sandbox.books.users() if u.email == who)
    return house.sandbox.books.log(date=date, minutes=30, user_id=user.id, source_url=url).id


def audited(house, day=DAY, **more):
    entries = entries_of(day, day, ports=house.ports)[day]
    return look(day, entries, ports=house.ports, routing=house.routing, **more)


def told(report):
    return [(str(finding.kind), finding.noko_id) for finding in report.findings]


def night(house, *, minutes=5):
    """Let everything run until it is past three in the morning in Berlin, and a while more."""
    house.clock.advance(hours=13)
    house.run(minutes=minutes)


def alarms(house):
    return [fields for name, fields in house.telemetry.alarms if name == "audit_difference"]


def report(house, day=DAY):
    return report_from_text(house.ledger.run("audit", day.isoformat()).body)


def listings(house):
    """The lists of one day: the look at whether others log the same lists a month."""
    return [r for r in house.transport.requests if re.search(r"/entries\?from=([0-9-]+)&to=\1&", r.url)]


def singles(house):
    return [r for r in house.transport.requests if r.method == "GET" and r.url.rpartition("/")[2].isdigit()]


# One day


def test_a_day_on_which_nothing_went_wrong(pushed):
    assert audited(pushed).compared == 3
    assert told(audited(pushed)) == []
    assert singles(pushed) == []


def test_each_call_takes_a_slot_of_a_job(pushed):
    pushed.sandbox.books.delete(noko_id(pushed))
    before = len(pushed.throttle.slots)
    audited(pushed)
    assert [str(kind) for _, kind in pushed.throttle.slots[before:]] == ["job", "job"]


def test_what_people_did_in_noko_is_told_and_explained(pushed):
    books = pushed.sandbox.books
    books.delete(noko_id(pushed, 1))
    books.edit(noko_id(pushed, 2), minutes=7, description="mended by hand")
    books.edit(noko_id(pushed, 3), date=DAY - dt.timedelta(days=1))
    found = audited(pushed)
    assert told(found) == [
        ("deleted", noko_id(pushed, 1)),
        ("changed", noko_id(pushed, 2)),
        ("changed", noko_id(pushed, 3)),
    ]
    assert found.unexplained == ()
    assert "date (2026-06-30 → 2026-06-29)" in found.findings[2].says


def test_what_was_moved_to_another_day_is_known_there_too(pushed):
    pushed.sandbox.books.edit(noko_id(pushed), date=DAY - dt.timedelta(days=1))
    assert told(audited(pushed, DAY - dt.timedelta(days=1))) == []


def test_a_second_entry_with_our_link_is_doubled(pushed):
    second = log_by_hand(pushed, draft(1).source_url)
    found = audited(pushed)
    assert told(found) == [("doubled", second)]
    assert found.findings[0].key == draft(1).key


def test_a_commit_of_a_repository_that_we_know_and_no_key_holds_is_unknown(pushed):
    of_ledger = log_by_hand(pushed, f"https://github.com/Acme/Website/commit/{sha(50)}")
    of_routing = log_by_hand(pushed, f"https://github.com/acme/web-shop/commit/{sha(51)}")
    log_by_hand(pushed, f"https://github.com/elsewhere/thing/commit/{sha(52)}")
    marked = log_by_hand(pushed, "https://forms.example/7#th-0123abcd")
    assert told(audited(pushed)) == [("unknown", of_ledger), ("unknown", of_routing), ("unknown", marked)]


def test_what_a_person_resolved_is_fine(pushed):
    pushed.sandbox.faults.add("drop_before", match=("POST", "/entries"))
    take(delivery(draft(4), name="d2"), ports=pushed.ports)
    pushed.open_next()
    pushed.post_next()
    stuck = pushed.ledger.entry(draft(4).key)
    pushed.ledger.swap(stuck, dataclasses.replace(stuck, status=Status.NEEDS_ATTENTION, due_at=None, stamp="stuck"))
    by_hand = log_by_hand(pushed, None)
    resolve_as(draft(4).key, noko_id=by_hand, ports=pushed.ports)
    assert audited(pushed).unexplained == ()


def test_what_waits_is_told(pushed):
    take(delivery(draft(4, project="Nowhere"), name="d2"), ports=pushed.ports)
    pushed.run(minutes=1)
    (finding,) = audited(pushed).findings
    assert (finding.kind, finding.key) == ("open", draft(4).key)
    assert "Nowhere" in finding.says


def test_an_attempt_whose_fate_is_open_raises_no_alarm(pushed):
    pushed.sandbox.faults.add("drop_after", match=("POST", "/entries"))
    take(delivery(draft(4), name="d2"), ports=pushed.ports)
    pushed.open_next()
    pushed.post_next()
    assert pushed.ledger.entry(draft(4).key).status is Status.UNCERTAIN
    assert told(audited(pushed)) == [("open", None)]


def test_what_is_logged_between_our_two_readings_raises_no_alarm(pushed):
    take(delivery(draft(4), name="d2"), ports=pushed.ports)
    pushed.open_next()
    stale = entries_of(DAY, DAY, ports=pushed.ports)[DAY]
    assert [e.status for e in stale].count(Status.QUEUED) == 1
    pushed.run(minutes=1)
    found = look(DAY, stale, ports=pushed.ports, routing=pushed.routing)
    assert found.unexplained == ()


def test_what_is_posted_between_our_two_readings_and_not_settled_raises_no_alarm(pushed):
    take(delivery(draft(4), name="d2"), ports=pushed.ports)
    pushed.open_next()
    stale = entries_of(DAY, DAY, ports=pushed.ports)[DAY]
    pushed.sandbox.faults.add("drop_after", match=("POST", "/entries"))
    pushed.post_next()
    assert len(pushed.sandbox.books.entries()) == 4
    found = look(DAY, stale, ports=pushed.ports, routing=pushed.routing)
    assert found.unexplained == ()


def test_old_work_that_came_late_is_compared_on_its_own_day(pushed):
    take(delivery(draft(4, date=DAY - dt.timedelta(days=20)), name="d2"), ports=pushed.ports)
    pushed.run(minutes=1)
    assert audited(pushed, DAY - dt.timedelta(days=20)).compared == 1
    assert audited(pushed).compared == 3


def test_a_list_longer_than_a_page_is_read_to_its_end(pushed):
    for number in range(1001):
        log_by_hand(pushed, f"https://x.example/{number}")
    assert told(audited(pushed)) == []
    assert singles(pushed) == []


def test_a_list_that_breaks_off_is_no_audit(pushed):
    pushed.sandbox.faults.add("not_json", match=LISTS)
    with pytest.raises(NokoUnavailable):
        audited(pushed)


# Every night


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
    assert alarms(pushed) == [{"day": "2026-06-30", "missing": 0, "doubled": 1, "unknown": 0}]
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
