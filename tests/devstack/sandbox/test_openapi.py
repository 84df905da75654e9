"""The OpenAPI document of the sandbox and the sandbox say the same: no call, status or code more, and none less."""

import datetime as dt
import json
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from devstack.sandbox import Kind, Request, Sandbox, control, entry, project, route, tag, user
from devstack.sandbox.account import GEAR, JANE, OLD_SITE, TOKEN
from devstack.sandbox.seed import past
from tests.devstack.sandbox.drive import CONTROL, Driver, Seen, contract, driven


def test_it_is_a_valid_openapi_document():
    validate(contract().document)


def test_it_has_the_calls_of_the_sandbox_and_no_others():
    api = {("/v2/" + pattern.replace(":id", "{id}"), method) for method, pattern, _ in route.ROUTES}
    steers = {(CONTROL + name, method) for method, name in control.CALLS}
    assert set(contract().operations) == api | steers
    assert len(api) == 24


def test_every_answer_of_a_run_through_everything_is_as_the_document_says():
    wrong = {
        (method, path, answer.status, complaint)
        for method, path, answer in driven()
        for complaint in contract().complaints(method, path, answer)
    }
    assert wrong == set()
    assert len(driven()) > 200


def test_the_run_meets_every_status_in_the_document():
    met = {(path, method, str(answer.status)) for method, path, answer in driven()}
    operations = contract().operations.items()
    assert met == {(path, method, status) for (path, method), said in operations for status in said["responses"]}


def test_the_run_meets_every_error_code_in_the_document():
    met = defaultdict(set)
    for method, path, answer in driven():
        value = json.loads(answer.body) if answer.body else {}
        for error in value.get("errors", []) if isinstance(value, dict) else []:
            met[path, method].add(error["code"])
    promised = {key: contract().codes(key[1], key[0]) for key in contract().operations}
    assert met == {key: codes for key, codes in promised.items() if codes}


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("entries", {*entry.FILTERS, "tag_ids", "tag_filter_type"}),
        ("tags/{id}/entries", {*entry.FILTERS, "tag_ids", "tag_filter_type"}),
        ("tags", tag.FILTERS),
        ("users", user.FILTERS),
        ("projects", project.FILTERS),
    ],
)
def test_it_has_the_filters_of_each_list_and_no_others(path, filters):
    parameters = map(contract().resolved, contract().operations[f"/v2/{path}", "GET"]["parameters"])
    assert {each["name"] for each in parameters if each["in"] == "query"} == {*filters, "page", "per_page"}


def test_it_has_every_kind_of_fault():
    assert set(contract().document["components"]["schemas"]["Fault"]["properties"]["kind"]["enum"]) == set(Kind)


def test_no_schema_of_an_answer_takes_anything():
    for (path, method), operation in contract().operations.items():
        for status, said in operation["responses"].items():
            wrong = Seen(Sandbox().handle(Request("GET", "/_sandbox/nothing")))
            wrong.status, wrong.body = int(status), b'{"surprise": 1}'
            assert list(contract().complaints(method, path, wrong)), (path, method, status)
            assert contract().resolved(said)["description"]


@pytest.mark.parametrize(
    ("method", "path", "name"), [("GET", "/v2/x", "UnknownPath"), ("PATCH", "/v2/tags", "OtherMethod")]
)
def test_what_is_not_served_is_refused_in_the_shape_that_the_document_shows(method, path, name):
    do = Driver()
    headers = (("User-Agent", "Tests/1"), ("X-NokoToken", TOKEN))
    answer = do.sandbox.handle(Request(method, path, headers=headers))
    said = contract().document["components"]["responses"][name]
    assert str(answer.status) in said["description"]
    assert list(contract()._unfit(said["content"]["application/json"]["schema"], answer.body)) == []


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 2**32), st.sampled_from([JANE.id, GEAR.id, OLD_SITE.id, 1711001, 249397]),
    st.text(max_size=5), st.sampled_from(["2026-01-01", "2026-01-01T00:00:00Z", "#x", "#y* z", "x*"]),
    st.lists(st.integers(249390, 249400) | st.integers(1711001, 1711020) | st.text(max_size=3), max_size=4),
)  # fmt: skip
FIELDS = st.sampled_from(
    ["date", "minutes", "user_id", "description", "project_id", "project_name", "source_url", "entry_ids",
     "approved_at", "names", "name", "tag_id", "tag_ids"]
)  # fmt: skip
CALLS = st.sampled_from(sorted(key for key in contract().operations if key[0].startswith("/v2/")))
NUMBERS = st.integers(1711000, 1711020) | st.integers(249396, 249402) | st.sampled_from([JANE.id, GEAR.id])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CALLS, NUMBERS, st.dictionaries(FIELDS, ANYTHING, max_size=5)), max_size=8))
def test_whatever_is_sent_the_answer_is_one_of_those_in_the_document(calls):
    do = Driver()
    do.sandbox.books.log_many(past(do.sandbox.books, 20, until=dt.date(2026, 1, 1)))
    for (path, method), number, fields in calls:
        do(method, path, fields, number)
    for method, path, answer in do.seen:
        assert list(contract().complaints(method, path, answer)) == []
