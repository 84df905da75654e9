"""A house with a fake GitHub before it: its API in process and in virtual time, its hooks over a real socket."""

import contextlib
import dataclasses
import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fakes.house import ROUTING, FakeHouse, sha
from fakes.transport import SandboxTransport

from chalicelib.domain.directive import Rules
from chalicelib.domain.routing_table import Hook
from chalicelib.errors import RequestError
from chalicelib.github.client import GitHubClient
from chalicelib.services import intake
from chalicelib.sources import github as source
from devstack.github import TOKEN, Author, Commit, FakeGitHub, Outage, Repository

SECRET = "current-secret"
SITE = "acme/website"
JANE = Author("Jane", "jane@acme.example", "jane-dev")
EVE = Author("Eve", "eve@elsewhere.example")


class Receiver:
    """Our door on a real socket. `status` is what it answers instead of looking, while it is set."""

    def __init__(self, house):
        self.house = house
        self.status = None
        self.received = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._lock:
                    status = receiver.status or receiver.take(dict(self.headers.items()), raw)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/github"

    def take(self, headers, raw):
        today = dt.datetime.fromtimestamp(self.house.clock.now() / 1000, dt.UTC).date()
        try:
            source.verify(headers, raw, secrets=(SECRET,))
            delivery = source.delivery(headers, raw, rules_for=lambda _: Rules(), today=today)
        except RequestError as error:
            return error.status
        self.received.append(delivery)
        return 202 if delivery.unused is None and intake.take(delivery, ports=self.house.ports) else 200

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class GitHubWorld:
    """A house that catches up on the one hook of acme/website, and GitHub as far as it knows it."""

    def __init__(self, *, routing=None, switches=None):
        self.house = FakeHouse(routing=routing or dataclasses.replace(ROUTING, hooks=(Hook(SITE),)))
        self.clock = self.house.clock
        self.fake = FakeGitHub(now=self.clock.now, switches=switches)
        self.repository = self.fake.forge.put(Repository(SITE))
        self.receiver = Receiver(self.house)
        self.hook = self.fake.forge.add_hook(SITE, self.receiver.url, secret=SECRET)
        self.house.secrets.api_token = TOKEN
        self.transport = SandboxTransport(self.fake, self.clock)
        self.client = GitHubClient(
            base_url=self.fake.base_url,
            transport=self.transport,
            clock=self.clock,
            secrets=self.house.secrets,
            telemetry=self.house.telemetry,
        )
        self.house.ports = dataclasses.replace(self.house.ports, github=self.client)
        self._number = 0

    def commit(self, message="Work [f:45]", *, author=JANE, **fields):
        """Make the next commit of the branch main."""
        self._number += 1
        moment = dt.datetime.fromtimestamp(self.clock.now() / 1000, dt.UTC).isoformat(timespec="seconds")
        head = self.repository.branches.get("main")
        made = Commit(
            sha(self._number), f"{self._number}: {message}", author, moment, moment, (head,) if head else (), **fields
        )
        self.repository.add(made)
        return made

    def push(self, *commits, **fields):
        """Push commits, a new one without any, and let GitHub deliver that."""
        commits = commits or (self.commit(),)
        payload = {
            "ref": "refs/heads/main",
            "before": commits[0].parents[0] if commits[0].parents else "0" * 40,
            "after": commits[-1].sha,
            "repository": {"full_name": SITE, "default_branch": "main"},
            "commits": [_pushed(commit) for commit in commits],
        }
        return self.fake.push(SITE, payload | fields, commits)

    @contextlib.contextmanager
    def outage(self):
        """Let nothing that GitHub sends arrive."""
        self.fake.courier.outage = Outage()
        try:
            yield
        finally:
            self.fake.courier.outage = None

    def tick(self):
        """Let one tick pass, and what GitHub does because of it."""
        self.house.tick()
        self.fake.settle()

    def run(self, *, minutes):
        """Let time pass: each minute a tick, redeliveries, and whatever that brings."""
        for _ in range(minutes):
            self.tick()
            self.house.run(minutes=1)

    def asked(self, method, part):
        """Return the paths that were asked for by a method and hold a part."""
        return [each.path for each in self.fake.journal.arrivals(method) if part in each.path]

    def close(self):
        self.fake.stop()
        self.receiver.close()


def _pushed(commit):
    author = {"name": commit.author.name, "email": commit.author.email, "username": commit.author.login}
    return {
        "id": commit.sha,
        "message": commit.message,
        "timestamp": commit.committer_date,
        "url": f"https://github.com/{SITE}/commit/{commit.sha}",
        "author": author,
        "added": list(commit.added),
        "removed": list(commit.removed),
        "modified": list(commit.modified),
    }
