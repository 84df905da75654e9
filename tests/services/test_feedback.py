"""Telling authors that their time was not logged: what is noted at the opening, and what the tick says."""

import contextlib
import dataclasses
import json

import pytest
from fakes.crash import Crash, Died
from fakes.github import EVE, SITE, GitHubWorld
from fakes.house import ROUTING
from fakes.house import delivery as made_delivery

from chalicelib.domain.entry import Note
from chalicelib.domain.routing_table import Feedback, Mode, Person, Repository
from chalicelib.errors import StoreUnavailable
from chalicelib.exchange.message import Failure
from chalicelib.github.client import GitHubClient
from chalicelib.ports import StoredDelivery
from chalicelib.services import feedback
from devstack.github import Kind

WRONG = "Work [f:9x]"


def routing(feedback_mode, /, **fields):
    own = Repository(match="acme/web*", project="Gear GmbH", **fields)
    defaults = dataclasses.replace(ROUTING.defaults, feedback=feedback_mode)
    return dataclasses.replace(ROUTING, defaults=defaults, repositories=(own,))


@pytest.fixture(params=[Feedback.STATUS, Feedback.COMMENT])
def mode(request):
    return request.param


@pytest.fixture
def make():
    with contextlib.ExitStack() as stack:

        def world(feedback_mode, /, **fields):
            made = GitHubWorld(routing=routing(feedback_mode, **fields))
            return stack.enter_context(contextlib.closing(made))

        yield world


def open_all(world, *, want=True):
    """Open what came, and note what is to be spoken of, as the opening does at its end."""
    while world.house.open_next():
        pass
    if want:
        for each in list(world.house.ledger.deliveries(since=0, until=2**60)):
            feedback.want(each, ports=world.house.ports, routing=world.house.routing)


def said(world, commit):
    forge = world.fake.forge
    return [each.description for each in forge.statuses(world.repository, commit.sha)] + [
        each.body for each in forge.comments(world.repository, commit.sha)
    ]


def push(world, *commits):
    world.push(*commits)
    open_all(world)


def test_a_malformed_directive_is_spoken_of_with_what_was_read_and_why(make, mode):
    world = make(mode)
    wrong = world.commit(WRONG)
    push(world, wrong)
    assert said(world, wrong) == [], "not while opening"
    world.house.tick()
    (text,) = said(world, wrong)
    assert "not logged" in text
    assert "9x" in text


def test_an_author_whom_nobody_knows_is_told_without_a_word_on_anybody_else(make, mode):
    world = make(mode)
    foreign = world.commit(author=EVE)
    push(world, foreign)
    world.house.tick()
    (text,) = said(world, foreign)
    assert "nobody knows yet whose" in text
    assert "@" not in text


def test_what_is_logged_or_says_nothing_of_time_is_not_spoken_of(make, mode):
    world = make(mode)
    commits = [world.commit(), world.commit("no time at all")]
    push(world, *commits)
    world.house.tick()
    assert [said(world, each) for each in commits] == [[], []]
    assert world.fake.journal.arrivals("POST") == []


def test_a_status_blocks_nothing(make):
    world = make(Feedback.STATUS)
    wrong = world.commit(WRONG)
    push(world, wrong)
    world.house.tick()
    (status,) = world.fake.forge.statuses(world.repository, wrong.sha)
    assert (status.state, status.context) == ("success", "tallyhook")


def test_a_commit_is_spoken_of_once_however_often_it_comes(make, mode):
    world = make(mode)
    wrong = world.commit(WRONG)
    for _ in range(3):
        push(world, wrong)
        world.house.tick()
        world.clock.advance(minutes=10)
    assert len(said(world, wrong)) == 1


@pytest.mark.parametrize("fields", [{"feedback": Feedback.OFF}, {"mode": Mode.OBSERVE}, {"branches": ("release",)}])
def test_where_feedback_is_off_or_nothing_is_logged_anyway_nobody_is_spoken_to(make, mode, fields):
    world = make(mode, **fields)
    wrong = world.commit(WRONG)
    push(world, wrong)
    world.house.tick()
    assert said(world, wrong) == []
    assert list(world.house.ledger.runs(feedback.KIND, since=0, until=2**60)) == []


def test_off_it_costs_nothing(make):
    world = make(Feedback.OFF)
    world.push(world.commit(WRONG), world.commit(author=EVE))
    open_all(world, want=False)
    (stored,) = world.house.ledger.deliveries(since=0, until=2**60)
    crash, asked = Crash(), len(world.fake.journal.arrivals())
    ports = dataclasses.replace(world.house.ports, ledger=crash.wrap(world.house.ledger, "entry", "put_run", "runs"))
    feedback.want(stored, ports=ports, routing=world.house.routing)
    feedback.give_feedback(ports=ports, routing=world.house.routing, deadline=world.clock.now() + 60_000)
    assert crash.calls == []
    assert len(world.fake.journal.arrivals()) == asked


def test_a_repository_may_switch_it_on_for_itself(make):
    world = make(Feedback.OFF, feedback=Feedback.COMMENT)
    wrong = world.commit(WRONG)
    push(world, wrong)
    world.house.tick()
    assert len(said(world, wrong)) == 1


