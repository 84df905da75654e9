"""What a restore finds in Noko, and what becomes of it in the ledger."""

import dataclasses

import pytest
from fakes.house import FakeHouse, draft, sha
from services.restore_house import POSTS, deliveries, each_once, entries_in_noko, entry, log, lose, restore

from chalicelib.domain.entry import form_source_url
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import UserError
from chalicelib.services import replay as person
from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION])
def test_what_waits_in_the_ledger_and_is_in_noko_once_is_logged(house, status):
    lost = lose(house, status=status)
    noko_id = log(house, lost.draft.source_url)
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert (entry(house).status, entry(house).noko_id, entry(house).logged_minutes) == (Status.LOGGED, noko_id, 45)
    assert "restored" in entry(house).reason
    assert house.ledger.holder_of(noko_id) == lost.key


@pytest.mark.parametrize("status", [Status.QUEUED, Status.HELD, Status.REFUSED, Status.SKIPPED])
def test_what_is_in_noko_more_than_once_needs_a_person(house, status):
    lost = lose(house, status=status, route=None if status is Status.HELD else lost_route())
    ids = [log(house, lost.draft.source_url) for _ in range(2)]
    restore(house, house.clock.now())
    assert entry(house).status is Status.NEEDS_ATTENTION
    assert all(str(noko_id) in entry(house).reason for noko_id in ids)
    assert house.telemetry.alarms[-1][0] == "restore_difference"
    house.run(minutes=5)
    assert entry(house).status is Status.NEEDS_ATTENTION
    person.resolve_as(lost.key, noko_id=ids[0], ports=house.ports)
    assert entry(house).status is Status.LOGGED


def lost_route():
    house = FakeHouse()
    return lose(house).route


def test_what_has_no_route_and_is_in_noko_twice_cannot_be_posted_again(house):
    lost = lose(house, status=Status.HELD, route=None)
    for _ in range(2):
        log(house, lost.draft.source_url)
    restore(house, house.clock.now())
    with pytest.raises(UserError, match="no route"):
        person.resolve_again(lost.key, ports=house.ports, routing=house.routing)


def test_work_that_somebody_gave_to_another_person_is_not_posted_again(house):
    lost = lose(house)
    log(house, lost.draft.source_url, who="sam@acme.example")
    assert restore(house, house.clock.now()) == [("needs_attention", lost.key)]
    assert "another person" in entry(house).reason


def test_of_two_persons_the_right_one_is_found(house):
    lost = lose(house)
    log(house, lost.draft.source_url, who="sam@acme.example")
    hers = log(house, lost.draft.source_url)
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert entry(house).noko_id == hers


def test_what_was_routed_anew_before_it_was_posted_is_found_under_anybody(house):
    lost = lose(house, status=Status.REFUSED)
    log(house, lost.draft.source_url, who="sam@acme.example")
    assert restore(house, house.clock.now()) == [("logged", lost.key)]


def test_an_entry_in_doubt_is_left_to_reconciling(house):
    house.sandbox.faults.add("drop_after", match=POSTS)
    take(deliveries([1], "d1"), ports=house.ports)
    house.open_next()
    house.post_next()
    assert restore(house, house.clock.now()) == []
    assert entry(house).status is Status.UNCERTAIN
    house.run(minutes=5)
    assert entry(house).status is Status.LOGGED
    assert each_once(house, [1])


def test_a_doubt_is_not_looked_into_while_old_workers_may_still_be_heard_of(house):
    house.sandbox.faults.add("drop_before", match=POSTS)
    take(deliveries([1], "d1"), ports=house.ports)
    house.open_next()
    house.post_next()
    begin(house.clock.now(), ports=house.ports)
    house.run(minutes=10)
    assert (entry(house).status, entry(house).absent_at) == (Status.UNCERTAIN, None)
    fill_gap(ports=house.ports)
    house.run(minutes=5)
    assert each_once(house, [1])


