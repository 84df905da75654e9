"""Redirects over real sockets: repeated word for word where the token may go, and nowhere else."""

import json

import pytest
from fakes.listener import Listener
from fakes.noko_account import of_server
from fakes.throttle import MemoryThrottle

from chalicelib.errors import NokoError, NokoUnavailable
from chalicelib.noko.protocol import Token
from devstack.sandbox import Kind, Sandbox, serve
from devstack.sandbox.account import TOKEN

BOTH = [Token(TOKEN), Token(TOKEN, bearer=True)]


@pytest.fixture
def server():
    made = serve(Sandbox())
    made.sandbox.limiter = None
    yield made
    made.close()


@pytest.fixture
def elsewhere():
    listener = Listener(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"))
    yield listener
    listener.close()


def account_of(server, token=BOTH[0]):
    return of_server(server.url, token, throttle=MemoryThrottle(interval_ms=1))


@pytest.mark.parametrize("token", BOTH, ids=["personal", "bearer"])
@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirected_post_arrives_as_a_post_with_its_body_and_creates_one_entry(server, status, token):
    account = account_of(server, token)
    server.sandbox.faults.add(Kind.REDIRECT, status=status, location=f"{server.url}/entries?again=1")
    made = account.entries.create(date=account.today, minutes=5, description="once")
    first, second = server.sandbox.journal.arrivals()
    assert (first.status, second.status) == (status, 201)
    assert (second.method, second.body, dict(second.query)) == ("POST", first.body, {"again": "1"})
    assert json.loads(second.body)["description"] == "once"
    assert [entry.id for entry in server.sandbox.books.entries()] == [made.id]
    assert len(account.client._throttle.slots) == 2


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirected_put_and_delete_keep_their_method(server, status):
    account = account_of(server)
    entry = account.entries.create(date=account.today, minutes=5)
    server.sandbox.faults.add(Kind.REDIRECT, status=status)
    assert account.entries.edit(entry.id, minutes=10).minutes == 10
    server.sandbox.faults.add(Kind.REDIRECT, status=status)
    account.entries.delete(entry.id)
    methods = [arrival.method for arrival in server.sandbox.journal.arrivals()]
    assert methods == ["POST", "PUT", "PUT", "DELETE", "DELETE"]
    assert server.sandbox.books.entries() == []


CALLS = {
    "create": lambda a: a.entries.create(date=a.today, minutes=5),
    "edit": lambda a: a.entries.edit(7, minutes=5),
    "approve many": lambda a: list(a.entries.approve_many([7])),
    "delete": lambda a: a.entries.delete(7),
    "list": lambda a: list(a.entries.list()),
    "probe": lambda a: a.client.current_user(),
}


@pytest.mark.parametrize("token", BOTH, ids=["personal", "bearer"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_another_port_or_name_gets_no_token_and_not_even_a_connection(server, elsewhere, call, host, token):
    account = account_of(server, token)
    server.sandbox.faults.add(Kind.REDIRECT, location=f"http://{host}:{elsewhere.port}/v2/entries")
    with pytest.raises(NokoError) as raised:
        CALLS[call](account)
    assert raised.value.status == 307
    assert elsewhere.connections == 0
    assert server.sandbox.books.entries() == []


def test_another_name_of_the_same_server_is_another_place(server):
    account = account_of(server)
    server.sandbox.faults.add(Kind.REDIRECT, location=server.url.replace("127.0.0.1", "localhost") + "/entries")
    with pytest.raises(NokoError):
        account.entries.create(date=account.today, minutes=5)
    assert len(server.sandbox.journal.arrivals()) == 1


def test_a_next_page_elsewhere_gets_no_token(elsewhere):
    link = f'<http://localhost:{elsewhere.port}/v2/users?page=2>; rel="next"'
    head = f"HTTP/1.1 200 OK\r\nLink: {link}\r\nContent-Length: 2\r\n\r\n[]"
    noko = Listener(lambda connection: connection.sendall(head.encode()))
    try:
        account = of_server(f"{noko.url}/v2", BOTH[0], throttle=MemoryThrottle(interval_ms=1))
        with pytest.raises(NokoUnavailable, match="must not go"):
            list(account.users.list())
        assert noko.headers()["x-nokotoken"] == TOKEN
    finally:
        noko.close()
    assert elsewhere.connections == 0


def test_a_listener_that_is_reached_would_be_noticed(elsewhere):
    account = of_server(f"{elsewhere.url}/v2", BOTH[0], throttle=MemoryThrottle(interval_ms=1))
    assert list(account.users.list()) == []
    assert elsewhere.headers()["x-nokotoken"] == TOKEN
    assert elsewhere.headers()["connection"] == "close"
