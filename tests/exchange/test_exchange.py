"""One exchange over a real socket: what arrives, what comes back, and what the environment cannot change."""

import gzip

import pytest
from fakes.exchange import BODY, OK, listening, send, sending

from chalicelib.exchange.message import Failure


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


def test_nobody_logs_an_address_nor_what_the_other_end_said(caplog):
    """Lambda writes warnings of libraries into the log, and in the address of a letter its path is the secret."""
    broken = OK.replace(b"Location:", b"words that are no header\r\nLocation:")
    with listening(sending(broken)) as noko:
        assert send(noko.url).status == 201
    assert caplog.text == ""
