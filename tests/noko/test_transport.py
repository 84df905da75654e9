"""The real transport against real sockets: every way in which one exchange can end, and none in which it repeats."""

import gc
import gzip
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
import requests.adapters
from fakes.listener import Listener, reset

from chalicelib.domain.interval import CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS
from chalicelib.noko.protocol import Answer, Failure, Request
from chalicelib.noko.transport import RequestsTransport

OK = b'HTTP/1.1 201 Created\r\nContent-Length: 10\r\nLocation: /v2/entries/17\r\n\r\n{"id": 17}'
BODY = json.dumps({"minutes": 45}).encode()


@pytest.fixture(autouse=True)
def no_thread_survives():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


@contextmanager
def listening(serve=None, **options):
    listener = Listener(serve, **options)
    try:
        yield listener
    finally:
        listener.close()


def sending(data):
    return lambda connection: connection.sendall(data)


def send(base, *, guard=lambda: None, request_ms=REQUEST_TIMEOUT_MS, connect_ms=CONNECT_TIMEOUT_MS, **changes):
    plain = {
        "method": "POST",
        "url": f"{base}/v2/entries",
        "headers": {"X-NokoToken": "s3cret", "User-Agent": "Tallyhook/0", "Connection": "close"},
        "body": BODY,
    }
    transport = RequestsTransport(connect_ms=connect_ms, request_ms=request_ms)
    return transport.send(Request(**{**plain, **changes}), guard)


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


# What arrives


def test_a_request_arrives_as_it_was_built():
    with listening(sending(OK)) as noko:
        answer = send(noko.url)
    assert (answer.status, answer.body, answer.complete) == (201, b'{"id": 17}', True)
    assert answer.headers["location"] == "/v2/entries/17"
    assert noko.requests[0].startswith(b"POST /v2/entries HTTP/1.1\r\n")
    assert noko.bodies == [BODY]
    headers = noko.headers()
    assert (headers["x-nokotoken"], headers["user-agent"], headers["connection"]) == ("s3cret", "Tallyhook/0", "close")
    assert set(headers) == {
        "host",
        "x-nokotoken",
        "user-agent",
        "connection",
        "content-length",
        "accept-encoding",
    }


def test_each_exchange_has_a_connection_of_its_own():
    kept = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n[]"
    with listening(sending(kept)) as noko:
        for _ in range(3):
            assert send(noko.url).status == 200
    assert noko.connections == 3


def test_a_long_body_arrives_whole():
    body = b"x" * 3_000_000
    with listening(sending(OK)) as noko:
        assert send(noko.url, body=body).status == 201
    assert noko.bodies == [body]


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n", b"[1,2]"),
        (b"HTTP/1.1 200 OK\r\n\r\n[1,2]", b"[1,2]"),
        (b"HTTP/1.0 200 OK\r\n\r\n[1,2]", b"[1,2]"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[1,2]", b"[1,2]"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
            % (len(gzip.compress(b"[1,2]")), gzip.compress(b"[1,2]")),
            b"[1,2]",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["chunked", "until-closed", "http-1.0", "continue", "gzip", "no-content"],
)
def test_an_answer_is_read_to_its_end(raw, body):
    with listening(sending(raw)) as noko:
        answer = send(noko.url)
    assert (answer.body, answer.complete) == (body, True)


# Before the first byte


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


# The guard


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


# After the first byte


def once(noko):
    """Check that a request left once and was not repeated."""
    return noko.connections == 1 and len(noko.requests) == 1


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


# Bounded as a whole


def timed(url, **options):
    began = time.monotonic()
    outcome = send(url, request_ms=600, **options)
    return outcome, time.monotonic() - began


def test_silence_after_sending_ends_at_the_bound():
    with listening() as noko:
        outcome, took = timed(noko.url)
    assert outcome == Failure(sent=True, reason="timed out")
    assert 0.55 <= took < 1.5
    assert once(noko)


def test_a_head_that_drips_ends_at_the_bound():
    with listening(lambda c: noko.drip(c, b"HTTP/1.1 201 Created\r\nA: b\r\n" + b"x" * 99, every_s=0.1)) as noko:
        outcome, took = timed(noko.url)
    assert outcome == Failure(sent=True, reason="timed out")
    assert 0.55 <= took < 1.5


