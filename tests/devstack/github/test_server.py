"""The fake behind a real socket."""

import http.client
import json
import socket
import time
from contextlib import closing

import pytest

from devstack.github import TOKEN, FakeGitHub, Repository

HEADERS = {"User-Agent": "Tests/1", "Authorization": f"Bearer {TOKEN}"}
SHOP = "/repos/acme/website-shop"


@pytest.fixture
def github(play):
    with FakeGitHub() as running:
        running.forge.put(Repository("acme/website-shop")).add(*play.line(3))
        yield running


@pytest.fixture
def port(github):
    return int(github.base_url.rpartition(":")[2])


@pytest.fixture
def connection(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as opened:
        yield opened


def exchange(connection, method, path, body=None, headers=()):
    connection.request(method, path, body, HEADERS | dict(headers))
    answer = connection.getresponse()
    return answer, answer.read()


def test_a_call_is_answered_and_its_links_lead_back_here(github, connection):
    answer, body = exchange(connection, "GET", f"{SHOP}/compare/{'0' * 40}...main")
    assert (answer.status, json.loads(body)["message"]) == (404, "Not Found")
    answer, body = exchange(connection, "GET", f"{SHOP}/commits/main")
    assert json.loads(body)["url"].startswith(f"{github.base_url}{SHOP}/commits/")
    assert answer.getheader("Server") == "github.com"


def test_a_connection_serves_many_calls(connection):
    first = None
    for number in range(3):
        body = json.dumps({"state": "success", "description": "größe"})
        assert exchange(connection, "POST", f"{SHOP}/statuses/main", body.encode())[0].status == 201
        first = first or connection.sock
        assert connection.sock is first, number


def test_an_unchanged_answer_has_no_body_and_the_connection_stays(connection):
    etag = exchange(connection, "GET", SHOP)[0].getheader("ETag")
    answer, body = exchange(connection, "GET", SHOP, headers={"If-None-Match": etag})
    assert (answer.status, body, answer.getheader("Content-Length")) == (304, b"", None)
    assert exchange(connection, "GET", SHOP)[0].status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_a_body_without_a_sensible_length_is_a_400_and_the_end(port, head):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n" + head)
        assert raw.makefile("rb").read().startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(("kind", "comments"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_is_closed_without_an_answer(github, connection, kind, comments, play):
    github.faults.add(kind)
    with pytest.raises(http.client.RemoteDisconnected):
        exchange(connection, "POST", f"{SHOP}/commits/main/comments", b'{"body": "x"}')
    repository = github.forge.repository("acme/website-shop")
    assert len(github.forge.comments(repository, play.sha(2))) == comments


def test_a_cut_answer_promises_more_than_it_sends(github, connection):
    github.faults.add("cut")
    connection.request("GET", SHOP, headers=HEADERS)
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()


def test_a_slow_answer_is_late(github, connection):
    github.faults.add("slow", ms=200)
    begun = time.monotonic()
    assert exchange(connection, "GET", SHOP)[0].status == 200
    assert time.monotonic() - begun >= 0.2


def test_a_stopped_fake_hangs_up_refuses_and_keeps_what_it_knows(github, port):
    github.faults.add("slow", ms=60_000)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        while not github.journal.arrivals():
            time.sleep(0.01)
        github.stop()
        raw.makefile("rb").read()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert github.start(port) == f"http://127.0.0.1:{port}"
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as opened:
        assert exchange(opened, "GET", f"{SHOP}/commits/main")[0].status == 200
