import dataclasses

import pytest
from fakes.house import FakeHouse
from fakes.payroll import MONDAY, WEEKLY, approved, doubtful, log, policies

from chalicelib.domain.approval_record import from_text, key_of
from chalicelib.domain.lifecycle import Status
from chalicelib.noko.protocol import Token
from chalicelib.services.approvals import KIND
from devstack.sandbox.account import COWORKER_TOKEN, OLD_SITE, SAM

SCHEDULED = key_of("weekly", MONDAY, by_hand=False)
OPTIONS = ("--yes", "--json")


@pytest.fixture
def house():
    house = FakeHouse(routing=policies(WEEKLY, dataclasses.replace(WEEKLY, name="monthly", when="day 1 09:00")))
    house.tick()
    return house


@pytest.fixture
def ids(house):
    return [log(house, days=10 + number, key=f"github:{number}") for number in range(3)]


def results(ran):
    return {line["id"]: line["result"] for line in ran.lines}


def name_of(ran):
    """The name of the run that a command made, as its words tell it."""
    return next(word for word in ran.err.split() if word.startswith("weekly/by-hand/"))


def on_monday(house):
    house.clock.advance(ms=MONDAY - house.clock.now())
    house.tick()


def test_a_dry_run_lists_what_would_be_approved_and_what_not_and_changes_nothing(run, house, ids):
    old = log(house, key="github:old", project=OLD_SITE)
    (stuck,) = doubtful(house, 1, Status.UNCERTAIN)
    result = run("approve", "weekly", "--dry-run", "--json")
    assert result.code == 5
    assert results(result) == dict.fromkeys(ids, "would be approved") | {old: "archived_project", stuck: "in_doubt"}
    assert {(line["person"], line["minutes"]) for line in result.lines} == {("jane@acme.example", 60)}
    assert "3 entries, 180 min in all" in result.err
    assert "2 entries meant that cannot be approved" in result.err
    assert (approved(house), list(house.ledger.runs(KIND, since=0, until=2**60))) == (set(), [])


@pytest.mark.usefixtures("ids")
def test_a_terminal_gets_tables_with_the_sums_of_each_person_and_project(run, house):
    log(house, key="github:sam", user=SAM, project_id=None, minutes=45)
    result = run("approve", "weekly", "--dry-run", draws=True)
    assert result.code == 0
    sums = [line.split() for line in result.out.splitlines()]
    assert ["jane@acme.example", "Gear", "GmbH", "3", "180"] in sums
    assert ["sam@acme.example", "no", "project", "1", "45"] in sums
    assert sums[0][-1:] == ["result"]
    assert [line[-1] for line in sums].count("approve") == 4


def test_a_policy_is_run_after_a_plan_and_a_yes(run, house, ids):
    asked = run("approve", "weekly", attended=True, typed="n\n")
    assert (asked.code, approved(house)) == (1, set())
    assert "3 entries, 180 min in all" in asked.err
    done = run("approve", "weekly", "--json", attended=True, typed="y\n")
    assert (done.code, approved(house)) == (0, set(ids))
    assert results(done) == dict.fromkeys(ids, "approved")
    assert "3 entries approved" in done.err
    record = from_text(house.ledger.run(KIND, name_of(done)).body)
    assert (record.by_hand, record.approved) == (True, tuple(reversed(ids)))


def test_without_a_terminal_and_without_yes_nothing_is_changed(run, house, ids):
    assert run("approve", "weekly").code == 2
    assert approved(house) == set()
    assert len(ids) == 3


def test_when_only_some_could_be_approved_the_exit_code_is_5(run, house, ids):
    old = log(house, key="github:old", project=OLD_SITE)
    result = run("approve", "weekly", *OPTIONS)
    assert result.code == 5
    assert results(result) == dict.fromkeys(ids, "approved") | {old: "archived_project"}
    assert f'{old} is not approved: its project "Old Site" is archived' in result.err


def test_only_what_cannot_be_approved_is_exit_code_5_too(run, house):
    log(house, key="github:old", project=OLD_SITE)
    assert run("approve", "weekly", *OPTIONS).code == 5
    assert run("approve", "monthly", "--dry-run").code == 5
    assert list(house.ledger.runs(KIND, since=0, until=2**60)) == []


def test_nothing_to_approve_is_fine(run):
    result = run("approve", "weekly", "--yes")
    assert (result.code, result.out) == (0, "")
    assert "nothing to approve" in result.err


