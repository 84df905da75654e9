"""Each call that catching up makes, to GitHub or to the ledger, fails in each way; what follows is the same."""

import contextlib
import dataclasses

import pytest
from fakes.crash import Crash, Died
from fakes.github import GitHubWorld
from fakes.house import sha

from chalicelib.errors import StoreUnavailable
from chalicelib.exchange.message import Failure
from chalicelib.github.client import GitHubClient
from chalicelib.services.catch_up import catch_up

PUSHES = 3
LEDGER = ("run", "put_run", "swap_run", "accept")


def lost_at_the_store():
    raise StoreUnavailable("no answer")


def lost_at_github():
    return Failure(sent=True, reason="timed out")


def doomed(world, crash):
    """Return the ports of a process in which one call goes wrong."""
    transport = crash.wrap(world.transport, "send", lose=lost_at_github)
    github = GitHubClient(
        base_url=world.fake.base_url,
        transport=transport,
        clock=world.clock,
        secrets=world.house.secrets,
        telemetry=world.house.telemetry,
    )
    ledger = crash.wrap(world.house.ledger, *LEDGER, lose=lost_at_the_store)
    return dataclasses.replace(world.house.ports, github=github, ledger=ledger)


def lose_pushes(world, *, large):
    with world.outage():
        for _ in range(PUSHES):
            world.push()
    if large:
        world.receiver.status = 413
        world.tick()
        world.clock.advance(minutes=15)


def calls_of_a_round(*, large):
    with contextlib.closing(GitHubWorld()) as world:
        lose_pushes(world, large=large)
        crash = Crash()
        catch_up(ports=doomed(world, crash), routing=world.house.routing, deadline=world.clock.now() + 60_000)
        return crash.calls


SMALL, LARGE = calls_of_a_round(large=False), calls_of_a_round(large=True)


def test_the_calls_of_a_round_are_known():
    assert ["run", "put_run", "send", "send", *["send"] * PUSHES, "swap_run"] == SMALL
    assert ["run", "put_run", "swap_run", "send", "send", *["send", "accept"] * PUSHES, "swap_run"] == LARGE


@pytest.mark.parametrize("how", ["before", "after", "lost"])
@pytest.mark.parametrize(
    ("large", "number"),
    [*((False, number) for number in range(len(SMALL))), *((True, number) for number in range(len(LARGE)))],
)
def test_wherever_a_round_breaks_off_every_push_is_logged_once(large, number, how):
    with contextlib.closing(GitHubWorld()) as world:
        lose_pushes(world, large=large)
        ports = doomed(world, Crash(number, how))
        with contextlib.suppress(Died, StoreUnavailable):
            catch_up(ports=ports, routing=world.house.routing, deadline=world.clock.now() + 60_000)
        world.fake.settle()
        world.run(minutes=20)
        assert world.house.statuses() == {f"github:{sha(each + 1)}": "logged" for each in range(PUSHES)}
        assert len(world.house.sandbox.books.entries()) == PUSHES
