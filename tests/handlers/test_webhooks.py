"""What the door answers, row by row of what must be survived."""

import hashlib
import hmac
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from chalicelib.errors import StoreUnavailable
from chalicelib.handlers.webhooks import MAX_BODY_BYTES

PAYLOADS = Path(__file__).parent.parent / "payloads" / "github"
SEVERAL = (PAYLOADS / "push_several.json").read_bytes()


def hmac_of(raw, secret="current-secret", algorithm=hashlib.sha256):
    return hmac.new(secret.encode(), raw, algorithm).hexdigest()


def test_a_push_is_answered_with_what_was_read_in_it(door):
    answer = door.github(SEVERAL)
    body = answer.json()
    assert answer.status == 202
    assert {"delivery", "drafts", "skipped", "malformed"} <= body.keys()
    assert all({"key", "minutes", "date", "commit"} == draft.keys() for draft in body["drafts"])
    assert body["skipped"]
    assert body["malformed"][0]["text"]


def test_one_push_costs_two_calls_to_aws(door):
    door.github(SEVERAL)
    assert (door.ledger.calls, door.queue.calls) == (1, 1)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        "sha256=" + "0" * 63,
        "sha256=" + "0" * 65,
        "sha256=" + "ü" * 64,
        "0" * 64,
        "SHA256=" + hmac_of(SEVERAL),
        "sha1=" + hmac_of(SEVERAL, algorithm=hashlib.sha1),
        f"sha256={hmac_of(SEVERAL)}, sha256={hmac_of(SEVERAL)}",
        "sha256=" + hmac_of(SEVERAL, "another-secret"),
        "sha256=" + hmac_of(SEVERAL + b" "),
        "sha256=" + hmac_of(SEVERAL.replace(b"\n", b"\r\n")),
        "sha256=" + hmac_of(json.dumps(json.loads(SEVERAL)).encode()),
    ],
)
def test_what_is_not_signed_as_it_must_be_is_401_and_costs_no_aws_call(door, signature):
    answer = door.github(SEVERAL, signature=signature)
    assert answer.status == 401
    assert answer.json()["error"]["code"] == "not_authentic"
    assert door.aws_calls == 0


def test_no_signature_or_only_the_legacy_one_is_401(door):
    legacy = "sha1=" + hmac_of(SEVERAL, algorithm=hashlib.sha1)
    answer = door.request(
        "POST", "/webhooks/github", SEVERAL, {"X-Hub-Signature": legacy, "Content-Type": "application/json"}
    )
    assert answer.status == 401
    assert door.aws_calls == 0


def test_a_rotation_accepts_both_secrets_and_then_the_new_one_only(door):
    door.house.secrets.github = ("new", "old")
    assert door.github(SEVERAL, secret="old", name="a").status == 202
    assert door.github(SEVERAL, secret="new", name="b").status == 202
    door.house.secrets.github = ("new",)
    assert door.github(SEVERAL, secret="old", name="c").status == 401


def test_without_a_secret_the_door_stays_shut(door):
    door.house.secrets.github = ()
    answer = door.github(SEVERAL)
    assert answer.status == 503
    assert door.aws_calls == 0
    assert [name for name, _ in door.house.telemetry.alarms] == ["door_closed"]


@pytest.mark.parametrize("days", [0, 3, 90])
def test_an_exact_redelivery_is_200_and_named_a_duplicate(door, days):
    first = door.github(SEVERAL)
    door.house.run(minutes=1)
    door.house.clock.advance(seconds=1, days=days)
    entries = len(door.house.statuses())
    again = door.github(SEVERAL)
    assert again.status == 200
    assert again.json()["duplicate"] is True
    assert again.json()["delivery"] == first.json()["delivery"]
    door.house.run(minutes=1)
    assert len(door.house.statuses()) == entries


def test_the_same_id_with_another_body_is_a_delivery_of_its_own_and_makes_no_new_entry(door):
    door.github(SEVERAL)
    door.house.run(minutes=1)
    entries = len(door.house.statuses())
    other = SEVERAL.replace(b'"sender"', b'"sender_"')
    assert door.github(other).status == 202
    door.house.run(minutes=1)
    assert len(door.house.statuses()) == entries


