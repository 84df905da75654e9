"""Reading and steering a sandbox from outside, and its log of requests."""

import json

import pytest

from devstack.sandbox import Sandbox
from devstack.sandbox.account import COWORKER_TOKEN, TOKEN


def steer(client, method, name, value=None):
    body = b"" if value is None else json.dumps(value).encode()
    return client.send(method, f"/_sandbox/{name}", body, headers={})


def test_the_books_can_be_read(client):
    entry = client.log(description="#tea").json()
    books = steer(client, "GET", "books").json()
    assert books["entries"] == [entry]
    assert [tag["formatted_name"] for tag in books["tags"]] == ["#tea"]
    assert [len(books["users"]), len(books["projects"])] == [5, 4]


def test_faults_can_be_added_read_and_cleared(client):
    rule = {"kind": "status_before", "status": 500, "method": "POST", "path": "/entries", "times": None}
    added = steer(client, "POST", "faults", rule)
    assert added.status == 200
    assert added.json() == steer(client, "GET", "faults").json()
    assert rule.items() <= added.json()[0].items()
    assert [client.log().status, client.get("/entries").status] == [500, 200]
    assert steer(client, "DELETE", "faults").json() == []
    assert client.log().status == 201


@pytest.mark.parametrize(
    "rule",
    [
        {},
        [],
        {"kind": "flood"},
        {"kind": "late"},
        {"kind": "cut", "mode": "x"},
        {"kind": "cut", "times": "many"},
    ],
)
def test_a_fault_that_cannot_be_read_is_refused(client, sandbox, rule):
    answer = steer(client, "POST", "faults", rule)
    assert (answer.status, sandbox.faults.pending) == (400, ())
    assert answer.json()["message"]


def test_the_limiter_can_be_read(clock, client_of, start):
    client = client_of(Sandbox(clock=clock))
    for _ in range(7):
        client.get("/users")
    limiter = steer(client, "GET", "limiter").json()
    arrivals = limiter.pop("arrivals")
    assert limiter == {"accepted": 6, "delayed": 5, "rejected": 1, "max_delay_ms": 2500}
    assert (arrivals[0], arrivals[6]["delay_ms"]) == ({"at": start, "delay_ms": 0}, None)


def test_without_a_limiter_there_is_nothing_to_read(client):
    assert steer(client, "GET", "limiter").json() is None


def test_a_token_can_be_revoked_and_restored(client):
    assert steer(client, "POST", "token", {"action": "revoke"}).status == 200
    assert client.get("/users").status == 401
    steer(client, "POST", "token", {"action": "restore", "token": TOKEN})
    assert client.get("/users").status == 200
    client.headers["X-NokoToken"] = COWORKER_TOKEN
    assert client.get("/users").status == 401


@pytest.mark.parametrize("body", [{}, {"action": "steal", "token": TOKEN}, {"action": "revoke", "tokens": TOKEN}])
def test_a_senseless_token_call_is_refused_without_repeating_the_token(client, body):
    answer = steer(client, "POST", "token", body)
    assert (answer.status, TOKEN in answer.body.decode()) == (400, False)


def test_switches_can_be_read_and_set_one_by_one(client, sandbox):
    before = steer(client, "GET", "switches").json()
    steer(client, "PATCH", "switches", {"list_lag_ms": 5})
    after = steer(client, "PATCH", "switches", {"tag_roles": ["leader"]}).json()
    assert after == before | {"list_lag_ms": 5, "tag_roles": ["leader"]}
    assert (sandbox.switches.list_lag_ms, sandbox.switches.tag_roles) == (5, {"leader"})


@pytest.mark.parametrize("body", [{"colour": "red"}, {"duplicate": "perhaps"}, {"tag_roles": ["king"]}, []])
def test_a_switch_that_cannot_be_set_is_refused(client, sandbox, body):
    before = sandbox.switches
    assert steer(client, "PATCH", "switches", body).status == 400
    assert sandbox.switches == before


@pytest.mark.parametrize(("method", "name"), [("GET", "nothing"), ("POST", "books"), ("GET", "token")])
def test_there_is_no_other_control(client, method, name):
    assert steer(client, method, name).status == 404


def test_control_is_neither_limited_nor_logged_nor_met_by_faults(clock, client_of):
    client = client_of(Sandbox(clock=clock))
    client.sandbox.faults.add("drop_before", times=None)
    assert {steer(client, "GET", "books").status for _ in range(20)} == {200}
    assert client.sandbox.limiter.arrivals == ()
    assert client.sandbox.journal.arrivals() == []


def test_every_request_is_in_the_log(client, sandbox, start):
    sandbox.faults.add("drop_after", match=("POST", ""))
    sandbox.faults.add("slow", ms=9)
    client.log(minutes=5)
    client.send("GET", "/nowhere?page=1&page=2", headers={"User-Agent": "x"})
    first, second = steer(client, "GET", "requests").json()
    assert json.loads(first.pop("body")) == {"date": "2026-01-01", "minutes": 5}
    assert first == {
        "at": start,
        "method": "POST",
        "path": "/v2/entries",
        "query": [],
        "headers": ["User-Agent", "X-NokoToken"],
        "status": None,
        "fault": "drop_after",
        "delay_ms": 0,
    }
    assert (second["query"], second["status"], second["delay_ms"]) == ([["page", "1"], ["page", "2"]], 401, 9)


def test_the_log_can_be_searched(client, sandbox):
    client.log()
    client.get("/entries")
    client.get("/users")
    assert [a.method for a in sandbox.journal.arrivals(path="/entries")] == ["POST", "GET"]
    assert [a.path for a in sandbox.journal.arrivals("GET")] == ["/v2/entries", "/v2/users"]


def test_a_refused_request_is_in_the_log_too(clock, client_of):
    client = client_of(Sandbox(clock=clock))
    for _ in range(7):
        client.get("/users")
    assert [a.status for a in client.sandbox.journal.arrivals()] == [200] * 6 + [429]


@pytest.mark.parametrize("token", [TOKEN, COWORKER_TOKEN, "foreign-secret"])
def test_no_token_is_ever_in_the_log(client, sandbox, token):
    sandbox.credentials.revoke(TOKEN)
    headers = {"User-Agent": "x", "Authorization": f"Bearer {token}", "X-NokoToken": token}
    client.send("GET", f"/users?noko_token={token}&Token={token}", headers=headers)
    text = steer(client, "GET", "requests").body.decode()
    assert (token in text, "[token]" in text) == (False, True)


def test_a_known_token_is_blotted_out_wherever_it_stands(client):
    client.send("POST", f"/{COWORKER_TOKEN}?q={TOKEN}", b"\xff" + TOKEN.encode())
    text = steer(client, "GET", "requests").body.decode()
    assert TOKEN not in text
    assert text.count("[token]") == 3
