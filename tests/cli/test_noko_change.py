"""Approving, unapproving, invoicing and deleting by id: what was ignored is found out, and nothing is left unsaid."""

import datetime as dt

import pytest
from fakes.house import delivery, draft, sha

from chalicelib.noko.error_code import ADVICE, ErrorCode
from chalicelib.noko.protocol import Token
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, OLD_SITE

DAY = dt.date(2026, 6, 30)


@pytest.fixture
def log(house):
    def log(count=1, **changes):
        plain = {"user_id": JANE.id, "date": DAY, "minutes": 30, "project_id": GEAR.id, "description": "Work"}
        return [entry.id for entry in house.sandbox.books.log_many([{**plain, **changes}] * count)]

    return log


def entry(house, number):
    return house.sandbox.books.entry(number)


def approved(house, numbers):
    return [entry(house, number).approved_at is not None for number in numbers]


def asked(house, method="PUT"):
    return [request.url.rpartition("/v2")[2] for request in house.transport.requests if request.method == method]


def results(result):
    return {line["id"]: line["result"] for line in result.lines}


def interrupt(house, nth, method="PUT"):
    """Press Ctrl-C while the nth such request is under way."""
    send, seen = house.transport.send, []

    def pressed(request, guard):
        seen.extend([request] if request.method == method else [])
        if len(seen) == nth and request.method == method:
            send(request, guard)
            raise KeyboardInterrupt
        return send(request, guard)

    house.transport.send = pressed


def test_entries_are_approved_in_one_call_and_read_back(run, house, log):
    numbers = log(6)
    result = run("noko", "approve", *numbers, "--yes", "--json")
    assert result.code == 0
    assert results(result) == dict.fromkeys(numbers, "approved")
    assert approved(house, numbers) == [True] * 6
    assert asked(house) == ["/entries/approved"]
    assert len(asked(house, "GET")) == 3  # the newest one, the page around it, and what was changed since
    assert len(house.throttle.slots) == len(house.transport.requests)


def test_one_entry_is_approved_by_a_call_of_its_own_as_of_an_instant(run, house, log):
    (number,) = log()
    assert run("noko", "approve", number, "--approved-at", "2026-06-29T10:00:00Z", "--yes").code == 0
    assert entry(house, number).approved_at == 1_782_727_200_000
    assert asked(house) == [f"/entries/{number}/approved"]


def test_what_noko_ignored_says_why_and_the_exit_code_is_5(run, log):
    good, old, done = log(5), log(1, project_id=OLD_SITE.id), log(1, approved_at=1, approved_by=JANE.id)
    result = run("noko", "approve", *good, *old, *done, 99, "--yes", "--json")
    assert result.code == 5
    assert results(result) == dict.fromkeys(good, "approved") | {old[0]: "failed", done[0]: "unchanged", 99: "failed"}
    assert ADVICE[ErrorCode.ARCHIVED_PROJECT] in result.err
    assert "Noko has no entry 99" in result.err
    assert f"{done[0]} is approved already: nothing to do" in result.err


def test_what_is_so_already_is_no_failure_and_nobody_is_asked(run, log):
    (number,) = log(1, approved_at=1, approved_by=JANE.id)
    result = run("noko", "approve", number, attended=True)
    assert result.code == 0
    assert "[y/N]" not in result.err


@pytest.mark.parametrize("how", ["refused", "ignored"])
def test_who_may_not_approve_is_told_so(run, house, log, how):
    house.sandbox.switches = house.sandbox.switches.__class__(bulk_approval_by_others=how)
    house.secrets.token = Token(COWORKER_TOKEN)
    result = run("noko", "approve", *log(6), "--yes", "--json")
    assert result.code == 1
    assert set(results(result).values()) == {"failed"}
    assert "only supervisors approve" in result.err


def test_a_list_that_lags_is_no_proof_that_something_was_ignored(run, house, log):
    numbers = log(6)
    house.clock.advance(hours=1)
    house.sandbox.switches = house.sandbox.switches.__class__(list_lag_ms=60_000)
    result = run("noko", "approve", *numbers, "--yes", "--json")
    assert (result.code, set(results(result).values())) == (0, {"approved"})
    assert asked(house) == ["/entries/approved"]


def test_a_hundred_go_into_one_call(run, house, log):
    numbers = log(250)
    assert run("noko", "approve", *numbers, "--yes").code == 0
    assert approved(house, numbers) == [True] * 250
    assert asked(house) == ["/entries/approved"] * 3