def test_what_the_ledger_never_heard_of_is_put_so_that_its_redelivery_creates_nothing(house):
    noko_id = log(house, draft(1).source_url)
    assert restore(house, house.clock.now()) == [("put", draft(1).key)]
    put = entry(house)
    assert (put.status, put.noko_id, put.draft.minutes, put.draft.repository) == ("logged", noko_id, 45, "acme/website")
    take(deliveries([1], "d1"), ports=house.ports)
    house.run(minutes=5)
    assert each_once(house, [1])
    assert restore(house, house.clock.now()) == []


def test_of_two_that_the_ledger_never_heard_of_the_older_is_put_and_the_other_told(house):
    first = log(house, draft(1).source_url)
    log(house, draft(1).source_url)
    assert restore(house, house.clock.now()) == [("doubled", draft(1).key), ("put", draft(1).key)]
    assert entry(house).noko_id == first


def test_what_another_key_holds_is_left_alone(house):
    lost = lose(house)
    house.ledger.take_noko_id(log(house, lost.draft.source_url), "form:timesheet:1")
    assert restore(house, house.clock.now()) == []
    assert entry(house).status is Status.QUEUED


def test_what_changed_in_noko_long_before_is_not_looked_at(house):
    log(house, draft(1).source_url)
    house.clock.advance(hours=3)
    assert restore(house, house.clock.now()) == []


def test_work_of_a_form_is_found_by_its_link_or_told_of(house):
    key = "form:timesheet:7"
    url = form_source_url("https://forms.example/7", key)
    lost = lose(house)
    house.ledger.put_entry(
        dataclasses.replace(lost, key=key, draft=dataclasses.replace(lost.draft, key=key, source_url=url))
    )
    log(house, url)
    unclaimed = log(house, "https://forms.example/8#th-0123abcd")
    log(house, "https://x.example/whatever")
    begin(house.clock.now(), ports=house.ports)
    found = {(str(each.what), each.key, each.noko_id) for each in fill_gap(ports=house.ports)}
    assert found == {("logged", key, house.ledger.entry(key).noko_id), ("unclaimed", None, unclaimed)}


def test_work_of_a_form_that_holds_its_id_already_is_logged_and_not_posted_again(house):
    key = "form:timesheet:7"
    url = form_source_url("https://forms.example/7", key)
    lost = lose(house)
    house.ledger.put_entry(
        dataclasses.replace(lost, key=key, draft=dataclasses.replace(lost.draft, key=key, source_url=url))
    )
    house.ledger.take_noko_id(log(house, url), key)  # by who died before he wrote the entry, or by an import
    assert restore(house, house.clock.now()) == [("logged", key)]
    house.run(minutes=10)
    assert entries_in_noko(house)[url] == 1
    assert restore(house, house.clock.now()) == []


def test_an_entry_that_moves_meanwhile_is_read_again(house):
    lost = lose(house, status=Status.HELD)
    log(house, lost.draft.source_url)
    take_id = house.ledger.take_noko_id

    def meanwhile(noko_id, key):
        house.ledger.take_noko_id = take_id
        person.replay(key, anyway=False, ports=house.ports, routing=house.routing)
        return take_id(noko_id, key)

    house.ledger.take_noko_id = meanwhile
    assert restore(house, house.clock.now()) == [("logged", lost.key)]
    assert entry(house).status is Status.LOGGED


def test_an_entry_that_is_opened_meanwhile_is_the_one_that_is_logged(house):
    log(house, draft(1).source_url)
    put = house.ledger.put_entry

    def meanwhile(new):
        house.ledger.put_entry = put
        take(deliveries([1], "d1"), ports=house.ports)
        house.open_next()
        return put(new)

    house.ledger.put_entry = meanwhile
    assert restore(house, house.clock.now()) == [("logged", draft(1).key)]
    assert entry(house).delivery.startswith("github:")


def test_nothing_that_is_told_to_operators_holds_texts_or_addresses(house):
    lost = lose(house)
    log(house, lost.draft.source_url)
    log(house, f"https://github.com/acme/website/commit/{sha(2)}")
    restore(house, house.clock.now())
    told = repr(house.telemetry.events + house.telemetry.alarms)
    assert "Work" not in told
    assert "jane@" not in told
