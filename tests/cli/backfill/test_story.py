"""Real branches whose pushes were lost: what a plan says comes true, and as much is logged as without the loss."""

import pytest
from fakes.house import FakeHouse
from stories.long import LONG
from stories.person import seconds
from stories.scripted import ScriptedRepository
from stories.short import SHORT
from stories.story import DEFAULT_BRANCH, EVERY_BRANCH
from stories.telling import logged, routing, tell

BECOMES = {"new": "logged", "held": "held", "copy": "skipped", "logged": "logged"}
UNDISPUTED = [story for story in (LONG, *SHORT) if not any(story.asks.values())]
"""Without those in which an amount was amended: the first one is in no history any more."""
LOST = range(4)
"""Which push of a story is lost; of a shorter one its last is."""


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Play each script once, and return its repository."""
    repositories = {}

    def play(story):
        if story.name not in repositories:
            repositories[story.name] = ScriptedRepository(tmp_path_factory.mktemp("story") / "r")
            story.tell(repositories[story.name])
        return repositories[story.name]

    return play


def minutes(house):
    return sum(entry.minutes * times for entry, times in logged(house).items())


def fill(run, house, repository):
    """Back-fill a day after the last push; return what the plan said and what became of it, by commit."""
    house.clock.sleep_until(1000 * seconds(repository.pushes[-1].at))
    house.clock.advance(days=1)
    words = ("--repo", repository.path, "--as", "acme/website", "--since", "2026-06-01")
    plan = run("backfill", *words, "--dry-run").lines
    assert run("backfill", *words, "--yes").code == 0
    house.run(minutes=10)
    return {f"github:{line['commit']}": line for line in plan}


@pytest.fixture
def house(mode):
    return FakeHouse(routing=routing(mode))


@pytest.mark.parametrize("mode", [EVERY_BRANCH, DEFAULT_BRANCH])
@pytest.mark.parametrize("story", [LONG, *SHORT], ids=lambda story: story.name)
def test_what_the_plan_says_of_a_whole_history_comes_true(run, house, story, played):
    plan = fill(run, house, played(story))
    became = house.statuses()
    expected = {key: BECOMES[line["state"]] for key, line in plan.items() if line["minutes"] is not None}
    assert became == expected
    assert minutes(house) == sum(line["minutes"] for line in plan.values() if line["state"] == "new")


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("mode", [EVERY_BRANCH, DEFAULT_BRANCH])
@pytest.mark.parametrize("story", UNDISPUTED, ids=lambda story: story.name)
def test_whichever_push_was_lost_as_much_is_logged_as_if_none_was(run, house, mode, story, played, lost):
    repository = played(story)
    pushes = list(repository.pushes)
    del pushes[min(lost, len(pushes) - 1)]
    tell(pushes, house)
    plan = fill(run, house, repository)
    became = house.statuses()
    assert all(became[key] == BECOMES[line["state"]] for key, line in plan.items() if line["state"] in BECOMES)
    assert minutes(house) == sum(entry.minutes for entry in story.logged[mode])
