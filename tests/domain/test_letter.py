"""Letters are signed so that a ready-made library can verify them, and never hold a secret."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.letter import Letter, delay_s, escaped, from_text, is_slack, sealed, to_text

NOW = 1_790_000_000_500
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD = "whsec_" + base64.b64encode(KEY[::-1]).decode()
LETTER = Letter("digest-2026-09-21-0", "tallyhook.digest", "ops", NOW, "one waits", {"total": 1, "who": "Jäne"})


def verified(envelope, key):
    """Verify as the specification of Standard Webhooks says."""
    signed = f"{envelope.headers['webhook-id']}.{envelope.headers['webhook-timestamp']}.".encode() + envelope.body
    proof = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return f"v1,{proof}" in envelope.headers["webhook-signature"].split(" ")


def test_a_letter_is_signed_as_standard_webhooks_says():
    envelope = sealed(LETTER, "https://acme.example/hook", secrets=[SECRET], now=NOW)
    assert verified(envelope, KEY)
    assert envelope.headers["webhook-id"] == LETTER.id
    assert envelope.headers["webhook-timestamp"] == str(NOW // 1000)
    body = json.loads(envelope.body)
    assert (body["type"], body["data"]) == ("tallyhook.digest", LETTER.data)
    assert body["timestamp"].endswith("Z")


def test_with_two_secrets_each_signs():
    envelope = sealed(LETTER, "https://acme.example/hook", secrets=[SECRET, OLD], now=NOW)
    assert verified(envelope, KEY)
    assert verified(envelope, KEY[::-1])


@pytest.mark.parametrize("secrets", [[], ["whsec_c2hvcnQ="], ["no base64!"], [""]])
def test_without_a_usable_secret_nothing_is_sent(secrets):
    assert sealed(LETTER, "https://acme.example/hook", secrets=secrets, now=NOW) is None


def test_slack_gets_the_text_and_no_signature():
    envelope = sealed(LETTER, "https://hooks.slack.com/services/T/B/x", secrets=[], now=NOW)
    assert json.loads(envelope.body) == {"text": "one waits"}
    assert "webhook-signature" not in envelope.headers


@pytest.mark.parametrize("url", ["https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com"])
def test_only_slacks_own_host_is_slack(url):
    assert not is_slack(url)


def test_no_secret_is_in_what_is_sent():
    envelope = sealed(LETTER, "https://acme.example/hook", secrets=[SECRET], now=NOW)
    assert SECRET.removeprefix("whsec_") not in repr(envelope)


@given(st.text(), st.integers(0, 1000))
def test_letters_come_back_from_the_ledger_as_they_were(text, tries):
    letter = Letter("id", "kind", "ops", NOW, text.encode("utf-8", "replace").decode(), {"a": [1, None]})
    assert from_text(to_text(letter, tries)) == (letter, tries)


def test_the_waits_grow_to_as_long_as_a_message_can_wait():
    waits = [delay_s(tries) for tries in range(1, 10)]
    assert waits == sorted(waits)
    assert waits[0] < 60
    assert waits[-1] == 900


def test_slacks_control_characters_are_escaped():
    assert escaped("<!channel> & <https://evil.example|click>") == (
        "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;"
    )
