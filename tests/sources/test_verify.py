"""Nothing unauthentic gets in, and no header breaks the check."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import NotAuthentic, SourceClosed
from chalicelib.sources import github
from chalicelib.sources.verify import sign, verify_hmac_sha256

BODY = b'{"zen": "Small commits"}'
GOOD = sign(BODY, "current")


def is_authentic(header, *, raw=BODY, secrets=("current",)):
    try:
        verify_hmac_sha256(raw, header=header, secrets=secrets)
    except NotAuthentic:
        return False
    return True


def test_a_signature_is_what_github_documents():
    # The example of https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    assert sign(b"Hello, World!", "It's a Secret to Everybody") == (
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    )


def test_what_was_signed_with_the_secret_is_authentic():
    assert is_authentic(GOOD)
    assert is_authentic([GOOD])


def test_hex_digits_may_be_of_either_case():
    assert is_authentic("sha256=" + GOOD[7:].upper())


@pytest.mark.parametrize(
    "header",
    [
        None,
        [],
        "",
        GOOD[7:],
        GOOD[:-1],
        GOOD + "0",
        "SHA256=" + GOOD[7:],
        "sha1=" + hmac.new(b"current", BODY, hashlib.sha1).hexdigest(),
        f" {GOOD}",
        f"{GOOD}\n",
        f"{GOOD},{GOOD}",
        f"{GOOD}, {GOOD}",
        [GOOD, GOOD],
        "sha256=" + "é" * 64,
        "sha256=" + "٣" * 64,
        "sha256=" + "\ud800" * 64,
        "sha256=" + "g" * 64,
    ],
)
def test_a_missing_or_malformed_header_is_not_authentic(header):
    assert not is_authentic(header)


@given(st.one_of(st.text(), st.lists(st.text(), max_size=3), st.from_regex(r"sha256=[0-9a-f]{62,66}")))
def test_no_header_raises_anything_else(header):
    assert not is_authentic(header)


@pytest.mark.parametrize(
    "changed",
    [
        BODY[:-1] + b"]",
        BODY + b"\n",
        BODY.replace(b": ", b":"),
        BODY + b"\r\n",
        b"",
    ],
)
def test_a_body_that_was_changed_is_not_authentic(changed):
    assert not is_authentic(GOOD, raw=changed)


def test_bytes_that_are_no_text_can_be_signed():
    assert is_authentic(sign(b"\xff\x00", "current"), raw=b"\xff\x00")


def test_during_a_rotation_both_secrets_open():
    assert is_authentic(GOOD, secrets=["next", "current"])
    assert is_authentic(GOOD, secrets=["current", "next"])


def test_a_retired_secret_opens_nothing():
    assert not is_authentic(GOOD, secrets=["next"])


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
@pytest.mark.parametrize("header", [GOOD, None, sign(BODY, "")])
def test_a_source_without_a_secret_stays_shut(secrets, header):
    with pytest.raises(SourceClosed):
        verify_hmac_sha256(BODY, header=header, secrets=secrets)


def test_an_empty_secret_beside_a_real_one_opens_nothing():
    assert not is_authentic(sign(BODY, ""), secrets=["current", ""])


def test_a_secret_of_bytes_that_are_no_text_works():
    secret = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert is_authentic(sign(BODY, secret), secrets=[secret])


@pytest.mark.parametrize("name", ["X-Hub-Signature-256", "x-hub-signature-256", "X-HUB-SIGNATURE-256"])
def test_github_s_header_is_found_in_any_case(name):
    github.verify({name: GOOD}, BODY, secrets=["current"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature": GOOD},
        {"X-Hub-Signature-256": [GOOD, GOOD]},
        {"X-Hub-Signature-256": GOOD, "x-hub-signature-256": GOOD},
    ],
)
def test_only_one_signature_in_the_right_header_counts(headers):
    with pytest.raises(NotAuthentic):
        github.verify(headers, BODY, secrets=["current"])
