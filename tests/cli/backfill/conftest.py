"""A repository on GitHub with a clone to be looked at, and ways to see what became of it."""

import copy

import pytest
from stories.person import SAM
from stories.scripted import ScriptedRepository
from stories.telling import Teller


@pytest.fixture
def hub(tmp_path, house):
    """The repository on GitHub, on the 10th of July, with one commit that holds no time."""
    house.clock.advance(days=10)
    return ScriptedRepository(tmp_path / "hub.git")


@pytest.fixture
def backfill(run, hub):
    def invoke(*words, repo=hub.path, since="2026-06-01", name="acme/website", **more):
        named = ("--as", name) if name else ()
        return run("backfill", "--repo", repo, "--since", since, *named, *words, **more)

    return invoke


@pytest.fixture
def three(hub):
    """Commit three times on the default branch, twice with time, and push them."""

    def work():
        shas = [
            hub.commit("main", "Open the shop [f:1h]"),
            hub.commit("main", "Paint the shop [f:30m]", by=SAM),
            hub.commit("main", "Tidy up"),
        ]
        hub.push("main")
        return shas

    return work


@pytest.fixture
def tell(house):
    """Have GitHub deliver pushes, and let everything run."""

    def deliver(*pushes):
        teller = Teller(house)
        for push in pushes:
            teller.tell(push.payload, at=house.clock.now())
        house.run(minutes=3)

    return deliver


@pytest.fixture
def contents(house):
    """Copy all that the ledger holds but what it knows of Noko."""
    return lambda: {name: copy.deepcopy(value) for name, value in vars(house.ledger).items() if name != "_directory"}


@pytest.fixture
def booked(house):
    """Let everything run, and return what Noko holds: whose it is, the minutes and the day."""

    def look():
        house.run(minutes=10)
        people = {user.id: user.email.partition("@")[0] for user in house.sandbox.books.users()}
        return sorted((people[e.user_id], e.minutes, e.date.isoformat()) for e in house.sandbox.books.entries())

    return look


@pytest.fixture
def states():
    """Return what would become of each commit, by the lines of a dry run."""
    return lambda result: [(line["commit"], line["state"]) for line in result.lines if "commit" in line]
