"""The door behind a real socket: keep-alive, chunks, caps and many connections."""

import http.client
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from chalice import Chalice, Response

from standalone.gateway import MAX_READ_BYTES, Gateway
from standalone.wsgi import WsgiServer


def echoing():
    app = Chalice("echo", configure_logs=False)

    @app.route("/echo/{name}", methods=["POST"], content_types=["application/octet-stream"])
    def echo(name):
        request = app.current_request
        return Response(
            {
                "name": name,
                "hex": request.raw_body.hex()[:64],
                "size": len(request.raw_body),
                "thread": threading.current_thread().name,
                "query": request.query_params.get("q") if request.query_params else None,
                "signature": request.headers.get("x-signature"),
            }
        )

    return app


@pytest.fixture(scope="module")
def server():
    server = WsgiServer(Gateway(echoing()), max_body=MAX_READ_BYTES)
    yield server
    server.close()


def post(server, body, *, path="/echo/a?q=1", headers=None, connection=None):
    own = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    own.request("POST", path, body, {"Content-Type": "application/octet-stream", **(headers or {})})
    answer = own.getresponse()
    content = answer.read()
    if connection is None:
        own.close()
    return answer.status, json.loads(content) if answer.getheader("Content-Type", "").endswith("json") else content


def test_it_listens_on_the_loopback_address_only(server):
    with socket.socket() as other:
        other.settimeout(1)
        assert other.connect_ex(("127.0.0.2", server.port)) != 0


def test_raw_bytes_stay_raw(server):
    status, body = post(server, bytes(range(256)))
    assert status == 200
    assert body["size"] == 256
    assert body["hex"] == bytes(range(32)).hex()


def test_path_and_query_reach_the_view(server):
    assert post(server, b"x")[1]["name"] == "a"
    assert post(server, b"x")[1]["query"] == "1"


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    for number in range(20):
        assert post(server, b"x" * number, connection=connection)[1]["size"] == number
    connection.close()


def test_chunked_bodies_are_put_together(server):
    status, body = post(server, iter([b"ab", b"cd" * 1000, b"e"]))
    assert (status, body["size"]) == (200, 2003)


def test_a_repeated_header_is_seen_as_repeated(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("POST", "/echo/a")
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("X-Signature", "one")
    connection.putheader("X-Signature", "two")
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    body = json.loads(connection.getresponse().read())
    connection.close()
    assert body["signature"] == "one, two"


def test_a_body_over_what_is_read_is_413(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        head = f"POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: {MAX_READ_BYTES + 1}\r\n\r\n"
        raw.sendall(head.encode())
        assert b" 413 " in raw.recv(200)


def test_hundreds_of_connections_at_once_are_all_served(server):
    def one(number):
        return post(server, b"x" * number)[1]["size"]

    with ThreadPoolExecutor(64) as pool:
        assert sorted(pool.map(one, range(300))) == list(range(300))


def test_garbage_instead_of_http_ends_only_its_own_connection(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        raw.sendall(b"\x16\x03\x01\x00garbage\r\n\r\n")
        raw.recv(500)
    assert post(server, b"x")[0] == 200


def test_requests_in_other_threads_do_not_see_each_other(server):
    def one(number):
        name = f"n{number}"
        return post(server, name.encode(), path=f"/echo/{name}")[1]

    with ThreadPoolExecutor(16) as pool:
        for number, body in enumerate(pool.map(one, range(200))):
            assert (body["name"], bytes.fromhex(body["hex"]).decode()) == (f"n{number}", f"n{number}")
