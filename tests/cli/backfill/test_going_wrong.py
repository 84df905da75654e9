"""Outages, words that cannot be meant, and branches that are not there."""

import contextlib
from dataclasses import replace

import pytest
from fakes.crash import Crash, Died
from fakes.house import ROUTING

from chalicelib.domain.routing_table import LogOn, Repository
from chalicelib.errors import StoreUnavailable
from cli.git.command import git


def lost():
    raise StoreUnavailable("the table did not answer")


def lost_hint():
    raise StoreUnavailable("the queue did not answer")


def doomed(house, crash):
    """Return the ports of a process in which one call of handing over goes wrong."""
    ledger = crash.wrap(house.ledger, "accept", lose=lost)
    return replace(house.ports, ledger=ledger, queue=crash.wrap(house.queue, "send_delivery", lose=lost_hint))


@pytest.fixture
def two_pushes(hub, three):
    """Work on two branches, which is handed over as two pushes."""
    three()
    hub.branch("till")
    hub.commit("till", "Fix the till [f:15m]")
    hub.push("till")


CALLS = ["accept", "send_delivery"] * 2


@pytest.mark.usefixtures("two_pushes")
def test_the_calls_of_handing_over_are_known(backfill, house):
    crash = Crash()
    house.ports = doomed(house, crash)
    assert backfill("--yes").code == 0
    assert crash.calls == CALLS


@pytest.mark.usefixtures("two_pushes")
@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_wherever_it_breaks_off_the_same_again_does_the_rest(backfill, house, booked, number, how):
    ports = house.ports
    house.ports = doomed(house, Crash(number, how))
    with contextlib.suppress(Died):
        backfill("--yes")
    house.ports = ports
    assert backfill("--yes").code == 0
    assert [minutes for _, minutes, _ in booked()] == [15, 60, 30]


@pytest.mark.usefixtures("two_pushes")
@pytest.mark.parametrize(("number", "code"), [(0, 1), (2, 5)])
def test_a_store_that_goes_away_is_exit_code_5_once_something_was_handed_over(backfill, house, number, code):
    house.ports = doomed(house, Crash(number, "lost"))
    result = backfill("--yes")
    assert result.code == code
    assert "the table did not answer" in result.err


def test_when_nobody_can_say_where_work_would_go_nothing_is_handed_over(backfill, house, three):
    three()
    house.transport.unreachable = True
    result = backfill("--yes")
    assert result.code == 1
    assert "Noko could not be asked" in result.err
    assert house.queue.receive_open() is None


def test_words_that_cannot_be_meant_are_usage_errors(backfill, run, hub, tmp_path):
    assert backfill("--until", "2026-05-01").code == 2
    assert backfill(since="yesterday").code == 2
    assert backfill(name="acme").code == 2
    assert run("backfill", "--repo", tmp_path / "nowhere", "--since", "2026-06-01").code == 2
    assert run("backfill", "--repo", hub.path).code == 2


def test_what_is_no_repository_is_told_in_the_words_of_git(backfill, tmp_path):
    result = backfill(repo=tmp_path)
    assert result.code == 1
    assert "not a git repository" in result.err


def test_only_branches_that_the_routing_file_logs_are_looked_at(backfill, hub, house, three, states):
    three()
    for name in ("release/1", "wild", "gh-readonly-queue/main/pr-1"):
        hub.branch(name)
        hub.commit(name, f"On {name} [f:5m]")
        hub.push(name)
    looked_at = {line["commit"] for line in backfill("--dry-run").lines}
    assert hub.heads["wild"] in looked_at
    assert hub.heads["gh-readonly-queue/main/pr-1"] not in looked_at
    rule = Repository(match="acme/web*", project="Gear GmbH", branches=("main", "release/*"))
    house.routing = replace(ROUTING, repositories=(rule,))
    looked_at = {line["commit"] for line in backfill("--dry-run").lines}
    assert hub.heads["release/1"] in looked_at
    assert hub.heads["wild"] not in looked_at
    assert states(backfill("--dry-run", "--branch", "wild"))[-1] == (hub.heads["wild"], "skipped")


def test_where_only_the_default_branch_is_logged_only_that_is_looked_at(backfill, hub, house, three):
    rule = Repository(match="acme/web*", project="Gear GmbH", log_on=LogOn.DEFAULT_BRANCH)
    house.routing = replace(ROUTING, repositories=(rule,))
    three()
    hub.branch("till")
    hub.commit("till", "Fix the till [f:15m]")
    hub.push("till")
    assert "1 branch: 2 new" in backfill("--dry-run").err
    git(hub.path, "symbolic-ref", "HEAD", "refs/heads/nowhere")
    result = backfill("--dry-run")
    assert result.code == 1
    assert "git remote set-head origin --auto" in result.err


def test_a_branch_that_is_not_there_is_told_with_those_that_are(backfill, three):
    three()
    result = backfill("--branch", "mian")
    assert result.code == 1
    assert "knows no branch mian; it knows main" in result.err


def test_a_routing_file_that_logs_no_branch_of_it_is_told(backfill, house):
    rule = Repository(match="acme/web*", branches=("release/*",))
    house.routing = replace(ROUTING, repositories=(rule,))
    result = backfill("--dry-run")
    assert result.code == 1
    assert "logs no branch" in result.err
