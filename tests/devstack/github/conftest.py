"""A fake GitHub in virtual time, a client that speaks to it, and a receiver for its hooks."""

import hashlib
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from devstack.github import TOKEN, Author, Commit, FakeGitHub, Repository
from devstack.wire.message import Request

START = 1_767_268_800_000  # 2026-01-01T12:00:00Z
SHOP = "acme/website-shop"
JANE = Author("Jane Doe", "jane@acme.example", "jane-dev")


class VirtualClock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += int(seconds * 1000)


class Client:
    """Calls a fake in process, as whoever holds the token."""

    def __init__(self, github, token=TOKEN):
        self.github = github
        self.headers = {"User-Agent": "Tests/1"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def send(self, method, target, value=None, headers=()):
        body = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        sent = self.headers | dict(headers)
        request = Request.from_http(method, target, [pair for pair in sent.items() if pair[1] is not None], body)
        return self.github.handle(request)

    def get(self, target, **headers):
        return self.send("GET", target, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, target, value=None):
        return self.send("POST", target, value)

    def follow(self, target):
        """Return the answers to a call and to all pages that its `next` links lead to."""
        answers = [self.get(target)]
        while link := links(answers[-1]).get("next"):
            answers.append(self.get(link))
        return answers


def links(answer):
    found = re.findall(r'<([^>]+)>; rel="([a-z]+)"', answer.header("Link") or "")
    return {rel: url for url, rel in found}


class Receiver(ThreadingHTTPServer):
    """Takes deliveries in. `status` is its answer, `before` runs first, and `mute` closes without an answer."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Taking)
        self.arrived, self.status, self.before, self.mute = [], 202, lambda: None, False
        self.url = f"http://127.0.0.1:{self.server_port}/webhooks/github?from=github"
        in_a_thread(self.serve_forever, 0.02)

    def handle_error(self, request, client_address):
        pass  # the other side may have hung up


class _Taking(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.append((self.path, dict(self.headers), body))
        self.server.before()
        if self.server.mute:
            return
        self.send_response(self.server.status)
        self.send_header("X-Receiver", "tests")
        self.end_headers()
        self.wfile.write(b'{"drafts": []}')

    def log_message(self, *_):
        pass


def sha(text):
    return hashlib.sha1(str(text).encode()).hexdigest()


def commit(name, *parents, **fields):
    made = {
        "sha": sha(name),
        "message": f"Work on {name} [f:45m]",
        "author": JANE,
        "author_date": "2026-01-01T00:30:00+02:00",
        "committer_date": "2026-01-01T00:40:00+02:00",
        "parents": tuple(sha(parent) for parent in parents),
    }
    return Commit(**made | fields)


def line(count, *, first=0):
    """Return commits that follow each other, a minute apart."""
    return [
        commit(n, *([n - 1] if n else []), committer_date=f"2026-01-01T{n // 60:02}:{n % 60:02}:00Z")
        for n in range(first, count)
    ]


def push_payload(*commits, branch="main", **fields):
    listed = [{"id": made.sha, "message": made.message, "timestamp": made.committer_date} for made in commits]
    after = commits[-1].sha if commits else "0" * 40
    return {"ref": f"refs/heads/{branch}", "after": after, "commits": listed} | fields


def eventually(condition):
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def github(clock):
    made = FakeGitHub(now=clock, hook_timeout_s=5)
    made.forge.put(Repository(SHOP))
    yield made
    made.stop()


@pytest.fixture
def shop(github):
    return github.forge.repository(SHOP)


@pytest.fixture
def client(github):
    return Client(github)


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def hook(github, receiver):
    return github.forge.add_hook(SHOP, receiver.url, secret="s3cret")


def in_a_thread(work, *arguments):
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def play():
    """Return what tests make things with."""
    return SimpleNamespace(
        sha=sha,
        commit=commit,
        line=line,
        push=push_payload,
        links=links,
        client=Client,
        eventually=eventually,
        thread=in_a_thread,
        threads=threading.enumerate,
    )


@pytest.fixture
def start():
    return START
