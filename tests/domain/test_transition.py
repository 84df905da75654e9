"""Changes of an entry: each stays within the table, and what is not permitted raises and changes nothing."""

from dataclasses import replace

import pytest
from fakes.clock import START
from fakes.entry import ROUTE, entry
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import transition
from chalicelib.domain.entry import Held
from chalicelib.domain.lifecycle import ENDS, MAX_UNKNOWN_ROUNDS, SWEPT, Status, permits
from chalicelib.domain.transition import IllegalTransitionError

LEASE = START + 35_000
HELD = Held("no_project", "no such project", ROUTE)

MOVES = {
    "claim": lambda e, now: transition.claim(e, now=now, token=f"t{now}", lease_until=now + 35_000),
    "log": lambda e, now: transition.log(e, now=now, stamp=f"s{now}", noko_id=17, minutes=60),
    "give_back": lambda e, now: transition.give_back(
        e, now=now, stamp=f"s{now}", reason="refused", sent_at=now + 5, due_at=now + 9
    ),
    "doubt": lambda e, now: transition.doubt(e, now=now, stamp=f"s{now}", reason="reset", settle_ms=120_000),
    "refuse": lambda e, now: transition.refuse(e, now=now, stamp=f"s{now}", reason="422"),
    "miss": lambda e, now: transition.miss(e, now=now, stamp=f"s{now}", second_look_ms=30_000),
    "clear": lambda e, now: transition.clear(e, now=now, stamp=f"s{now}"),
    "need_attention": lambda e, now: transition.need_attention(e, now=now, stamp=f"s{now}", reason="twice"),
    "judge_again": lambda e, now: transition.judge_again(e, now=now, stamp=f"s{now}", verdict=HELD, judged_by="h"),
    "queue": lambda e, now: transition.queue(e, now=now, stamp=f"s{now}", route=ROUTE),
    "dismiss": lambda e, now: transition.dismiss(e, now=now, stamp=f"s{now}"),
    "recover": lambda e, now: transition.recover(e, now=now, stamp=f"s{now}", noko_id=17, minutes=60),
    "recover_in_doubt": lambda e, now: transition.recover_in_doubt(e, now=now, stamp=f"s{now}", reason="two of it"),
}
FROM = {
    "claim": {Status.QUEUED},
    "log": {Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION},
    "give_back": {Status.POSTING},
    "doubt": {Status.POSTING},
    "refuse": {Status.POSTING},
    "miss": {Status.UNCERTAIN},
    "clear": {Status.UNCERTAIN},
    "need_attention": {Status.UNCERTAIN},
    "judge_again": {Status.HELD},
    "queue": {Status.HELD, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION},
    "dismiss": {Status.HELD, Status.REFUSED, Status.SKIPPED},
    "recover": {Status.HELD, Status.QUEUED, Status.REFUSED, Status.SKIPPED, Status.NEEDS_ATTENTION},
    "recover_in_doubt": {Status.HELD, Status.QUEUED, Status.REFUSED, Status.SKIPPED},
}
STAYS = {"miss", "judge_again"}


def posting(**changes):
    return transition.claim(entry(1, **changes), now=START, token="t1", lease_until=LEASE)


def uncertain(**changes):
    doubted = transition.doubt(posting(), now=START + 1, stamp="s", reason="reset", settle_ms=120_000)
    return replace(doubted, **changes)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", MOVES)
def test_a_change_is_made_from_its_own_statuses_only(name, status):
    before = entry(1, status=status, route=ROUTE)
    if status in FROM[name]:
        after = MOVES[name](before, START + 1)
        assert (after.status is status) if name in STAYS else permits(status, after.status)
        assert (after.changed_at, after.key, after.draft) == (START + 1, before.key, before.draft)
        assert after.stamp != before.stamp
    else:
        with pytest.raises(IllegalTransitionError, match=str(status)):
            MOVES[name](before, START + 1)
        assert before == entry(1, status=status, route=ROUTE)


