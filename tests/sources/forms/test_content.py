"""Content types, charsets, limits, and what one level of nesting means."""

import contextlib
import gc
import json
import time

import pytest

from chalicelib.errors import RequestError
from chalicelib.sources.forms.submission import MAX_FIELDS, MAX_NAME, MAX_VALUE, Field
from chalicelib.sources.forms.value import NESTED

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def refusal(read_flat):
    def status_and_code(raw, kind="application/json"):
        with pytest.raises(RequestError) as caught:
            read_flat(raw, kind)
        return caught.value.status, caught.value.code

    return status_and_code


def says(submission):
    return [(field.name, field.values) for field in submission.fields]


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/json", '{"note": "Tür"}'.encode()),
        ("Application/JSON; Charset=UTF-8", '{"note": "Tür"}'.encode()),
        ('application/json;charset="latin1"', '{"note": "Tür"}'.encode("latin-1")),
        (FORM, "note=Tür".encode()),
        (FORM, b"note=T%C3%BCr"),
        (f"{FORM}; charset=iso-8859-1", b"note=T%FCr"),
        (f"{FORM};charset=Windows-1252;", b"note=T%FCr"),
        (f"{FORM}; charset=utf8", b"&&note=T%c3%bcr&"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\ncontent-disposition: form-data; name=note\r\n\r\nTür\r\n--x--".encode(),
        ),
    ],
)
def test_the_charset_is_heeded(kind, raw, read_flat):
    assert says(read_flat(raw, kind)) == [("note", ("Tür",))]


def test_without_a_content_type_a_body_is_json(read_flat):
    assert says(read_flat(b'{"note": 1}', "")) == [("note", ("1",))]


@pytest.mark.parametrize(
    ("kind", "raw", "refused"),
    [
        ("text/plain", b"note=1", (415, "unsupported_content")),
        ("application/xml", b"<note/>", (415, "unsupported_content")),
        ("multipart/mixed; boundary=x", b"", (415, "unsupported_content")),
        (f"{FORM}; charset=utf-16", b"note=1", (415, "unknown_charset")),
        (f"{FORM}; charset=utf-7", b"note=1", (415, "unknown_charset")),
        (f"{FORM}; charset=../../x", b"note=1", (415, "unknown_charset")),
        (f"{FORM}; charset=a; charset=b", b"note=1", (400, "malformed_header")),
        (f'{FORM}; charset="a', b"note=1", (400, "malformed_header")),
        (f"{FORM}; charset={'a' * 9_999}", b"note=1", (400, "malformed_header")),
        (FORM, b"", (400, "empty_body")),
        (FORM, b"note=%FF", (400, "not_utf8")),
        (FORM, b"note=%ED%A0%80", (400, "not_utf8")),
        (FORM, b"note=a%00b", (400, "nul")),
        (f"{FORM}; charset=us-ascii", b"note=%FC", (400, "not_decodable")),
        (f"{FORM}; charset=windows-1252", b"note=%81", (400, "not_decodable")),
        ("application/json", b"", (400, "empty_body")),
        ("application/json", b"[]", (400, "not_an_object")),
        ("application/json", b'{"a": 1, "a": 2}', (400, "duplicate_key")),
        ("application/json", b'{"a": NaN}', (400, "not_a_number")),
        ("application/json", b'{"a": 1e400}', (400, "not_a_number")),
        ("application/json", b'{"a": ' + b"9" * 5_000 + b"}", (400, "number_too_long")),
        ("application/json", b'{"a":' * 100_000, (400, "too_deep")),
        ("application/json", b'{"a": "\\ud800"}', (400, "lone_surrogate")),
        ("application/json; charset=utf-16", '{"a": 1}'.encode("utf-16"), (415, "unknown_charset")),
    ],
    ids=lambda value: str(value)[:50],
)
def test_other_content_is_refused_with_a_code(kind, raw, refused, refusal):
    assert refusal(raw, kind) == refused


