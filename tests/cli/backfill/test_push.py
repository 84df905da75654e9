"""A history as pushes: each commit once, in an order that makes sense, and the same bytes each time."""

import dataclasses
import datetime as dt
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cli.backfill_push import MOST_COMMITS, MOST_LETTERS, pushes
from cli.git.commit import Commit, Signature
from cli.git.payload import Place

PLACE = Place("acme/website")
NOON = 1_782_813_600


def commit(number, at=None, *, message="Step [f:15m]", **more):
    who = Signature("Jane", "jane@acme.example", NOON + number if at is None else at, 120)
    parents = (f"{number - 1:040x}",) if number else ()
    return Commit(f"{number:040x}", "2" * 40, parents, who, who, message, **more)


def told(history, **more):
    return list(pushes(history, place=PLACE, **more))


def ids(found):
    return [each.id for push in found for each in push.commits]


def test_a_push_adds_to_its_branch_as_github_tells_it():
    (found,) = told({"main": [commit(1), commit(2)]})
    body = json.loads(found.raw)
    assert (body["ref"], body["before"], body["after"]) == ("refs/heads/main", f"{0:040x}", commit(2).id)
    assert (body["created"], body["forced"], body["deleted"]) == (False, False, False)
    assert [each["id"] for each in body["commits"]] == [commit(1).id, commit(2).id]
    assert body["commits"][0]["timestamp"] == "2026-06-30T12:00:01+02:00"
    assert body["repository"]["pushed_at"] == NOON + 2


def test_the_first_commit_of_all_creates_no_branch_either():
    (found,) = told({"main": [commit(0)]})
    assert json.loads(found.raw)["created"] is False


def test_what_rewrites_is_pushed_by_force_and_by_itself():
    found = told({"main": [commit(n) for n in range(1, 5)]}, rewritten={commit(2).id, commit(3).id})
    assert [(json.loads(push.raw)["forced"], len(push.commits)) for push in found] == [
        (False, 1),
        (True, 2),
        (False, 1),
    ]


def test_branches_come_in_the_order_of_their_commits():
    main, till = [commit(n, NOON + n) for n in (1, 2, 6)], [commit(n, NOON + n) for n in (3, 4, 7)]
    found = told({"main": main, "till": till})
    assert [(push.branch, len(push.commits)) for push in found] == [("main", 2), ("till", 2), ("main", 1), ("till", 1)]


def test_a_push_is_never_as_long_as_one_that_counts_as_incomplete():
    found = told({"main": [commit(n) for n in range(1, 2 * MOST_COMMITS + 2)]})
    assert [len(push.commits) for push in found] == [MOST_COMMITS, MOST_COMMITS, 1]
    assert MOST_COMMITS < 2_048


def test_long_commits_make_short_pushes_and_the_longest_has_one_of_its_own():
    long = commit(2, message="x" * MOST_LETTERS, added=("y" * 10,))
    found = told({"main": [commit(1), long, commit(3)]})
    assert [len(push.commits) for push in found] == [1, 1, 1]


def test_the_same_commits_are_the_same_delivery_and_others_another():
    first, again = (told({"main": [commit(1), commit(2)]})[0] for _ in range(2))
    (longer,) = told({"main": [commit(1), commit(2), commit(3)]})
    assert (first.raw, first.delivery_id) == (again.raw, again.delivery_id)
    assert longer.delivery_id != first.delivery_id


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), max_size=40), st.sets(st.integers(0, 39)))
def test_every_commit_comes_once_and_within_its_branch_in_order(made, rewritten):
    history = {f"b{number}": [] for number in range(4)}
    for number, (branch, at) in enumerate(made):
        history[f"b{branch}"].append(commit(number, NOON + at))
    found = told(history, rewritten={commit(number).id for number in rewritten})
    assert sorted(ids(found)) == sorted(each.id for own in history.values() for each in own)
    for branch, own in history.items():
        assert ids(push for push in found if push.branch == branch) == [each.id for each in own]
    assert all(push.commits for push in found)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))
def test_whatever_a_message_says_it_is_told_as_it_is(message):
    (found,) = told({"main": [commit(1, message=message)]})
    assert json.loads(found.raw)["commits"][0]["message"] == message
    assert found.raw.isascii()


def test_a_date_is_that_of_the_committers_own_clock():
    late = Signature("Jane", "jane@acme.example", NOON + 12 * 3600 + 1, 120)
    assert late.date == dt.date(2026, 7, 1)
    assert dataclasses.replace(late, offset=0).date == dt.date(2026, 6, 30)
