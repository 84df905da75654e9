"""Whatever arrives: a submission within its limits, or an error with a status and a code, and nothing else."""

import json

import pytest
from fuzzing.share import some
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import RequestError, SourceClosed
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.reading import read
from chalicelib.sources.forms.submission import MAX_FIELDS, MAX_NAME, MAX_VALUE, Submission
from chalicelib.sources.forms.verification import verify

PRESET = st.sampled_from(sorted(PRESETS))
SECRET = "whsec_bGlnaHRob3VzZS1saWdodGhvdXNlLWxpZ2h0aG91c2U="
CARRIERS = sorted({scheme.carrier for preset in PRESETS.values() for scheme in preset.schemes})
PROOF = st.text() | st.text(alphabet="tv1=,. shaBbSic256_-0aA+/") | st.from_regex(r"t=[0-9]{1,13},v1=[0-9a-f]{62,66}")
KIND = st.one_of(
    st.sampled_from(
        [
            "application/json",
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=windows-1251",
            "multipart/form-data; boundary=x",
            'multipart/form-data; boundary="a b"; charset=latin-1',
        ]
    ),
    st.text(alphabet="multipart/form-data; boundary=\"x'\\charset", max_size=60),
    st.text(max_size=40),
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
WORDS = (
    "event_type", "form_response", "answers", "token", "definition", "fields", "field", "type", "text", "choice",
    "choices", "labels", "label", "id", "ids", "eventType", "data", "submissionId", "value", "options", "title", "name",
    "ordered_human_fields", "namedValues", "responseId", "submission", "q3_name", "year", "month", "day", "first",
    "other", "full", "hidden", "variables", "key",
)  # fmt: skip
TREE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(WORDS) | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)
EVENT = {"event_type": "form_response", "eventType": "FORM_RESPONSE", "id": "1", "submissionID": "1"}


def outcome(preset, headers, raw):
    try:
        found = read(PRESETS[preset], headers, raw)
    except RequestError as error:
        found = Submission()
        refusal = (error.status, error.code)
    else:
        refusal = (400, "")
    assert refusal[0] in {400, 413, 415}
    assert refusal[1] not in {"malformed", "bad_request", "too_large"}
    assert len(found.fields) <= MAX_FIELDS
    for field in found.fields:
        assert len(field.name) <= MAX_NAME
        texts = (*field.values, *field.unresolved, field.key or "-")
        assert all(isinstance(text, str) and 0 < len(text.encode()) <= MAX_VALUE for text in texts)


@given(preset=PRESET, kind=st.lists(KIND, max_size=2), raw=st.binary(max_size=400))
@some(300)
def test_any_bytes_of_any_type_are_a_submission_or_a_refusal(preset, kind, raw):
    outcome(preset, {"Content-Type": kind}, raw)


@given(preset=PRESET, tree=st.dictionaries(st.text(max_size=8), TREE, max_size=5))
@some(300)
def test_any_json_is_a_submission_or_a_refusal(preset, tree):
    outcome(preset, {"Content-Type": "application/json"}, json.dumps(EVENT | tree).encode())


@given(tree=TREE, preset=st.sampled_from(["typeform", "tally", "netlify", "google-forms", "formspree"]))
@some(400)
def test_a_sender_s_envelope_around_anything_is_a_submission_or_a_refusal(tree, preset):
    envelopes = {
        "typeform": {"form_response": {"token": "1", "answers": [tree], "definition": tree, "hidden": tree}},
        "tally": {"data": {"submissionId": "1", "fields": [tree]}},
        "netlify": {"ordered_human_fields": [tree], "data": tree},
        "google-forms": {"namedValues": {"a": tree}, "responseId": tree, "submittedAt": tree},
        "formspree": {"submission": {"a": tree, "b": {"c": tree}}},
    }
    outcome(preset, {"Content-Type": "application/json"}, json.dumps(EVENT | envelopes[preset]).encode())


@given(tree=st.dictionaries(st.from_regex(r"q[0-9]{1,2}_[a-z]{1,5}", fullmatch=True), TREE, max_size=4))
@some(150)
def test_any_answers_in_jotform_s_field_are_a_submission_or_a_refusal(tree):
    head = '--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    raw = head % ("submissionID", "1") + head % ("rawRequest", json.dumps(tree)) + "--x--"
    outcome("jotform", {"Content-Type": "multipart/form-data; boundary=x"}, raw.encode())


@given(
    raw=st.lists(
        st.sampled_from(
            [
                b"--x",
                b"\r\n",
                b"--",
                b":",
                b'"',
                b"a",
                b"\xff",
                b"\n",
                b"Content-Disposition: form-data; name=a",
                b"; filename=",
            ]
        ),
        max_size=30,
    )
)
@some(300)
def test_any_multipart_body_is_a_submission_or_a_refusal(raw):
    outcome("generic", {"Content-Type": "multipart/form-data; boundary=x"}, b"".join(raw))


@given(
    preset=PRESET,
    headers=st.dictionaries(st.sampled_from([*CARRIERS, "webhook-id", "webhook-timestamp"]),
                            PROOF | st.lists(PROOF, max_size=2)),
    query=st.dictionaries(st.just("token") | st.text(), PROOF | st.lists(PROOF, max_size=2), max_size=2),
    secrets=st.sampled_from([[SECRET], [SECRET, "other"], ["other"], []]),
    now=st.integers(0, 2**45),
    raw=st.binary(max_size=20),
)  # fmt: skip
@some(150)
def test_no_request_comes_in_without_its_secret(preset, headers, query, secrets, now, raw):
    with pytest.raises((RequestError, SourceClosed)) as caught:
        verify(PRESETS[preset], headers, raw, query=query, secrets=secrets, now=now)
    assert getattr(caught.value, "status", 503) in {401, 503}


@given(raw=st.binary(), preset=st.sampled_from(["typeform", "tally", "formspree", "netlify", "standard-webhooks"]))
@some(100)
def test_any_bytes_can_be_vouched_for(raw, preset, recorded, is_authentic):
    sent = recorded(preset, body=raw)
    assert is_authentic(preset, sent)
    assert not is_authentic(preset, sent.but(body=raw + b"\x00"))


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50),
        ),
        max_size=10,
    )
)
@some(150)
def test_what_a_form_can_say_arrives_in_either_encoding(pairs):
    tree = dict(pairs)
    as_json = read(PRESETS["generic"], {"Content-Type": "application/json"}, json.dumps(tree).encode())
    assert {field.name: field.values for field in as_json.fields} == {
        name: (value.strip(),) if value.strip() else () for name, value in tree.items()
    }
