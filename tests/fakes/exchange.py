"""One exchange of the real transport with a bare socket: a request, what the other end does, and how it ended."""

import json
import time
from contextlib import contextmanager

from fakes.listener import Listener

from chalicelib.domain.interval import CONNECT_TIMEOUT_MS, REQUEST_TIMEOUT_MS
from chalicelib.exchange.message import Request
from chalicelib.exchange.transport import RequestsTransport

OK = b'HTTP/1.1 201 Created\r\nContent-Length: 10\r\nLocation: /v2/entries/17\r\n\r\n{"id": 17}'
BODY = json.dumps({"minutes": 45}).encode()


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


def once(noko):
    """Check that a request left once and was not repeated."""
    return noko.connections == 1 and len(noko.requests) == 1


def timed(url, **options):
    began = time.monotonic()
    outcome = send(url, request_ms=600, **options)
    return outcome, time.monotonic() - began
