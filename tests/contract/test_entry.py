"""What every ledger promises of entries, their attempts, and the Noko ids they hold."""

from dataclasses import replace

import pytest
from fakes.clock import START
from fakes.entry import ROUTE, entry
from fakes.house import sha

from chalicelib.domain.entry import Attempt, Note
from chalicelib.domain.lifecycle import Status
from chalicelib.ports import HeldKey, Queued

DAY_MS = 86_400_000


def claimed(before, token="t1"):
    return replace(
        before, status=Status.POSTING, attempt=before.attempt + 1, token=token, stamp=token, due_at=START + 35_000
    )


def test_an_entry_is_put_once(ledger):
    first = entry(1)
    assert ledger.put_entry(first) == first
    assert ledger.put_entry(entry(1, stamp="another", reason="of another delivery")) == first
    assert ledger.entry(first.key) == first


def test_an_unknown_entry_is_none(ledger):
    assert ledger.entry("github:nothing") is None


@pytest.mark.parametrize("status", Status)
def test_an_entry_of_any_status_is_read_back_as_it_was(ledger, status):
    due_at = START if status in {Status.HELD, Status.QUEUED, Status.POSTING, Status.UNCERTAIN} else None
    full = entry(
        1,
        status=status,
        due_at=due_at,
        reason="“why” — \n ünd wo",
        reason_code="code",
        judged_by="hash",
        observed=True,
        sent_at=START,
        attempt=3,
        token="t",
        claimed_at=START,
        lease_until=START,
        first_attempt_at=START,
        absent_at=START,
        rounds=2,
        noko_id=2_147_483_647,
        logged_minutes=0,
    )
    ledger.put_entry(full)
    assert ledger.entry(full.key) == full


def test_a_swap_replaces_what_nobody_touched(ledger):
    before = ledger.put_entry(entry(1))
    after = claimed(before)
    assert ledger.swap(before, after) == after
    assert ledger.entry(before.key) == after


def test_our_own_swap_reported_as_failed_is_recognised(ledger):
    before = ledger.put_entry(entry(1))
    after = claimed(before)
    ledger.swap(before, after)
    assert ledger.swap(before, after) == after


@pytest.mark.parametrize(
    "between",
    [
        {"status": Status.REFUSED, "due_at": None},
        {"attempt": 5},
        {"token": "somebody else's"},
        {"token": None},
        {"stamp": "somebody else's"},
    ],
    ids="-".join,
)
def test_a_swap_loses_to_any_change_that_came_between(ledger, between):
    before = ledger.put_entry(entry(1, status=Status.POSTING, attempt=1, token="mine", stamp="mine"))
    theirs = replace(before, **between)
    ledger.swap(before, theirs)
    after = replace(before, status=Status.UNCERTAIN, stamp="after")
    assert ledger.swap(before, after) == theirs
    assert ledger.entry(before.key) == theirs


def test_a_swap_loses_when_a_token_appeared(ledger):
    before = ledger.put_entry(entry(1))
    theirs = ledger.swap(before, replace(before, token="theirs"))
    assert ledger.swap(before, replace(before, reason="ours", stamp="ours")) == theirs


def test_of_two_claims_one_wins(ledger):
    before = ledger.put_entry(entry(1))
    first, second = claimed(before, "t1"), claimed(before, "t2")
    assert ledger.swap(before, first).stamp == "t1"
    assert ledger.swap(before, second).stamp == "t1"


def test_swapping_what_is_not_there_creates_nothing(ledger):
    ghost = entry(1)
    assert ledger.swap(ghost, claimed(ghost)) == ghost
    assert ledger.entry(ghost.key) is None


def test_marking_as_sent_leaves_the_fence_alone(ledger):
    before = ledger.put_entry(entry(1))
    marked = ledger.mark_sent(Queued(before.key, None), sent_at=START + 5, due_at=START + 9)
    assert marked == ledger.entry(before.key)
    assert (marked.sent_at, marked.due_at) == (START + 5, START + 9)
    assert ledger.swap(before, claimed(before)).status is Status.POSTING