@given(
    st.sampled_from([Status.HELD, Status.QUEUED, Status.SKIPPED]), st.lists(st.sampled_from(sorted(MOVES)), max_size=60)
)
def test_no_walk_leaves_the_table_or_loses_what_must_last(first, names):
    now, at, stamps = START, entry(1, status=first, route=ROUTE), set()
    for name in names:
        now += 1_000
        try:
            after = MOVES[name](at, now)
        except IllegalTransitionError:
            assert at.status not in FROM[name]
            continue
        assert at.status in FROM[name]
        assert after.attempt == at.attempt + (name == "claim")
        assert after.stamp not in stamps
        assert at.first_attempt_at in (None, after.first_attempt_at), "where to look from is never forgotten"
        assert (after.noko_id is not None) == (after.status is Status.LOGGED)
        if after.status in SWEPT | {Status.HELD}:
            assert after.due_at is not None, "what is open is looked at"
        else:
            assert after.due_at is None
        if after.status is Status.POSTING:
            assert after.token
            assert after.lease_until > now
        stamps.add(after.stamp)
        at = after
    assert at.status in ENDS or any(at.status in sources for sources in FROM.values())


def test_a_claim_counts_and_is_fenced_by_a_token_that_is_its_stamp():
    claimed = posting(attempt=2, reason="earlier", reason_code="x", absent_at=5)
    assert (claimed.attempt, claimed.token, claimed.stamp) == (3, "t1", "t1")
    assert (claimed.claimed_at, claimed.lease_until, claimed.due_at) == (START, LEASE, LEASE)
    assert (claimed.reason, claimed.reason_code, claimed.absent_at) == (None, None, None)


def test_the_first_attempt_is_remembered_through_the_next_ones():
    assert posting().first_attempt_at == START
    assert posting(first_attempt_at=START - 5).first_attempt_at == START - 5


def test_a_logged_entry_knows_its_id_and_minutes_and_no_reason():
    logged = MOVES["log"](uncertain(), START)
    assert (logged.noko_id, logged.logged_minutes, logged.reason, logged.due_at) == (17, 60, None, None)


def test_what_was_found_after_a_restore_is_logged_and_says_so():
    found = MOVES["recover"](entry(1, reason="x", reason_code="y"), START)
    assert (found.status, found.noko_id, found.logged_minutes, found.due_at) == (Status.LOGGED, 17, 60, None)
    assert (found.reason, found.reason_code) == ("found in Noko after the table was restored", None)


def test_what_did_not_happen_is_queued_again_with_its_reason():
    back = MOVES["give_back"](posting(), START)
    assert (back.status, back.reason, back.sent_at, back.due_at) == (Status.QUEUED, "refused", START + 5, START + 9)
    assert back.rounds == 0


def test_a_doubt_is_looked_at_when_nothing_of_it_can_still_arrive():
    assert uncertain().due_at == LEASE + 120_000
    assert uncertain().absent_at is None


def test_a_doubt_without_a_lease_settles_from_now():
    doubted = MOVES["doubt"](replace(posting(), lease_until=None), START + 7)
    assert doubted.due_at == START + 7 + 120_000


def test_a_first_look_in_vain_asks_for_a_second_one():
    missed = MOVES["miss"](uncertain(), START + 50)
    assert (missed.absent_at, missed.due_at) == (START + 50, START + 50 + 30_000)


def test_two_looks_in_vain_queue_the_entry_at_once_and_count_a_round():
    cleared = MOVES["clear"](uncertain(absent_at=START, sent_at=START), START + 60)
    assert (cleared.status, cleared.rounds, cleared.due_at) == (Status.QUEUED, 1, START + 60)
    assert (cleared.absent_at, cleared.sent_at) == (None, None)


@pytest.mark.parametrize("rounds", range(MAX_UNKNOWN_ROUNDS))
def test_after_four_rounds_a_person_has_to_look(rounds):
    cleared = MOVES["clear"](uncertain(rounds=rounds), START)
    last = rounds + 1 == MAX_UNKNOWN_ROUNDS
    assert cleared.status is (Status.NEEDS_ATTENTION if last else Status.QUEUED)
    assert cleared.rounds == rounds + 1


def test_a_person_who_queues_it_again_gives_it_new_rounds_and_a_route():
    stuck = transition.need_attention(uncertain(rounds=4), now=START, stamp="s", reason="twice")
    queued = MOVES["queue"](replace(stuck, judged_by="h"), START + 9)
    assert (queued.rounds, queued.route, queued.reason, queued.judged_by) == (0, ROUTE, None, None)
    assert (queued.sent_at, queued.due_at) == (None, START + 9)


def test_a_held_entry_judged_again_says_why_and_by_what():
    judged = MOVES["judge_again"](entry(1, status=Status.HELD), START + 9)
    assert (judged.reason_code, judged.reason, judged.route) == ("no_project", "no such project", ROUTE)
    assert (judged.judged_by, judged.due_at) == ("h", START + 9)