def test_who_is_mapped_by_the_time_is_not_spoken_to(make, mode):
    world = make(mode)
    foreign = world.commit(author=EVE)
    push(world, foreign)
    people = (*ROUTING.people, Person(noko="jane@acme.example", emails=(EVE.email,)))
    world.house.routing = dataclasses.replace(world.house.routing, people=people[2:])
    world.house.tick()
    assert said(world, foreign) == []


def test_of_a_push_with_many_wrong_ones_only_the_first_are_spoken_of(make):
    world = make(Feedback.STATUS)
    push(world, *[world.commit(WRONG) for _ in range(feedback.MAX_COMMITS + 5)])
    for _ in range(3):
        world.house.tick()
    assert len(world.fake.journal.arrivals("POST")) == feedback.MAX_COMMITS


def test_a_form_is_no_commit(make, mode):
    world = make(mode)
    note = Note(subject="form:timesheet:1", kind="malformed", reason="no")
    delivery = dataclasses.replace(made_delivery(notes=(note,)), source="form", repository=None)
    stored = StoredDelivery(delivery, 0, None)
    feedback.want(stored, ports=world.house.ports, routing=world.house.routing)
    assert list(world.house.ledger.runs(feedback.KIND, since=0, until=2**60)) == []


def test_what_the_token_may_not_do_is_an_alarm_once(make, mode):
    world = make(mode)
    push(world, world.commit(WRONG))
    world.fake.faults.add(Kind.STATUS_BEFORE, times=None, method="POST", status=403)
    for _ in range(3):
        world.house.tick()
        world.clock.advance(minutes=2)
    assert [name for name, _ in world.house.telemetry.alarms] == ["feedback_failed"]
    assert len(world.fake.journal.arrivals("POST")) == 1


def test_while_github_is_away_one_question_a_tick_is_asked_and_later_all_is_said(make, mode):
    world = make(mode)
    wrong = [world.commit(WRONG) for _ in range(3)]
    push(world, *wrong)
    world.fake.faults.add(Kind.DROP_BEFORE, times=None)
    world.house.tick()
    assert len(world.fake.journal.arrivals()) == 1
    world.fake.faults.clear()
    world.clock.advance(minutes=1)
    world.house.tick()
    assert [len(said(world, each)) for each in wrong] == [1, 1, 1]


def test_after_a_day_nothing_more_is_said(make, mode):
    world = make(mode)
    wrong = world.commit(WRONG)
    push(world, wrong)
    world.clock.advance(days=1, seconds=1)
    world.house.tick()
    assert said(world, wrong) == []


def lost_at_the_store():
    raise StoreUnavailable("no answer")


def doomed(world, crash):
    transport = crash.wrap(world.transport, "send", lose=lambda: Failure(sent=True, reason="timed out"))
    github = GitHubClient(
        base_url=world.fake.base_url,
        transport=transport,
        clock=world.clock,
        secrets=world.house.secrets,
        telemetry=world.house.telemetry,
    )
    names = ("runs", "put_run", "swap_run", "entry", "note")
    ledger = crash.wrap(world.house.ledger, *names, lose=lost_at_the_store)
    return dataclasses.replace(world.house.ports, github=github, ledger=ledger)


@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize("number", range(9))
def test_wherever_it_breaks_off_nobody_sees_it_twice(make, mode, number, how):
    world = make(mode)
    wrong = world.commit(WRONG)
    push(world, wrong)
    crash = Crash(number, how)
    with contextlib.suppress(Died, StoreUnavailable):
        feedback.give_feedback(
            ports=doomed(world, crash), routing=world.house.routing, deadline=world.clock.now() + 60_000
        )
    assert len(crash.calls) <= 9
    for _ in range(4):
        world.clock.advance(minutes=1)
        world.house.tick()
    assert len(set(said(world, wrong))) == 1
    if mode is Feedback.COMMENT:
        assert len(said(world, wrong)) == 1


@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize("number", range(3))
def test_wherever_the_noting_breaks_off_it_is_made_up_for_by_opening_again(make, number, how):
    world = make(Feedback.COMMENT)
    wrong, foreign = world.commit(WRONG), world.commit(author=EVE)
    world.push(wrong, foreign)
    open_all(world, want=False)
    (stored,) = world.house.ledger.deliveries(since=0, until=2**60)
    with contextlib.suppress(Died, StoreUnavailable):
        feedback.want(stored, ports=doomed(world, Crash(number, how)), routing=world.house.routing)
    feedback.want(stored, ports=world.house.ports, routing=world.house.routing)
    world.house.tick()
    assert [len(said(world, each)) for each in (wrong, foreign)] == [1, 1]


def test_what_was_said_is_kept(make):
    world = make(Feedback.COMMENT)
    wrong = world.commit(WRONG)
    push(world, wrong)
    world.house.tick()
    run = world.house.ledger.run(feedback.KIND, wrong.sha)
    assert run.finished_at is not None
    assert json.loads(run.body) == {"repository": SITE, "said": "a comment"}
