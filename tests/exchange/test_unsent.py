"""What ends before the first byte leaves did not happen, and the guard has the last word on that."""

import socket
import threading
import time

import pytest
import requests.adapters
from fakes.exchange import OK, listening, send, sending

from chalicelib.exchange.message import Failure


def test_a_refused_connection_did_not_happen(closed_port):
    assert send(f"http://127.0.0.1:{closed_port}") == Failure(sent=False, reason="connection refused")


def test_a_name_that_nobody_knows_did_not_happen():
    assert send("http://nobody.invalid") == Failure(sent=False, reason="the name could not be resolved")


def test_a_host_that_does_not_accept_did_not_happen():
    with socket.create_server(("127.0.0.1", 0), backlog=1) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        try:
            assert send(f"http://127.0.0.1:{address[1]}", connect_ms=200) == Failure(sent=False, reason="timed out")
        finally:
            for one in waiting:
                one.close()


def test_a_server_without_tls_did_not_happen():
    with listening(sending(b"HTTP/1.1 400 Bad Request\r\n\r\n"), read=False) as noko:
        assert send(noko.url.replace("http:", "https:")) == Failure(sent=False, reason="TLS failed")


def test_a_certificate_that_nobody_vouches_for_did_not_happen(certificate):
    with listening(sending(OK), wrap=lambda c: certificate[0].wrap_socket(c, server_side=True)) as noko:
        assert send(noko.url.replace("http:", "https:")) == Failure(sent=False, reason="TLS failed")
    assert noko.requests == []


def test_a_handshake_that_never_ends_did_not_happen():
    with listening(read=False) as noko:
        outcome = send(noko.url.replace("http:", "https:"), connect_ms=200)
    assert (outcome.sent, outcome.stopped) == (False, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://["},
        {"url": "nonsense"},
        {"url": "ftp://127.0.0.1/"},
        {"headers": {"X-NokoToken": "a\nb"}},
        {"headers": {"X-NokoToken": "→"}},
    ],
    ids=["address", "no-scheme", "scheme", "newline", "not-latin-1"],
)
def test_a_request_that_cannot_be_written_did_not_happen(changes):
    with listening(sending(OK)) as noko:
        outcome = send(noko.url, **changes)
        assert isinstance(outcome, Failure)
        assert not outcome.sent
    assert noko.requests == []


def test_the_guard_is_asked_once_after_connecting_and_stops_the_first_byte():
    asked = []
    with listening(sending(OK)) as noko:

        def guard():
            deadline = time.monotonic() + 5
            while not noko.connections and time.monotonic() < deadline:
                time.sleep(0.005)
            asked.append(noko.connections)
            return "too late"

        assert send(noko.url, guard=guard) == Failure(sent=False, reason="too late", stopped=True)
    assert asked == [1]
    assert noko.requests == []


def test_the_guard_is_asked_after_the_handshake(certificate):
    shaken = threading.Event()

    def wrap(connection):
        wrapped = certificate[0].wrap_socket(connection, server_side=True)
        shaken.set()
        return wrapped

    asked = []
    with pytest.MonkeyPatch.context() as patch, listening(sending(OK), wrap=wrap) as noko:
        patch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", certificate[1])
        url = noko.url.replace("http:", "https:")
        stopped = send(url, guard=lambda: asked.append(shaken.wait(5)) or "too late")
    assert stopped == Failure(sent=False, reason="too late", stopped=True)
    assert asked == [True]
    assert noko.requests == []


def test_without_a_connection_the_guard_is_not_asked(closed_port):
    asked = []
    send(f"http://127.0.0.1:{closed_port}", guard=lambda: asked.append(1))
    assert asked == []


def test_the_guard_is_asked_once_for_a_request_of_many_pieces():
    asked = []
    with listening(sending(OK)) as noko:
        send(noko.url, body=b"x" * 1_000_000, guard=lambda: asked.append(1))
    assert asked == [1]
