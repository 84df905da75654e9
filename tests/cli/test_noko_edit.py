"""Editing one entry: it is shown before and after, and every way in which Noko says no is a sentence."""

import datetime as dt
import json

import pytest
from fakes.house import delivery, draft, sha

from chalicelib.noko.error_code import ADVICE, ErrorCode
from devstack.sandbox.account import GEAR, JANE, SAM, WEBSITE

DAY = dt.date(2026, 6, 30)
MESSAGES = {
    ErrorCode.JSON_PARSING_ERROR: (400, "JSON Parsing Error"),
    ErrorCode.BODY_SHOULD_BE_JSON_HASH: (400, "Body should be JSON Hash"),
    ErrorCode.FEATURE_NOT_INCLUDED: (403, "Account does not include this feature"),
    ErrorCode.ACCOUNT_LOCKED: (503, "Your account is locked while it is migrated"),
}
"""The reasons that have no code, by status and message."""


@pytest.fixture
def number(house):
    return house.sandbox.books.log(
        user_id=JANE.id, date=DAY, minutes=30, project_id=GEAR.id, description="Work", source_url="https://x.example"
    ).id


@pytest.fixture
def entry(house, number):
    return lambda: house.sandbox.books.entry(number)


@pytest.fixture
def edits(house):
    return lambda: [json.loads(r.body) for r in house.transport.requests if r.method == "PUT"]


def test_what_is_not_named_stays_and_minutes_are_always_sent(run, number, entry, edits):
    result = run("noko", "edit", number, "--minutes", 30, "--description", "Fix #bug", "--yes", "--json")
    assert result.code == 0
    assert edits() == [{"minutes": 30, "description": "Fix #bug"}]
    assert result.lines[0]["description"] == "Fix #bug"
    assert (entry().minutes, entry().source_url, entry().date) == (30, "https://x.example", DAY)


def test_everything_can_be_changed_and_is_shown_before_and_after(run, number, entry):
    options = ("--date", "2026-06-29", "--project-id", WEBSITE.id, "--user-id", SAM.id, "--source-url", "")
    result = run("noko", "edit", number, "--minutes", 40, *options, attended=True, typed="y\n")
    assert result.code == 0
    for line in (
        "30 min  2026-06-30  jane@acme.example  Gear GmbH  Work",
        "minutes     30 → 40",
        "date        2026-06-30 → 2026-06-29",
        f"user_id     {JANE.id} → {SAM.id}",
        f"project_id  {GEAR.id} → {WEBSITE.id}",
        "source_url  https://x.example → ",
        "Noko made 45 of the 40 minutes",
    ):
        assert line in result.err
    assert "45 min  2026-06-29  sam@acme.example  Website  Work" in result.out
    assert (entry().minutes, entry().source_url) == (45, None)


@pytest.mark.parametrize(("words", "code"), [(("--dry-run",), 0), ((), 2)])
def test_nothing_changes_without_a_yes(run, number, entry, words, code):
    before = entry()
    assert run("noko", "edit", number, "--minutes", 40, *words).code == code
    assert run("noko", "edit", number, "--minutes", 40, *words, attended=True, typed="n\n").code in (0, 1)
    assert entry() == before


def test_what_is_so_already_is_not_sent(run, number, edits):
    result = run("noko", "edit", number, "--minutes", 30, "--description", "Work")
    assert result.code == 0
    assert "nothing to do" in result.err
    assert edits() == []


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--minutes", "-1"),
        ("--minutes", "1h"),
        ("--minutes", "5", "--date", "today"),
        ("--minutes", "5", "--user-id", "jane"),
    ],
)
def test_what_is_not_understood_is_exit_code_2(run, number, options):
    assert run("noko", "edit", number, *options, "--yes").code == 2


def test_an_approved_entry_is_said_to_be_locked(run, house, number, entry):
    house.sandbox.books.edit(number, approved_at=1, approved_by=JANE.id)
    result = run("noko", "edit", number, "--minutes", 40, "--yes")
    assert result.code == 1
    assert ADVICE[ErrorCode.APPROVED_AND_LOCKED] in result.err
    assert entry().minutes == 30


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_reason_that_noko_documents_is_a_plain_sentence_with_an_exit_code(run, house, number, code):
    status, message = MESSAGES.get(code, (400, "Validation Failed"))
    errors = [] if code in MESSAGES else [{"resource": "Entry", "field": "base", "code": code.value}]
    body = json.dumps({"message": message, "errors": errors})
    house.sandbox.faults.add("status_before", status=status, text=body, match=("PUT", "/entries"))
    result = run("noko", "edit", number, "--minutes", 40, "--yes")
    assert (result.code, result.out) == (1, "")
    assert ADVICE[code] in result.err
    assert "Traceback" not in result.err


def test_a_lost_answer_is_said_to_be_in_doubt(run, house, number):
    house.sandbox.faults.add("drop_after", match=("PUT", "/entries"))
    result = run("noko", "edit", number, "--minutes", 40, "--yes")
    assert result.code == 1
    assert "nobody knows" in result.err


def test_the_key_of_what_tallyhook_logged_is_said_before_it_is_changed(run, house, deliver):
    deliver(delivery(draft(1)))
    ours = house.ledger.entry(draft(1).key).noko_id
    result = run("noko", "edit", ours, "--minutes", 50, "--yes")
    assert result.code == 0
    assert f"mind: Tallyhook logged it as github:{sha(1)}; the ledger keeps what it sent" in result.err
