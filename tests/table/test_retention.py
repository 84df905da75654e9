"""What goes and what stays: whatever the settings and however much later, nothing that is open goes."""

import itertools

import pytest
from fakes.clock import START
from fakes.entry import entry
from fakes.house import FakeHouse, delivery, draft
from fakes.table import MemoryTable
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Attempt, Note
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.retention import Retention
from chalicelib.domain.run import Run
from chalicelib.sources.delivery import Delivery
from chalicelib.table.deliveries import PART_BYTES
from chalicelib.table.ledger import TableLedger
from standalone.database import Database
from standalone.table import SqliteTable

DAY = 86_400_000
OPEN = frozenset(Status) - {Status.LOGGED, Status.DISMISSED, Status.SKIPPED}
DAYS = st.integers(0, 5_000)
KEPT = st.builds(Retention, st.integers(7, 400), st.integers(400, 3_660), st.integers(7, 3_660))
SMALL = delivery(draft(1))


@pytest.fixture
def table():
    return MemoryTable()


@pytest.fixture
def ledger(table):
    return TableLedger(table, account="default")


def later(days):
    return START + days * DAY


def clear(ledger, now):
    """Let the tick come as often as there is anything to do."""
    while ledger.retire(now=now, limit=7) + ledger.expire(now=now, limit=7):
        pass


