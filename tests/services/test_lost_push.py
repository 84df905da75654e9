"""Pushes whose body does not fit through the door are read through GitHub's API, and logged like all others."""

import dataclasses
import datetime as dt

import pytest
from fakes.github import SITE, GitHubWorld
from fakes.house import sha

from chalicelib.github.client import COMPARE_PER_PAGE
from chalicelib.services.lost_push import SHOWN_PER_PAGE
from chalicelib.sources.github_payload import MAX_COMMITS
from devstack.github import Commit, Kind

FAR = 60_000


@pytest.fixture
def world():
    world = GitHubWorld()
    yield world
    world.close()


@pytest.fixture
def base(world):
    return world.commit("The beginning")


def push_too_large(world, *commits, shown=False, **fields):
    """Let a push fail with 413 until the next round would read it; unless `shown`, GitHub shows no commits of it."""
    world.receiver.status = 413
    made = world.push(*commits, **({} if shown else {"commits": []}), **fields)
    world.tick()
    world.clock.advance(minutes=15)
    return made


def asked_for_commits(world):
    return [path.rpartition("/")[2] for path in world.asked("GET", "/commits/")]


def drafts(world):
    return {entry.key: entry.draft for entry in world.house.ledger.entries(since=0, until=2**60)}


@pytest.mark.usefixtures("base")
def test_a_413_is_delivered_once_more_before_it_is_read(world):
    commits = [world.commit(), world.commit("no time"), world.commit()]
    push_too_large(world, *commits)
    assert len(world.asked("POST", "/attempts")) == 1
    assert world.asked("GET", "/compare/") == []
    world.run(minutes=10)
    assert set(world.house.statuses().values()) == {"logged"}
    assert set(drafts(world)) == {f"github:{commits[0].sha}", f"github:{commits[2].sha}"}
    assert len(world.asked("POST", "/attempts")) == 1


@pytest.mark.usefixtures("base")
def test_it_is_read_once_however_many_rounds_there_are(world):
    push_too_large(world, world.commit())
    world.run(minutes=5)
    compared = len(world.asked("GET", "/compare/"))
    for _ in range(8):
        world.clock.advance(minutes=15)
        world.run(minutes=1)
    assert len(world.asked("GET", "/compare/")) == compared == 1
    assert len(world.house.sandbox.books.entries()) == 1


@pytest.mark.usefixtures("base")
def test_files_are_looked_up_only_of_commits_that_ask_for_an_entry(world):
    silent, asking = world.commit("no time", added=("a",)), world.commit(added=("b",), renamed=(("old", "new"),))
    push_too_large(world, silent, asking)
    world.run(minutes=2)
    assert set(asked_for_commits(world)) == {asking.sha}


def test_the_drafts_are_those_of_the_delivery_but_for_the_clock_of_the_commit(world, base):
    late = Commit(sha(900), "Work [f:45]", base.author, "2026-06-30T23:30:00-07:00", "2026-06-30T23:30:00-07:00")
    late = dataclasses.replace(late, parents=(base.sha,), modified=("a.txt",))
    world.clock.advance(days=1)
    push_too_large(world, late)
    world.run(minutes=2)
    draft = drafts(world)[f"github:{late.sha}"]
    assert draft.date == dt.date(2026, 7, 1), "the day in Berlin, where the routing file says that they are"
    assert draft.worked_at == int(dt.datetime.fromisoformat(late.committer_date).timestamp() * 1000)
    assert (draft.author.login, draft.branch, draft.repository) == ("jane-dev", "main", SITE)
    assert draft.source_url == f"https://github.com/{SITE}/commit/{late.sha}"


def test_the_commits_that_github_still_shows_are_taken_as_they_are(world, base):
    late = Commit(sha(900), "Work [f:45]", base.author, "2026-06-30T23:30:00-07:00", "2026-06-30T23:30:00-07:00")
    world.clock.advance(days=1)
    push_too_large(world, dataclasses.replace(late, parents=(base.sha,)), shown=True)
    world.run(minutes=2)
    assert drafts(world)[f"github:{late.sha}"].date == dt.date(2026, 6, 30)
    assert world.asked("GET", "/compare/") == []


