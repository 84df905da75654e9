"""The lines of an export: every item survives, and nothing else is taken for one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.archive.line import (
    Header,
    NotReadableError,
    Seal,
    header_line,
    header_of,
    item_line,
    item_of,
    seal_line,
    seal_of,
)

HEADER = Header("default", "default at https://api.nokotime.com/v2", 1, 2, "the store", "0.1.0")
VALUES = st.text() | st.integers(-(10**38), 10**38) | st.booleans() | st.binary()
ITEMS = st.dictionaries(st.text(), VALUES, max_size=6).map(lambda more: {"PK": "a#b", "SK": "c", **more})


@given(
    ITEMS.filter(lambda item: isinstance(item["PK"], str) and isinstance(item["SK"], str) and item["PK"] and item["SK"])
)
def test_every_item_survives_with_its_types_on_one_line_of_ascii(item):
    line = item_line(item)
    read = item_of(line)
    assert read == item
    assert {name: type(value) for name, value in read.items()} == {name: type(value) for name, value in item.items()}
    assert line.isascii()
    assert line.index(b"\n") == len(line) - 1
    assert seal_of(line) is None


@given(st.permutations(["PK", "SK", "a", "b", "c"]))
def test_equal_items_are_equal_lines(names):
    assert item_line({name: name for name in names}) == item_line({name: name for name in sorted(names)})


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b'{"PK":"a"}\n',
        b'{"PK":"a","SK":""}\n',
        b'{"PK":"a","SK":7}\n',
        b'{"PK":"a","SK":"b","c":1.5}\n',
        b'{"PK":"a","SK":"b","c":NaN}\n',
        b'{"PK":"a","SK":"b","c":null}\n',
        b'{"PK":"a","SK":"b","c":[1]}\n',
        b'{"PK":"a","SK":"b","c":{"base64":"?"}}\n',
        b'{"PK":"a","SK":"b","c":{"base64":"AA==","d":1}}\n',
        b'{"PK":"a","SK":"b","SK":"b"}\n',
        b'{"SK":"b","PK":"a"}\n',
        b'{"PK": "a","SK":"b"}\n',
        '{"PK":"ä","SK":"b"}\n'.encode(),
        b'{"PK":"a","SK":"b","c":' + b"9" * 5000 + b"}\n",
        b'{"PK":"a","SK":"b","c":' + b"[" * 100_000 + b"\n",
        b"\xff\n",
    ],
)
def test_what_no_export_writes_is_not_read(line):
    with pytest.raises(NotReadableError):
        item_of(line)


def test_the_header_and_the_seal_survive():
    assert header_of(header_line(HEADER)) == HEADER
    assert seal_of(seal_line(Seal(3, "ab"))) == Seal(3, "ab")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": "something"}, "no export"),
        ({"version": None}, "no export"),
        ({"version": True}, "no export"),
        ({"version": 2}, "newer version (2)"),
        ({"owner": None}, "lacks something"),
        ({"as_of": "1"}, "lacks something"),
        ({"taken_at": True}, "lacks something"),
    ],
)
def test_another_first_line_is_refused(change, says):
    line = json.dumps({**json.loads(header_line(HEADER)), **change}).encode()
    with pytest.raises(NotReadableError) as raised:
        header_of(line)
    assert says in str(raised.value)


def test_what_later_versions_add_to_the_first_line_is_passed_over():
    line = json.dumps({**json.loads(header_line(HEADER)), "new": [1]}).encode()
    assert header_of(line) == HEADER


@pytest.mark.parametrize("line", [b'{"seal":1}\n', b'{"seal":{"items":1}}\n', b'{"seal":\n'])
def test_a_broken_last_line_is_refused(line):
    with pytest.raises(NotReadableError):
        seal_of(line)
