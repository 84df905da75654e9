"""What an answer of Noko's means, row by row, and what our requests look like."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.outcome import Created, Refused, Throttled, Unavailable, Unknown
from chalicelib.domain.throttle import Health
from chalicelib.exchange.message import Answer, Failure, Request
from chalicelib.noko import protocol
from chalicelib.noko.protocol import NewEntry, Token

BASE = "https://api.nokotime.com/v2"
NEW = NewEntry(dt.date(2026, 6, 30), 45, 5538, 37397, "Fix „it“ #dev", "https://github.example/c/1")
DUPLICATE = b'{"message": "Validation Failed", "errors": [{"resource": "Entry", "code": "already_exists"}]}'
BOTH = Token("s3cret-personal"), Token("s3cret-access", bearer=True)


def answer(status, body=b"", *, complete=True, **headers):
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, complete)


# One attempt at creating an entry

CREATED = [
    (answer(201, b'{"id": 17, "minutes": 60}'), Created(17, 60)),
    (answer(201, b'{"id": 17}'), Created(17)),
    (answer(201, b'{"id": 17, "minutes": "60"}'), Created(17)),
    (answer(201, b'{"id": 17, "minutes": true}'), Created(17)),
    (answer(201, b'{"id": 17}', complete=False), Created(17)),
    (answer(201, b'{"id": 1', complete=False, location=f"{BASE}/entries/17"), Created(17)),
    (answer(201, b"\xff\x00<html>", location="/v2/entries/17/"), Created(17)),
    (answer(201, b"", location=f"{BASE}/entries/17?a=b"), Created(17)),
    (answer(201, b"[" * 100_000, location="/entries/17"), Created(17)),
    (answer(201, b'{"id": "17"}', location="/entries/18"), Created(18)),
    (answer(201, b""), Created(None)),
    (answer(201, b"null"), Created(None)),
    (answer(201, b'{"id": true}'), Created(None)),
    (answer(201, b'{"id": 0}'), Created(None)),
    (answer(201, b'{"id": -17}'), Created(None)),
    (answer(201, b'{"id": 2147483648}'), Created(None)),
    (answer(201, b'{"id": 17.5}'), Created(None)),
    (answer(201, b'{"id": ' + b"9" * 5000 + b"}"), Created(None)),
    (answer(201, b"", location="/entries/2147483648"), Created(None)),
    (answer(201, b"", location="/entries/0"), Created(None)),
    (answer(201, b"", location="/entries/١٧"), Created(None)),
    (answer(201, b"", location="http://[not a url/entries/"), Created(None)),
    (answer(201, b"", location="http://[not a url/entries/17"), Created(17)),
]

DID_NOT_HAPPEN = [
    (Failure(sent=False, reason="connection refused"), Unavailable("connection refused")),
    (Failure(sent=False, reason="the slot is stale", stopped=True), Unavailable("the slot is stale")),
    (answer(429), Throttled()),
    (answer(429, b"\r\n "), Throttled()),
    *(
        (answer(status, b'{"message": "No"}'), Refused(status, "No"))
        for status in (400, 401, 403, 404, 405, 409, 415, 422)
    ),
    (answer(400), Refused(400, "answered 400")),
    (answer(404, b"<html>"), Refused(404, "answered 404")),
    (answer(401, b'{"message": "This token has already been revoked"}'), None),
    (answer(403, b"duplicate"), None),
    *((answer(status, location="https://evil.example/"), None) for status in (301, 302, 307, 308)),
]

NOBODY_KNOWS = [
    Failure(sent=True, reason="timed out"),
    Failure(sent=True, reason="connection reset"),
    answer(429, b"slow down"),
    answer(429, complete=False),
    *(answer(status) for status in (500, 501, 502, 503, 504, 520, 599)),
    *(answer(status, b'{"id": 17}') for status in (200, 202, 203, 204, 206, 208, 226)),
    *(answer(status) for status in (100, 101, 103, 300, 303, 304, 402, 406, 408, 410, 413, 418, 425, 451)),
    *(answer(status, b"{", complete=False) for status in (200, 301, 307, 400, 401, 403, 404, 422, 500)),
    answer(200, b"<html>Welcome</html>"),
    *(answer(status, DUPLICATE) for status in (400, 409, 422)),
    answer(400, b'{"message": "This is a Duplicate of an entry"}'),
    answer(422, b"The same entry was just logged"),
]


@pytest.mark.parametrize(("result", "outcome"), CREATED)
def test_a_201_is_created_whatever_can_be_read_of_it(result, outcome):
    assert protocol.classify(result) == outcome


@pytest.mark.parametrize(("result", "outcome"), DID_NOT_HAPPEN)
def test_what_did_not_happen(result, outcome):
    learnt = protocol.classify(result)
    assert learnt == outcome if outcome else isinstance(learnt, Refused)


@pytest.mark.parametrize("result", NOBODY_KNOWS)
def test_of_everything_else_nobody_knows(result):
    assert isinstance(protocol.classify(result), Unknown)


@given(
    st.builds(
        Answer,
        status=st.integers(100, 599),
        headers=st.dictionaries(st.sampled_from(["location", "link", "server"]), st.text(max_size=40)),
        body=st.binary(max_size=60),
        complete=st.booleans(),
    )
)
def test_no_answer_whatever_breaks_the_reader(result):
    outcome = protocol.classify(result)
    assert isinstance(outcome, Created) == (result.status == 201)
    assert protocol.health(result) in Health
    protocol.next_page(result)
    request = protocol.get(BASE, "/entries", BOTH[0])
    following = protocol.redirected(request, result, allowed_hosts=())
    assert following is None or following.url.startswith("https://api.nokotime.com/")


def test_a_refusal_brings_nokos_own_words_and_codes_in_one_line():
    errors = [{"resource": "Entry", "field": "date", "code": "missing_field"}, {"code": "cannot_create_tags"}, "?", 7]
    body = json.dumps({"message": "Validation\n Failed", "errors": errors}).encode()
    assert protocol.classify(answer(400, body)) == Refused(
        400, "Validation Failed (date:missing_field, cannot_create_tags)"
    )


def test_a_refusal_is_bounded():
    assert len(protocol.classify(answer(400, json.dumps({"message": "x" * 5000}).encode())).reason) == 300


# What an exchange says of Noko itself


@pytest.mark.parametrize(
    ("result", "health"),
    [
        (Failure(sent=False, reason="connection refused"), Health.OUTAGE),
        (Failure(sent=True, reason="timed out"), Health.OUTAGE),
        (Failure(sent=False, reason="the slot is stale", stopped=True), Health.SILENT),
        *((answer(status), Health.OUTAGE) for status in (500, 502, 503, 504)),
        (answer(401), Health.TOKEN_REFUSED),
        *((answer(status), Health.CONTACT) for status in (200, 201, 204, 301, 307, 400, 403, 404, 422, 429)),
    ],
)
def test_health(result, health):
    assert protocol.health(result) is health


# Pages

NEXT = f"{BASE}/entries?page=2"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (f'<{NEXT}>; rel="next"', NEXT),
        (f"<{NEXT}>; rel=next", NEXT),
        (f'<{NEXT}>;rel="next"', NEXT),
        (f'<{NEXT}> ; Rel = "Next"', NEXT),
        (f'<{NEXT}>; rel="last next"', NEXT),
        (f'<{NEXT}>; title="a; b"; rel="next"', NEXT),
        (f'<{BASE}/entries?page=1>; rel="first", <{NEXT}>; rel="next", <{BASE}/entries?page=9>; rel="last"', NEXT),
        (f'<{BASE}/entries?page=1>; rel="prev",<{NEXT}>; rel="next"', NEXT),
        ('</v2/entries?page=2>; rel="next"', "/v2/entries?page=2"),
        ('</v2/entries?user_ids=1,2,3&page=2>; rel="next"', "/v2/entries?user_ids=1,2,3&page=2"),
        ('</e?a=1,2&page=1>; rel="prev", </e?a=1,2&page=3>; rel="next"', "/e?a=1,2&page=3"),
        ('</e?a=1;b=2&page=3>; rel="next"', "/e?a=1;b=2&page=3"),
        (f'<{BASE}/entries?page=1>; rel="prev", <{BASE}/entries?page=9>; rel="last"', None),
        (f'<{NEXT}>; rel="nextish"', None),
        (f'<{NEXT}>; rel="not-next"', None),
        (f"<{NEXT}>", None),
        (f'{NEXT}; rel="next"', None),
        ("", None),
    ],
)
def test_the_next_page_is_where_link_says(link, url):
    assert protocol.next_page(answer(200, link=link)) == url


def test_without_a_link_there_is_no_next_page():
    assert protocol.next_page(answer(200)) is None


# Redirects

POST = protocol.create(BASE, BOTH[0], NEW)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("location", "url"),
    [
        (f"{BASE}/v3/entries", f"{BASE}/v3/entries"),
        ("/v3/entries", "https://api.nokotime.com/v3/entries"),
        ("entries?again=1", f"{BASE}/entries?again=1"),
        ("//api.nokotime.com/v3", "https://api.nokotime.com/v3"),
        ("https://API.nokotime.com/v3", "https://API.nokotime.com/v3"),
        ("https://api.nokotime.com:443/v3", "https://api.nokotime.com:443/v3"),
        ("https://eu.nokotime.com/v2/entries", "https://eu.nokotime.com/v2/entries"),
    ],
)
def test_a_redirect_is_repeated_verbatim_where_the_token_may_go(status, location, url):
    following = protocol.redirected(POST, answer(status, location=location), allowed_hosts={"eu.nokotime.com"})
    assert following == Request("POST", url, POST.headers, POST.body)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/v2/entries",
        "//evil.example/v2/entries",
        "http://api.nokotime.com/v2/entries",
        "https://api.nokotime.com:8443/v2/entries",
        "http://eu.nokotime.com/v2/entries",
        "https://eu.nokotime.com.evil.example/",
        "https://evil.example/eu.nokotime.com",
        "https://user@api.nokotime.com/v2/entries",
        "https://@api.nokotime.com/v2/entries",
        "https://:pw@eu.nokotime.com/v2/entries",
        "https://api.nokotime.com\\@evil.example/",
        "https://api.nokotime.com@evil.example/",
        "https://evil.example\\.api.nokotime.com/",
        "ftp://api.nokotime.com/",
        "javascript:alert(1)",
        "https://[not-an-address/",
        "https://api.nokotime.com:port/",
        "https://api.nokotime.com:99999/",
        "",
    ],
)
def test_the_token_does_not_leave_for_anywhere_else(location):
    assert protocol.redirected(POST, answer(307, location=location), allowed_hosts={"eu.nokotime.com"}) is None


@given(st.text(max_size=60))
def test_no_location_leads_anywhere_but_to_the_same_origin(location):
    following = protocol.redirected(POST, answer(302, location=location), allowed_hosts=())
    if following is not None:
        assert following.url.lower().startswith("https://api.nokotime.com")
        assert "@" not in following.url.split("/")[2]


@pytest.mark.parametrize(
    "result", [answer(303, location="/"), answer(200, location="/"), answer(307), Failure(sent=True, reason="reset")]
)
def test_everything_else_is_no_redirect(result):
    assert protocol.redirected(POST, result, allowed_hosts=()) is None


def test_on_this_machine_plain_http_stays_on_its_port():
    request = protocol.get("http://127.0.0.1:8100/v2", "/entries", BOTH[0])
    here, there = answer(302, location="http://127.0.0.1:8100/x"), answer(302, location="http://127.0.0.1:8101/x")
    assert protocol.redirected(request, here, allowed_hosts=()).url == "http://127.0.0.1:8100/x"
    assert protocol.redirected(request, there, allowed_hosts={"127.0.0.1"}) is None


# Requests


def test_creating_sends_ids_and_never_names():
    assert (POST.method, POST.url) == ("POST", f"{BASE}/entries")
    assert json.loads(POST.body) == {
        "date": "2026-06-30",
        "minutes": 45,
        "user_id": 5538,
        "project_id": 37397,
        "description": "Fix „it“ #dev",
        "source_url": "https://github.example/c/1",
    }
    assert POST.headers["Content-Type"] == "application/json"


def test_a_question_is_encoded():
    request = protocol.get(BASE, "/entries", BOTH[0], [("updated_from", "2026-06-30T12:00:00Z"), ("user_ids", "1,2")])
    assert request.url == f"{BASE}/entries?updated_from=2026-06-30T12%3A00%3A00Z&user_ids=1%2C2"
    assert protocol.get(BASE, "/users", BOTH[0]).url == f"{BASE}/users"


@pytest.mark.parametrize(
    ("token", "name", "value"),
    [(BOTH[0], "X-NokoToken", "s3cret-personal"), (BOTH[1], "Authorization", "Bearer s3cret-access")],
)
def test_the_token_travels_in_its_header_and_nowhere_else(token, name, value):
    for request in (protocol.get(BASE, "/users", token), protocol.create(BASE, token, NEW)):
        assert request.headers[name] == value
        assert {"X-NokoToken", "Authorization"} - {name} == {"X-NokoToken", "Authorization"} - set(request.headers)
        assert "s3cret" not in request.url
        assert b"s3cret" not in (request.body or b"")
        assert request.headers["User-Agent"].startswith("Tallyhook/")
        assert request.headers["Connection"] == "close"


@pytest.mark.parametrize("token", BOTH)
def test_a_token_is_never_shown(token):
    shown = [repr(token), str(token), f"{token}", repr(protocol.get(BASE, "/users", token)), str([token])]
    assert not any("s3cret" in text for text in shown)