def test_an_entry_is_marked_as_sent_by_one_of_two(ledger):
    queued = Queued(ledger.put_entry(entry(1)).key, None)
    assert ledger.mark_sent(queued, sent_at=START + 5, due_at=START + 9)
    assert not ledger.mark_sent(queued, sent_at=START + 6, due_at=START + 10)
    assert ledger.mark_sent(Queued(queued.key, START + 5), sent_at=START + 7, due_at=START + 11)


def test_our_own_mark_reported_as_failed_is_recognised(ledger):
    queued = Queued(ledger.put_entry(entry(1)).key, None)
    ledger.mark_sent(queued, sent_at=START + 5, due_at=START + 9)
    assert ledger.mark_sent(queued, sent_at=START + 5, due_at=START + 9) == ledger.entry(queued.key)


def test_what_is_not_queued_or_not_there_is_not_marked_as_sent(ledger):
    posting = ledger.put_entry(entry(1, status=Status.POSTING))
    assert not ledger.mark_sent(Queued(posting.key, None), sent_at=START, due_at=START)
    assert not ledger.mark_sent(Queued("github:nothing", None), sent_at=START, due_at=START)
    assert ledger.entry("github:nothing") is None


def test_a_noko_id_belongs_to_the_first_who_takes_it(ledger):
    assert ledger.holder_of(17) is None
    assert ledger.take_noko_id(17, "github:a") == "github:a"
    assert ledger.take_noko_id(17, "github:b") == "github:a"
    assert ledger.take_noko_id(17, "github:a") == "github:a"
    assert ledger.holder_of(17) == "github:a"
    assert ledger.take_noko_id(18, "github:b") == "github:b"


def test_attempts_are_kept_once_by_number_and_oldest_first(ledger):
    key = ledger.put_entry(entry(1)).key
    late, early = Attempt(10, 5, 6, "unknown", "reset"), Attempt(2, 1, 2, "throttled")
    ledger.put_attempt(key, late)
    ledger.put_attempt(key, early)
    ledger.put_attempt(key, Attempt(10, 50, 60, "lost"))
    assert list(ledger.attempts(key)) == [early, late]
    assert list(ledger.attempts("github:nothing")) == []


def test_the_last_fifty_attempts_stay(ledger):
    for number in range(1, 54):
        ledger.put_attempt("github:a", Attempt(number, number, number, "unavailable"))
    assert [attempt.number for attempt in ledger.attempts("github:a")] == list(range(4, 54))


def test_what_is_due_is_posting_or_uncertain_and_its_time_has_come(ledger):
    ledger.put_entry(entry(1, status=Status.POSTING, due_at=START + 2))
    ledger.put_entry(entry(2, status=Status.UNCERTAIN, due_at=START + 1))
    ledger.put_entry(entry(3, status=Status.UNCERTAIN, due_at=START + 3))
    ledger.put_entry(entry(4, status=Status.QUEUED, due_at=START))
    ledger.put_entry(entry(5, status=Status.HELD, due_at=START))
    ledger.put_entry(entry(6, status=Status.LOGGED, due_at=None))
    assert [e.draft.description for e in ledger.due(now=START + 2, limit=9)] == ["Work 2", "Work 1"]
    assert [e.draft.description for e in ledger.due(now=START + 2, limit=1)] == ["Work 2"]


def test_in_doubt_is_whatever_noko_may_hold_whether_its_time_has_come_or_not(ledger):
    ledger.put_entry(entry(1, status=Status.POSTING, due_at=START + 10**12))
    ledger.put_entry(entry(2, status=Status.UNCERTAIN, due_at=START))
    stuck = ledger.put_entry(entry(3, status=Status.NEEDS_ATTENTION, due_at=None))
    for number, status in enumerate((Status.QUEUED, Status.HELD, Status.LOGGED, Status.REFUSED, Status.SKIPPED), 4):
        ledger.put_entry(entry(number, status=status, due_at=START))
    assert sorted(e.draft.description for e in ledger.in_doubt()) == ["Work 1", "Work 2", "Work 3"]
    assert ledger.entry(stuck.key) == stuck
    ledger.swap(stuck, replace(stuck, status=Status.LOGGED, stamp="resolved"))
    assert sorted(e.draft.description for e in ledger.in_doubt()) == ["Work 1", "Work 2"]


