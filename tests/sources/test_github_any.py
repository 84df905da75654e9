"""Whatever GitHub's door is given, it is read, refused or of no use."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import MalformedRequest, RequestError

FORM = "application/x-www-form-urlencoded"
SHA = "a" * 40


@given(st.binary(), st.sampled_from(["application/json", FORM, None]), st.sampled_from(["push", "ping"]))
def test_arbitrary_bytes_are_a_request_error(deliver, raw, content_type, event):
    with pytest.raises(RequestError):
        deliver(raw, content_type=content_type, x_github_event=event)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["f:1h", "refs/heads/a", "a/b", SHA, ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "full_name"]), inner),
    max_leaves=3,
)


COMMIT = {
    "id": st.just(SHA) | JSON,
    "message": st.just("Work f:1h") | JSON,
    "timestamp": st.sampled_from(["2026-06-30T00:00:00Z", "0001-01-01T00:00:00+14:00"]) | JSON,
    "url": JSON,
    "author": st.dictionaries(st.sampled_from(["name", "email", "username"]), JSON) | JSON,
}


PUSH = {
    "ref": st.just("refs/heads/main") | JSON,
    "after": JSON,
    "deleted": st.just(False) | JSON,
    "repository": st.just({"full_name": "acme/shop"}) | JSON,
    "commits": st.lists(st.fixed_dictionaries({}, optional=COMMIT) | st.fixed_dictionaries(COMMIT)) | JSON,
}


def outcome_of(deliver, raw):
    try:
        delivery = deliver(raw)
    except MalformedRequest as error:
        return error.code
    if delivery.unused:
        return "unused"
    return {*(draft.key[7:] for draft in delivery.drafts), *(note.subject for note in delivery.notes), *delivery.silent}


@given(st.fixed_dictionaries(PUSH))
def test_any_payload_is_read_refused_or_of_no_use(deliver, payload):
    assert outcome_of(deliver, json.dumps(payload).encode()) in ("not_a_push", "unused", {SHA})
