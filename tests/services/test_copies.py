"""Copies over whole deliveries: one judgement for each title, written once, whoever else is at it."""

import dataclasses
import itertools
import threading
import time

import pytest
from fakes.house import FakeHouse, delivery, draft, sha

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.content import Content, Piece, title_of
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.work import MOST_SIGHTINGS
from chalicelib.errors import StoreUnavailable
from chalicelib.services.opening import open_delivery
from chalicelib.services.replay import replay

SITE = "acme/website"


def made(number, *, title="wip", minutes=15, pieces=(), files="f", **changes):
    listed = bool(pieces)
    parts = tuple(Piece(amount, (title_of(SITE, text),)) for text, amount in pieces)
    content = Content(title_of(SITE, title), files, pieces=parts, listed=listed)
    return draft(number, minutes=minutes, description=title, content=content, **changes)


_names = itertools.count()


def tell(house, *drafts, branch="feature", name=None, **how):
    """Store a push that brings these drafts, and return its key."""
    arrival = Arrival(branch, drafts[-1].key, at=house.clock.advance(minutes=1), **how)
    told = dataclasses.replace(delivery(*drafts, name=name or f"d{next(_names)}"), branch=branch, arrival=arrival)
    house.ledger.accept(told, now=house.clock.now(), due_at=0, stamp=told.key)
    return told.key


def open_it(house, key, ports=None):
    open_delivery(key, ports=ports or house.ports, routing=house.routing, deadline=house.clock.now() + 300_000)


def push(house, *drafts, **how):
    open_it(house, tell(house, *drafts, **how))
    return [house.ledger.entry(each.key) for each in drafts]


def logged(house):
    return sorted(e.draft.minutes for e in house.ledger.entries(since=0, until=2**60) if e.status is Status.QUEUED)


def test_a_rebase_is_skipped_and_can_be_logged_after_all(house):
    push(house, made(1), created=True)
    (copy,) = push(house, made(2), forced=True)
    assert (copy.status, copy.reason_code) == (Status.SKIPPED, "copy")
    assert sha(1)[:7] in copy.reason
    assert sha(2)[:7] in copy.reason
    assert replay(copy.key, anyway=True, ports=house.ports, routing=house.routing).status is Status.QUEUED


def test_an_amendment_is_held(house):
    push(house, made(1, minutes=300), created=True)
    (held,) = push(house, made(2, minutes=30), forced=True)
    assert (held.status, held.amends) == (Status.HELD, made(1).key)
    assert "300 → 30 minutes" in held.reason


def test_of_a_squash_only_what_is_not_logged_is_logged(house):
    push(house, made(1, title="Draw", minutes=45), made(2, title="Test"), created=True)
    pieces = (("Draw", 45), ("Test", 15), ("Describe", 20))
    (squash,) = push(house, made(3, title="The gallery", minutes=80, pieces=pieces), branch="main")
    assert (squash.status, squash.draft.minutes) == (Status.QUEUED, 20)
    assert sha(1)[:7] in squash.remark
    assert sha(2)[:7] in squash.remark


def test_a_squash_of_what_is_logged_is_skipped_with_all_its_minutes(house):
    push(house, made(1, title="Draw", minutes=45), made(2, title="Test"), created=True)
    (squash,) = push(house, made(3, title="It", minutes=60, pieces=(("Draw", 45), ("Test", 15))), branch="main")
    assert (squash.status, squash.draft.minutes) == (Status.SKIPPED, 60)


def test_a_squash_that_is_opened_before_its_branch_logs_it_all_and_the_branch_says_so(house):
    branch = tell(house, made(1, title="Draw", minutes=45), made(2, title="Test"), created=True)
    push(house, made(3, title="It", minutes=60, pieces=(("Draw", 45), ("Test", 15))), branch="main")
    open_it(house, branch)
    assert logged(house) == [60]
    assert house.ledger.entry(made(1).key).reason.endswith(f"was squashed into {sha(3)[:7]}, which logs its work")


def test_a_cherry_pick_is_a_copy_only_if_its_original_is_in_the_ledger(house):
    (own,) = push(house, made(2, copy_of=sha(1)), branch="release")
    assert own.status is Status.QUEUED
    push(house, made(3, title="Draw"), created=True)
    (copy,) = push(house, made(4, title="Draw, backported", files="g", copy_of=sha(3)), branch="release")
    assert copy.status is Status.SKIPPED


def test_a_push_without_an_arrival_and_a_draft_without_content_are_work_of_their_own(house):
    plain = delivery(draft(1), draft(2))
    house.ledger.accept(plain, now=house.clock.now(), due_at=0, stamp="s")
    open_it(house, plain.key)
    assert logged(house) == [45, 45]


