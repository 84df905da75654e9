"""Catching up on what GitHub failed to deliver, in virtual time, against a fake GitHub."""

import dataclasses
import json

import pytest
from fakes.github import SITE, GitHubWorld
from fakes.house import ROUTING, sha

from chalicelib.domain.routing_table import Hook
from chalicelib.errors import ConfigurationError, UserError
from chalicelib.github.progress import from_text
from chalicelib.services import catch_up, run
from chalicelib.services.redelivering import MAX_ASKED
from devstack.github import TOKEN, Kind, Outage

ATTEMPTS = "/attempts"


@pytest.fixture
def world():
    world = GitHubWorld()
    yield world
    world.close()


def statuses(world):
    return world.house.statuses()


def progress(world):
    return from_text(world.house.ledger.run(catch_up.KIND, catch_up.KEY).body)


def test_after_two_hours_of_outage_forty_pushes_are_caught_up_within_a_quarter_of_an_hour_each_once(world):
    with world.outage():
        for _ in range(40):
            world.push()
            world.clock.advance(minutes=3)
    assert statuses(world) == {}
    world.run(minutes=15)
    assert statuses(world) == {f"github:{sha(number)}": "logged" for number in range(1, 41)}
    assert len(world.house.sandbox.books.entries()) == 40
    assert len(world.asked("POST", ATTEMPTS)) == 40
    world.run(minutes=20)
    assert len(world.asked("POST", ATTEMPTS)) == 40


def test_what_arrived_although_github_heard_no_answer_is_an_exact_redelivery(world):
    world.fake.courier.outage = Outage(arrives=True)
    world.push()
    world.fake.courier.outage = None
    world.run(minutes=5)
    assert [each.key for each in world.receiver.received] == [world.receiver.received[0].key] * 2
    assert list(statuses(world).values()) == ["logged"]
    assert len(world.house.sandbox.books.entries()) == 1


def test_a_round_is_due_every_quarter_of_an_hour_and_the_tick_asks_nothing_between(world):
    world.tick()
    assert len(world.asked("GET", "/deliveries")) == 1
    world.clock.advance(minutes=14)
    world.tick()
    assert len(world.asked("GET", "/deliveries")) == 1
    world.clock.advance(minutes=1)
    world.tick()
    assert len(world.asked("GET", "/deliveries")) == 2


def test_what_fails_again_is_asked_for_once_in_each_round(world):
    with world.outage():
        world.push()
        for count in range(1, 4):
            world.tick()
            world.tick()
            assert len(world.asked("POST", ATTEMPTS)) == count
            world.clock.advance(minutes=15)
    world.run(minutes=5)
    assert list(statuses(world).values()) == ["logged"]


def test_what_is_older_than_three_days_is_not_asked_for(world):
    with world.outage():
        world.push()
    world.clock.advance(days=3, seconds=1)
    world.tick()
    assert world.asked("POST", ATTEMPTS) == []


def test_once_all_is_well_only_the_last_hour_is_looked_at(world):
    for _ in range(120):
        world.push()
    world.clock.advance(hours=2)
    world.tick()
    assert len(world.asked("GET", "/deliveries")) == 2
    world.clock.advance(minutes=15)
    world.tick()
    assert len(world.asked("GET", "/deliveries")) == 3
    assert world.asked("POST", ATTEMPTS) == []


def test_what_was_lost_stays_in_sight_until_it_arrived(world):
    with world.outage():
        world.push()
        world.clock.advance(hours=3)
        world.tick()
        world.clock.advance(hours=3)
        world.tick()
    world.clock.advance(minutes=15)
    world.run(minutes=5)
    assert list(statuses(world).values()) == ["logged"]


def test_what_could_not_be_asked_for_stays_in_sight(world):
    with world.outage():
        world.push()
    world.fake.faults.add(Kind.STATUS_BEFORE, times=None, method="POST", status=403)
    world.clock.advance(hours=3)
    world.tick()
    world.fake.faults.clear()
    world.clock.advance(hours=3)
    world.run(minutes=5)
    assert list(statuses(world).values()) == ["logged"]


def test_a_round_of_several_ticks_asks_for_each_once(world):
    with world.outage():
        for _ in range(70):
            world.push()
        for _ in range(2):
            world.tick()
    assert len(world.asked("POST", ATTEMPTS)) == 70


def test_a_round_that_time_is_too_short_for_goes_on_at_the_next_tick(world):
    with world.outage():
        for _ in range(70):
            world.push()
    world.tick()
    first = len(world.asked("POST", ATTEMPTS))
    assert 30 < first < 60
    assert progress(world).due_at <= world.clock.now()
    world.tick()
    assert len(world.asked("POST", ATTEMPTS)) == 70
    assert progress(world).asked == set()


def test_a_round_asks_for_no_more_than_github_takes_in_a_quarter_of_an_hour(world):
    with world.outage():
        for _ in range(MAX_ASKED + 5):
            world.push()
        for _ in range(6):
            world.tick()
        assert len(world.asked("POST", ATTEMPTS)) == MAX_ASKED
        world.clock.advance(minutes=15)
        world.tick()
        again = len(set(world.asked("POST", ATTEMPTS)))
        assert again > MAX_ASKED, "those that had no turn yet come first"
    world.run(minutes=20)
    assert len(statuses(world)) == MAX_ASKED + 5


