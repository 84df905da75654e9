"""Works as they are kept: what survives the way through JSON, and what is forgotten when there is too much."""

import json

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.work import MOST_SIGHTINGS, Role, Sighting, Work, Works, bounded, from_json, to_json

TEXT = st.text(max_size=8)
MAYBE = st.none() | TEXT
SIGHTINGS = st.builds(
    Sighting,
    key=TEXT,
    push=TEXT,
    at=st.integers(0, 2**42),
    branch=TEXT,
    minutes=st.integers(1, 1440),
    forced=st.booleans(),
    created=st.booleans(),
    role=st.sampled_from(Role),
    of=MAYBE,
    piece=st.none() | st.integers(0, 250),
    authored_at=st.none() | st.integers(0, 2**42),
    number=MAYBE,
    listed=st.booleans(),
    is_squash=st.booleans(),
)
WORKS = st.builds(
    Work, st.lists(TEXT, max_size=2).map(tuple), st.lists(TEXT, max_size=2).map(tuple), st.lists(SIGHTINGS).map(tuple)
)


def seen(key, *, at=0, push="p", minutes=15, branch="main", **more):
    return Sighting(key, push, at, branch, minutes, **more)


def work(*sightings):
    return Work(("f",), ("e:jane@acme.example",), sightings)


@given(st.lists(WORKS, max_size=4).map(tuple))
def test_works_come_back_from_json_as_they_were(works):
    assert from_json(json.loads(json.dumps(to_json(works)))) == works


def test_the_minutes_that_hold_are_those_of_the_last_amendment():
    own, amended = seen("a", at=1, minutes=300), seen("b", at=2, minutes=30, role=Role.AMENDS)
    copy = seen("c", at=3, minutes=300, role=Role.COPY)
    assert work(own, amended, copy).standing is amended
    assert work(seen("d", piece=0), copy).standing is copy
    assert work(seen("d", at=1, piece=0)).standing.key == "d"


def test_a_work_is_only_a_piece_until_it_is_seen_as_a_commit():
    piece = work(seen("s", piece=0))
    assert piece.is_piece
    assert not piece.is_on("main")
    assert not piece.seen_as(seen("a", role=Role.COPY, of="s")).is_piece


def test_sightings_are_found_by_key():
    works = Works("t", (work(seen("a"), seen("s", piece=1)), work(seen("s", piece=0), seen("s"))))
    assert [s.piece for s in works.by_key()["s"]] == [1, 0, None]


def test_what_fits_is_kept():
    works = (work(*(seen(str(n)) for n in range(MOST_SIGHTINGS))),)
    assert bounded(works, push="p") is works


def test_the_oldest_sightings_go_first_but_none_of_this_push():
    old = [work(seen(f"a{n}", at=1 + n, push="old")) for n in range(2_048)]
    new = [work.seen_as(seen(f"b{n}", at=0, push="new")) for n, work in enumerate(old)]
    kept = bounded(tuple(new), push="new")
    keys = {s.key for work in kept for s in work.sightings}
    assert len(keys) == MOST_SIGHTINGS
    assert {f"b{n}" for n in range(2_048)} <= keys
    assert "a2047" in keys
    assert "a0" not in keys
    assert len(kept) == 2_048


def test_a_work_of_which_nothing_is_left_is_forgotten():
    works = (work(seen("old", at=1, push="old")), work(*(seen(str(n), at=2) for n in range(MOST_SIGHTINGS))))
    assert len(bounded(works, push="p")) == 1
