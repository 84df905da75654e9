"""Every documented reason for a no is known in any spelling, and has a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.noko.error_code import ADVICE, ErrorCode, advice, codes, known

BARE = {
    ErrorCode.JSON_PARSING_ERROR: (400, "JSON Parsing Error"),
    ErrorCode.BODY_SHOULD_BE_JSON_HASH: (400, "Body should be JSON Hash"),
    ErrorCode.FEATURE_NOT_INCLUDED: (403, "Account does not include this feature"),
    ErrorCode.ACCOUNT_LOCKED: (503, "The account is locked for migration"),
}
"""The reasons that Noko tells in a message, without a code."""


@pytest.mark.parametrize("code", ErrorCode)
def test_every_code_has_a_sentence_of_its_own_kind(code):
    sentence = ADVICE[code]
    assert sentence[0].isupper()
    assert not sentence.endswith(".")
    assert "_" not in sentence
    assert len(sentence.split()) >= 8


@pytest.mark.parametrize("code", [code for code in ErrorCode if code not in BARE])
def test_every_code_is_found_in_the_list_of_errors(code):
    errors = [{"resource": "Entry", "field": "base", "code": code.value}]
    assert codes(400, "Validation Failed", errors) == (code,)
    assert advice(400, "Validation Failed", errors) == (ADVICE[code],)


@pytest.mark.parametrize("code", BARE)
def test_what_has_no_code_is_known_by_its_message(code):
    status, message = BARE[code]
    assert codes(status, message, ()) == (code,)


@pytest.mark.parametrize("code", ErrorCode)
@pytest.mark.parametrize(
    "respelt", [str.upper, str.title, lambda s: s.replace("_", "-"), lambda s: s.replace("_", " ")]
)
def test_other_spellings_are_tolerated(code, respelt):
    assert known(respelt(code.value)) is code


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("insufficient_permissions", ErrorCode.INSUFFICENT_PERMISSIONS),
        ("InsufficientPermissions", ErrorCode.INSUFFICENT_PERMISSIONS),
        ("missingField", ErrorCode.MISSING_FIELD),
        ("alreadyApproved", ErrorCode.ALREADY_APPROVED),
        (" Archived project. ", ErrorCode.ARCHIVED_PROJECT),
    ],
)
def test_so_are_camels_and_the_right_spelling(spelling, code):
    assert known(spelling) is code


@pytest.mark.parametrize("spelling", ["", "invalid", "too_long", "approved", "missing_fields_everywhere", "🦆"])
def test_an_unknown_code_has_no_sentence(spelling):
    assert known(spelling) is None
    assert advice(400, "Validation Failed", [{"code": spelling}, {}]) == ()


def test_several_reasons_are_each_told_once_in_their_order():
    errors = [{"code": "invoiced"}, {"code": "approved_and_locked"}, {"code": "invoiced"}, {"code": "?"}]
    assert codes(400, "The Entry cannot be deleted.", errors) == (ErrorCode.INVOICED, ErrorCode.APPROVED_AND_LOCKED)


def test_a_403_without_a_reason_speaks_of_permissions():
    assert codes(403, "Forbidden", ()) == (ErrorCode.INSUFFICENT_PERMISSIONS,)
    assert codes(400, "Forbidden", ()) == ()
    assert "supervisor" in advice(403, "", ())[0]


def test_a_503_of_a_server_in_between_says_nothing_of_the_account():
    assert codes(503, "", ()) == ()
    assert codes(500, "locked for migration", ()) == ()


@given(st.text(max_size=200))
def test_no_text_breaks_it(text):
    assert known(text) is None or known(text) in ErrorCode
