"""What the door answers to forms: each sender's recorded payload, and what is not as it must be."""

import dataclasses
import json
import re
import threading

import pytest
from fakes.house import FakeHouse
from fakes.sender import SECRET, sent_by

from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.errors import StoreUnavailable
from chalicelib.handlers.forms import MAX_BODY_BYTES
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.submission import MAX_FIELDS, MAX_VALUE

OPTIONS = {
    "typeform": {"fields": (("project", "nowhere"),)},
    "tally": {"fields": (("project", "nowhere"), ("tags", "Kind of work"))},
}
"""What a form needs that a name, a secret and a preset do not say: projects that the sandbox does not have."""
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin", project="Internal"),
    people=(Person(noko="jane@acme.example", emails=("ines@lantern.example",)),),
    forms=tuple(Form(name, preset=name, **OPTIONS.get(name, {})) for name in PRESETS),
)
QUIET = [name for name in PRESETS if not PRESETS[name].interactive]
BOUNDARY = "multipart/form-data; boundary=b"
NOW_S = 1_782_835_305  # 2026-06-30T16:01:45Z


@pytest.fixture
def door(door_of):
    house = FakeHouse(routing=ROUTING)
    house.clock.advance(ms=NOW_S * 1000 - house.clock.now())
    house.secrets.forms = dict.fromkeys(PRESETS, ("whsec_bmV3", SECRET))
    return door_of(house)