def huge():
    """Return a delivery of more than one part: nothing in its words can be compressed."""
    state = 1
    words = []
    for _ in range(PART_BYTES // 5):
        state = state * 6364136223846793005 % 2**64
        words.append(f"{state:x}")
    return Delivery(**{**_fields(SMALL), "silent": (" ".join(words),)})


def _fields(each):
    return {name: getattr(each, name) for name in each.__slots__}


@given(st.lists(st.tuples(st.sampled_from(Status), DAYS), max_size=12), DAYS, KEPT)
def test_an_entry_goes_when_its_days_are_over_and_never_while_it_is_open(statuses, age, kept):
    ledger = TableLedger(MemoryTable(), account="default", kept=kept)
    entries = [
        entry(number, status=status, changed_at=later(day), noko_id=number + 1)
        for number, (status, day) in enumerate(statuses)
    ]
    for each in entries:
        ledger.put_entry(each)
        ledger.take_noko_id(each.noko_id, each.key)
    clear(ledger, later(age))
    for each in entries:
        is_there = ledger.entry(each.key) is not None
        assert is_there is (each.status in OPEN or later(age) < each.changed_at + kept.entries_days * DAY)
        assert ledger.holder_of(each.noko_id) == each.key


@given(st.lists(st.sampled_from(Status), min_size=1, max_size=6), DAYS)
def test_one_that_is_reopened_is_kept_from_then_on(statuses, days):
    ledger = TableLedger(MemoryTable(), account="default")
    stands = ledger.put_entry(entry(1, status=Status.SKIPPED))
    for number, status in enumerate(statuses):
        stands = ledger.swap(stands, entry(1, status=status, changed_at=later(number), stamp=f"s{number}"))
    clear(ledger, later(len(statuses) - 1 + days))
    assert (ledger.entry(stands.key) is not None) is (stands.status in OPEN or days < 400)


@given(st.none() | DAYS, DAYS, KEPT)
def test_a_delivery_keeps_its_contents_until_it_was_opened_and_its_key_for_longer(opened, age, kept):
    ledger = TableLedger(MemoryTable(), account="default", kept=kept)
    ledger.accept(SMALL, now=START, due_at=START, stamp="s1")
    if opened is not None:
        ledger.mark_opened(SMALL.key, now=later(opened))
    clear(ledger, later(age))
    assert (ledger.delivery(SMALL.key) is not None) is (opened is None or age < opened + kept.contents_days)
    known = ledger.accept(SMALL, now=later(age), due_at=START, stamp="again")
    assert (known is not None) is (opened is None or age < opened + kept.entries_days)


def test_what_is_beyond_350_kb_lives_on_as_long_as_somebody_looks_after_it(ledger, table):
    whole = huge()
    ledger.accept(whole, now=START, due_at=START, stamp="s1")
    assert len(table.items) > 1
    for days in range(0, 2_000, 300):
        ledger.postpone(whole.key, until=later(days))
        clear(ledger, later(days + 299))
    assert ledger.delivery(whole.key).delivery == whole
    ledger.mark_opened(whole.key, now=later(2_000))
    clear(ledger, later(2_030))
    assert [item["SK"] for item in table.items.values()] == ["head"]
    clear(ledger, later(2_400))
    assert table.items == {}


def test_parts_that_belong_to_nobody_go_after_the_days_of_entries(ledger, table):
    whole = huge()
    ledger.accept(whole, now=START, due_at=START, stamp="s1")
    table.delete(f"default#delivery#{whole.key}", "head")  # the door died before it came to that
    clear(ledger, later(399))
    assert table.items
    clear(ledger, later(400))
    assert table.items == {}


@pytest.mark.parametrize(("days", "stays"), [(89, True), (90, False)])
def test_a_note_lives_for_ninety_days(ledger, days, stays):
    ledger.put_note(Note("a" * 40, "skipped", "merge"), delivery="d", now=START)
    clear(ledger, later(days))
    assert (ledger.note("a" * 40) is not None) is stays


def test_a_run_lives_on_from_when_it_was_held_last(ledger):
    run = ledger.put_run(Run("approval", "weekly/1", START, lease_until=START, stamp="s1"))
    held = ledger.swap_run(run, Run("approval", "weekly/1", START, lease_until=later(300), stamp="s2"))
    clear(ledger, later(699))
    assert ledger.run("approval", "weekly/1") == held
    clear(ledger, later(700))
    assert ledger.run("approval", "weekly/1") is None


def test_attempts_go_and_the_open_entry_stays(ledger):
    ledger.put_entry(entry(1, status=Status.UNCERTAIN))
    ledger.put_attempt(entry(1).key, Attempt(1, START, START, "unknown"))
    clear(ledger, later(400))
    assert ledger.attempts(entry(1).key) == []
    assert ledger.entry(entry(1).key).status is Status.UNCERTAIN


@pytest.fixture(params=["memory", "sqlite"])
def either(request, tmp_path):
    if request.param == "memory":
        yield MemoryTable()
        return
    database = Database(tmp_path / "store.db")
    yield SqliteTable(database)
    database.close()


def test_what_has_expired_is_like_any_other_until_it_is_gone(either):
    ledger = TableLedger(either, account="default")
    ledger.put_entry(entry(1, status=Status.LOGGED))
    assert ledger.put_entry(entry(1, changed_at=later(1_000), stamp="new")).status is Status.LOGGED
    assert ledger.expire(now=later(400), limit=9) == 1
    assert ledger.put_entry(entry(1, changed_at=later(1_000), stamp="new")).stamp == "new"


def test_no_tick_takes_on_more_than_its_share(either):
    ledger = TableLedger(either, account="default")
    for number in range(10):
        ledger.put_entry(entry(number, status=Status.LOGGED))
    assert [ledger.expire(now=later(500), limit=4) for _ in range(4)] == [4, 4, 2, 0]


def test_the_tick_clears_up(table):
    house = FakeHouse()
    ledger = TableLedger(table, account="default")
    house.ledger = ledger
    house.ports = type(house.ports)(**{**_fields(house.ports), "ledger": ledger})
    numbers = itertools.count()
    for status in Status:
        if status not in {Status.QUEUED, Status.HELD, Status.POSTING, Status.UNCERTAIN}:
            ledger.put_entry(entry(next(numbers), status=status))
    house.clock.advance(ms=400 * DAY)
    house.tick()
    assert {item["status"] for item in table.items.values() if item["SK"] == "entry"} == {"needs_attention", "refused"}