def test_when_the_allowance_is_used_up_it_goes_on_when_it_is_given_anew(world):
    with world.outage():
        world.push()
    world.fake.limiter.exhaust(TOKEN)
    world.tick()
    asked = len(world.fake.journal.arrivals())
    for _ in range(30):
        world.clock.advance(minutes=1)
        world.tick()
    assert len(world.fake.journal.arrivals()) == asked
    world.clock.advance(minutes=31)
    world.run(minutes=5)
    assert list(statuses(world).values()) == ["logged"]


def test_two_ticks_at_once_are_one_round(world):
    with world.outage():
        world.push()
    now = world.clock.now()
    held = run.claim(catch_up.KIND, catch_up.KEY, lease_until=now + 60_000, ports=world.house.ports)
    world.tick()
    assert world.fake.journal.arrivals() == []
    run.let_go(held, "", ports=world.house.ports)
    world.tick()
    assert len(world.asked("POST", ATTEMPTS)) == 1


def test_a_round_that_crashed_is_taken_up_when_its_lease_has_lapsed(world):
    with world.outage():
        world.push()
    run.claim(catch_up.KIND, catch_up.KEY, lease_until=world.clock.now() + 60_000, ports=world.house.ports)
    world.clock.advance(minutes=1)
    world.tick()
    assert len(world.asked("POST", ATTEMPTS)) == 1


@pytest.mark.parametrize("missing", ["token", "hooks"])
def test_without_a_token_or_a_hook_nothing_is_done(world, missing):
    if missing == "token":
        world.house.ports = dataclasses.replace(world.house.ports, github=None)
        world.house.tick()
    else:
        world.house.routing = ROUTING
        world.tick()
    assert world.fake.journal.arrivals() == []
    assert world.house.ledger.run(catch_up.KIND, catch_up.KEY) is None
    with pytest.raises(ConfigurationError):
        catch_up.preview(ports=world.house.ports, routing=world.house.routing)


def test_an_organisations_webhook_is_caught_up_on_too(world):
    own = world.fake.forge.add_hook("acme", world.receiver.url, secret="current-secret")
    world.house.routing = dataclasses.replace(ROUTING, hooks=(Hook("acme", own.id), Hook(SITE)))
    with world.outage():
        made = world.push()
    assert len(made) == 2
    world.run(minutes=5)
    assert len(world.asked("POST", f"/orgs/acme/hooks/{own.id}")) == 1
    assert len(world.asked("POST", ATTEMPTS)) == 2
    assert list(statuses(world).values()) == ["logged"]


def test_of_several_hooks_that_could_be_ours_none_is_chosen_and_the_others_go_on(world):
    twin = world.fake.forge.add_hook(SITE, "https://other.example/webhooks/github/")
    own = world.fake.forge.add_hook("acme", world.receiver.url, secret="current-secret")
    world.house.routing = dataclasses.replace(ROUTING, hooks=(Hook(SITE), Hook("acme")))
    with world.outage():
        world.push()
    world.tick()
    ((_, told),) = [each for each in world.house.telemetry.alarms if each[0] == "catch_up_failed"]
    assert told["place"] == SITE
    assert f"{world.hook.id}, {twin.id}" in told["reason"]
    assert len(world.asked("POST", f"/orgs/acme/hooks/{own.id}")) == 1


def test_a_token_that_may_not_ask_is_told_once_in_a_round_and_nothing_is_given_up(world):
    world.fake.faults.add(Kind.STATUS_BEFORE, times=None, method="POST", status=403)
    with world.outage():
        for _ in range(3):
            world.push()
    world.tick()
    assert [name for name, _ in world.house.telemetry.alarms] == ["catch_up_failed"]
    assert len(world.asked("POST", ATTEMPTS)) == 1
    world.fake.faults.clear()
    world.clock.advance(minutes=15)
    world.run(minutes=5)
    assert len(statuses(world)) == 3


def test_a_revoked_token_is_an_alarm_and_the_round_is_tried_again(world):
    with world.outage():
        world.push()
    world.fake.credentials.revoke()
    world.tick()
    assert [name for name, _ in world.house.telemetry.alarms] == ["catch_up_failed"]
    world.fake.credentials.restore()
    world.clock.advance(minutes=15)
    world.run(minutes=5)
    assert list(statuses(world).values()) == ["logged"]


def test_a_delivery_that_github_cannot_repeat_is_given_up_with_an_alarm(world):
    with world.outage():
        world.push()
    world.fake.faults.add(Kind.STATUS_BEFORE, method="POST", status=422)
    for _ in range(3):
        world.tick()
        world.clock.advance(minutes=15)
    assert [name for name, _ in world.house.telemetry.alarms] == ["delivery_given_up"]
    assert len(world.asked("POST", ATTEMPTS)) == 1


def test_a_person_works_on_the_round_alone(world):
    ports, routing = world.house.ports, world.house.routing
    with world.outage():
        world.push()
    with catch_up.round_by_hand(ports=ports, routing=routing) as work:
        with pytest.raises(UserError, match="under way"), catch_up.round_by_hand(ports=ports, routing=routing):
            pass
        world.tick()
        assert world.fake.journal.arrivals() == []
        (task,) = work.look(since=0, settled={})
        work.deal(task)
    assert len(world.asked("POST", ATTEMPTS)) == 1


def test_what_is_kept_from_round_to_round_stays_small(world):
    with world.outage():
        for _ in range(50):
            world.push()
    world.tick()
    world.run(minutes=17)
    record = json.loads(world.house.ledger.run(catch_up.KIND, catch_up.KEY).body)
    assert record["asked"] == []
    assert record["pages"] == {}
    assert list(record["settled"]) == [str(world.hook.id)]
