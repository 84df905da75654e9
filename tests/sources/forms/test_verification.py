"""The details of each way to vouch: what its specification allows, and what an attacker would try."""

import base64
import hashlib
import json

import pytest

from chalicelib.errors import NotAuthentic, SourceClosed
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.verification import MAX_SIGNATURES, verify

SECRET = "whsec_bGlnaHRob3VzZS1saWdodGhvdXNlLWxpZ2h0aG91c2U="
NOW = 1_782_835_305_000
SECONDS = NOW // 1000
BODY = b'{"minutes": 30}'


def opens(preset, headers, *, secrets=(SECRET,), body=BODY, query=None):
    try:
        verify(PRESETS[preset], headers, body, query=query or {}, secrets=secrets, now=NOW)
    except NotAuthentic:
        return False
    return True


def basic(pair):
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def claims(body=BODY, **changes):
    return {"iss": "netlify", "sha256": hashlib.sha256(body).hexdigest()} | changes


# Netlify's JWS


def test_the_signature_netlify_documents_opens(signing):
    assert opens("netlify", {"X-Webhook-Signature": signing["jws"](SECRET, claims())})
    assert opens("netlify", {"x-webhook-signature": signing["jws"](SECRET, claims(iat=SECONDS, exp=1))})


@pytest.mark.parametrize(
    "header",
    [{"alg": alg} for alg in ("none", "None", "HS384", "HS512", "RS256", "ES256", "hs256", "", None, 256, ["HS256"])]
    + [{"crit": []}, {"crit": ["b64"], "b64": False}],
    ids=str,
)
def test_a_token_of_another_algorithm_opens_nothing(header, signing):
    assert not opens("netlify", {"X-Webhook-Signature": signing["jws"](SECRET, claims(), **header)})


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "netlify.com"},
        {"iss": None},
        {"sha256": None},
        {"sha256": 0},
        {"sha256": ""},
        {"sha256": "é" * 64},
        {"sha256": hashlib.sha256(BODY).hexdigest().upper()},
        {"sha256": hashlib.sha256(b"").hexdigest()},
    ],
    ids=str,
)
def test_a_token_that_claims_something_else_opens_nothing(changes, signing):
    assert not opens("netlify", {"X-Webhook-Signature": signing["jws"](SECRET, claims(**changes))})


@pytest.mark.parametrize(
    "mangle",
    [
        lambda token: token.rsplit(".", 1)[0],
        lambda token: token.rsplit(".", 1)[0] + ".",
        lambda token: token + ".",
        lambda token: token + ".e30",
        lambda token: "." + token,
        lambda token: token + "=",
        lambda token: token.replace(".", ".="),
        lambda token: token.replace(".", ". "),
        lambda token: token.replace(".", ".\n"),
        lambda token: f"Bearer {token}",
        lambda _: "..",
        lambda _: "e30.e30.e30",
    ],
)
def test_a_token_without_three_good_parts_opens_nothing(mangle, signing):
    token = signing["jws"](SECRET, claims())
    assert opens("netlify", {"X-Webhook-Signature": token})
    assert not opens("netlify", {"X-Webhook-Signature": mangle(token)})


@pytest.mark.parametrize("part", [b"[]", b"1", b"", b"{", b"\xff", b"[" * 2_000, b'{"alg": NaN', b"9" * 2_000])
def test_a_part_that_is_no_json_object_opens_nothing(part, signing):
    good = [signing["base64url"](json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims())]
    for at in (0, 1):
        parts = [*good[:at], signing["base64url"](part), *good[at + 1 :]]
        signature = signing["base64url"](signing["mac"](SECRET, ".".join(parts).encode()).digest())
        assert not opens("netlify", {"X-Webhook-Signature": ".".join([*parts, signature])})


def test_a_token_signed_without_a_key_opens_nothing(signing):
    header, body, _ = signing["jws"](SECRET, claims(), alg="none").split(".")
    assert not opens("netlify", {"X-Webhook-Signature": f"{header}.{body}."})