def test_what_was_settled_is_due_no_more(ledger):
    before = ledger.put_entry(entry(1, status=Status.POSTING, due_at=START))
    ledger.swap(before, replace(before, status=Status.LOGGED, due_at=None, stamp="done"))
    assert list(ledger.due(now=START, limit=9)) == []


def test_the_queued_come_longest_due_first_from_all_shards(ledger):
    for number in range(1, 31):
        sent_at = START - number if number % 2 else None
        ledger.put_entry(entry(number, due_at=START - 10 * number, sent_at=sent_at))
    found = ledger.queued(due_before=START - 50, limit=20)
    keys = [f"github:{sha(number)}" for number in range(30, 10, -1)]
    assert [queued.key for queued in found] == keys
    assert found[1] == Queued(keys[1], START - 29)
    assert found[0] == Queued(keys[0], None)
    assert [q.key for q in ledger.queued(due_before=START - 290, limit=20)] == keys[:2]


def test_the_held_come_with_what_they_were_judged_by_longest_ago_first(ledger):
    ledger.put_entry(entry(1, status=Status.HELD, due_at=START + 2, judged_by="new"))
    ledger.put_entry(entry(2, status=Status.HELD, due_at=START + 1, judged_by="old"))
    ledger.put_entry(entry(3, status=Status.QUEUED))
    ledger.put_entry(entry(4, status=Status.HELD, due_at=START + 3))
    assert list(ledger.held()) == [
        HeldKey(f"github:{sha(2)}", "old"),
        HeldKey(f"github:{sha(1)}", "new"),
        HeldKey(f"github:{sha(4)}", None),
    ]


def test_what_waits_for_a_person_is_named_as_far_as_wanted(ledger):
    waits = {1: Status.HELD, 2: Status.REFUSED, 3: Status.NEEDS_ATTENTION}
    for number, status in {**waits, 4: Status.QUEUED, 5: Status.LOGGED, 6: Status.SKIPPED}.items():
        ledger.put_entry(entry(number, status=status, due_at=None))
    assert sorted(ledger.waiting(limit=10)) == [f"github:{sha(number)}" for number in waits]
    assert len(ledger.waiting(limit=2)) == 2
    assert ledger.entry(f"github:{sha(2)}").due_at is None


def test_entries_of_a_span_come_oldest_first_across_months_and_years(ledger):
    for number, days in ((1, 0), (2, 250), (3, 31), (4, 100), (5, 251)):
        opened_at = START + days * DAY_MS
        ledger.put_entry(entry(number, opened_at=opened_at, status=Status.LOGGED, due_at=None))
    span = {"since": START + 1, "until": START + 250 * DAY_MS}
    assert [e.draft.description for e in ledger.entries(**span)] == ["Work 3", "Work 4", "Work 2"]
    assert [e.opened_at for e in ledger.entries(since=START, until=START)] == [START]
    assert list(ledger.entries(since=START + 1, until=START)) == []


def test_short_shas_find_entries_and_notes(ledger):
    ledger.put_entry(entry(1, key="github:abcd1111", stamp="x"))
    ledger.put_entry(entry(2, key="github:abcd2222", stamp="x"))
    ledger.put_entry(entry(3, key="form:timesheet:abcd", stamp="x"))
    ledger.put_note(Note("abcd2333", "skipped", "merge"), delivery="d", now=START)
    ledger.put_note(Note("abcd2222", "skipped", "another branch"), delivery="d", now=START)
    assert list(ledger.keys_of_sha("abcd")) == ["abcd1111", "abcd2222", "abcd2333"]
    assert list(ledger.keys_of_sha("abcd2")) == ["abcd2222", "abcd2333"]
    assert list(ledger.keys_of_sha("abcd2222")) == ["abcd2222"]
    assert list(ledger.keys_of_sha("ffff")) == []


def test_an_entry_moves_between_the_lists_with_its_status(ledger):
    held = ledger.put_entry(entry(1, status=Status.HELD))
    queued = ledger.swap(held, replace(held, status=Status.QUEUED, route=ROUTE, stamp="s2"))
    assert list(ledger.held()) == []
    assert [q.key for q in ledger.queued(due_before=START, limit=9)] == [held.key]
    ledger.swap(queued, claimed(queued))
    assert list(ledger.queued(due_before=2**50, limit=9)) == []
    assert [e.key for e in ledger.due(now=2**50, limit=9)] == [held.key]
