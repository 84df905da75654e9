"""What Noko holds, listed with its own filters, as a table, JSON or CSV; and one entry of it."""

import csv
import datetime as dt
import io

import pytest
from fakes.clock import START
from fakes.house import delivery, draft, sha
from hypothesis import given
from hypothesis import strategies as st

from cli.noko.csv_text import csv_line
from devstack.sandbox.account import GEAR, JANE, LEE, SAM, WEBSITE
from devstack.sandbox.instant import midnight

DAY = dt.date(2026, 6, 30)


@pytest.fixture
def log(house):
    def log(number=1, **changes):
        plain = {"user_id": JANE.id, "date": DAY, "minutes": 45, "description": f"Work {number}"}
        return house.sandbox.books.log(**{**plain, "project_id": GEAR.id, **changes}).id

    return log


@pytest.fixture
def several(log, house):
    """Six entries, each of which some filters find."""
    log(1)
    log(2, user_id=SAM.id, date=dt.date(2026, 6, 1), description="Fix #bug")
    log(3, project_id=WEBSITE.id, description="Fix #bug #web", invoice_id=7, invoiced_at=midnight(dt.date(2026, 6, 20)))
    log(4, description="Lunch #lunch*", import_id=9)
    log(5, approved_at=midnight(dt.date(2026, 6, 25)), approved_by=LEE.id)
    house.clock.advance(days=2)
    log(6, date=dt.date(2026, 7, 2))


