"""A day's audit tells what Noko and the ledger say differently."""

import dataclasses
import datetime as dt

import pytest
from fakes.house import delivery, draft, sha
from services.audit_house import DAY, LISTS, log_by_hand, noko_id, singles, told

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import NokoUnavailable
from chalicelib.services.audit import entries_of, look
from chalicelib.services.intake import take
from chalicelib.services.replay import resolve_as


def audited(house, day=DAY, **more):
    entries = entries_of(day, day, ports=house.ports)[day]
    return look(day, entries, ports=house.ports, routing=house.routing, **more)


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