@pytest.mark.parametrize("number", ["1.5", "0.1000", "1e2", "-0", "12345678901234567890.123456789"])
def test_a_number_keeps_its_digits(number, read_flat):
    assert says(read_flat(b'{"n": %s}' % number.encode())) == [("n", (number,))]


def test_pairs_of_one_name_are_one_field_in_the_order_they_came(read_flat):
    read = read_flat(b"tag=b&note=x&tag=a&tag=&empty=&alone&a+b=c+d", FORM)
    expected = [("tag", ("b", "a")), ("note", ("x",)), ("empty", ()), ("alone", ()), ("a b", ("c d",))]
    assert says(read) == expected


def test_an_object_is_opened_once_and_a_list_of_scalars_is_several_values(read_flat):
    read = read_flat(b'{"data": {"hours": 2, "who": {"name": "x"}}, "tags": ["a", 1, true, null], "rows": [{"a": 1}]}')
    assert read.fields == (
        Field("hours", ("2",), "data.hours"),
        Field("who", (), "data.who", (NESTED,)),
        Field("tags", ("a", "1", "true")),
        Field("rows", (), None, (NESTED,)),
    )


def test_a_name_never_means_one_of_several_nested_fields_by_chance(read_flat):
    read = read_flat(b'{"author": {"email": "a", "id": "1"}, "reviewer": {"email": "b"}, "id": "2"}')
    expected = [("author.email", ("a",)), ("author.id", ("1",)), ("reviewer.email", ("b",)), ("id", ("2",))]
    assert says(read) == expected


@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_what_is_at_the_limits_is_read(kind, read_flat):
    fields = {"n" * MAX_NAME: "v" * MAX_VALUE} | {f"f{number}": "1" for number in range(MAX_FIELDS - 1)}
    raw = json.dumps(fields) if kind != FORM else "&".join(f"{name}={value}" for name, value in fields.items())
    assert len(read_flat(raw.encode(), kind).fields) == MAX_FIELDS


@pytest.mark.parametrize(
    ("tree", "refused"),
    [
        ({f"f{number}": 1 for number in range(MAX_FIELDS + 1)}, (400, "too_many_fields")),
        ({"a": {f"f{number}": 1 for number in range(MAX_FIELDS + 1)}}, (400, "too_many_fields")),
        ({"a": [1] * (MAX_FIELDS + 1)}, (400, "too_many_values")),
        ({"n" * (MAX_NAME + 1): 1}, (400, "name_too_long")),
        ({"n" * 100: {"m" * 100: 1}}, (400, "name_too_long")),
        ({"a": "v" * (MAX_VALUE + 1)}, (413, "value_too_long")),
        ({"a": "ü" * (MAX_VALUE // 2 + 1)}, (413, "value_too_long")),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_beyond_the_limits_is_refused_with_a_code(tree, refused, refusal):
    assert refusal(json.dumps(tree).encode()) == refused


def test_too_many_pairs_are_refused_before_they_are_taken_apart(refusal):
    assert refusal(b"&" * MAX_FIELDS, FORM) == (400, "too_many_fields")


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("application/json", b'"\\u00fc",[1,{"a":2}],'),
        (FORM, b"%41+%"),
        (FORM, b"a=1&"),
    ],
)
def test_reading_takes_time_in_proportion_to_the_body(kind, unit, read_flat):
    def seconds(times):
        raw = b'{"a": [' + unit * times + b"0]}" if kind != FORM else b"a=" + unit * times
        gc.disable()  # what it costs grows with what other tests keep alive, not with the body
        try:
            started = time.process_time()
            with contextlib.suppress(RequestError):
                read_flat(raw, kind)
            return time.process_time() - started
        finally:
            gc.enable()

    short = min(seconds(8_000) for _ in range(3))
    assert min(seconds(64_000) for _ in range(3)) < 8 * short * 3 + 0.05