@pytest.mark.parametrize("options", [["--dry-run"], ["--yes"]])
def test_a_coworkers_token_is_exit_code_4_and_nothing_is_half_done(run, house, ids, options):
    house.secrets.token = Token(COWORKER_TOKEN)
    result = run("approve", "weekly", *options)
    assert (result.code, approved(house)) == (4, set())
    assert "sam@acme.example, a coworker, and only supervisors approve" in result.err
    assert list(house.ledger.runs(KIND, since=0, until=2**60)) == []
    assert len(ids) == 3


def test_an_unknown_policy_is_exit_code_3_and_names_those_that_there_are(run):
    result = run("approve", "daily", "--dry-run")
    assert result.code == 3
    assert "no policy 'daily'; it has weekly, monthly" in result.err


@pytest.mark.parametrize("words", [[], ["weekly", "--resume", "x"], ["--resume", "x", "--dry-run"]])
def test_a_policy_or_a_run_is_named_and_not_both(run, words):
    assert run("approve", *words).code == 2


def test_nothing_is_approved_by_hand_while_calls_are_paused_or_in_restore_mode(run, house, ids):
    house.throttle.pause("Noko could not be reached", now=house.clock.now())
    assert "could not be reached" in run("approve", "weekly", "--yes").err
    house.throttle.resume(now=house.clock.now())
    house.throttle.enter_restore(1, now=house.clock.now())
    result = run("approve", "weekly", "--yes")
    assert (result.code, approved(house), len(ids)) == (1, set(), 3)
    assert "restore mode" in result.err


@pytest.mark.parametrize("how", ["ctrl-c", "away"])
def test_a_run_that_is_broken_off_says_how_to_go_on_and_does(run, house, how):
    ids = {log(house, key=f"github:{number}") for number in range(150)}
    send, puts = house.transport.send, []

    def breaking(request, guard):
        if request.method == "PUT":
            puts.append(request)
            if len(puts) == 2 and how == "ctrl-c":
                raise KeyboardInterrupt
        return send(request, guard)

    house.transport.send = breaking
    if how == "away":
        house.sandbox.faults.add("drop_before", skip=1, match=("PUT", "/entries/approved"))
    first = run("approve", "weekly", "--yes")
    assert first.code == (130 if how == "ctrl-c" else 5)
    assert "100 of 150 sent; `tallyhook approve --resume weekly/by-hand/" in first.err
    key = first.err.partition("--resume ")[2].partition("`")[0]
    assert run("approvals", "runs", "--json").lines[0]["state"] == "under_way"
    second = run("approve", "--resume", key, *OPTIONS)
    assert (second.code, approved(house)) == (0, ids)
    assert len(second.lines) == 150
    assert run("approve", "--resume", key, "--yes").code == 1
    assert "has ended" in run("approve", "--resume", key, "--yes").err


def test_a_run_that_nobody_knows_cannot_be_gone_on_with(run):
    result = run("approve", "--resume", "weekly/by-hand/never", "--yes")
    assert (result.code, result.out) == (1, "")
    assert "there is no run" in result.err


@pytest.mark.usefixtures("ids")
def test_the_policies_are_listed_with_their_next_time_and_last_run(run, house):
    before = run("approvals", "list", "--json")
    assert [(line["policy"], line["when"], line["timezone"]) for line in before.lines] == [
        ("weekly", "monday 06:00", "Europe/Berlin"),
        ("monthly", "day 1 09:00", "Europe/Berlin"),
    ]
    assert [line["next_due"] for line in before.lines] == ["2026-07-06T04:00:00Z", "2026-07-01T07:00:00Z"]
    assert [line["last_run"] for line in before.lines] == [None, None]
    house.routing = policies(WEEKLY)
    on_monday(house)
    (after,) = run("approvals", "list").lines
    assert (after["next_due"], after["last_run"]["run"]) == ("2026-07-13T04:00:00Z", SCHEDULED)
    assert after["last_run"]["approved"] == 3
    table = run("approvals", "list", draws=True).out
    assert "2026-07-13T04:00:00Z" in table
    assert "3 approved" in table
    house.routing = policies()
    assert "no [[approvals]]" in run("approvals", "list").err