def numbers(result):
    return sorted(line["id"] - 1_711_000 for line in result.lines)


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), [1, 2, 3, 4, 5, 6]),
        (("--from", "2026-06-30"), [1, 3, 4, 5, 6]),
        (("--to", "2026-06-30"), [1, 2, 3, 4, 5]),
        (("--from", "2026-06-02", "--to", "2026-06-30", "--billable"), [1, 3, 5]),
        (("--user-ids", f"{SAM.id}, {LEE.id}"), [2]),
        (("--description", "FIX"), [2, 3]),
        (("--project-ids", f"{WEBSITE.id}"), [3]),
        (("--tag-ids", "249397"), [2, 3]),
        (("--tag-ids", "249397,249398"), [3]),
        (("--tag-ids", "249398,249399", "--tag-filter-type", "combination of"), [3, 4]),
        (("--tag-ids", "249398,249399", "--tag-filter-type", "combination-of"), [3, 4]),
        (("--tag-ids", "249397,249398", "--tag-filter-type", "and"), [3]),
        (("--invoice-ids", "7"), [3]),
        (("--import-ids", "9"), [4]),
        (("--invoiced",), [3]),
        (("--not-invoiced",), [1, 2, 4, 5, 6]),
        (("--invoiced-at-from", "2026-06-20", "--invoiced-at-to", "2026-06-20"), [3]),
        (("--invoiced-at-to", "2026-06-19"), []),
        (("--updated-from", "2026-07-01T00:00:00Z"), [6]),
        (("--updated-from", "2026-07-01"), [6]),
        (("--updated-to", "2026-07-01T02:00:00+02:00"), [1, 2, 3, 4, 5]),
        (("--billable",), [1, 2, 3, 5, 6]),
        (("--unbillable",), [4]),
        (("--approved-at-from", "2026-06-25", "--approved-at-to", "2026-06-25"), [5]),
        (("--approved-at-from", "2026-06-26"), []),
        (("--approved-by-ids", f"{LEE.id}"), [5]),
    ],
)
def test_every_filter_of_noko_s_finds_what_it_should(run, options, found):
    result = run("noko", "entries", *options, "--json")
    assert result.code == 0
    assert numbers(result) == found


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "30.06.2026"),
        ("--user-ids", "jane"),
        ("--user-ids", "1,,2"),
        ("--user-ids", "2147483648"),
        ("--tag-filter-type", "or"),
        ("--updated-from", "yesterday"),
        ("--updated-from", "2026-06-30T12:00:00"),
        ("--description", " "),
        ("--from", "2026-07-01", "--to", "2026-06-30"),
        ("--json", "--csv"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_exit_code_2_and_asks_nobody(run, house, options):
    result = run("noko", "entries", *options)
    assert (result.code, result.out) == (2, "")
    assert house.transport.requests == []


def test_lines_are_noko_s_own_objects(run, log, house):
    log(1, description="Fix #bug")
    (line,) = run("noko", "entries", "--json").lines
    assert line["tags"][0]["formatted_name"] == "#bug"
    assert (line["invoiced_at"], line["import"], line["approved_by"]) == (None, None, None)
    assert line == house.noko.entry(line["id"]).own()
    assert run("noko", "entry", line["id"], "--json").lines == [line]


@pytest.mark.usefixtures("several")
def test_a_person_sees_a_table_and_a_sum(run):
    result = run("noko", "entries", draws=True)
    assert "approved" in result.out
    assert "sam@acme.example"[:8] in result.out
    assert result.err == "6 entries, 270 min\n"
    assert run("noko", "entries", "--description", "nothing", draws=True).err == "no entries\n"


def test_more_than_a_page_is_listed_in_slots(run, house):
    plain = {"user_id": JANE.id, "date": DAY, "minutes": 1}
    house.sandbox.books.log_many([plain] * 2_001)
    result = run("noko", "entries", "--json")
    assert len(result.lines) == 2_001
    assert len(house.throttle.slots) == len(house.transport.requests) == 3


def test_an_answer_that_fails_in_the_middle_is_no_success(run, house):
    house.sandbox.books.log_many([{"user_id": JANE.id, "date": DAY, "minutes": 1}] * 1_001)
    house.sandbox.faults.add("status_before", status=500, match=("GET", "/entries"), skip=1)
    result = run("noko", "entries", "--json")
    assert result.code == 1
    assert len(result.lines) == 1_000
    assert "Noko answered 500" in result.err


def test_hostile_text_is_shown_harmless(run, log):
    log(1, description="\x1b[2J\u202e=1+1")
    for words in (("entries", "--csv"), ("entries", "--json"), ("entry", 1_711_001)):
        assert "\x1b" not in run("noko", *words).out
    assert "\x1b" not in run("noko", "entries", draws=True).out


def test_csv_has_a_head_and_no_formula(run, log):
    log(1, description='=HYPERLINK("https://evil.example")', source_url="https://x.example/1,2")
    log(2, description="+1 -1\n@x", date=dt.date(2026, 6, 29))
    result = run("noko", "entries", "--csv")
    head, first, second = csv.reader(io.StringIO(result.out))
    assert head[:3] == ["id", "date", "minutes"]
    assert first[:6] == ["1711001", "2026-06-30", "45", "true", "jane@acme.example", "Gear GmbH"]
    assert first[6] == '\'=HYPERLINK("https://evil.example")'
    assert first[8] == "https://x.example/1,2"
    assert second[6] == "'+1 -1\\n@x"


@given(st.lists(st.text(max_size=20) | st.integers(0, 10**6) | st.none(), min_size=1, max_size=5))
def test_no_cell_of_csv_begins_like_a_formula_or_leaves_its_line(cells):
    line = csv_line(cells)
    assert "\n" not in line
    assert "\r" not in line
    (read,) = csv.reader(io.StringIO(line))
    assert len(read) == len(cells)
    assert not [cell for cell in read if cell.lstrip().startswith(("=", "+", "-", "@", "\t"))]


def test_one_entry_tells_what_there_is_and_whose_it_is(run, house, deliver):
    deliver(delivery(draft(1, description="Fix #bug")))
    noko_id = house.ledger.entry(draft(1).key).noko_id
    house.sandbox.books.edit(noko_id, approved_at=START, approved_by=JANE.id)
    result = run("noko", "entry", noko_id)
    assert result.code == 0
    for said in ("45 min  Fix #bug", "Gear GmbH", "approved    2026-06-30T12:00:00Z by jane@acme.example"):
        assert said in result.out
    assert f"Tallyhook   logged it as github:{sha(1)}" in result.out


def test_an_entry_that_is_not_there_is_told(run):
    result = run("noko", "entry", 99)
    assert (result.code, result.out) == (1, "")
    assert "Noko answered 404 to GET /entries/99: Not Found" in result.err


def test_what_noko_left_out_is_shown_as_nothing(run, log):
    number = log(1, project_id=None, description=None)
    assert run("noko", "entry", number).code == 0
    assert run("noko", "entries", draws=True).code == 0
    assert run("noko", "entries", "--csv").out.splitlines()[1].startswith(f'{number},"2026-06-30",45,"true"')
