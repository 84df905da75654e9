"""What an attempt in doubt may have created is left alone until it is settled, whatever is asked for."""

import datetime as dt

import pytest
from fakes.house import delivery, draft

from chalicelib.services import intake, restore
from devstack.sandbox.account import GEAR, JANE

DAY = dt.date(2026, 6, 30)
CHANGES = {
    "approve": ("noko", "approve", "ID"),
    "unapprove": ("noko", "unapprove", "ID"),
    "invoice": ("noko", "invoice", "ID", "--date", "2026-06-30"),
    "delete": ("noko", "delete", "ID"),
    "edit": ("noko", "edit", "ID", "--minutes", "50", "--source-url", ""),
}


@pytest.fixture
def do(run):
    return lambda verb, number: run(*(str(number) if word == "ID" else word for word in CHANGES[verb]), "--yes")


@pytest.fixture
def log(house):
    def log(**changes):
        plain = {"user_id": JANE.id, "date": DAY, "minutes": 30, "project_id": GEAR.id, "description": "Work"}
        return house.sandbox.books.log(**{**plain, **changes}).id

    return log


def changed(house):
    return [each for each in house.transport.requests if each.method not in {"GET", "POST"}]


@pytest.mark.parametrize("verb", sorted(CHANGES.keys() - {"unapprove"}))
def test_it_is_left_alone_until_it_is_found(house, deliver, do, verb):
    house.sandbox.faults.add("drop_after", match=("POST", "/entries"))
    deliver(delivery(draft(1)), minutes=1)
    assert house.statuses() == {draft(1).key: "uncertain"}
    (there,) = house.sandbox.books.entries()
    result = do(verb, there.id)
    assert result.code == 1
    assert f"an attempt at {draft(1).key} may have created it, which is in doubt: wait until" in result.err
    assert changed(house) == []
    house.run(minutes=10)
    assert house.statuses() == {draft(1).key: "logged"}
    assert do(verb, there.id).code == 0


@pytest.mark.parametrize("verb", CHANGES)
def test_so_it_is_while_a_person_is_needed_to_settle_it(run, house, deliver, log, do, verb):
    house.sandbox.faults.add("drop_before", times=None, match=("POST", "/entries"))
    deliver(delivery(draft(1)), minutes=60)
    assert house.statuses() == {draft(1).key: "needs_attention"}
    approved = {"approved_at": 1, "approved_by": JANE.id} if verb == "unapprove" else {}
    number = log(source_url=draft(1).source_url, **approved)
    result = do(verb, number)
    assert result.code == 1
    assert f"say first with `tallyhook resolve {draft(1).key}` what became of it" in result.err
    assert changed(house) == []
    assert run("resolve", draft(1).key, "--is", number, "--yes").code == 0
    assert do(verb, number).code == 0


def test_so_it_is_with_what_came_by_a_form(house, deliver, log, do):
    house.sandbox.faults.add("drop_before", times=None, match=("POST", "/entries"))
    sent = draft(1, key="form:timesheet:7", source_url="https://forms.example/7#th-1a2b3c4d")
    deliver(delivery(sent), minutes=60)
    assert house.statuses() == {sent.key: "needs_attention"}
    assert do("approve", log(source_url=sent.source_url)).code == 1
    assert changed(house) == []


def test_a_commit_is_looked_up_itself_because_the_index_may_be_behind(house, deliver, do):
    house.sandbox.faults.add("drop_after", match=("POST", "/entries"))
    deliver(delivery(draft(1)), minutes=1)
    house.ledger.in_doubt = list
    (there,) = house.sandbox.books.entries()
    assert do("delete", there.id).code == 1
    assert len(house.sandbox.books.entries()) == 1


def test_no_other_entry_gets_the_link_by_which_a_doubt_is_settled(run, house, deliver, log):
    house.sandbox.faults.add("drop_before", match=("POST", "/entries"))
    deliver(delivery(draft(1)), minutes=1)
    number = log()
    words = ("noko", "edit", number, "--minutes", 30, "--source-url", draft(1).source_url, "--yes")
    result = run(*words)
    assert result.code == 1
    assert "with that link it would be taken for another one" in result.err
    assert changed(house) == []
    house.run(minutes=10)
    assert house.statuses() == {draft(1).key: "logged"}
    assert run(*words).code == 0


@pytest.mark.parametrize("verb", CHANGES)
def test_in_restore_mode_nothing_is_changed_so_nothing_is_posted_in_its_place(house, do, verb):
    intake.take(delivery(draft(1)), ports=house.ports)
    house.open_next()
    before = house.snapshot()
    house.run(minutes=5)
    (there,) = house.sandbox.books.entries()
    house.put_back(before)
    restore.begin(house.clock.now() - 600_000, ports=house.ports)
    result = do(verb, there.id)
    assert result.code == 1
    assert "restore mode" in result.err
    assert changed(house) == []
    restore.fill_gap(ports=house.ports)
    house.run(minutes=30)
    assert house.statuses() == {draft(1).key: "logged"}
    assert [each.id for each in house.sandbox.books.entries()] == [there.id]
