"""A sandbox in virtual time, and a client that speaks to it."""

import json

import pytest

from devstack.sandbox import Request, Sandbox
from devstack.sandbox.account import TOKEN

START = 1_767_268_800_000  # 2026-01-01T12:00:00Z


class VirtualClock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def pass_ms(self, ms):
        self.now += ms


class Client:
    """Calls a sandbox in process; the last answer's delay is not waited for."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.headers = {"User-Agent": "Tests/1", "X-NokoToken": TOKEN}

    def send(self, method, target, body=b"", headers=None):
        given = self.headers if headers is None else headers
        if target.startswith("/") and not target.startswith(("/v2", "/_sandbox")):
            target = f"/v2{target}"
        return self.sandbox.handle(Request.from_http(method, target, given.items(), body))

    def get(self, target):
        return self.send("GET", target)

    def post(self, target, value):
        return self.send("POST", target, json.dumps(value).encode())

    def put(self, target, value=None):
        return self.send("PUT", target, b"" if value is None else json.dumps(value).encode())

    def delete(self, target):
        return self.send("DELETE", target)

    def under(self, token):
        """The same sandbox, called with another token."""
        other = Client(self.sandbox)
        other.headers |= {"X-NokoToken": token}
        return other

    def log(self, **fields):
        return self.post("/entries", {"date": "2026-01-01", "minutes": 30} | fields)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def sandbox(clock):
    made = Sandbox(clock=clock)
    made.limiter = None
    return made


@pytest.fixture
def client(sandbox):
    return Client(sandbox)


@pytest.fixture
def client_of():
    return Client


@pytest.fixture
def refused():
    """Tells what an error names: (resource, field, code) of each, after the status is as expected."""

    def read(answer, status=400):
        assert answer.status == status, answer
        assert answer.json()["message"]
        return {(error["resource"], error["field"], error["code"]) for error in answer.json()["errors"]}

    return read


@pytest.fixture
def start():
    return START
