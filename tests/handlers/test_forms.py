"""What the door answers to forms: each sender's recorded payload, once, and by no one else."""

import dataclasses
import json
import re
import threading

import pytest
from fakes.desk import ROUTING, desk, flat, sent, worked_off
from fakes.sender import SECRET

from chalicelib.errors import StoreUnavailable
from chalicelib.sources.forms.preset import PRESETS

QUIET = [name for name in PRESETS if not PRESETS[name].interactive]


@pytest.fixture
def door(door_of):
    return door_of(desk())


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