def test_a_huge_token_opens_nothing_however_well_it_is_signed(signing):
    assert opens("netlify", {"X-Webhook-Signature": signing["jws"](SECRET, claims(padding="x" * 2_000))})
    assert not opens("netlify", {"X-Webhook-Signature": signing["jws"](SECRET, claims(padding="x" * 4_000))})


# Stamped, as Formspree does it and we do


@pytest.mark.parametrize(
    "stamp",
    ["", " ", "+1782835305", "-1", "1782835305.0", "1782835305 ", "1_782_835_305", "٣", "0x6a43f0e9", "9" * 13, "1e9"],
)
def test_a_stamp_that_is_no_plain_number_opens_nothing(stamp, signing):
    assert not opens("formspree", {"Formspree-Signature": signing["stamped"](SECRET, BODY, stamp)})


def test_a_stamp_with_signatures_of_both_secrets_opens(signing):
    old, new = (signing["stamped"](secret, BODY, SECONDS).partition(",")[2] for secret in ("old", SECRET))
    assert opens("formspree", {"Formspree-Signature": f"t={SECONDS},{old}, {new}"})
    assert opens("formspree", {"Formspree-Signature": f"{new},t={SECONDS},v0=abc"})


@pytest.mark.parametrize(
    "form",
    [
        "{v1}",
        "{t}",
        "{t},v0={hex}",
        "{t},{t},{v1}",
        "{t},t=1782835304,{v1}",
        "{t};{v1}",
        "{t},{v1}0",
        "{t},v1=0{v1}",
        "{t},{v1},v1=abc",
        "{t},{v1}" + ",v0=a" * MAX_SIGNATURES,
        "T=1782835305,{v1}",
        "t=1782835306,{v1}",
        "{t},{hex}",
    ],
)
def test_a_stamped_signature_in_another_form_opens_nothing(form, signing):
    t, _, v1 = signing["stamped"](SECRET, BODY, SECONDS).partition(",")
    assert opens("formspree", {"Formspree-Signature": f"{t},{v1}"})
    assert not opens("formspree", {"Formspree-Signature": form.format(t=t, v1=v1, hex=v1[3:])})


# Standard Webhooks


