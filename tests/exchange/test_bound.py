"""Everything from the first byte on ends at one instant, over TLS too."""

import pytest
from fakes.exchange import OK, listening, once, send, sending, timed

from chalicelib.exchange.message import Failure
from chalicelib.exchange.transport import RequestsTransport


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


def test_the_bounds_are_those_of_the_protocol():
    transport = RequestsTransport()
    assert (transport._connect_s, transport._request_s) == (3, 12)


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