@pytest.mark.parametrize(
    ("words", "plan"), [(("approve",), "approve"), (("invoice", "--date", "2026-06-30"), "mark as invoiced")]
)
def test_the_plan_is_shown_and_only_a_yes_is_a_yes(run, house, log, words, plan):
    numbers = log(25)
    result = run("noko", words[0], *numbers, *words[1:], attended=True, typed="n\n")
    assert result.code == 1
    assert f"25 entries, 750 min in all: {plan}" in result.err
    assert "and 5 more" in result.err
    assert asked(house) == []
    assert run("noko", words[0], *numbers, *words[1:]).code == 2


@pytest.mark.parametrize("words", [("approve",), ("unapprove",), ("invoice", "--date", "2026-06-30"), ("delete",)])
def test_a_dry_run_changes_nothing_and_asks_nobody(run, house, log, words):
    numbers = log(2, **({"approved_at": 1, "approved_by": JANE.id} if words == ("unapprove",) else {}))
    result = run("noko", words[0], *numbers, *words[1:], "--dry-run", "--json", attended=True)
    assert result.code == 0
    assert {word.partition(" be ")[0] for word in results(result).values()} == {"would"}
    assert "[y/N]" not in result.err
    assert asked(house) == asked(house, "DELETE") == []


def test_an_approval_is_taken_back(run, house, log):
    numbers = log(2, approved_at=1, approved_by=JANE.id)
    old = log(1, approved_at=1, approved_by=JANE.id, project_id=OLD_SITE.id)
    assert run("noko", "unapprove", *numbers, "--yes").code == 0
    assert approved(house, numbers) == [False, False]
    result = run("noko", "unapprove", *old, "--yes")
    assert result.code == 1
    assert ADVICE[ErrorCode.ARCHIVED_PROJECT] in result.err


def test_entries_are_marked_as_invoiced_and_one_on_an_invoice_says_why_not(run, log):
    numbers, billed = log(2), log(1, invoice_id=7, invoiced_at=1)
    result = run("noko", "invoice", *numbers, *billed, "--date", "2026-06-15", "--yes", "--json")
    assert result.code == 5
    assert results(result) == dict.fromkeys(numbers, "marked as invoiced") | {billed[0]: "failed"}
    assert ADVICE[ErrorCode.ALREADY_INVOICED] in result.err
    again = run("noko", "invoice", *numbers, "--date", "2026-06-15", "--yes", "--json")
    assert (again.code, set(results(again).values())) == (0, {"unchanged"})
    assert run("noko", "invoice", *numbers, "--date", "2026-06-16", "--yes", "--json").code == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"approved_at": 1}, ErrorCode.APPROVED_AND_LOCKED),
        ({"invoiced_at": 1}, ErrorCode.INVOICED),
        ({"project_id": OLD_SITE.id}, ErrorCode.ARCHIVED_PROJECT),
    ],
)
def test_what_cannot_be_deleted_says_why_and_the_rest_is_deleted(run, house, log, changes, code):
    good, kept = log(2), log(1, **changes)
    result = run("noko", "delete", good[0], *kept, good[1], "--yes", "--json")
    assert result.code == 5
    assert results(result) == {good[0]: "deleted", kept[0]: "failed", good[1]: "deleted"}
    assert ADVICE[code] in result.err
    assert [each.id for each in house.sandbox.books.entries()] == kept


def test_before_what_tallyhook_logged_is_deleted_its_key_is_said(run, house, deliver, log):
    deliver(delivery(draft(1)))
    ours = house.ledger.entry(draft(1).key).noko_id
    for words in ((), ("--yes",)):
        result = run("noko", "delete", ours, *log(), *words, attended=True, typed="n\n")
        assert f"mind: Tallyhook logged it as github:{sha(1)} ({ours}); the ledger keeps it as logged" in result.err
        assert result.err.count("mind:") == 1
    house.run(minutes=120)
    assert [each.id for each in house.sandbox.books.entries()] == [ours + 1]


def test_ctrl_c_between_portions_says_what_is_done_and_what_is_not(run, house, log):
    numbers = log(250)
    interrupt(house, 2)
    result = run("noko", "approve", *numbers, "--yes", "--json")
    assert result.code == 130
    words = list(results(result).values())
    assert words == ["unknown"] * 200 + ["not tried"] * 50
    assert approved(house, numbers) == [True] * 200 + [False] * 50
    assert "interrupted: 0 approved, 200 in doubt, 50 not" in result.err
    assert "Noko took it, and was not asked any more" in result.lines[0]["reason"]
    assert "nobody knows" in result.lines[100]["reason"]


