"""What may be read as JSON, and under which code everything else is refused."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.errors import MalformedRequest
from chalicelib.sources.json_body import MAX_DIGITS, parse_object

DEEP = 100_000


def code_of(raw):
    with pytest.raises(MalformedRequest) as caught:
        parse_object(raw)
    assert caught.value.status == 400
    return caught.value.code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_body"),
        (b" \r\n\t", "empty_body"),
        (b"1", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"[]", "not_an_object"),
        (b'[{"a": 1}]', "not_an_object"),
        (b"[" * DEEP, "too_deep"),
        (b"[" * DEEP + b"]" * DEEP, "too_deep"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "too_deep"),
        (b'{"a": 1, "a": 1}', "duplicate_key"),
        (b'{"b": [{"a": 1, "\\u0061": 2}]}', "duplicate_key"),
        (b'{"a": NaN}', "not_a_number"),
        (b'{"a": Infinity}', "not_a_number"),
        (b'{"a": -Infinity}', "not_a_number"),
        (b'{"a": 1e999}', "not_a_number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "number_too_long"),
        (b'{"a": -' + b"9" * MAX_DIGITS + b"}", "number_too_long"),
        ('{"a": 1}'.encode("utf-16"), "not_utf8"),
        ('{"a": 1}'.encode("utf-16-le"), "not_utf8"),
        ('{"a": 1}'.encode("utf-16-be"), "not_utf8"),
        ('{"a": 1}'.encode("utf-32"), "not_utf8"),
        ('{"a": 1}'.encode("utf-32-be"), "not_utf8"),
        (b'{"a": "\xff"}', "not_utf8"),
        (b'{"a": "\xed\xa0\x80"}', "not_utf8"),
        (b'\xef\xbb\xbf{"a": 1}', "byte_order_mark"),
        (b'{"a": "\\ud800"}', "lone_surrogate"),
        (b'{"a": [["\\uDE00\\ud83d"]]}', "lone_surrogate"),
        (b'{"\\ud800": 1}', "lone_surrogate"),
        (b'{"a": "\\u0000"}', "nul"),
        (b'{"a": {"b\\u0000": [1]}}', "nul"),
        (b'{"a": "\x00"}', "nul"),
        (b'{"a": "\x01"}', "not_json"),
        (b'{"a": 1} {}', "not_json"),
        (b'{"a": 01}', "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": 1', "not_json"),
        ('{"a": ٣}'.encode(), "not_json"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_hostile_json_is_refused_with_a_code(raw, code):
    assert code_of(raw) == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
        (b' {"a": [{"a": 1}, {"a": 2}]}\r\n', {"a": [{"a": 1}, {"a": 2}]}),
        (b'{"a": ' + b"9" * MAX_DIGITS + b"}", {"a": 10**MAX_DIGITS - 1}),
        ('{"a": "\ufeff\u202e"}'.encode(), {"a": "\ufeff\u202e"}),
    ],
)
def test_odd_but_honest_json_is_read(raw, value):
    assert parse_object(raw) == value


def test_json_may_nest_a_hundred_levels():
    value = parse_object(b'{"a":' + b"[" * 100 + b'"\\u0041"' + b"]" * 100 + b"}")
    for _ in range(100):
        (value,) = value.values() if isinstance(value, dict) else value
    assert value == ["A"]


def test_a_reason_never_repeats_the_body():
    with pytest.raises(MalformedRequest) as caught:
        parse_object(b'{"password": hunter2}')
    assert "hunter2" not in str(caught.value)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, JSON), st.booleans())
def test_what_json_can_say_arrives_unchanged(value, ascii_only):
    assert parse_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary() | st.text(alphabet='{}[]",:\\u0d8e1NaI-. ').map(str.encode))
@example(b'{"":"\\uD83D\\uD83D\\uDE00"}')
def test_arbitrary_bytes_raise_malformed_request_or_nothing(raw):
    try:
        outcome = parse_object(raw)
    except MalformedRequest as error:
        outcome = error.code
    assert outcome != "malformed"
    assert b"\x00" not in json.dumps(outcome, ensure_ascii=False, allow_nan=False).encode()
