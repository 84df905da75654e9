"""What an answer to a call means: read, done, later, no, or nobody knows."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import AuthenticationError, NokoError, NokoUnavailable, Uncertain
from chalicelib.exchange.message import Answer, Failure
from chalicelib.noko import answer as answers
from chalicelib.noko.answer import Accepted, Done
from chalicelib.noko.protocol import Call, Token, build

QUESTION = Call("GET", "/entries/7", (("description", "private"),))
EDIT = Call("PUT", "/entries/7", fields={"minutes": 5})
CREATION = Call("POST", "/entries", fields={"minutes": 5})
DELETION = Call("DELETE", "/tags/7")
CHANGES = (EDIT, CREATION, DELETION)
DUPLICATE = b'{"message": "This is a duplicate", "errors": [{"field": "base", "code": "already_exists"}]}'
NO = b'{"message": "Validation Failed", "errors": [{"resource": "Entry", "field": "base", "code": "already_approved"}]}'


def answer(status, body=b"", *, complete=True):
    return Answer(status, {}, body, complete)


# Questions


def test_the_answer_to_a_question_is_its_json():
    assert answers.content(answers.receive(answer(200, b'{"id": 1}'), QUESTION)) == {"id": 1}
    assert answers.items(answers.receive(answer(200, b"[]"), QUESTION)) == []


@pytest.mark.parametrize(
    "result",
    [
        Failure(sent=False, reason="connection refused"),
        Failure(sent=True, reason="timed out"),
        *(answer(status, b"[]") for status in (429, 500, 502, 503, 504)),
        answer(200, b""),
        answer(200, b"<html>"),
        answer(200, b"null"),
        answer(200, b"[" * 100_000),
        answer(200, b"[]", complete=False),
    ],
)
def test_what_is_worth_asking_again(result):
    with pytest.raises(NokoUnavailable) as raised:
        answers.receive(result, QUESTION)
    assert raised.value.request == "GET /entries/7"


@pytest.mark.parametrize("call", [QUESTION, *CHANGES])
def test_a_401_is_the_tokens_fault(call):
    with pytest.raises(AuthenticationError) as raised:
        answers.receive(answer(401, b'{"message": "Unauthorized"}'), call)
    assert raised.value.request == str(call)


@pytest.mark.parametrize("status", [202, 204, 302, 400, 403, 404, 409])
def test_a_definite_no_to_a_question_keeps_nokos_words(status):
    body = b'{"message": "Account does not include this feature", "errors": [{"field": "a", "code": "b"}]}'
    with pytest.raises(NokoError, match="Account does not include this feature") as raised:
        answers.receive(answer(status, body), QUESTION)
    assert (raised.value.status, raised.value.errors) == (status, ({"field": "a", "code": "b"},))


# Changes


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("complete", [True, False])
def test_a_yes_is_done_whatever_became_of_its_body(call, status, complete):
    assert answers.reply(answers.receive(answer(status, b"{", complete=complete), call)) == Done()


@pytest.mark.parametrize("call", CHANGES)
def test_a_202_is_accepted_with_nokos_words(call):
    said = answer(202, b'{"message": "You will be sent an email once this is complete."}')
    assert answers.reply(answers.receive(said, call)) == Accepted("You will be sent an email once this is complete.")
    assert answers.reply(answers.receive(answer(202), call)) == Accepted("answered 202")


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize(
    "result",
    [
        Failure(sent=True, reason="timed out"),
        Failure(sent=True, reason="connection reset"),
        answer(429, b"slow down"),
        answer(429, complete=False),
        *(answer(status) for status in (500, 502, 503, 504, 599)),
        *(answer(status) for status in (100, 203, 206, 300, 303, 304, 402, 406, 408, 410, 418)),
        *(answer(status, b"{", complete=False) for status in (301, 400, 403, 404, 422)),
    ],
)
def test_of_a_change_without_a_clear_answer_nobody_knows(call, result):
    with pytest.raises(Uncertain, match=r"nobody knows about .* whether") as raised:
        answers.receive(result, call)
    assert raised.value.request == str(call)


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize(
    "result",
    [
        Failure(sent=False, reason="connection refused"),
        Failure(sent=False, reason="the slot is stale", stopped=True),
        answer(429),
        answer(429, b"\r\n "),
    ],
)
def test_a_change_that_noko_never_saw_did_not_happen(call, result):
    with pytest.raises(NokoUnavailable):
        answers.receive(result, call)


@pytest.mark.parametrize("call", CHANGES)
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 415, 422, 301, 302, 307, 308])
def test_a_change_that_noko_refused_did_not_happen(call, status):
    with pytest.raises(NokoError) as raised:
        answers.receive(answer(status, NO), call)
    assert (raised.value.status, raised.value.request) == (status, str(call))


@pytest.mark.parametrize("status", [400, 409, 422])
def test_only_a_creation_that_may_be_a_duplicate_is_uncertain(status):
    with pytest.raises(Uncertain):
        answers.receive(answer(status, DUPLICATE), CREATION)
    for call in (EDIT, DELETION, Call("PUT", "/tags/7", fields={"name": "x"})):
        with pytest.raises(NokoError):
            answers.receive(answer(status, DUPLICATE), call)


def test_the_error_brings_what_noko_said_what_was_asked_and_what_to_do():
    with pytest.raises(NokoError) as raised:
        answers.receive(answer(400, NO), EDIT)
    error = raised.value
    assert (error.status, error.message) == (400, "Validation Failed (base:already_approved)")
    assert error.errors == ({"resource": "Entry", "field": "base", "code": "already_approved"},)
    assert error.advice == ("The entry is approved already: there is nothing left to do",)
    assert str(error) == (
        "Noko answered 400 to PUT /entries/7: Validation Failed (base:already_approved)."
        " The entry is approved already: there is nothing left to do"
    )


def test_no_error_shows_the_query_or_the_token():
    request = build("https://noko.example/v2", Token("s3cret"), QUESTION)
    assert "private" in request.url
    for result in (answer(400, NO), answer(500), Failure(sent=True, reason="reset")):
        with pytest.raises((NokoError, NokoUnavailable)) as raised:
            answers.receive(result, QUESTION)
        shown = f"{raised.value!r} {raised.value} {vars(raised.value)}"
        assert "private" not in shown
        assert "s3cret" not in shown


def test_an_account_that_is_migrated_is_named_for_questions_and_changes():
    body = b'{"message": "Noko is changing the internal data for your account"}'
    with pytest.raises(NokoUnavailable, match="migrating the account"):
        answers.receive(answer(503, body), QUESTION)
    with pytest.raises(Uncertain, match="migrating the account"):
        answers.receive(answer(503, body), EDIT)


def test_a_page_that_is_no_list_is_no_page():
    for body in (b"{}", b"7", b"null", b'"x"'):
        with pytest.raises(NokoUnavailable):
            answers.items(answer(200, body))


@given(
    st.integers(100, 599),
    st.one_of(
        st.binary(max_size=60), st.recursive(st.none() | st.text(max_size=9), st.lists).map(json.dumps).map(str.encode)
    ),
    st.booleans(),
    st.sampled_from([QUESTION, *CHANGES]),
)
def test_no_answer_whatever_breaks_the_reader(status, body, complete, call):
    result = answer(status, body, complete=complete)
    with suppress(NokoUnavailable, AuthenticationError, NokoError, Uncertain):
        received = answers.receive(result, call)
        assert received.status in {200, 201, 202, 204}
        answers.reply(received)
    if call is QUESTION:
        with suppress(NokoUnavailable, AuthenticationError, NokoError):
            answers.receive(result, call)