@pytest.mark.usefixtures("base")
def test_what_github_shows_is_taken_in_pieces_and_each_of_them_once(world):
    push_too_large(world, *[world.commit(f"part {number} [f:5]") for number in range(SHOWN_PER_PAGE + 3)], shown=True)
    world.tick()
    taken = [stored.delivery for stored in world.house.ledger.deliveries(since=0, until=2**60)]
    assert sorted(len(delivery.drafts) for delivery in taken) == [3, SHOWN_PER_PAGE]


@pytest.mark.usefixtures("base")
def test_of_a_push_that_github_cut_off_all_commits_are_read(world):
    commits = [world.commit("no time") for _ in range(MAX_COMMITS)] + [world.commit()]
    world.receiver.status = 413
    shown = [{"id": each.sha, "message": each.message} for each in commits[1:]]
    world.push(*commits, commits=shown)
    world.tick()
    world.clock.advance(minutes=15)
    world.run(minutes=5)
    assert list(drafts(world)) == [f"github:{commits[-1].sha}"]
    assert len(world.asked("GET", "/compare/")) > MAX_COMMITS // COMPARE_PER_PAGE


@pytest.mark.usefixtures("base")
def test_a_long_push_is_read_page_by_page_over_several_ticks(world):
    commits = [world.commit() for _ in range(3 * COMPARE_PER_PAGE - 5)]
    push_too_large(world, *commits)
    world.fake.faults.add(Kind.SLOW, times=None, path="/repos/acme/website/commits/*", ms=1000)
    world.tick()
    assert 0 < len(set(asked_for_commits(world))) < len(commits)
    for _ in range(5):
        world.tick()
    world.run(minutes=3)
    assert len(drafts(world)) == len(commits)
    world.clock.advance(minutes=15)
    reads = len(world.fake.journal.arrivals())
    world.tick()
    assert len(world.fake.journal.arrivals()) == reads + 2, "a look at hooks and deliveries, and nothing more"


def test_a_new_branch_is_compared_with_the_default_branch(world, base):
    commit = world.commit()
    world.repository.branches.update({"main": base.sha, "topic": commit.sha})
    push_too_large(world, commit, ref="refs/heads/topic", before="0" * 40)
    world.run(minutes=2)
    assert list(drafts(world)) == [f"github:{commit.sha}"]
    assert drafts(world)[f"github:{commit.sha}"].branch == "topic"


def given_up(world):
    return [told["detail"] for name, told in world.house.telemetry.alarms if name == "delivery_given_up"]


def test_a_repository_that_begins_with_such_a_push_is_for_a_person(world):
    push_too_large(world, world.commit())
    world.run(minutes=20)
    (reason,) = given_up(world)
    assert "nothing came before it" in reason
    assert drafts(world) == {}


@pytest.mark.usefixtures("base")
def test_what_github_shows_no_more_is_for_a_person(world):
    push_too_large(world, world.commit())
    world.fake.faults.add(Kind.STATUS_BEFORE, times=None, path="/repos/*/deliveries/[0-9]*", status=404)
    world.run(minutes=20)
    (reason,) = given_up(world)
    assert "shows no more" in reason


@pytest.mark.usefixtures("base")
def test_commits_that_are_gone_are_for_a_person(world):
    push_too_large(world, world.commit(), before="f" * 40)
    world.run(minutes=20)
    (reason,) = given_up(world)
    assert "404" in reason


@pytest.mark.usefixtures("base")
def test_what_is_no_push_of_githubs_shape_is_for_a_person(world):
    push_too_large(world, world.commit(), ref="", shown=True)
    world.run(minutes=20)
    assert len(given_up(world)) == 1


@pytest.mark.usefixtures("base")
def test_what_fails_with_a_5xx_while_others_arrive_is_read(world):
    lost = world.commit()
    world.receiver.status = 502
    world.push(lost)
    world.tick()
    world.clock.advance(minutes=15)
    world.tick()
    world.receiver.status = None
    world.push(world.commit())
    world.receiver.status = 502
    world.clock.advance(minutes=15)
    world.run(minutes=2)
    assert f"github:{lost.sha}" in drafts(world)


@pytest.mark.usefixtures("base")
def test_the_branch_that_was_deleted_meanwhile_brings_nothing(world):
    push_too_large(world, world.commit(), deleted=True, shown=True)
    world.run(minutes=20)
    assert drafts(world) == {}
    assert given_up(world) == []