def test_ctrl_c_among_single_calls_says_what_is_done_and_what_is_not(run, house, log):
    numbers = log(4)
    interrupt(house, 3, "DELETE")
    result = run("noko", "delete", *numbers, "--yes", "--json")
    assert result.code == 130
    assert list(results(result).values()) == ["deleted", "deleted", "unknown", "not tried"]
    assert "interrupted: 2 deleted, 1 in doubt, 1 not" in result.err
    assert f"not tried any more: {numbers[3]}\n" in result.err


def test_a_lost_answer_is_looked_up_before_it_is_called_lost(run, house, log):
    numbers = log(3)
    house.sandbox.faults.add("drop_after", times=1, match=("DELETE", "/entries"))
    result = run("noko", "delete", *numbers, "--yes", "--json")
    assert (result.code, set(results(result).values())) == (0, {"deleted"})


@pytest.mark.parametrize("work", [True, False])
def test_a_yes_of_somebody_else_is_looked_up_before_it_is_believed(run, house, log, work):
    (number,) = log()
    house.sandbox.faults.add("not_json", work=work, match=("PUT", "/entries"))
    result = run("noko", "approve", number, "--yes", "--json")
    assert (result.code, results(result)) == ((0, {number: "approved"}) if work else (1, {number: "unknown"}))
    assert approved(house, [number]) == [work]


def test_what_somebody_else_has_deleted_meanwhile_is_deleted(run, house, log):
    numbers = log(2)
    send = house.transport.send

    def sent(request, guard):
        if request.method == "DELETE" and entry(house, numbers[1]):
            house.sandbox.books.delete(numbers[1])
        return send(request, guard)

    house.transport.send = sent
    result = run("noko", "delete", *numbers, "--yes", "--json")
    assert (result.code, set(results(result).values())) == (0, {"deleted"})


def test_what_is_gone_cannot_be_approved(run, house, log):
    (number,) = log()
    house.sandbox.faults.add("status_before", status=404, match=("PUT", "/entries"))
    result = run("noko", "approve", number, "--yes", "--json")
    assert (result.code, results(result)) == (1, {number: "failed"})


def test_a_portion_whose_answer_was_lost_is_read_back_and_the_next_one_is_not_sent(run, house, log):
    numbers = log(150)
    house.sandbox.faults.add("drop_after", times=1, match=("PUT", "/entries/approved"))
    result = run("noko", "approve", *numbers, "--yes", "--json")
    assert result.code == 5
    assert list(results(result).values()) == ["approved"] * 100 + ["not tried"] * 50
    assert approved(house, numbers) == [True] * 100 + [False] * 50


def test_an_outage_in_the_middle_keeps_what_was_done_and_tells_the_rest(run, house, log):
    numbers = log(3)
    house.sandbox.faults.add("throttled", times=None, match=("DELETE", "/entries"), skip=1)
    result = run("noko", "delete", *numbers, "--yes", "--json")
    assert result.code == 5
    assert list(results(result).values()) == ["deleted", "failed", "not tried"]
    assert result.err.count("rate limit") == 2


def test_what_noko_took_but_does_not_tell_about_is_called_unknown(run, house, log):
    numbers = log(6)
    house.sandbox.faults.add("status_before", status=500, times=None, match=("GET", "/entries"), skip=2)
    result = run("noko", "approve", *numbers, "--yes", "--json")
    assert result.code == 1
    assert set(results(result).values()) == {"unknown"}
    assert "Noko took it, but does not tell what it did" in result.err


def test_a_refused_token_is_exit_code_4(run, house, log):
    numbers = log(2)
    house.secrets.token = Token("revoked")
    result = run("noko", "approve", *numbers, "--yes")
    assert (result.code, asked(house)) == (4, [])


@pytest.mark.parametrize("words", [("approve",), ("approve", "0"), ("approve", "x"), ("invoice", "1"), ("delete",)])
def test_what_is_not_understood_is_exit_code_2(run, words):
    assert run("noko", *words).code == 2


def test_an_id_that_is_named_twice_is_changed_once(run, log):
    (number,) = log()
    result = run("noko", "delete", number, number, "--yes", "--json")
    assert (result.code, results(result)) == (0, {number: "deleted"})
