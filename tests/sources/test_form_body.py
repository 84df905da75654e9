"""GitHub's other way of sending JSON: as the field `payload` of a form."""

from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import MalformedRequest
from chalicelib.sources.form_body import MAX_FIELDS, parse_field
from chalicelib.sources.json_body import parse_object


def code_of(raw):
    with pytest.raises(MalformedRequest) as caught:
        parse_field(raw, b"payload")
    return caught.value.code


def test_the_field_is_decoded():
    text = '{"a": "1+1 = 2 & ä 😀 %25"}'
    assert parse_field(urlencode({"payload": text}).encode(), b"payload") == text.encode()


def test_other_fields_do_not_matter():
    assert parse_field(b"a=1&payload=%7B%7D&b", b"payload") == b"{}"


def test_the_name_itself_may_be_encoded():
    assert parse_field(b"pay%6Coad=1", b"payload") == b"1"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "no_field"),
        (b"Payload=1", "no_field"),
        (b'{"payload": 1}', "no_field"),
        (b"payload=1&payload=2", "repeated_field"),
        (b"payload=1&pay%6coad=1", "repeated_field"),
        (b"&" * MAX_FIELDS, "too_many_fields"),
        (b"a=1&" * 1_000_000, "too_many_fields"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_form_without_exactly_one_such_field_is_refused(raw, code):
    assert code_of(raw) == code


@pytest.mark.parametrize("value", [b"%7B%22a%22:%22%FF%22%7D", b"{\xff}", b"%ED%A0%80", b"%C3"])
def test_broken_utf_8_reaches_the_reader_of_the_field(value):
    with pytest.raises(MalformedRequest) as caught:
        parse_object(parse_field(b"payload=" + value, b"payload"))
    assert caught.value.code == "not_utf8"


@given(st.binary())
def test_any_bytes_survive_the_encoding(value):
    assert parse_field(b"payload=" + quote_plus(value).encode(), b"payload") == value


@given(st.binary() | st.text(alphabet="payload=&%+07Bz").map(str.encode))
def test_arbitrary_bytes_raise_malformed_request_or_nothing(raw):
    try:
        outcome = parse_field(raw, b"payload")
    except MalformedRequest as error:
        outcome = error.code
    assert isinstance(outcome, bytes) or outcome in {"no_field", "repeated_field", "too_many_fields"}
