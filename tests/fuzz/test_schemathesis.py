"""Schemathesis knows nothing of us but the OpenAPI document, and tries to make it a liar."""

import io
import json

import pytest
import schemathesis
from fuzzing.contract import DOCUMENT
from fuzzing.door import Door
from fuzzing.sent import GITHUB, signature
from fuzzing.share import some
from hypothesis import given
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.openapi import checks as failures
from schemathesis.specs.openapi import checks

load_all_checks()
FORM = "application/x-www-form-urlencoded"


class Signing:
    """Signs whatever passes: the sender has the secret, and bad manners."""

    def __init__(self, wsgi):
        self._wsgi = wsgi

    def __call__(self, environ, start_response):
        raw = environ["wsgi.input"].read()
        environ |= {"wsgi.input": io.BytesIO(raw), "HTTP_X_HUB_SIGNATURE_256": signature(raw)}
        return self._wsgi(environ, start_response)


def loaded(wsgi):
    schema = schemathesis.openapi.from_path(DOCUMENT)
    schema.config.generation.update(allow_x00=False)  # JSON Schema cannot say that no string may hold a NUL
    schema.app = wsgi
    return schema


def tried(schema, path, method, mode, judge, *, examples):
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    @some(examples)
    def go(case):
        judge(case)

    go()


@pytest.mark.parametrize(
    ("path", "method", "mode"),
    [
        (GITHUB, "POST", GenerationMode.POSITIVE),
        (GITHUB, "POST", GenerationMode.NEGATIVE),
        ("/healthz", "GET", GenerationMode.POSITIVE),  # it takes nothing that could be wrong
    ],
)
def test_what_is_not_signed_gets_documented_answers_and_costs_no_call(path, method, mode):
    door = Door()

    def judge(case):
        case.validate_response(case.call())
        assert door.calls == 0

    tried(loaded(door.gateway), path, method, mode, judge, examples=12)


def test_a_signed_push_that_fits_the_document_is_accepted():
    door = Door()
    seen = set()

    def judge(case):
        case.headers["X-GitHub-Event"] = "push"
        if case.media_type == FORM:  # the document cannot have its JSON made inside a string
            case.body = {
                "payload": json.dumps({"ref": "refs/heads/x", "repository": {"full_name": "a/b"}, "commits": []})
            }
        response = case.call()
        seen.add(response.status_code)
        case.validate_response(response, excluded_checks=[checks.ignored_auth])
        assert response.status_code in {200, 202}

    tried(loaded(Signing(door.gateway)), GITHUB, "POST", GenerationMode.POSITIVE, judge, examples=12)
    assert seen


def test_a_signed_request_that_does_not_fit_the_document_gets_a_documented_answer():
    door = Door()
    excluded = [checks.ignored_auth, checks.negative_data_rejection]  # all but pushes are taken as they are

    def judge(case):
        case.validate_response(case.call(), excluded_checks=excluded)
        assert door.alarms == []

    tried(loaded(Signing(door.gateway)), GITHUB, "POST", GenerationMode.NEGATIVE, judge, examples=12)


def test_an_answer_that_the_document_does_not_know_is_found_out():
    def teapot(_environ, start_response):
        start_response("418 I'm a teapot", [("Content-Type", "text/html")])
        return [b"short and stout"]

    with pytest.raises(BaseExceptionGroup) as raised:
        tried(
            loaded(teapot), GITHUB, "POST", GenerationMode.POSITIVE, lambda c: c.validate_response(c.call()), examples=1
        )
    assert raised.value.subgroup(failures.UndefinedStatusCode)
