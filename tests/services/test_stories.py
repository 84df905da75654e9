"""Real branches, rebased, squashed, picked and reverted: what each mode logs of them, and what it lists instead."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from fakes.house import FakeHouse
from stories.long import LONG
from stories.person import seconds
from stories.scripted import ScriptedRepository
from stories.short import SHORT
from stories.story import DEFAULT_BRANCH, EVERY_BRANCH
from stories.telling import Teller, listed, logged, routing, tell

STORIES = (LONG, *SHORT)


def minutes(counted):
    """Return the minutes of all entries counted."""
    return sum(entry.minutes * times for entry, times in counted.items())


@pytest.fixture(scope="module")
def pushes(tmp_path_factory):
    """Play each script once: with real git, that is what takes the time."""
    played = {}

    def play(story):
        if story.name not in played:
            repository = ScriptedRepository(tmp_path_factory.mktemp("story") / "r")
            story.tell(repository)
            played[story.name] = repository.pushes
        return played[story.name]

    return play


@pytest.mark.parametrize("mode", [EVERY_BRANCH, DEFAULT_BRANCH])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_each_piece_of_work_is_logged_once(story, mode, pushes):
    house = FakeHouse(routing=routing(mode))
    tell(pushes(story), house)
    assert logged(house) == Counter(story.logged[mode])
    assert not Counter(story.asks[mode]) - listed(house), "what contradicts must be listed"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_telling_it_all_again_logs_nothing_more(story, pushes):
    house = FakeHouse(routing=routing(EVERY_BRANCH))
    tell(pushes(story), house)
    tell(pushes(story), house)
    assert logged(house) == Counter(story.logged[EVERY_BRANCH])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("story", [s for s in STORIES if not s.asks[EVERY_BRANCH]], ids=lambda story: story.name)
def test_the_order_in_which_deliveries_are_opened_does_not_matter(story, seed, pushes):
    """A squash that is opened before its branch is logged as a whole, so that only the sums are the same."""
    told = list(pushes(story))
    random.Random(seed).shuffle(told)
    plain = routing(EVERY_BRANCH)
    house = FakeHouse(routing=replace(plain, defaults=replace(plain.defaults, max_age_days=365)))
    teller = Teller(house)
    house.clock.sleep_until(1000 * seconds(max(push.at for push in told)))
    for push in told:
        teller.tell(push.payload, at=house.clock.now())
    house.run(minutes=10)
    assert minutes(logged(house)) == minutes(Counter(story.logged[EVERY_BRANCH]))
