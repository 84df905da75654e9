"""What the door answers to forms that are not as they must be: a status and a reason each, and nothing lost."""

import json

import pytest
from fakes.desk import desk, flat, sent, worked_off

from chalicelib.handlers.submission import MAX_BODY_BYTES
from chalicelib.sources.forms.submission import MAX_FIELDS, MAX_VALUE

BOUNDARY = "multipart/form-data; boundary=b"


@pytest.fixture
def door(door_of):
    return door_of(desk())


def parts(*pairs):
    named = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs)
    return (named + "--b--\r\n").encode()


@pytest.mark.parametrize(
    ("content", "body", "status", "code"),
    [
        (BOUNDARY, parts(*(("hours", "1"),) * 10_000), 400, "too_many_fields"),
        ("multipart/form-data", parts(("hours", "1")), 400, "no_boundary"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"hours=1", 415, "unknown_charset"),
        ("application/x-www-form-urlencoded", b"hours=%ff", 400, "not_utf8"),
        (BOUNDARY, parts(("hours", "1"), ("notes", "x" * 6_000_000)), 413, "too_large"),
        (BOUNDARY, parts(("hours", "1"), ("notes", "x" * (MAX_VALUE + 1))), 413, "value_too_long"),
        ("application/json", b"[" * 100_000, 400, "too_deep"),
        ("application/json", json.dumps({f"f{n}": 1 for n in range(MAX_FIELDS + 1)}).encode(), 400, "too_many_fields"),
        ("application/json", b" " * (MAX_BODY_BYTES + 1), 413, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_body_is_refused_with_a_code_and_costs_no_aws_call(door, content, body, status, code):
    answer = door.submit("generic", sent("generic", door, body=body, content=content))
    assert (answer.status, answer.json()["error"]["code"]) == (status, code)
    assert door.aws_calls == 0


def test_another_content_type_is_415(door):
    assert door.submit("generic", sent("generic", door, body=b"hours\n1", content="text/csv")).status == 415
    assert door.aws_calls == 0


@pytest.mark.parametrize(
    ("answers", "field", "right"),
    [
        ({"hours": 1, "date": "03/04/2026"}, "date", "YYYY-MM-DD"),
        ({"hours": 1, "date": "2026-02-31"}, "date", "no such day"),
        ({"hours": 1, "date": "2026-07-02"}, "date", "in the future"),
        ({"minutes": "1,5"}, "minutes", "whole number of minutes"),
        ({"minutes": "1.5"}, "minutes", "whole number of minutes"),
        ({"minutes": "٣٠"}, "minutes", "write whole minutes"),
        ({"hours": "٣٠"}, "hours", "write hours such as 1.5"),
        ({"time": 30}, "time", "add h or m"),
        ({"minutes": 0}, "minutes", "zero minutes"),
        ({"minutes": -5}, "minutes", "signed"),
        ({"minutes": 1441}, "minutes", "more than 1440"),
        ({"notes": "no time"}, "duration", "[forms.fields]"),
        ({"hours": 1, "link": "javascript:alert(1)"}, "link", "https://"),
        ({"hours": 1, "email": "ines"}, "email", "jane@acme.example"),
        ({"hours": 1, "billable": "perhaps"}, "billable", "yes or no"),
        ({"hours": 1, "tags": "a#b"}, "tags", "write words"),
        ({"hours": 1, "client": {"id": 7}}, "client", "several parts"),
        ({"hours": 1, "client": [{"id": 7}]}, "client", "text of its options"),
        ({"hours": 1, "project": "x" * 201}, "project", "200 characters"),
    ],
)
def test_what_cannot_be_mapped_is_422_with_field_value_and_what_would_be_right(door, answers, field, right):
    answer = flat(door, answers)
    error = answer.json()["error"]
    assert (answer.status, error["code"]) == (422, "unmappable")
    assert field in error["field"]
    assert right in error["message"]
    assert len(error["value"]) <= 100
    assert bool(error["value"]) is (field != "duration")
    assert door.aws_calls == 0


@pytest.mark.parametrize(("hours", "minutes"), [("1,5", 90), ("1.5", 90), (1.25, 75), ("0:45", 45), ("1h30m", 90)])
def test_hours_are_read_with_a_point_or_a_comma(door, hours, minutes):
    assert flat(door, {"hours": hours}).json()["drafts"][0]["minutes"] == minutes


def test_a_description_of_100_kb_and_an_internal_link_are_taken_bounded_and_nothing_is_fetched(door):
    link = "http://169.254.169.254/latest/meta-data"
    answer = flat(door, {"hours": 1, "notes": "ü" * 50_000, "url": link})
    assert answer.status == 202
    assert len(answer.json()["drafts"][0]["description"]) == 1_000
    (entry,) = worked_off(door)
    assert entry.source_url.startswith(f"{link}#th-")
