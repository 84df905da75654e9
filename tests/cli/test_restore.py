import datetime as dt

import pytest
from fakes.house import delivery, draft

from chalicelib.services import intake

TO = ("--to", "2026-06-30T11:00:00Z")


def log(house, number, *, who="jane@acme.example"):
    user = next(u for u in house.sandbox.books.users() if u.email == who)
    url = draft(number).source_url
    return house.sandbox.books.log(date=dt.date(2026, 6, 30), minutes=45, user_id=user.id, source_url=url).id


@pytest.fixture
def queued(house):
    """One entry that waits to be posted."""
    intake.take(delivery(draft(1)), ports=house.ports)
    house.open_next()


@pytest.mark.usefixtures("queued")
def test_what_noko_has_is_logged_and_told_and_posting_goes_on(run, house):
    ids = [log(house, 1), log(house, 2)]
    result = run("restore", *TO, "--yes")
    assert result.code == 0
    assert [(line["what"], line["key"], line["noko_id"]) for line in result.lines] == [
        ("logged", draft(1).key, ids[0]),
        ("put", draft(2).key, ids[1]),
    ]
    assert "restore mode is on" in result.err
    assert "1 waited in the ledger, and logged now, 1 new to the ledger" in result.err
    assert not house.throttle.state().is_closed
    assert {entry.status.value for entry in house.ledger.entries(since=0, until=2**60)} == {"logged"}


@pytest.mark.usefixtures("queued")
def test_a_terminal_gets_lines(run, house):
    noko_id = log(house, 1)
    result = run("restore", *TO, "--yes", draws=True)
    assert not result.lines
    assert f"Noko's entry {noko_id}" in result.out


@pytest.mark.usefixtures("queued")
def test_what_needs_a_person_is_exit_code_5(run, house):
    log(house, 1), log(house, 1)
    result = run("restore", *TO, "--yes")
    assert result.code == 5
    assert {line["what"] for line in result.lines} == {"needs_attention"}
    assert "2 for a person to look at" in result.err


def test_a_ledger_that_lacks_nothing_says_so(run, deliver):
    deliver(delivery(draft(1)))
    result = run("restore", *TO, "--yes")
    assert (result.code, result.out) == (0, "")
    assert "lacked nothing" in result.err


@pytest.mark.usefixtures("queued")
@pytest.mark.parametrize(("options", "code"), [({}, 2), ({"attended": True, "typed": "n\n"}, 1)])
def test_without_a_yes_nothing_is_marked(run, house, options, code):
    assert run("restore", *TO, **options).code == code
    assert house.throttle.state().restored_to is None


@pytest.mark.usefixtures("queued")
def test_when_it_breaks_off_posting_stays_off_and_the_same_again_helps(run, house):
    log(house, 1)
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    result = run("restore", *TO, "--yes")
    assert result.code == 1
    assert "run the same again" in result.err
    house.run(minutes=3)
    assert house.sandbox.journal.arrivals("POST", "/entries") == []
    assert run("restore", *TO, "--yes").code == 0
    assert len(house.sandbox.books.entries()) == 1


def test_a_store_that_says_itself_to_what_time_it_was_put_back_need_not_be_told(run, house):
    house.throttle.enter_restore(house.clock.now() - 60_000, now=house.clock.now())
    result = run("restore", "--yes")
    assert result.code == 0
    assert "the table was restored to 2026-06-30" in result.err
    assert house.throttle.state().restored_to is None


def test_one_that_does_not_say_has_to_be_told(run, house):
    result = run("restore", "--yes")
    assert result.code == 2
    assert "--to" in result.err
    assert house.throttle.state().restored_to is None


def test_an_instant_that_is_yet_to_come_is_refused(run, house):
    result = run("restore", "--to", "2026-07-01T00:00:00Z", "--yes")
    assert result.code == 1
    assert "yet to come" in result.err
    assert house.throttle.state().restored_to is None


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-06-30", "2026-06-30T11:00:00", "2026-06-31T11:00:00Z", "2026-06-30T11:00:00+0200", "1"]
)
def test_what_is_no_instant_with_an_offset_is_a_usage_error(run, text):
    result = run("restore", "--to", text, "--yes")
    assert result.code == 2
    assert "2026-06-30T12:00:00Z" in result.err


def test_an_offset_is_minded(run, house):
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    run("restore", "--to", "2026-06-30T13:00:00+02:00", "--yes")
    assert house.throttle.state().restored_to == house.clock.now() // 3_600_000 * 3_600_000 - 3_600_000


@pytest.mark.usefixtures("queued")
def test_while_it_lasts_check_and_entry_say_why_nothing_moves(run, house):
    house.throttle.enter_restore(house.clock.now(), now=house.clock.now())
    assert "tallyhook restore --to 2026-06-30T" in run("check", "--json").out
    told = run("entry", draft(1).key).out
    assert "nothing is posted until `tallyhook restore`" in told


def test_an_entry_that_was_put_tells_where_it_came_from(run, house):
    log(house, 1)
    run("restore", *TO, "--yes")
    told = run("entry", draft(1).key).out
    assert "the table had lost it" in told
    assert "acme/website" in told
