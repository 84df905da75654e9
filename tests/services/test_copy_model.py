"""Whatever is done to branches, what is logged is the truth: each piece of work once."""

import collections
import dataclasses
import datetime as dt
import json

from fakes.house import ROUTING, FakeHouse
from hypothesis import given, settings
from hypothesis import strategies as st
from stories.model import MINUTES, PEOPLE, Model

from chalicelib.domain.directive import Rules
from chalicelib.domain.lifecycle import Status
from chalicelib.services.opening import open_delivery
from chalicelib.sources import github

BRANCHES = st.sampled_from(("a", "b"))
WORK = st.fixed_dictionaries(
    {
        "title": st.sampled_from(("wip", "fix")),
        "minutes": st.sampled_from(MINUTES),
        "author": st.sampled_from(PEOPLE),
        "file": st.sampled_from("xy"),
        "style": st.sampled_from(("subject", "trailer", "none")),
    }
)
NOTHING = st.just({})
PRESSED = st.fixed_dictionaries({"opened_by": st.sampled_from(PEOPLE), "is_titled_alike": st.booleans()})
PLAIN = {
    "work": WORK,
    "push": NOTHING,
    "rebase": NOTHING,
    "rebase_and_go_on": WORK,
    "rebase_merge": NOTHING,
    "squash_merge": PRESSED,
    "merge": NOTHING,
    "update": NOTHING,
    "drop": NOTHING,
    "pick": st.fixed_dictionaries({"names_source": st.booleans()}),
}
FOLD = PLAIN | {"fold": NOTHING}


def steps(kinds):
    """Return lists of things to do: more than half of them are work, or nothing would come of it."""
    other = st.one_of([st.tuples(st.just(name), BRANCHES, how) for name, how in kinds.items()])
    return st.lists(st.one_of(st.tuples(st.just("work"), BRANCHES, WORK), other), min_size=3, max_size=25)


def played(done):
    model = Model()
    for name, branch, how in done:
        getattr(model, name)(branch, **how)
    for branch in "ab":
        model.push(branch)
    return model


def tell(pushes, house=None):
    """Open pushes in a house, in this order, and return it."""
    routing = dataclasses.replace(ROUTING, defaults=dataclasses.replace(ROUTING.defaults, max_age_days=400))
    house = house or FakeHouse(routing=routing)
    for payload in pushes:
        name = str(house.clock.advance(seconds=1))
        headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": name, "Content-Type": "application/json"}
        raw = json.dumps(payload).encode()
        told = github.delivery(headers, raw, rules_for=lambda _: Rules(), today=dt.date(2027, 1, 1))
        house.ledger.accept(told, now=house.clock.now(), due_at=0, stamp=name)
        open_delivery(told.key, ports=house.ports, routing=routing, deadline=house.clock.now() + 300_000)
    return house


def logged(house):
    """Count what is to be posted, by author, minutes and description."""
    entries = (e.draft for e in house.ledger.entries(since=0, until=2**60) if e.status is Status.QUEUED)
    return collections.Counter((draft.author.name, draft.minutes, draft.description) for draft in entries)


def total(counted):
    return sum(minutes * times for (_, minutes, _), times in counted.items())


@settings(max_examples=120, deadline=None)
@given(steps(FOLD))
def test_in_the_order_of_the_pushes_each_work_is_one_entry(done):
    model = played(done)
    assert logged(tell(model.pushes)) == model.worked


@settings(max_examples=60, deadline=None)
@given(steps(FOLD))
def test_telling_everything_twice_logs_nothing_more(done):
    model = played(done)
    house = tell(model.pushes)
    assert logged(tell(model.pushes, house)) == model.worked


@settings(max_examples=120, deadline=None)
@given(steps(PLAIN), st.randoms(use_true_random=False))
def test_in_any_order_of_opening_each_work_is_logged_once(done, chance):
    """A squash that is opened before its branch is logged as a whole, so that only the sums are the same.

    Folding by hand is left out: which of several equal messages a folded one was is then anybody's guess.
    """
    model = played(done)
    pushes = list(model.pushes)
    chance.shuffle(pushes)
    assert total(logged(tell(pushes))) == total(model.worked)
