"""By what a submission is known when it comes again, and what is made of it then."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import is_weak
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import Form, Routing
from chalicelib.domain.source_url import is_marked
from chalicelib.errors import MalformedRequest
from chalicelib.sources import delivery as codec
from chalicelib.sources.forms.delivery import answer, read
from chalicelib.sources.forms.submission import Field, Submission

NOW = 1_782_835_305_000


def reading(*fields, headers=None, submission_id=None, public_url=None, **options):
    rule = form_rule(Routing(forms=(Form("timesheet", **options),)), "timesheet")
    fields = (Field("hours", ("1",)), *fields)
    submission = Submission(fields, submission_id=submission_id)
    return read(submission, headers or {}, rule, timezone="UTC", public_url=public_url, now=NOW)


def key(*fields, **more):
    return reading(*fields, **more).identity.key()


ID = Field("ID", ("typed",))
HEADERS = {"Idempotency-Key": ["sent"]}


def test_what_the_file_names_goes_first_then_the_sender_s_id_the_header_and_a_field_called_id():
    told = {"fields": (("id", "ID"),)}
    assert key(ID, headers=HEADERS, submission_id="own", **told) == "form:timesheet:typed"
    assert key(ID, headers=HEADERS, submission_id="own") == "form:timesheet:own"
    assert key(ID, headers=HEADERS) == "form:timesheet:sent"
    assert key(ID) == "form:timesheet:typed"


def test_the_header_may_be_quoted_and_comes_once():
    assert key(headers={"idempotency-key": ['"a b"']}) == "form:timesheet:a b"
    with pytest.raises(MalformedRequest) as caught:
        key(headers={"Idempotency-Key": ["a", "b"]})
    assert caught.value.code == "idempotency_key"


def test_two_ids_that_differ_are_rejected_unless_something_else_decides():
    both = ID, Field("Submission ID", ("other",))
    assert reading(*both).identity.id == "typed"  # the very word
    both = Field("submission id", ("a",)), Field("Submission_ID", ("b",))
    assert reading(*both).delivery().notes[0].field == "Submission_ID"
    assert reading(*both, submission_id="own").delivery().drafts


def test_without_any_it_is_weak_and_its_key_holds_when_its_window_began():
    weak = reading()
    assert weak.window == f"timesheet:{weak.identity.digest}"
    (draft,) = weak.delivery(NOW).drafts
    assert draft.key == f"form:timesheet:weak-{weak.identity.digest[:16]}-{NOW}"
    assert is_weak(draft.key)
    assert answer(weak.delivery(NOW))["weak"] is True


def test_an_id_cannot_be_mistaken_for_a_weak_key():
    weak = reading().delivery(NOW).drafts[0].key
    assert not is_weak(key(submission_id=weak.rpartition(":")[2]))


def test_neither_the_order_of_the_fields_nor_the_time_counts():
    a, b = Field("a", ("1",)), Field("b", ("2",))
    assert reading(a, b).identity == reading(b, a).identity
    assert reading(a).identity != reading(b).identity


def test_a_submission_gets_a_receipt_of_ours_and_a_link_given_is_made_unique():
    (draft,) = reading(submission_id="7").delivery().drafts
    assert draft.source_url.startswith("https://tallyhook.invalid/forms/timesheet/")
    (public,) = reading(submission_id="7", public_url="https://time.acme.example").delivery().drafts
    assert public.source_url == draft.source_url.replace("tallyhook.invalid", "time.acme.example")
    (given_,) = reading(Field("link", ("https://acme.example/7",)), submission_id="7").delivery().drafts
    assert given_.source_url.startswith("https://acme.example/7#th-")
    assert all(is_marked(each.source_url) for each in (draft, public, given_))


def test_what_was_rejected_is_another_delivery_once_it_is_read_differently():
    date = Field("date", ("03/04/2026",))
    rejected, mended = reading(date, submission_id="7"), reading(date, submission_id="7", date_format="DD/MM/YYYY")
    assert rejected.delivery() == reading(date, submission_id="7").delivery()
    assert rejected.delivery().key != mended.delivery().key
    assert rejected.delivery().notes[0].key == mended.delivery().drafts[0].key


@given(st.text(max_size=200).filter(str.strip))
def test_whatever_the_id_is_the_key_is_short_and_printable_and_the_delivery_comes_back_from_json(name):
    delivery = reading(submission_id=name.strip()).delivery()
    assert delivery.drafts[0].key.isprintable()
    assert len(delivery.drafts[0].key) <= len("form:timesheet:") + 128
    assert codec.from_json(json.loads(json.dumps(codec.to_json(delivery)))) == delivery
