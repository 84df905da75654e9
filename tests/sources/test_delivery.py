"""A delivery's name, what is answered about it, and how it is kept."""

import datetime as dt
import hashlib
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Author, Draft, Note
from chalicelib.sources.delivery import Delivery, answer, delivery_key, from_json, to_json

BODY_HASH = hashlib.sha256(b"{}").hexdigest()
OTHER = "b" * 40

maybe = st.none() | st.text(max_size=20)
drafts = st.builds(
    Draft,
    key=st.text(),
    minutes=st.integers(1, 1440),
    date=st.dates(),
    description=st.text(),
    source_url=st.text(),
    author=st.builds(Author, name=maybe, email=maybe, login=maybe),
    repository=st.text(),
    branch=st.text(),
    worked_at=st.integers(-(2**53), 2**53),
    project=maybe,
    copy_of=maybe,
)
notes = st.builds(Note, subject=st.text(), kind=st.sampled_from(["skipped", "malformed"]), reason=st.text(), text=maybe)
deliveries = st.builds(
    Delivery,
    source=st.just("github"),
    key=st.text(),
    event=st.text(),
    drafts=st.lists(drafts, max_size=4).map(tuple),
    notes=st.lists(notes, max_size=4).map(tuple),
    silent=st.lists(st.text(), max_size=4).map(tuple),
    repository=maybe,
    branch=maybe,
    incomplete=st.booleans(),
    unused=maybe,
)


@given(deliveries)
def test_a_delivery_comes_back_from_json_as_it_was(delivery):
    assert from_json(json.loads(json.dumps(to_json(delivery)))) == delivery


def test_the_key_names_source_id_and_body():
    assert delivery_key("github", "72d3162e-cc78", b"{}") == f"github:72d3162e-cc78:{BODY_HASH}"


@pytest.mark.parametrize("odd", ["x" * 129, "ä", "a\tb", "a\x00", "\ud800", "\u202e"])
def test_an_id_that_cannot_be_shown_or_is_too_long_is_hashed(odd):
    hashed = hashlib.sha256(odd.encode("utf-8", "surrogatepass")).hexdigest()
    assert delivery_key("github", odd, b"{}") == f"github:{hashed}:{BODY_HASH}"


def test_an_id_of_128_characters_is_kept():
    assert "x" * 128 in delivery_key("github", "x" * 128, b"{}")


@given(st.text(), st.binary())
def test_a_key_is_short_printable_ascii(delivery_id, raw):
    key = delivery_key("github", delivery_id, raw)
    assert key.isascii()
    assert key.isprintable()
    assert len(key) <= 200


def test_the_answer_to_a_recorded_push_lists_every_directive(deliver, recorded):
    raw = recorded("push_several")
    gallery, basket, tax, postage, french, _imprint, merge = (c["id"] for c in json.loads(raw)["commits"])
    delivery = deliver(raw)
    body = answer(delivery)
    assert list(body) == ["delivery", "drafts", "skipped", "malformed"]
    assert body["delivery"] == delivery.key
    assert body["drafts"] == [
        {"key": f"github:{sha}", "minutes": minutes, "date": "2026-06-30", "commit": sha}
        for sha, minutes in ((gallery, 45), (basket, 30), (postage, 90), (french, 120))
    ]
    assert [(told["commit"], set(told)) for told in body["skipped"]] == [(merge, {"commit", "reason"})]
    assert [(told["commit"], told["text"]) for told in body["malformed"]] == [(tax, "f:8")]
    assert body["malformed"][0]["reason"]


def test_a_cherry_pick_is_answered_as_skipped_until_the_opening_knows_better(deliver, a_push, a_commit):
    commit = a_commit(f"Fix the till [f:45m]\n\n(cherry picked from commit {OTHER})")
    body = answer(deliver(a_push(commit)))
    assert body["drafts"] == []
    assert [told["commit"] for told in body["skipped"]] == [commit["id"]]
    assert OTHER[:7] in body["skipped"][0]["reason"]


def test_the_answer_says_incomplete_only_when_it_is():
    whole = Delivery(source="github", key="k", event="push")
    cut = Delivery(source="github", key="k", event="push", incomplete=True)
    assert "incomplete" not in answer(whole)
    assert answer(cut)["incomplete"] is True


def test_the_answer_says_why_nothing_was_used(deliver, recorded):
    body = answer(deliver(recorded("ping"), x_github_event="ping"))
    assert body.pop("unused").startswith("ping")
    assert body | {"delivery": ""} == {"delivery": "", "drafts": [], "skipped": [], "malformed": []}


def test_the_longest_push_fits_into_one_item_of_the_table(deliver, a_push, a_commit):
    words = ["basket", "parcel", "island", "gallery", "checkout", "tax", "imprint", "session", "price", "search"]
    messages = (
        " ".join(words[int(c, 16) % len(words)] for c in hashlib.sha256(str(n).encode()).hexdigest()[:8])
        + f" {n} [f:{n % 400 + 15}m]"
        for n in range(2048)
    )
    delivery = deliver(a_push(*map(a_commit, messages)))
    assert len(delivery.drafts) == 2048
    packed = zlib.compress(json.dumps(to_json(delivery), separators=(",", ":")).encode())
    assert len(packed) < 350_000


def test_a_draft_s_numbers_may_come_back_as_another_type():
    draft = Draft(
        key="github:a",
        minutes=45,
        date=dt.date(2026, 6, 30),
        description="d",
        source_url="https://git.example/a",
        author=Author(),
        repository="acme/shop",
        branch="main",
        worked_at=1,
    )
    delivery = Delivery(source="github", key="k", event="push", drafts=(draft,))
    assert from_json(json.loads(json.dumps(to_json(delivery)), parse_int=float)) == delivery
