"""What every ledger promises of deliveries."""

import random

import pytest
from fakes.clock import START
from fakes.house import delivery, draft, sha

from chalicelib.domain.entry import Note

DAY_MS = 86_400_000


def accept(ledger, new, *, now=START, due_in=60_000, stamp="s1"):
    return ledger.accept(new, now=now, due_at=now + due_in, stamp=stamp)


def huge(name="huge", seed=1):
    """Return a delivery that stays over two parts of 350 KB whatever compresses it."""
    noise = random.Random(seed)
    drafts = tuple(draft(n, description=noise.randbytes(90_000).hex()) for n in range(1, 11))
    return delivery(*drafts, name=name, notes=(Note(sha(99), "skipped", "merge commit"),))


def test_a_new_delivery_is_taken_and_read_back_as_it_was(ledger):
    notes = (Note(sha(2), "malformed", "bad directive", text="[f:ten]"), Note(sha(3), "skipped", "merge"))
    new = delivery(draft(1, project="Gear", copy_of=sha(9)), notes=notes, silent=(sha(4), sha(5)))
    assert accept(ledger, new) is None
    stored = ledger.delivery(new.key)
    assert stored.delivery == new
    assert (stored.received_at, stored.opened_at) == (START, None)


def test_an_exact_redelivery_is_told_when_the_first_one_came(ledger):
    new = delivery(draft(1))
    accept(ledger, new, stamp="first")
    again = accept(ledger, new, now=START + 5000, stamp="second")
    assert again.delivery.key == new.key
    assert (again.received_at, again.opened_at) == (START, None)


def test_a_redelivery_of_an_opened_delivery_is_told_so(ledger):
    new = delivery(draft(1))
    accept(ledger, new)
    ledger.mark_opened(new.key, now=START + 7)
    assert accept(ledger, new, stamp="second").opened_at == START + 7


def test_our_own_write_is_recognised_by_its_stamp(ledger):
    new = delivery(draft(1))
    assert accept(ledger, new, stamp="mine") is None
    assert accept(ledger, new, stamp="mine") is None


def test_an_unknown_delivery_is_none(ledger):
    assert ledger.delivery("github:nothing:0") is None


def test_a_delivery_of_many_parts_is_read_back_whole(ledger):
    new = huge()
    assert accept(ledger, new) is None
    assert ledger.delivery(new.key).delivery == new


def test_a_redelivery_that_reads_differently_leaves_the_stored_parts_alone(ledger):
    first, second = huge(seed=1), huge(seed=2)
    assert first.key == second.key
    accept(ledger, first, stamp="first")
    assert accept(ledger, second, stamp="second") is not None
    assert ledger.delivery(first.key).delivery == first


def test_a_delivery_becomes_due_for_opening_in_its_time_and_not_before(ledger):
    new = delivery(draft(1))
    accept(ledger, new, due_in=60_000)
    assert list(ledger.unopened(now=START + 59_999, limit=10)) == []
    assert list(ledger.unopened(now=START + 60_000, limit=10)) == [new.key]


def test_the_unopened_come_longest_due_first_and_no_more_than_asked_for(ledger):
    names = [f"d{n:02d}" for n in range(12)]
    for n, name in enumerate(reversed(names)):
        accept(ledger, delivery(draft(n), name=name), due_in=1000 * (12 - n), stamp=name)
    due = ledger.unopened(now=START + DAY_MS, limit=5)
    assert [key.split(":")[1] for key in due] == names[:5]


def test_a_postponed_delivery_is_due_later_and_says_since_when_it_is_there(ledger):
    new = delivery(draft(1))
    accept(ledger, new)
    assert ledger.postpone(new.key, until=START + DAY_MS) == ledger.delivery(new.key).received_at
    assert list(ledger.unopened(now=START + DAY_MS - 1, limit=10)) == []
    assert list(ledger.unopened(now=START + DAY_MS, limit=10)) == [new.key]


def test_an_opened_delivery_is_due_no_more_and_cannot_be_postponed(ledger):
    new = delivery(draft(1))
    accept(ledger, new)
    ledger.mark_opened(new.key, now=START + 10)
    assert ledger.postpone(new.key, until=START + 20) is None
    assert list(ledger.unopened(now=START + 2**40, limit=10)) == []
    assert ledger.delivery(new.key).opened_at == START + 10
    assert ledger.retire(now=START + 20, limit=10) == 0


def test_postponing_or_opening_what_is_not_there_leaves_nothing_behind(ledger):
    assert ledger.postpone("github:nothing:0", until=START) is None
    ledger.mark_opened("github:nothing:0", now=START)
    assert ledger.delivery("github:nothing:0") is None
    assert list(ledger.unopened(now=2**50, limit=10)) == []
    assert ledger.retire(now=2**50, limit=10) == 0


def test_opening_twice_keeps_the_first_instant(ledger):
    new = delivery(draft(1))
    accept(ledger, new)
    ledger.mark_opened(new.key, now=START + 10)
    ledger.mark_opened(new.key, now=START + 99)
    assert ledger.delivery(new.key).opened_at == START + 10


@pytest.mark.parametrize("build", [lambda: delivery(draft(1)), huge], ids=["small", "huge"])
def test_contents_retire_after_thirty_days_and_the_key_stays(ledger, build):
    new = build()
    accept(ledger, new)
    ledger.mark_opened(new.key, now=START)
    assert ledger.retire(now=START + 30 * DAY_MS - 1, limit=10) == 0
    assert ledger.delivery(new.key) is not None
    assert ledger.retire(now=START + 30 * DAY_MS, limit=10) == 1
    assert ledger.delivery(new.key) is None
    assert accept(ledger, new, now=START + 90 * DAY_MS, stamp="later").opened_at == START
    assert ledger.retire(now=START + 90 * DAY_MS, limit=10) == 0


def test_a_delivery_that_was_not_opened_never_retires(ledger):
    new = delivery(draft(1))
    accept(ledger, new)
    assert ledger.retire(now=START + 365 * DAY_MS, limit=10) == 0
    assert ledger.delivery(new.key).delivery == new


def test_retiring_stops_at_its_limit_and_goes_on_the_next_time(ledger):
    for n in range(5):
        new = delivery(draft(n), name=f"d{n}")
        accept(ledger, new, stamp=f"s{n}")
        ledger.mark_opened(new.key, now=START)
    done = [ledger.retire(now=START + 30 * DAY_MS, limit=3) for _ in range(3)]
    assert done == [3, 2, 0]


def test_deliveries_of_a_span_are_read_across_months(ledger):
    for n, days in enumerate((0, 20, 45, 70)):
        accept(ledger, delivery(draft(n), name=f"d{n}"), now=START + days * DAY_MS, stamp=f"s{n}")
    found = ledger.deliveries(since=START + 20 * DAY_MS, until=START + 45 * DAY_MS)
    assert sorted(stored.delivery.key.split(":")[1] for stored in found) == ["d1", "d2"]


def test_a_span_that_ends_before_it_begins_is_empty(ledger):
    accept(ledger, delivery(draft(1)))
    assert list(ledger.deliveries(since=START + 1, until=START - 1)) == []


def test_the_same_id_with_another_body_is_a_delivery_of_its_own(ledger):
    accept(ledger, delivery(draft(1), name="same"))
    other = delivery(draft(2), name="same:other")
    assert accept(ledger, other, stamp="s2") is None
    assert ledger.delivery(other.key).delivery == other