def test_headers_that_drip_line_by_line_end_at_the_bound():
    def serve(connection):
        connection.sendall(b"HTTP/1.1 201 Created\r\n")
        while not noko.closing.wait(0.1):
            connection.sendall(b"A: b\r\n")

    with listening(serve) as noko:
        outcome, took = timed(noko.url)
    assert outcome == Failure(sent=True, reason="timed out")
    assert 0.55 <= took < 1.5


@pytest.mark.parametrize("framing", [b"Content-Length: 1000", b"X: until-closed", b"Transfer-Encoding: chunked"])
def test_a_body_that_drips_ends_at_the_bound_and_keeps_its_head(framing):
    def serve(connection):
        connection.sendall(b"HTTP/1.1 201 Created\r\nLocation: /entries/17\r\n" + framing + b"\r\n\r\n")
        noko.drip(connection, b"1\r\nx\r\n" * 100, every_s=0.1)

    with listening(serve) as noko:
        answer, took = timed(noko.url)
    assert (answer.status, answer.complete, answer.headers["location"]) == (201, False, "/entries/17")
    assert 0.55 <= took < 1.5


def test_a_server_that_does_not_read_ends_at_the_bound():
    with listening(read=False) as noko:
        outcome, took = timed(noko.url, body=b"x" * 50_000_000)
    assert outcome == Failure(sent=True, reason="timed out")
    assert 0.55 <= took < 1.5
    assert noko.connections == 1


def test_an_answer_without_end_is_cut():
    def serve(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 1_000_000)

    with listening(serve) as noko:
        answer = send(noko.url)
    assert not answer.complete
    assert len(answer.body) < 33_000_000


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


def test_the_bounds_are_those_of_the_protocol():
    transport = RequestsTransport()
    assert (transport._connect_s, transport._request_s) == (3, 12)


# Over TLS


@pytest.fixture
def vouched(certificate, monkeypatch):
    """Serve over TLS with a certificate that the transport believes."""
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", certificate[1])

    @contextmanager
    def serve(answer):
        with listening(answer, wrap=lambda c: certificate[0].wrap_socket(c, server_side=True)) as noko:
            noko.url = noko.url.replace("http:", "https:")
            yield noko

    return serve


def test_over_tls_all_is_the_same(vouched):
    with vouched(sending(OK)) as noko:
        answer = send(noko.url, body=b"x" * 200_000)
    assert (answer.status, answer.body, answer.complete) == (201, b'{"id": 17}', True)
    assert noko.bodies == [b"x" * 200_000]


def test_over_tls_dripping_is_bounded_too(vouched):
    head = b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n"

    def serve(connection):
        connection.sendall(head)
        noko.drip(connection, b"x" * 500, every_s=0.1)

    with vouched(serve) as noko:
        answer, took = timed(noko.url)
    assert (answer.status, answer.complete) == (201, False)
    assert 0.55 <= took < 1.5


def test_a_certificate_for_another_name_did_not_happen(vouched):
    with vouched(sending(OK)) as noko:
        outcome = send(f"https://localhost:{noko.port}")
    assert outcome == Failure(sent=False, reason="TLS failed")
    assert noko.requests == []


# The environment


def test_proxies_and_netrc_of_the_environment_are_ignored(monkeypatch, tmp_path, closed_port):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password s3cret-of-another\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with listening(sending(OK)) as noko:
        assert send(noko.url).status == 201
    assert "authorization" not in noko.headers()
    assert noko.requests[0].startswith(b"POST /v2/entries ")


def test_a_certificate_authority_of_the_environment_is_ignored(monkeypatch, certificate):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, certificate[1])
    with listening(sending(OK), wrap=lambda c: certificate[0].wrap_socket(c, server_side=True)) as noko:
        assert send(noko.url.replace("http:", "https:")) == Failure(sent=False, reason="TLS failed")


def test_a_failure_quotes_neither_token_nor_address(closed_port):
    outcomes = [
        send(f"http://127.0.0.1:{closed_port}/secret-path"),
        send("http://secret-host.invalid"),
        send("http://127.0.0.1", headers={"X-NokoToken": "s3cret\n"}),
    ]
    assert not any("secret" in o.reason or "s3cret" in o.reason or "127" in o.reason for o in outcomes)
