"""The OpenAPI document says what the routes are and answer: no more, no less."""

import ast
from pathlib import Path

import pytest
from fuzzing.contract import DOCUMENT, contract
from fuzzing.door import Answer, Door
from fuzzing.sent import GITHUB, Sent
from openapi_spec_validator import validate

import app
import chalicelib
from chalicelib.errors import RequestError
from standalone.gateway import Gateway
from standalone.wsgi import WsgiServer

HOUSE = Path(chalicelib.__file__).parent
REFUSALS = {each.__name__: each for each in RequestError.__subclasses__()}


def test_it_is_a_valid_openapi_document():
    validate(contract().document)


def test_it_has_the_app_s_routes_and_methods_and_no_others():
    routes = {(path, method) for path, methods in app.app.routes.items() for method in methods}
    assert set(contract().operations) == routes


def test_it_takes_the_content_types_that_the_routes_take():
    for (path, method), operation in contract().operations.items():
        body = operation.get("requestBody")
        if body is not None:
            assert list(body["content"]) == app.app.routes[path][method].content_types


def codes_in_the_code():
    """Every code that a refusal is made with, or has by its class, and those of errors answered by hand."""
    found = set()
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found |= set(_codes(node))
            elif isinstance(node, ast.Assign) and [each.id for each in _names(node.targets)] == ["code"]:
                found |= set(_either(node.value))
    return found


def _names(targets):
    return [each for each in targets if isinstance(each, ast.Name)]


def _either(value):
    """The two codes of `code = "a" if … else "b"`, which a refusal after it is made with."""
    if isinstance(value, ast.IfExp):
        yield from (each.value for each in (value.body, value.orelse) if isinstance(each, ast.Constant))


def _codes(call):
    name, given = call.func.id, [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    if name in {"error_reply", "refuse"} and isinstance(call.args[1], ast.Constant):
        given = [call.args[1]]
    elif name not in {*REFUSALS, "required_header"}:
        return
    for code in given:
        if isinstance(code, ast.Constant):
            yield code.value
    if name in REFUSALS and not given:
        yield REFUSALS[name].code


def codes_in_the_document():
    schemas = contract().document["components"]["schemas"]
    found = []
    for schema in schemas.values():
        code = schema.get("properties", {}).get("error", {}).get("properties", {}).get("code", {})
        found += code.get("enum", ())
    assert len(found) == len(set(found))
    return set(found)


def test_it_has_every_error_code_of_the_code_and_no_other():
    assert codes_in_the_code() == codes_in_the_document()
    assert len(codes_in_the_code()) > 20


def test_every_error_code_is_on_the_page_for_people():
    page = DOCUMENT.with_name("http.md").read_text(encoding="utf-8")
    assert [code for code in codes_in_the_document() if f"`{code}`" not in page] == []


def test_every_answer_has_a_schema_that_refuses_something():
    for operation in contract().operations.values():
        for status in operation["responses"]:
            wrong = Answer(int(status), {"Content-Type": "application/json"}, b'{"surprise": 1}')
            path, method = next(key for key, value in contract().operations.items() if value is operation)
            assert list(contract().complaints(method, path, wrong)), (path, status)
            assert contract().response(method, path, status)["description"]


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/healthz", 200, b'{"status": "ok"}'),
        ("GET", GITHUB, 405, b'{"Code": "MethodNotAllowedError", "Message": "Unsupported method: GET"}'),
        ("POST", "/healthz", 405, b'{"Code": "MethodNotAllowedError", "Message": "Unsupported method: POST"}'),
        ("POST", "/nowhere", 403, b'{"message": "Missing Authentication Token"}'),
    ],
)
def test_chalice_and_the_gateway_answer_in_their_own_shapes(method, path, status, body):
    answer = Door().serve(Sent(method=method, path=path))
    assert (answer.status, answer.json()) == (status, Answer(0, {}, body).json())
    assert list(contract().complaints(method, path, answer)) == []


def test_a_content_type_that_the_route_does_not_take_is_refused_in_chalice_s_shape():
    answer = Door().serve(Sent(headers=(("Content-Type", "text/plain"),)))
    assert (answer.status, answer.json()["Code"]) == (415, "UnsupportedMediaType")
    assert list(contract().complaints("POST", GITHUB, answer)) == []


def test_what_the_server_itself_finds_too_large_is_refused_in_plain_text():
    import http.client  # noqa: PLC0415 - the one test that needs a socket

    server = WsgiServer(Gateway(app.app), max_body=1_000)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("POST", GITHUB, b"x" * 2_000, {"Content-Type": "application/json"})
        got = connection.getresponse()
        answer = Answer(got.status, dict(got.getheaders()), got.read())
        connection.close()
    finally:
        server.close()
    assert answer.status == 413
    assert list(contract().complaints("POST", GITHUB, answer)) == []