def sent(preset, door, **changes):
    return sent_by(preset, seconds=door.house.clock.now() // 1000, **changes)


def flat(door, answers, **headers):
    body = json.dumps({"email": "ines@lantern.example"} | answers).encode()
    request = sent("zapier", door, body=body)
    return door.submit("zapier", request.but(headers=request.headers | headers))


def worked_off(door):
    door.house.run(minutes=3)
    return door.house.sandbox.books.entries()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_recorded_submission_becomes_exactly_one_entry(door, preset):
    request = sent(preset, door)
    answer = door.submit(preset, request)
    assert answer.status == 202
    (receipt,) = answer.json()["drafts"]
    assert receipt["minutes"] == 90
    assert door.submit(preset, request).status == 200
    (entry,) = worked_off(door)
    assert (entry.minutes, entry.date.isoformat()) == (90, receipt["date"])
    assert "Grünflächen vermessen" in entry.description
    assert list(door.house.statuses()) == [receipt["key"]]
    assert ("weak" in answer.json()) is (preset == "formspree")


@pytest.mark.parametrize("preset", PRESETS)
def test_a_signature_that_is_wrong_by_a_byte_is_401_and_costs_no_aws_call(door, preset):
    wrong = SECRET[:-3] + "A=="
    answer = door.submit(preset, sent(preset, door, secret=wrong))
    assert (answer.status, answer.json()["error"]["code"]) == (401, "not_authentic")
    bare = dataclasses.replace(sent(preset, door), headers={"Content-Type": "application/json"}, query={})
    assert door.submit(preset, bare).status == 401
    assert door.aws_calls == 0


@pytest.mark.parametrize("preset", PRESETS)
def test_a_body_that_was_changed_after_it_was_signed_is_401_wherever_bodies_are_signed(door, preset):
    request = sent(preset, door)
    answer = door.submit(preset, request.but(body=request.body + b" "))
    signs = not {"secret", "query"} & {scheme.kind for scheme in PRESETS[preset].schemes}
    assert (answer.status == 401) is signs


@pytest.mark.parametrize("preset", PRESETS)
def test_the_previous_secret_is_accepted_until_it_is_retired(door, preset):
    assert door.submit(preset, sent(preset, door)).status == 202
    door.house.secrets.forms[preset] = ("whsec_bmV3",)
    assert door.submit(preset, sent(preset, door)).status == 401


def test_one_submission_costs_two_calls_to_aws_and_one_without_an_id_three(door):
    flat(door, {"id": "1", "hours": 1})
    assert (door.ledger.calls, door.queue.calls) == (1, 1)
    flat(door, {"hours": 1})
    assert (door.ledger.calls, door.queue.calls) == (3, 2)


class Locked:
    """Hands a ledger's calls on one by one, as a table does, and lets all choose their key before any is stored."""

    def __init__(self, ledger, crowd):
        self._ledger = ledger
        self._lock = threading.Lock()
        self._all_here = threading.Barrier(crowd)

    def __getattr__(self, name):
        def call(*args, **kwargs):
            if name == "accept":
                self._all_here.wait(5)
            with self._lock:
                return getattr(self._ledger, name)(*args, **kwargs)

        return call


@pytest.mark.parametrize("answers", [{"id": "7", "hours": 1}, {"hours": 1}], ids=["with an id", "without"])
def test_five_times_at_once_is_one_entry(door, answers):
    door.ledger._ledger = Locked(door.house.ledger, 5)
    statuses = []
    crowd = [threading.Thread(target=lambda: statuses.append(flat(door, answers).status)) for _ in range(5)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert sorted(statuses) == [200, 200, 200, 200, 202]
    assert len(worked_off(door)) == 1


def test_an_equal_submission_without_an_id_counts_once_for_ten_minutes_and_says_so(door):
    first = flat(door, {"hours": 1, "notes": "call"}).json()
    door.house.clock.advance(minutes=9, seconds=59)
    again = flat(door, {"notes": "call", "hours": 1})
    assert (again.status, again.json()["duplicate"], again.json()["drafts"]) == (200, True, [])
    (told,) = again.json()["skipped"]
    assert told["key"] == first["drafts"][0]["key"]
    assert "2026-06-30 16:01:45 UTC" in told["reason"]
    assert door.house.ledger.note(told["key"]).note.kind == "skipped"
    assert len(worked_off(door)) == 1


def test_an_equal_submission_without_an_id_is_new_work_after_ten_minutes(door):
    first = flat(door, {"hours": 1})
    door.house.clock.advance(minutes=10)
    second = flat(door, {"hours": 1})
    assert (first.status, second.status) == (202, 202)
    assert first.json()["drafts"][0]["key"] != second.json()["drafts"][0]["key"]
    assert len(worked_off(door)) == 2


def test_an_idempotency_key_tells_equal_submissions_apart_and_makes_different_ones_one_entry(door):
    answers = [flat(door, {"hours": 1}, **{"Idempotency-Key": key}) for key in ("a", "b", "a")]
    assert [answer.status for answer in answers] == [202, 202, 200]
    assert flat(door, {"hours": 2}, **{"Idempotency-Key": "a"}).status == 202
    assert len(worked_off(door)) == 2


@pytest.mark.parametrize("given", ["x" * 129, "Grün", "tab\tbed"])
def test_an_id_that_is_long_or_not_printable_is_known_by_its_hash(door, given):
    key = flat(door, {"id": given, "hours": 1}).json()["drafts"][0]["key"]
    assert len(key.removeprefix("form:zapier:")) == 64


def test_an_unknown_form_is_404_and_a_form_without_a_secret_stays_shut(door):
    assert door.submit("nobody", sent("zapier", door)).json()["error"]["code"] == "unknown_form"
    door.house.secrets.forms = {}
    answer = door.submit("zapier", sent("zapier", door))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert door.aws_calls == 0


def test_a_store_that_is_down_is_503_with_the_time_to_come_again(door):
    def down(*_, **__):
        raise StoreUnavailable("down")

    for port in ("accept", "first_of"):
        setattr(door.house.ledger, port, down)
        answer = flat(door, {"hours": 1})
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60")


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
        ("text/csv", b"hours\n1", 415, "unsupported_content"),
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


def _spoilt(time):
    return b': "90x",' if time[0].startswith(b":") else b'"90x"'


@pytest.mark.parametrize("preset", QUIET)
def test_senders_that_would_send_again_for_a_day_get_a_202_and_the_rejection_is_kept(door, preset):
    recorded = sent(preset, door)
    body = re.sub(
        rb'"value": 90|1\.5|1h30m', lambda time: b'"value": "90x"' if b":" in time[0] else b"90x", recorded.body
    )
    body = body.replace(b'"type": "number", "number": 90x', b'"type": "text", "text": "90x"')
    answer = door.submit(preset, sent(preset, door, body=body))
    assert answer.status == 202
    (told,) = answer.json()["malformed"]
    assert told["text"] == "90x"
    assert worked_off(door) == []
    assert door.house.ledger.note(told["key"]).note.field == told["field"]
    (kept,) = door.house.ledger.form_notes(since=0, until=2**60)
    assert kept.note.reason == told["reason"]


def test_a_rejected_submission_that_is_sent_again_is_taken_once_the_routing_file_was_mended(door_of, door):
    typeform = json.loads(sent("typeform", door).body)
    for answer in typeform["form_response"]["answers"]:
        if answer["type"] == "date":
            answer.update(type="text", text="29/06/2026")
    request = sent("typeform", door, body=json.dumps(typeform).encode())
    assert door.submit("typeform", request).json()["malformed"]
    assert door.submit("typeform", request).json()["duplicate"] is True
    mended = tuple(dataclasses.replace(form, date_format="DD/MM/YYYY") for form in ROUTING.forms)
    door.house.routing = dataclasses.replace(ROUTING, forms=mended)
    again = door_of(door.house).submit("typeform", request)
    assert (again.status, again.json()["drafts"][0]["date"]) == (202, "2026-06-29")
    assert len(worked_off(door)) == 1


def test_an_unbillable_submission_is_tagged_so_that_noko_does_not_bill_it(door):
    flat(door, {"hours": 1, "notes": "x" * 5_000, "billable": "No"})
    (entry,) = worked_off(door)
    assert "#unbillable*" in entry.description
    assert not entry.billable


def test_nothing_secret_and_nothing_that_was_typed_is_logged(door):
    flat(door, {"hours": 1, "notes": "very private"})
    door.submit("jotform", sent("jotform", door, secret="a-wrong-secret"))
    flat(door, {"minutes": "very private"})
    said = repr(door.house.telemetry.events + door.house.telemetry.alarms)
    for word in (SECRET, "a-wrong-secret", "very private", "ines@"):
        assert word not in said


def test_links_are_built_from_the_setting_and_never_from_the_host_header(door):
    answer = flat(door, {"id": "1", "hours": 1}, Host="evil.example")
    assert answer.json()["drafts"][0]["source_url"].startswith("https://tallyhook.invalid/forms/zapier/")
