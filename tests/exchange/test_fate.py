"""After the first byte: every way in which one exchange can end, and none in which it repeats."""

import gc
import socket
import time
from contextlib import suppress

import pytest
from fakes.exchange import OK, listening, once, send, sending
from fakes.listener import reset

from chalicelib.exchange.message import Answer, Failure


@pytest.mark.parametrize(
    ("serve", "reason"),
    [
        (lambda _: None, "connection reset"),
        (reset, "connection reset"),
        (sending(b"HTTP/1.1 201 Cre"), None),
        (sending(b"HTTP/1.1 201 Created\r\nContent-Le"), None),
        (sending(b"SSH-2.0-OpenSSH_9.6\r\n"), "BadStatusLine"),
        (sending(b"HTTP/1.1 abc Created\r\n\r\n"), None),
        (sending(b"HTTP/1.1 201 Created\r\n" + b"A: b\r\n" * 200 + b"\r\n"), None),
        (sending(b"HTTP/1.1 201 Created\r\nA: " + b"b" * 70_000 + b"\r\n\r\n"), None),
    ],
    ids=["closed", "reset", "half-a-status", "half-a-head", "ssh", "no-number", "many-headers", "long-header"],
)
def test_an_answer_without_a_head_leaves_the_fate_unknown(serve, reason):
    with listening(serve) as noko:
        outcome = send(noko.url)
    if isinstance(outcome, Answer):
        assert not (outcome.complete and outcome.body)
    else:
        assert (outcome.sent, outcome.stopped) == (True, False)
        assert reason is None or outcome.reason == reason
    assert once(noko)


@pytest.mark.parametrize(
    "raw",
    [
        b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\nLocation: /entries/17\r\n\r\n{"id"',
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nLocation: /entries/17\r\n\r\n5\r\n{",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nLocation: /entries/17\r\n\r\nzz\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\nLocation: /entries/17\r\n\r\nplain",
    ],
    ids=["cut", "chunk-cut", "chunk-nonsense", "gzip-nonsense"],
)
def test_a_body_that_is_cut_or_unreadable_keeps_its_head(raw):
    with listening(sending(raw)) as noko:
        answer = send(noko.url)
    assert (answer.status, answer.complete, answer.headers["location"]) == (201, False, "/entries/17")
    assert once(noko)


def test_a_reset_in_the_middle_of_a_body_keeps_its_head():
    def serve(connection):
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.05)
        reset(connection)

    with listening(serve) as noko:
        answer = send(noko.url)
    assert (answer.status, answer.complete) == (201, False)


def test_an_answer_before_the_body_was_read_is_believed():
    early = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(sending(early), read=False) as noko:
        answer = send(noko.url)
    assert isinstance(answer, Failure) or (answer.status, answer.body) == (429, b"")
    assert noko.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/elsewhere", "http://[broken", "", "http://127.0.0.1:1/"])
def test_a_redirect_is_an_answer_like_any_other(status, location):
    raw = f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 4\r\n\r\ngone".encode()
    with listening(sending(raw)) as noko:
        answer = send(noko.url)
    assert (answer.status, answer.headers["location"], answer.body) == (status, location, b"gone")
    assert once(noko)


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("status", [408, 413, 429, 500, 502, 503, 504])
def test_an_invitation_to_try_again_is_not_taken(status, method):
    raw = f"HTTP/1.1 {status} Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n".encode()
    with listening(sending(raw)) as noko:
        assert send(noko.url, method=method).status == status
    assert once(noko)


@pytest.mark.parametrize(
    "serve", [lambda _: None, reset, sending(b"HTTP/1.1 abc")], ids=["closed", "reset", "nonsense"]
)
def test_a_lost_question_is_not_repeated_either(serve):
    with listening(serve) as noko:
        assert send(noko.url, method="GET", body=None).sent
    assert once(noko)


def open_sockets(port):
    """Find this process's open sockets that are connected to a port."""
    found = []
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket) and thing.fileno() != -1:
            with suppress(OSError):  # not connected at all
                found += [thing] if thing.getpeername()[1] == port else []
    return found


ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 33000000\r\n\r\n" + b"x" * 33_000_000


@pytest.mark.parametrize(
    "serve", [sending(OK), sending(OK[:-5]), reset, sending(ENDLESS)], ids=["whole", "cut", "reset", "too-long"]
)
def test_no_socket_is_left_open(serve):
    gc.disable()  # what is only collected some time later was left open
    try:
        with listening(serve) as noko:
            send(noko.url)
            send(noko.url, guard=lambda: "too late")
            assert open_sockets(noko.port) == []
    finally:
        gc.enable()
