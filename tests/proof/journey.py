"""What people do, and what must then be true, whatever happened to the calls in between."""

import json
from dataclasses import dataclass

from chalicelib.domain.lifecycle import Status
from chalicelib.errors import TallyhookError
from chalicelib.services.replay import replay
from devstack.push import push
from proof import branch
from proof.fault import Crash
from proof.store import in_memory
from proof.world import World

NOW = "2026-06-30T13:59:00+02:00"
LONG_AGO = "2026-03-01T10:00:00+01:00"
PATIENCE = 90
"""Minutes of virtual time until everything must be quiet: two lost attempts in a row take about fifteen."""
TRIES = 8


@dataclass(frozen=True, slots=True)
class Journey:
    """`begin` puts on the world's agenda what people do, and returns the source URLs that must be in the books."""

    name: str
    begin: object


def urls(raw):
    return {commit["url"] for commit in json.loads(raw)["commits"]}


def insist(world, raw, *, name, tries=TRIES):
    """Send a push, and again every minute until the door has taken it: a person presses "Redeliver"."""
    status = world.knock(raw, name=name)
    if (status is None or status >= 500) and tries:
        world.at(world.clock.now() + 60_000, lambda: insist(world, raw, name=name, tries=tries - 1))


def pushes(world):
    """Push two commits, redeliver the push, push the same on a second branch; and somebody forges one."""
    raw = push(2, seed="proof", when=NOW)
    start = world.clock.now()
    elsewhere = raw.replace(b"refs/heads/main", b"refs/heads/feature")
    world.at(start, lambda: insist(world, raw, name="d1"))
    world.at(start + 300_000, lambda: insist(world, raw, name="d1"))
    world.at(start + 360_000, lambda: insist(world, elsewhere, name="d2"))
    world.at(start + 1_000, lambda: world.knock(push(1, seed="forged", when=NOW), name="f", secret="guessed"))
    return urls(raw)


def one_push(world):
    """Push one commit: the shortest story, whose every pair of faults is tried."""
    raw = push(1, seed="one", when=NOW)
    world.at(world.clock.now(), lambda: insist(world, raw, name="d1"))
    return urls(raw)


def two_commits(world):
    """Push two commits, which go by the queue: one alone is posted by whoever opens its push."""
    raw = push(2, seed="two", when=NOW)
    world.at(world.clock.now(), lambda: insist(world, raw, name="d1"))
    return urls(raw)


def many(world):
    """Push what takes a while at Noko's pace, so that the pace is seen."""
    raw = push(25, seed="many", when=NOW)
    world.at(world.clock.now(), lambda: insist(world, raw, name="d1"))
    return urls(raw)


def replays(world):
    """Push an old commit, which is held, and have a person log it after all."""
    raw = push(1, seed="old", when=LONG_AGO)
    world.at(world.clock.now(), lambda: insist(world, raw, name="d1"))
    key = f"github:{json.loads(raw)['commits'][0]['id']}"

    def press(tries=TRIES):
        try:
            replay(key, anyway=False, ports=world.ports, routing=world.routing)
        except (TallyhookError, Crash):
            if tries:
                world.at(world.clock.now() + 120_000, lambda: press(tries - 1))

    world.at(world.clock.now() + 180_000, press)
    return urls(raw)


def branches(world):
    """Push a branch, rebase and squash it, and rebase it again: five works, in ten commits and a list."""
    life = branch.life("proof", when=NOW, now=world.clock.now())
    for instant, raw in life.pushes.items():
        world.at(instant, lambda raw=raw, instant=instant: insist(world, raw, name=f"b{instant}"))
    world.lives.append(life)
    return set()


PUSHES = Journey("push, redelivery, second branch", pushes)
ONE_PUSH = Journey("one push", one_push)
TWO_COMMITS = Journey("two commits", two_commits)
REPLAYS = Journey("old work, replayed", replays)
BRANCHES = Journey("branch, rebase, squash, rebase", branches)
MANY = Journey("twenty-five commits", many)
JOURNEYS = (ONE_PUSH, PUSHES, REPLAYS, BRANCHES)


def travel(journey, plan=None, *, store=in_memory):
    """Run a journey to its end under a plan of faults; return the world as it is then, and what is wrong with it."""
    world = World(plan, store=store)
    expected = journey.begin(world)
    world.run_until_quiet(minutes=PATIENCE)
    found = wrongs(world, expected)
    if not plan and world.sandbox.limiter.max_delay_ms:  # nothing was late, so nothing may have come too early
        found.append(f"a request came {world.sandbox.limiter.max_delay_ms} ms too early for Noko's pace")
    return world, found


def wrongs(world, expected):
    """Hold Noko's books, the ledger and the limiter against what was asked for."""
    found = []
    books = [entry.source_url for entry in world.sandbox.books.entries()]
    rewritten = {url for life in world.lives for url in life.urls}
    found += [
        f"{books.count(url)} times in the books: {url[-8:]}" for url in sorted(set(books)) if books.count(url) > 1
    ]
    found += [f"lost: {url[-8:]}" for url in sorted(expected - set(books))]
    found += [f"nobody asked for it: {url[-8:]}" for url in sorted(set(books) - expected - rewritten)]
    found += [wrong for life in world.lives for wrong in life.wrong(world.sandbox.books.entries())]
    ids = {entry.source_url: entry.id for entry in world.sandbox.books.entries()}
    for entry in world.entries():
        if entry.status is Status.SKIPPED and entry.draft.source_url in rewritten:
            continue
        if entry.status is not Status.LOGGED:
            found.append(f"{entry.key[-8:]} is {entry.status}: {entry.reason}")
        elif ids.get(entry.draft.source_url) != entry.noko_id:
            found.append(f"{entry.key[-8:]} holds the wrong id")
    if world.sandbox.limiter.rejected:
        found.append(f"{world.sandbox.limiter.rejected} requests over the limit")
    if world.mailbox.dead:
        found.append(f"{len(world.mailbox.dead)} dead letters")
    return found


def outcome(world):
    """Say in a few words how it went: attempts of the busiest entry, rounds in vain, deaths."""
    entries = world.entries()
    attempts = max((entry.attempt for entry in entries), default=0)
    rounds = max((entry.rounds for entry in entries), default=0)
    return f"{attempts} attempt{'s' if attempts != 1 else ''}" + (f", {rounds} in vain" if rounds else "")
