import datetime as dt

import pytest
from fakes.house import delivery, draft, sha

from chalicelib.services.night import KIND

DAY = ("--from", "2026-06-30", "--to", "2026-06-30")


@pytest.fixture
def logged(house, deliver):
    """Three entries of the 30th of June, in Noko's books by their ids."""
    house.stamp()
    deliver(delivery(*(draft(n) for n in (1, 2, 3))))
    return [house.ledger.entry(draft(n).key).noko_id for n in (1, 2, 3)]


def double(house):
    user = next(u for u in house.sandbox.books.users() if u.email == "jane@acme.example")
    when = dt.date(2026, 6, 30)
    return house.sandbox.books.log(date=when, minutes=45, user_id=user.id, source_url=draft(1).source_url).id


@pytest.mark.usefixtures("logged")
def test_a_day_without_differences_is_a_line_and_exit_code_0(run):
    result = run("audit", *DAY, "--json")
    assert result.code == 0
    assert result.lines == [
        {"day": "2026-06-30", "state": "audited", "reason": None, "compared": 3, "unexplained": 0, "findings": []}
    ]
    assert result.err.strip() == "1 day, 3 logged entries compared: all is as it should be"


def test_what_people_did_is_told_and_no_failure(run, house, logged):
    house.sandbox.books.delete(logged[0])
    house.sandbox.books.edit(logged[1], minutes=7)
    result = run("audit", *DAY)
    assert result.code == 0
    found = {each["noko_id"]: each for each in result.lines[0]["findings"]}
    assert found[logged[0]]["kind"] == "deleted"
    assert found[logged[1]] == {
        "kind": "changed",
        "explained": True,
        "key": draft(2).key,
        "noko_id": logged[1],
        "says": "somebody changed the minutes (45 → 7)",
    }
    assert "1 deleted by people, 1 changed by people" in result.err


@pytest.mark.usefixtures("logged")
def test_the_unexplained_is_exit_code_1(run, house):
    second = double(house)
    result = run("audit", *DAY)
    assert result.code == 1
    assert result.lines[0]["unexplained"] == 1
    assert result.lines[0]["findings"][0]["noko_id"] == second
    assert "1 doubled" in result.err


@pytest.mark.usefixtures("logged")
def test_a_terminal_gets_a_table_of_what_was_found(run, house):
    second = double(house)
    result = run("audit", *DAY, draws=True)
    assert not result.lines
    for told in ("2026-06-30", "doubled", sha(1)[:7], str(second)):
        assert told in result.out
    assert run("audit", "--from", "2026-06-29", "--to", "2026-06-29", draws=True).out == ""


@pytest.mark.usefixtures("logged")
def test_days_that_could_not_be_asked_about_are_exit_code_5_and_the_rest_is_not_tried(run, house):
    house.sandbox.faults.add("not_json", skip=1, match=("GET", "/entries"))
    result = run("audit", "--from", "2026-06-28", "--to", "2026-06-30")
    assert result.code == 5
    assert [line["state"] for line in result.lines] == ["audited", "not_asked", "not_asked"]
    assert result.lines[1]["reason"]
    assert "2 could not be asked about" in result.err
    assert "not asked" in run("audit", *DAY, draws=True).out or run("audit", *DAY).code == 0


@pytest.mark.usefixtures("logged")
def test_a_day_that_noko_refuses_leaves_the_others(run, house):
    house.sandbox.faults.add("forbidden", match=("GET", "/entries"))
    result = run("audit", "--from", "2026-06-28", "--to", "2026-06-30")
    assert result.code == 5
    assert [line["state"] for line in result.lines] == ["not_asked", "audited", "audited"]


def test_a_difference_goes_before_what_could_not_be_asked(run, house, logged):
    double(house)
    assert logged
    house.sandbox.faults.add("forbidden", match=("GET", "/entries"))
    assert run("audit", "--from", "2026-06-28", "--to", "2026-06-30").code == 1


@pytest.mark.parametrize(("fault", "code"), [("not_json", 1), ("unauthorized", 4)])
@pytest.mark.usefixtures("logged")
def test_when_nothing_could_be_asked_the_exit_code_says_why(run, house, fault, code):
    house.sandbox.faults.add(fault, match=("GET", "/entries"))
    assert run("audit", *DAY).code == code


@pytest.mark.parametrize(
    "options",
    [
        ["--from", "2026-06-30"],
        ["--to", "2026-06-30"],
        ["--from", "2026-06-30", "--to", "2026-06-29"],
        ["--from", "yesterday", "--to", "2026-06-29"],
    ],
)
def test_half_a_span_is_a_usage_error(run, options):
    assert run("audit", *options).code == 2


@pytest.mark.usefixtures("logged")
def test_an_audit_by_hand_changes_nothing(run, house):
    before = dict(house.ledger.__dict__["_entries"])
    run("audit", *DAY)
    assert house.ledger.__dict__["_entries"] == before
    assert list(house.ledger.runs(KIND, since=0, until=2**60)) == []


def test_before_the_first_night_there_is_nothing_to_show(run):
    result = run("audit")
    assert (result.code, result.out) == (0, "")
    assert "no night" in result.err


def test_the_nights_are_shown_with_what_they_found(run, house, logged):
    house.sandbox.books.delete(logged[0])
    house.clock.advance(days=2)
    house.run(minutes=2)
    result = run("audit", "--json")
    assert result.code == 0
    assert [(line["day"], line["state"], line["compared"]) for line in result.lines] == [
        ("2026-06-30", "audited", 3),
        ("2026-07-01", "audited", 0),
    ]
    assert result.lines[0]["audited_at"].startswith("2026-07-02T12:")
    assert result.lines[0]["findings"][0]["kind"] == "deleted"
    table = run("audit", draws=True)
    assert "1 deleted by people" in table.out
    assert "all is as it should be" in table.out


@pytest.mark.usefixtures("logged")
def test_a_night_under_way_and_one_that_failed_are_told(run, house):
    house.sandbox.faults.add("forbidden", match=("GET", "/entries"))
    house.clock.advance(days=1)
    house.run(minutes=2)
    house.clock.advance(days=1)
    house.throttle.pause("away", now=house.clock.now())
    house.transport.unreachable = True
    house.clock.advance(minutes=1)
    house.throttle.resume(now=house.clock.now())
    house.tick()
    states = [(line["day"], line["state"]) for line in run("audit").lines]
    assert states == [("2026-06-30", "failed"), ("2026-07-01", "under_way")]
    assert "403" in run("audit").lines[0]["reason"]
    assert "under way" in run("audit", draws=True).out
