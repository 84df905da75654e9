"""Every sender in one table: what it vouched for comes in, and nothing else does."""

from typing import get_args

import pytest

from chalicelib.domain.routing_table import PAGE
from chalicelib.errors import NotAuthentic, SourceClosed
from chalicelib.routing_file.kind import PresetName
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.verification import verify

NOW = 1_782_835_305_000
MINUTE = 60_000
NEXT = "whsec_bmV4dC1uZXh0LW5leHQtbmV4dC1uZXh0LW5leHQ="
ALL = pytest.mark.parametrize("preset", sorted(PRESETS))
STAMPING = pytest.mark.parametrize("preset", ["formspree", "google-forms", "standard-webhooks"])


def test_the_routing_file_names_exactly_these_presets_and_our_own_page_which_takes_no_webhooks():
    assert {*PRESETS, PAGE} == set(get_args(PresetName))
    assert PAGE not in PRESETS


def test_who_can_be_answered_is_told_and_the_others_are_not_made_to_send_again():
    unattended = {name for name, preset in PRESETS.items() if not preset.interactive}
    assert unattended == {"typeform", "tally", "formspree", "netlify", "jotform", "google-forms"}


def test_only_the_sender_that_can_do_nothing_else_puts_its_secret_in_the_address():
    assert {name for name, preset in PRESETS.items() if preset.query_secret} == {"jotform"}


@ALL
def test_what_a_sender_vouched_for_is_authentic_and_can_be_read(preset, recorded, is_authentic, submission):
    assert is_authentic(preset, recorded(preset))
    assert submission(preset).fields


@ALL
def test_during_a_rotation_both_secrets_open_and_afterwards_one(preset, recorded, is_authentic):
    before, after = recorded(preset), recorded(preset, secret=NEXT)
    current = [*before.headers.values(), *before.query.values()]
    assert current != [*after.headers.values(), *after.query.values()]
    both = (NEXT, "whsec_bGlnaHRob3VzZS1saWdodGhvdXNlLWxpZ2h0aG91c2U=")
    assert is_authentic(preset, before, secrets=both)
    assert is_authentic(preset, after, secrets=both)
    assert is_authentic(preset, after, secrets=(NEXT,))
    assert not is_authentic(preset, before, secrets=(NEXT,))


@pytest.mark.parametrize("preset", ["typeform", "tally", "formspree", "netlify", "google-forms", "standard-webhooks"])
@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-2] + b"]\n",
        lambda raw: raw + b"\n",
        lambda _: b"",
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b": ", b":"),
    ],
)
def test_a_body_that_was_changed_is_not_authentic(preset, change, recorded, is_authentic):
    sent = recorded(preset)
    assert change(sent.body) != sent.body
    assert not is_authentic(preset, sent.but(body=change(sent.body)))


@ALL
def test_a_proof_that_is_wrong_by_one_character_is_not_authentic(preset, recorded, is_authentic):
    sent = recorded(preset)
    proofs = {name: value for name, value in sent.headers.items() if name != "Content-Type"}
    for name, value in proofs.items():
        for at in range(len(value)):
            wrong = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1 :]
            # The case of hex digits, and of a base64 without a meaning of its own, is all that may differ.
            if wrong.lower() != value.lower():
                assert not is_authentic(preset, sent.but(headers=sent.headers | {name: wrong})), (name, at)
    for name, value in sent.query.items():
        assert not is_authentic(preset, sent.but(query={name: value[:-1]}))


@ALL
@pytest.mark.parametrize(
    "broken",
    [
        "",
        " ",
        "=",
        ",",
        ".",
        "..",
        "é" * 44,
        "٣" * 64,
        "\ud800x",
        "\udcff",
        "x" * 100_000,
        "sha256=",
        "sha256=====",
        "t=,v1=",
        "v1,",
        "Basic",
        "Basic =",
        "\x00",
        "\n",
    ],
)
def test_a_malformed_proof_is_not_authentic(preset, broken, recorded, is_authentic):
    sent = recorded(preset)
    for name in set(sent.headers) - {"Content-Type"}:
        assert not is_authentic(preset, sent.but(headers=sent.headers | {name: broken}))
    for name in sent.query:
        assert not is_authentic(preset, sent.but(query={name: broken}))


@ALL
def test_a_proof_that_came_twice_or_not_at_all_is_not_authentic(preset, recorded, is_authentic):
    sent = recorded(preset)
    for name in set(sent.headers) - {"Content-Type"}:
        value = sent.headers[name]
        assert not is_authentic(preset, sent.but(headers=sent.headers | {name: [value, value]}))
        assert not is_authentic(preset, sent.but(headers=sent.headers | {name.swapcase(): value}))
        assert not is_authentic(preset, sent.but(headers=sent.headers | {name: f"{value}, {value}"}))
        assert is_authentic(preset, sent.but(headers={**sent.headers, name: [value]}))
    for name, value in sent.query.items():
        assert not is_authentic(preset, sent.but(query={name: [value, value]}))
    nothing = sent.but(headers={}, query={})
    with pytest.raises(NotAuthentic) as caught:
        verify(PRESETS[preset], nothing.headers, nothing.body, query=nothing.query, secrets=(NEXT,), now=NOW)
    assert (caught.value.status, caught.value.code) == (401, "not_authentic")


@STAMPING
def test_a_stamp_may_be_five_minutes_off_and_no_more(preset, recorded, is_authentic):
    sent = recorded(preset)
    for off in (-5 * MINUTE, 0, 5 * MINUTE):
        assert is_authentic(preset, sent, now=NOW + off)
    for off in (-5 * MINUTE - 1, 5 * MINUTE + 1, 525_600 * MINUTE, -NOW):
        assert not is_authentic(preset, sent, now=NOW + off)


@ALL
@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_a_form_without_a_secret_stays_shut(preset, secrets, recorded):
    for sent in (recorded(preset), recorded(preset, secret=""), recorded(preset).but(headers={}, query={})):
        with pytest.raises(SourceClosed):
            verify(PRESETS[preset], sent.headers, sent.body, query=sent.query, secrets=secrets, now=NOW)


@ALL
def test_an_empty_secret_beside_a_real_one_opens_nothing(preset, recorded, is_authentic):
    assert not is_authentic(preset, recorded(preset, secret=""), secrets=(NEXT, ""))


@pytest.mark.parametrize("preset", sorted(set(PRESETS) - {"jotform"}))
def test_a_secret_in_the_address_opens_nothing_else(preset, recorded, is_authentic):
    sent = recorded("jotform")
    assert sent.query
    assert not is_authentic(preset, sent)


@pytest.mark.parametrize("preset", ["typeform", "tally", "formspree", "netlify", "google-forms", "standard-webhooks"])
def test_a_sender_that_signs_cannot_come_in_with_the_bare_secret(preset, recorded, is_authentic):
    assert not is_authentic(preset, recorded("zapier"))