@pytest.mark.usefixtures("ids")
def test_the_runs_are_listed_the_newest_first(run, house):
    assert "nothing was approved" in run("approvals", "runs").err
    on_monday(house)
    house.clock.advance(minutes=1)
    log(house, key="github:late")
    run("approve", "weekly", "--yes")
    newest, oldest = run("approvals", "runs", "--policy", "weekly").lines
    assert (newest["by_hand"], newest["due"], newest["approved"]) == (True, None, 1)
    assert oldest == {
        "run": SCHEDULED,
        "policy": "weekly",
        "state": "done",
        "by_hand": False,
        "due": "2026-07-06T04:00:00Z",
        "began": oldest["began"],
        "ended": oldest["ended"],
        "approved": 3,
        "not_approved": 0,
        "left_over": 0,
        "by": ["jane@acme.example"],
        "made_up": False,
    }
    assert run("approvals", "runs", "--policy", "monthly").lines[0]["policy"] == "monthly"
    assert SCHEDULED in run("approvals", "runs", draws=True).out


def test_a_run_that_was_made_up_for_says_so(run, house, ids):
    house.routing = policies(WEEKLY)
    house.clock.advance(days=20)
    house.tick()
    (made,) = run("approvals", "runs").lines
    assert (made["made_up"], made["due"]) == (True, "2026-07-20T04:00:00Z")
    assert "made up for" in run("approvals", "run", made["run"], draws=True).out
    assert run("approvals", "run", made["run"]).lines[0]["passed_over"] == 2
    assert approved(house) == set(ids)


def test_one_run_is_shown_whole(run, house, ids):
    old = log(house, key="github:old", project=OLD_SITE)
    on_monday(house)
    (made,) = run("approvals", "run", SCHEDULED).lines
    assert (made["state"], sorted(made["approved_ids"]), made["reason"]) == ("partly_done", ids, None)
    reason = 'its project "Old Site" is archived'
    assert made["aside"] == [{"id": old, "result": "archived_project", "reason": reason}]
    told = run("approvals", "run", SCHEDULED, draws=True).out
    for word in ("partly done", "jane@acme.example", "3 entries approved", str(old), reason):
        assert word in told
    assert run("approvals", "run", "weekly/never").code == 1


def test_a_run_that_failed_is_told_with_its_reason(run, house, ids):
    house.secrets.token = Token(COWORKER_TOKEN)
    on_monday(house)
    made = run("approvals", "run", SCHEDULED).lines[0]
    assert (made["state"], made["approved"], len(ids)) == ("failed", 0, 3)
    assert "coworker" in run("approvals", "run", SCHEDULED, draws=True).out


def test_a_run_is_taken_back_after_a_yes(run, house, ids):
    on_monday(house)
    house.clock.advance(minutes=5)
    dry = run("approvals", "undo", SCHEDULED, "--dry-run")
    assert (dry.code, results(dry)) == (0, dict.fromkeys(ids, "would be unapproved"))
    assert run("approvals", "undo", SCHEDULED, attended=True, typed="n\n").code == 1
    assert approved(house) == set(ids)
    done = run("approvals", "undo", SCHEDULED, *OPTIONS)
    assert (done.code, results(done), approved(house)) == (0, dict.fromkeys(ids, "unapproved"), set())
    assert run("approvals", "run", SCHEDULED).lines[0]["undone"]["by"] == "jane@acme.example"
    assert "taken back by jane@acme.example" in run("approvals", "run", SCHEDULED, draws=True).out
    again = run("approvals", "undo", SCHEDULED, "--yes")
    assert (again.code, again.out) == (0, "")


def test_what_a_person_touched_since_is_told_and_exit_code_5(run, house, ids):
    on_monday(house)
    house.clock.advance(minutes=5)
    house.sandbox.books.edit(ids[0], approved_at=None, approved_by=None)
    house.sandbox.books.edit(ids[1], description="mended")
    result = run("approvals", "undo", SCHEDULED, *OPTIONS)
    assert result.code == 5
    assert results(result) == {ids[2]: "unapproved", ids[0]: "changed", ids[1]: "changed"}
    assert f"{ids[1]} is left alone: somebody has changed it since" in result.err
    assert house.sandbox.books.entry(ids[1]).description == "mended"
    assert approved(house) == {ids[1]}


def test_a_coworkers_token_takes_nothing_back(run, house, ids):
    on_monday(house)
    house.secrets.token = Token(COWORKER_TOKEN)
    assert run("approvals", "undo", SCHEDULED, "--yes").code == 4
    assert approved(house) == set(ids)