def standard(*, secret=SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", stamp=str(SECONDS), body=BODY, sign=None):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = sign(key, f"{message_id}.{stamp}.".encode(), body).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def test_the_example_of_the_specification_s_own_library_opens():
    # https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_webhooks.py
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    verify(
        PRESETS["standard-webhooks"],
        headers,
        b'{"test": 2432232314}',
        query={},
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        now=1_614_265_330_000,
    )


def test_one_good_signature_among_several_versions_opens(signing):
    headers = standard(sign=signing["mac"])
    other = standard(secret="whsec_b3RoZXI=", sign=signing["mac"])["webhook-signature"]
    for signatures in (f"{other} {{}}", "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw= {}", "{} v2,x y"):
        together = signatures.format(headers["webhook-signature"])
        assert opens("standard-webhooks", headers | {"webhook-signature": together})
    assert not opens("standard-webhooks", headers | {"webhook-signature": other})
    crowd = " ".join([other] * MAX_SIGNATURES + [headers["webhook-signature"]])
    assert not opens("standard-webhooks", headers | {"webhook-signature": crowd})


@pytest.mark.parametrize("prefix", ["v1a,", "v2,", "V1,", "v1:", "v1=", "v1, ", ",", ""])
def test_a_signature_of_another_version_opens_nothing(prefix, signing):
    headers = standard(sign=signing["mac"])
    digest = headers["webhook-signature"].removeprefix("v1,")
    assert not opens("standard-webhooks", headers | {"webhook-signature": prefix + digest})


@pytest.mark.parametrize("message_id", ["", "msg.1", "é", "a b", "m" * 257])
def test_an_id_that_could_be_mistaken_for_something_else_opens_nothing(message_id, signing):
    assert not opens("standard-webhooks", standard(message_id=message_id, sign=signing["mac"]))


@pytest.mark.parametrize("left_out", ["webhook-id", "webhook-timestamp"])
def test_a_signature_without_its_companions_opens_nothing(left_out, signing):
    headers = standard(sign=signing["mac"])
    assert not opens("standard-webhooks", {name: value for name, value in headers.items() if name != left_out})


@pytest.mark.parametrize("secret", ["whsec_!", "whsec_é", "not base64", "whsec_YQ", "whpk_YQ=="])
def test_a_secret_that_is_none_of_standard_webhooks_leaves_the_form_shut(secret, signing):
    with pytest.raises(SourceClosed) as caught:
        opens("standard-webhooks", standard(sign=signing["mac"]), secrets=[secret])
    assert secret not in str(caught.value)


@pytest.mark.parametrize("preset", ["typeform", "tally"])
def test_only_the_one_way_to_write_a_signature_in_base64_opens(preset, recorded, is_authentic):
    sent = recorded(preset)
    ((name, value),) = ((name, value) for name, value in sent.headers.items() if name != "Content-Type")
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    same_bytes = value[:-2] + digits[digits.index(value[-2]) + 1] + "="  # only bits that are not used differ
    assert base64.b64decode(same_bytes[-44:]) == base64.b64decode(value[-44:])
    for other in (same_bytes, value[:-1], value + "=", value + "AAAA"):
        assert not is_authentic(preset, sent.but(headers=sent.headers | {name: other}))
    assert is_authentic(preset, sent)


# Static secrets


@pytest.mark.parametrize("preset", ["static-header", "zapier", "make", "n8n", "power-automate", "generic"])
def test_a_static_secret_comes_in_a_header_or_as_a_password(preset):
    assert opens(preset, {"x-webhook-secret": SECRET})
    assert opens(preset, basic(f"anybody:{SECRET}"))
    assert opens(preset, {"authorization": basic(f":{SECRET}")["Authorization"].replace("Basic", "bAsIC")})


def test_a_password_may_hold_a_colon_and_more_than_ascii():
    assert opens("make", basic("me:a:bü"), secrets=["a:bü"])


@pytest.mark.parametrize(
    "value",
    [SECRET, f"Bearer {SECRET}", "Basic", "Basic ", "Basic !", f"Basic {base64.b64encode(SECRET.encode()).decode()}"],
)
def test_other_credentials_open_nothing(value):
    assert not opens("zapier", {"Authorization": value})


def test_a_wrong_secret_is_not_made_good_by_a_second_way():
    assert not opens("zapier", {"X-Webhook-Secret": "wrong"} | basic(f"me:{SECRET}"))


def test_a_sender_of_forms_without_headers_may_put_its_secret_in_the_address():
    assert opens("jotform", {}, query={"token": SECRET})
    assert opens("jotform", {}, query={"token": [SECRET], "other": ["1", "2"]})
    assert opens("jotform", {"X-Webhook-Secret": SECRET})
    for query in ({"Token": SECRET}, {"token": []}, {"token": SECRET + " "}, {"secret": SECRET}):
        assert not opens("jotform", {}, query=query)


# Anything of one's own


def test_whatever_can_sign_may_sign(signing):
    assert opens("generic", {"X-Signature-256": f"sha256={signing['mac'](SECRET, BODY).hexdigest()}"})
    assert opens("generic", {"X-Tallyhook-Signature": signing["stamped"](SECRET, BODY, SECONDS)})
    assert not opens("generic", {"X-Signature-256": signing["mac"](SECRET, BODY).hexdigest()})
    assert not opens("generic", {"X-Signature-256": f"sha256={'0' * 64}", "X-Webhook-Secret": SECRET})


def test_a_reason_never_repeats_a_secret_or_a_proof():
    for preset in PRESETS:
        names = [scheme.carrier for scheme in PRESETS[preset].schemes]
        for name in names:
            with pytest.raises(NotAuthentic) as caught:
                verify(PRESETS[preset], {name: "hunter2"}, BODY, query={"token": "hunter2"}, secrets=[SECRET], now=NOW)
            assert "hunter2" not in str(caught.value)
            assert SECRET not in str(caught.value)
