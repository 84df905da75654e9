"""The server's bounds: on time, memory and headers, for callers of whom nothing is known; and how it closes."""

import http.client
import socket
import threading
import time

import pytest

from standalone.connection import Limits
from standalone.wsgi import MAX_HEADER_BYTES, WsgiServer

HASTY = Limits(request_s=2.5, head_s=0.5)


class App:
    """Answers with the size of what came; `gate` holds it back, if it is as large as `holds`."""

    holds = 0

    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def __call__(self, environ, start_response):
        size = len(environ["wsgi.input"].read())
        self.entered.set()
        if size >= self.holds:
            self.gate.wait(10)
        body = str(size).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@pytest.fixture
def app():
    return App()


@pytest.fixture
def server(app):
    server = WsgiServer(app, limits=HASTY)
    yield server
    app.gate.set()
    server.close(patience_s=1)


def connected(server):
    return socket.create_connection((server.host, server.port), timeout=10)


def ask(server, body=b""):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    connection.request("POST", "/", body)
    answer = connection.getresponse()
    connection.close()
    return answer.status


def answer_on(connection):
    """Read one whole answer; return its status."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


def closed_after(connection, *, dripping=b"a"):
    """Return the seconds until the server hangs up on a caller who sends a byte now and then."""
    began = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() - began < 10:
        try:
            connection.sendall(dripping)
            if connection.recv(100) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def test_headers_that_never_end_are_given_up(server):
    with connected(server) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nX-Slow: ")
        assert 0.4 < closed_after(slow) < 4


def test_a_body_that_drips_is_given_up_and_takes_no_thread_meanwhile(server):
    slow = [connected(server) for _ in range(100)]
    for each in slow:
        each.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    assert ask(server) == 200
    assert 2.2 < closed_after(slow[0]) < 8
    for each in slow:
        each.close()


def test_a_slow_request_after_a_good_one_is_timed_from_its_own_beginning(server):
    with connected(server) as caller:
        caller.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
        assert answer_on(caller) == 200
        time.sleep(1.5)
        caller.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx")
        time.sleep(1.5)
        caller.sendall(b"x")
        assert answer_on(caller) == 200


def test_headers_that_are_too_long_are_431(server):
    with connected(server) as caller:
        caller.sendall(b"POST / HTTP/1.1\r\nX-Long: " + b"a" * MAX_HEADER_BYTES + b"\r\n\r\n")
        assert b" 431 " in caller.recv(100)


def test_more_than_may_be_held_at_once_is_turned_away_and_then_there_is_room_again(app):
    server = WsgiServer(app, limits=Limits(held_bytes=3_000_000))
    app.gate.clear()
    waiting = connected(server)
    waiting.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2500000\r\n\r\n" + b"x" * 2_500_000)
    assert app.entered.wait(10)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        ask(server, b"x" * 1_000_000)
    app.gate.set()
    assert answer_on(waiting) == 200
    waiting.close()
    time.sleep(0.2)  # until its thread has let go of the body
    assert [ask(server, b"x" * 1_000_000) for _ in range(9)] == [200] * 9
    server.close()


def is_turned_away(server, body):
    try:
        return ask(server, body) != 200
    except (ConnectionError, http.client.HTTPException):
        return True


def test_a_few_large_ones_keep_no_small_one_out(app):
    server = WsgiServer(app, limits=Limits(held_bytes=3_000_000))
    app.gate.clear()
    app.holds = 1_000_000
    with connected(server) as greedy:
        greedy.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2999000\r\n\r\n" + b"x" * 2_999_000)
        assert app.entered.wait(10)
        assert is_turned_away(server, b"x" * 200_000)
        assert [ask(server, b"x" * 100_000) for _ in range(9)] == [200] * 9
    app.gate.set()
    server.close()


def test_closing_answers_what_has_come_and_takes_nothing_new(app):
    server = WsgiServer(app)
    app.gate.clear()
    statuses = []
    asking = threading.Thread(target=lambda: statuses.append(ask(server, b"abc")))
    asking.start()
    assert app.entered.wait(5)
    idle = connected(server)
    closing = threading.Thread(target=lambda: statuses.append(server.close(patience_s=5)))
    closing.start()
    assert idle.recv(10) == b""
    with pytest.raises(ConnectionError):
        connected(server).close()
    app.gate.set()
    asking.join()
    closing.join()
    idle.close()
    assert sorted(map(int, statuses)) == [1, 200]


def test_who_had_called_before_it_closed_is_answered(app):
    server = WsgiServer(app)
    callers = [connected(server) for _ in range(20)]
    closing = threading.Thread(target=server.close)
    closing.start()
    for each in callers:
        each.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
    assert [answer_on(each) for each in callers] == [200] * 20
    closing.join()
    for each in callers:
        each.close()


def test_closing_breaks_off_what_takes_too_long_and_says_so(app):
    server = WsgiServer(app)
    app.gate.clear()
    caller = connected(server)
    caller.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert app.entered.wait(5)
    assert server.close(patience_s=0.3) is False
    app.gate.set()
    caller.close()
    assert server.close() is True


def test_a_proxy_s_headers_are_not_believed():
    seen = {}

    def app(environ, start_response):
        seen.update({name: value for name, value in environ.items() if "FORWARDED" in name or name == "REMOTE_ADDR"})
        start_response("204 No Content", [])
        return []

    server = WsgiServer(app)
    connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
    connection.request("GET", "/", headers={"X-Forwarded-For": "9.9.9.9", "Forwarded": "for=9.9.9.9"})
    connection.getresponse().read()
    connection.close()
    server.close()
    assert seen == {"REMOTE_ADDR": "127.0.0.1"}


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "http://127.0.0.1:"), ("127.0.0.2", "http://127.0.0.2:")])
def test_it_listens_where_it_is_told_to_and_says_where_it_is_reached(host, url, app):
    server = WsgiServer(app, host=host)
    assert server.url.startswith(url)
    assert ask(server) == 200
    server.close()