def test_works_that_are_forgotten_make_no_entry_of_a_crash(house):
    """The judgement of a push outlives the crash between it and the entries, however much the title holds."""
    count = MOST_SIGHTINGS // 2 + 100
    push(house, *(made(n) for n in range(count)), created=True)
    key = tell(house, *(made(10_000 + n) for n in range(count)), forced=True)
    dies = dataclasses.replace(house.ports, ledger=_Dying(house.ledger, "put_entry"))
    with pytest.raises(StoreUnavailable):
        open_it(house, key, dies)
    open_it(house, key)
    assert len(logged(house)) == count


def test_the_largest_push_is_judged_in_about_linear_time():
    def seconds(count):
        house = FakeHouse()
        push(house, *(made(n) for n in range(count)), created=True)
        key = tell(house, *(made(10_000 + n) for n in range(count)), forced=True)
        began = time.process_time()
        open_it(house, key)
        assert len(logged(house)) == count
        return time.process_time() - began

    small, large = seconds(512), seconds(1_024)
    assert large < 4 * small + 0.1


def test_others_that_never_stop_writing_are_waited_for(house):
    key = tell(house, made(1), created=True)
    busy = dataclasses.replace(house.ports, ledger=_Busy(house.ledger))
    with pytest.raises(StoreUnavailable):
        open_it(house, key, busy)
    assert logged(house) == []
    open_it(house, key)
    assert logged(house) == [15]


SQUASH = made(9, title="It", minutes=45, pieces=(("wip", 15), ("wip", 15), ("wip", 15)))


@pytest.mark.parametrize("turns", list(itertools.product((0, 1), repeat=6)))
@pytest.mark.parametrize(
    "both",
    [
        pytest.param((({"created": True}, (1, 2)), ({"created": True}, (1, 2))), id="two hooks tell of one push"),
        pytest.param((({"created": True}, (1, 2)), ({"forced": True}, (3, 4))), id="a branch and its rebase"),
        pytest.param((({"created": True}, (1, 2)), ({"branch": "main"}, SQUASH)), id="a branch and its squash"),
    ],
)
def test_two_openings_at_once_log_each_work_once(both, turns):
    """Each call of the ledger is a point where the other one may go on; `turns` says who does first."""
    house = FakeHouse()
    push(house, made(77, title="else"), branch="main")
    keys = []
    for number, (how, what) in enumerate(both):
        drafts = (what,) if what is SQUASH else tuple(made(n) for n in what)
        keys.append(tell(house, *drafts, name=f"hook{number}", **how))
    baton = _Baton(turns)
    threads = [
        threading.Thread(target=baton.run, args=(n, lambda k=k, n=n: open_it(house, k, _ports(house, baton, n))))
        for n, k in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert baton.failed == []
    assert sum(logged(house)) - 15 == (45 if both[1][1] is SQUASH else 30)


def _ports(house, baton, number):
    return dataclasses.replace(house.ports, ledger=_Interleaved(house.ledger, baton, number))


class _Baton:
    """Only who holds it runs; at each call it goes to whoever's turn it is, then to each in turn."""

    def __init__(self, turns):
        self._turns = iter([*turns, *itertools.islice(itertools.cycle((0, 1)), 400)])
        self._left = {0, 1}
        self._holder = next(self._turns)
        self._changed = threading.Condition()
        self.failed = []

    def wait(self, number):
        with self._changed:
            self._holder = next(self._turns)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._holder == number or len(self._left) == 1)

    def run(self, number, body):
        with self._changed:
            self._changed.wait_for(lambda: self._holder == number or len(self._left) == 1)
        try:
            body()
        except Exception as error:  # noqa: BLE001 - the test shows it
            self.failed.append(error)
        with self._changed:
            self._left.discard(number)
            self._changed.notify_all()


class _Interleaved:
    def __init__(self, ledger, baton, number):
        self._ledger, self._baton, self._number = ledger, baton, number

    def __getattr__(self, name):
        found = getattr(self._ledger, name)

        def call(*args, **kwargs):
            self._baton.wait(self._number)
            return found(*args, **kwargs)

        return call


class _Dying:
    """A ledger of which one operation fails."""

    def __init__(self, ledger, name):
        self._ledger, self._name = ledger, name

    def __getattr__(self, name):
        if name == self._name:
            raise StoreUnavailable("dead")
        return getattr(self._ledger, name)


class _Busy(_Dying):
    """A ledger in which somebody else is always faster."""

    def __init__(self, ledger):
        super().__init__(ledger, "")

    def swap_works(self, before, after, *, now):
        del after, now
        return dataclasses.replace(before, stamp="somebody else's")