@pytest.mark.parametrize(
    "content", ["application/json", "Application/JSON; Charset=UTF-8", None, "application/json;charset=utf-8"]
)
def test_json_in_any_spelling_is_accepted(door, content):
    assert door.github(SEVERAL, content=content).status == 202


def test_github_s_form_encoding_is_accepted(door):
    raw = urlencode({"payload": SEVERAL.decode()}).encode()
    answer = door.github(raw, content="application/x-www-form-urlencoded")
    assert answer.status == 202
    assert answer.json()["drafts"]


@pytest.mark.parametrize("content", ["text/plain", "multipart/form-data", "application/xml"])
def test_other_content_types_are_415(door, content):
    assert door.github(SEVERAL, content=content).status == 415
    assert door.aws_calls == 0


def test_a_compressed_body_is_415(door):
    assert door.github(SEVERAL, Content_Encoding="gzip").status == 415


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"7",
        b"[]",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"ref": 1, "ref": 2}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": ' + b"1" * 5_000 + b"}",
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b'{"a": "\xff"}',
        b"{",
    ],
    ids=lambda raw: repr(raw[:16]),
)
def test_a_body_that_is_no_clean_json_object_is_400_with_a_reason_code(door, raw):
    answer = door.github(raw)
    assert answer.status == 400
    assert answer.json()["error"]["code"] not in {"", "bad_request"}
    assert door.aws_calls == 0


@pytest.mark.parametrize("change", [{"commits": {}}, {"commits": [{"message": "no id"}]}, {"repository": None}])
def test_a_body_that_is_not_of_github_s_shape_is_400(door, change):
    raw = json.dumps(json.loads(SEVERAL) | change).encode()
    assert door.github(raw).status == 400


def test_one_byte_over_the_cap_is_413_and_at_the_cap_it_is_not(door):
    at_the_cap = b" " * (MAX_BODY_BYTES - len(SEVERAL)) + SEVERAL
    assert door.github(at_the_cap).status == 202
    assert door.github(b" " + at_the_cap).status == 413


@pytest.mark.parametrize(("name", "event"), [("ping", "ping"), ("push_several", "issues"), ("ping", "workflow_run")])
def test_other_events_are_200_and_nothing_is_stored(door, name, event):
    answer = door.github((PAYLOADS / f"{name}.json").read_bytes(), event=event)
    assert answer.status == 200
    assert door.aws_calls == 0


@pytest.mark.parametrize("name", ["delete_branch", "new_branch_no_commits", "tag", "merge_queue"])
def test_pushes_that_carry_no_work_are_2xx_and_log_nothing(door, name):
    answer = door.github((PAYLOADS / f"{name}.json").read_bytes())
    assert answer.status // 100 == 2
    door.house.run(minutes=1)
    assert door.house.statuses() == {}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_405(door, method):
    assert door.request(method, "/webhooks/github").status == 405


def test_an_unknown_path_has_the_gateway_s_own_answer(door):
    assert door.request("POST", "/nowhere").status == 403


def test_the_process_says_that_it_is_alive(door):
    assert door.request("GET", "/healthz").status == 200
    assert door.aws_calls == 0


def test_a_store_that_is_down_is_503_so_that_the_sender_sees_a_failure(door):
    def down(*_, **__):
        raise StoreUnavailable("down")

    door.house.ledger.accept = down
    answer = door.github(SEVERAL)
    assert answer.status == 503
    assert answer.json()["error"]["code"] == "unavailable"


def test_hostile_text_comes_back_bounded_and_is_no_500(door):
    push = json.loads(SEVERAL)
    for text in ("<script>" * 20_000, "#tag " * 1_000, "\u202egnp.exe [f:1h]", "👩‍👩‍👧 [f:1h]", "=cmd() [f:1h]"):
        push["commits"][0]["message"] = text
        assert door.github(json.dumps(push).encode(), name=str(hash(text))).status == 202


def test_no_secret_and_no_signature_is_logged(door):
    door.github(SEVERAL)
    door.github(SEVERAL, signature="sha256=" + "ab" * 32)
    said = repr(door.house.telemetry.events + door.house.telemetry.alarms)
    assert "current-secret" not in said
    assert "ab" * 32 not in said
    assert "jane@" not in said
