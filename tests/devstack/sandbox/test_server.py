"""The sandbox behind a real socket: true answers, closed connections, cut bodies, late work."""

import http.client
import json
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import TOKEN

HEADERS = {"User-Agent": "Tests/1", "X-NokoToken": TOKEN}
ENTRY = json.dumps({"date": "2026-01-01", "minutes": 30, "description": "größe"}).encode()


@pytest.fixture
def server():
    sandbox = Sandbox()
    sandbox.limiter = None
    running = serve(sandbox)
    yield running
    running.close()


@pytest.fixture
def connection(server):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as opened:
        yield opened


def exchange(connection, method, path, body=None, headers=HEADERS, **options):
    connection.request(method, path, body, headers, **options)
    answer = connection.getresponse()
    return answer, answer.read()


def eventually(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_call_is_answered_and_its_urls_lead_back_here(server, connection):
    answer, body = exchange(connection, "POST", "/v2/entries", ENTRY)
    assert (answer.status, json.loads(body)["description"]) == (201, "größe")
    assert answer.getheader("Server") == "nginx"
    assert len(answer.headers.get_all("Date")) == 1
    assert answer.getheader("Location").startswith(f"http://127.0.0.1:{server.port}/v2/entries/")
    assert server.url == f"http://127.0.0.1:{server.port}/v2"
    path = urlsplit(answer.getheader("Location")).path
    assert exchange(connection, "GET", path)[1] == body


def test_a_connection_serves_many_calls(connection):
    exchange(connection, "GET", "/v2/users")
    first = connection.sock
    for _ in range(3):
        assert exchange(connection, "POST", "/v2/entries", ENTRY)[0].status == 201
    assert connection.sock is first


def test_a_chunked_body_is_read_and_the_connection_stays(connection):
    chunks = [ENTRY[:7], ENTRY[7:]]
    answer, _ = exchange(connection, "POST", "/v2/entries", iter(chunks), encode_chunked=True)
    assert answer.status == 201
    assert exchange(connection, "GET", "/v2/current_user")[0].status == 200


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
    ],
)
def test_a_body_without_a_sensible_length_is_a_400_and_the_end(server, head):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(b"POST /v2/entries HTTP/1.1\r\nHost: x\r\n" + head)
        answer = raw.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_an_empty_429_has_no_body(server, connection):
    server.sandbox.faults.add("throttled")
    answer, body = exchange(connection, "GET", "/v2/users")
    assert (answer.status, body, answer.getheader("Content-Length")) == (429, b"", "0")


@pytest.mark.parametrize(("kind", "entries"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_is_closed_without_a_byte(server, kind, entries):
    server.sandbox.faults.add(kind)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        length = f"Content-Length: {len(ENTRY)}\r\n\r\n"
        raw.sendall(f"POST /v2/entries HTTP/1.1\r\nHost: x\r\n{head}{length}".encode() + ENTRY)
        assert raw.makefile("rb").read() == b""
    assert len(server.sandbox.books.entries()) == entries


def test_a_cut_answer_promises_more_than_it_sends(server, connection):
    server.sandbox.faults.add("cut")
    connection.request("POST", "/v2/entries", ENTRY, HEADERS)
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    assert answer.status == 201
    assert 0 < len(cut.value.partial) < int(answer.getheader("Content-Length"))


def test_late_work_is_done_after_the_caller_gave_up(server):
    server.sandbox.faults.add("late", ms=400)
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.1)) as impatient:
        impatient.request("POST", "/v2/entries", ENTRY, HEADERS)
        with pytest.raises(TimeoutError):
            impatient.getresponse()
    assert server.sandbox.books.entries() == []
    eventually(server.sandbox.books.entries)


def test_who_waits_for_late_work_is_hung_up_on_when_it_is_done(server, connection):
    server.sandbox.faults.add("late", ms=100)
    connection.request("POST", "/v2/entries", ENTRY, HEADERS)
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    assert len(server.sandbox.books.entries()) == 1


def test_a_slow_answer_is_late_and_holds_nobody_else_up(server, connection):
    server.sandbox.faults.add("slow", ms=1_000)
    begun = time.monotonic()
    connection.request("GET", "/v2/users", headers=HEADERS)
    eventually(server.sandbox.journal.arrivals)
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as other:
        assert exchange(other, "GET", "/v2/users")[0].status == 200
    assert select.select([connection.sock], [], [], 0)[0] == []
    assert connection.getresponse().status == 200
    assert time.monotonic() - begun >= 1


def test_threads_that_log_at_once_lose_nothing(server):
    def work():
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as own:
            for _ in range(20):
                exchange(own, "POST", "/v2/entries", ENTRY)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [entry.id for entry in server.sandbox.books.entries()]
    assert (len(ids), len(set(ids))) == (160, 160)


def test_a_hundred_callers_may_knock_at_once(server):
    callers = [socket.create_connection(("127.0.0.1", server.port), timeout=5) for _ in range(100)]
    try:
        for caller in callers:
            caller.sendall(b"GET /_sandbox/limiter HTTP/1.1\r\nHost: x\r\n\r\n")
        assert all(caller.recv(12) == b"HTTP/1.1 200" for caller in callers)
    finally:
        for caller in callers:
            caller.close()


def test_head_gets_no_body(connection):
    answer, body = exchange(connection, "HEAD", "/v2/users")
    assert (answer.status, body) == (405, b"")
    assert exchange(connection, "GET", "/v2/users")[0].status == 200


def test_a_closed_server_hangs_up_and_refuses():
    server = serve(Sandbox())
    server.sandbox.faults.add("slow", ms=60_000)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(b"GET /v2/users HTTP/1.1\r\nHost: x\r\n\r\n")
        eventually(server.sandbox.journal.arrivals)
        begun = time.monotonic()
        server.close()
        raw.recv(4096)
        assert time.monotonic() - begun < 2
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)


def test_it_runs_alone_as_a_process():
    command = [sys.executable, "-m", "devstack.sandbox", "--port", "0", "--latency", "30", "--entries", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            url = urlsplit(line.split()[1])
            assert (url.hostname, url.path, TOKEN in line) == ("127.0.0.1", "/v2", True)
            with closing(http.client.HTTPConnection(url.hostname, url.port, timeout=5)) as opened:
                begun = time.monotonic()
                assert exchange(opened, "GET", "/v2/current_user")[0].status == 200
                assert time.monotonic() - begun >= 0.03
                assert len(json.loads(exchange(opened, "GET", "/v2/entries")[1])) == 7
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
