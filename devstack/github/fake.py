"""The fake itself: what happens to a request, and to a push."""

from __future__ import annotations

import time
from dataclasses import replace
from email.utils import formatdate
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from devstack.github.call import Call
from devstack.github.conditional import conditional
from devstack.github.courier import TIMEOUT_S, Courier
from devstack.github.credential import TOKEN, Credentials, Token
from devstack.github.delivery import Deliveries
from devstack.github.fault import Faults
from devstack.github.forge import Forge
from devstack.github.journal import Journal
from devstack.github.limiter import Limiter
from devstack.github.message import failure
from devstack.github.mishap import spoil
from devstack.github.outbox import Outbox
from devstack.github.route import dispatch, makes_content
from devstack.github.switch import Switches
from devstack.wire.message import Answer, Dropped, Request, Response
from devstack.wire.server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from devstack.github.delivery import Delivery
    from devstack.github.record import Commit, Repository

_BRANCH = "refs/heads/"
_NO_USER_AGENT = (
    b"Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
    b"(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required)."
)


def _now() -> int:
    return time.time_ns() // 1_000_000


class FakeGitHub:
    """Stand in for GitHub: its REST API, and the hooks that it delivers events to.

    `now` returns milliseconds since the epoch. As a context manager it listens on a free port, and `base_url` is
    where. Without that, `handle` is the whole API, in process and in virtual time. One lock guards everything,
    but nothing waits for a hook's receiver under it: a receiver may call back.
    """

    def __init__(
        self,
        *,
        now: Callable[[], int] = _now,
        switches: Switches | None = None,
        tokens: Iterable[Token] = (Token(TOKEN),),
        hook_timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._now = now
        self._lock = RLock()
        self._server: Server | None = None
        self.base_url = "https://api.github.example"
        self._switches = switches or Switches()
        self.forge = Forge(clock=now, lock=self._lock)
        self.deliveries = Deliveries(clock=now, lock=self._lock)
        self.credentials = Credentials(tokens, lock=self._lock)
        self.limiter = Limiter(self._switches, clock=now, lock=self._lock)
        self.faults = Faults(lock=self._lock)
        self.journal = Journal(self.credentials, lock=self._lock)
        self.courier = Courier(self._switches, timeout_s=hook_timeout_s)
        self._outbox = Outbox(self.forge, self.deliveries, self.courier, clock=now)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, port: int = 0) -> str:
        """Listen, on a free port unless one is given, and return the `base_url`; raises OSError."""
        self._server = Server(self.handle, port=port).start()
        self.base_url = f"http://{HOST}:{self._server.port}"
        return self.base_url

    def stop(self) -> None:
        """Stop listening and break off what is under way, redeliveries too. All records stay; it may start again."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._outbox.close()

    def handle(self, request: Request) -> Answer:
        """Serve one request that arrives now. Whoever carries the answer waits for its `delay_ms`."""
        with self._lock:
            now = self._now()
            fault = self.faults.take(request.method, request.path)
            answer = self._work(request) if fault is None else spoil(fault, lambda: self._work(request))
            self.journal.write(request, answer, at=now, fault=fault)
        if isinstance(answer, Dropped):
            return answer
        always = (("Server", "github.com"), ("Date", formatdate(now / 1000, usegmt=True)))
        return replace(answer, headers=(*always, *answer.headers))

    def push(self, full_name: str, payload: Mapping[str, Any], commits: Iterable[Commit] = ()) -> list[Delivery]:
        """Take a push into a repository, then deliver its payload as `fire` does.

        The repository gets `commits`, and its branch moves to what the payload says.
        """
        repository = self._repository(full_name)
        ref = str(payload.get("ref", ""))
        with self._lock:
            repository.commits.update((commit.sha, commit) for commit in commits)
            if ref.startswith(_BRANCH) and payload.get("deleted"):
                repository.branches.pop(ref.removeprefix(_BRANCH), None)
            elif ref.startswith(_BRANCH) and "after" in payload:
                repository.branches[ref.removeprefix(_BRANCH)] = payload["after"]
        return self.fire(full_name, "push", payload)

    def fire(self, full_name: str, event: str, payload: Mapping[str, Any]) -> list[Delivery]:
        """Deliver an event to every hook of a repository and of its organisation that wants it.

        Returns one delivery for each of them, all with the same `guid`, after waiting for their receivers one
        after the other. A payload over 25 MB is not sent at all. Raises KeyError for an unknown repository.
        """
        return self._outbox.fire(self._repository(full_name), event, payload)

    def settle(self, timeout_s: float = 30.0) -> None:
        """Wait for every redelivery that was asked for; raises TimeoutError, or what went wrong inside of one."""
        self._outbox.settle(timeout_s)

    def _repository(self, full_name: str) -> Repository:
        repository = self.forge.repository(full_name)
        if repository is None:
            raise KeyError(full_name)
        return repository

    def _work(self, request: Request) -> Response:
        if not request.header("User-Agent"):
            return Response(403, (("Content-Type", "text/html; charset=utf-8"),), _NO_USER_AGENT)
        caller = self.credentials.caller(request)
        token = "" if caller is None else caller.value
        response = self._limited(request, caller, token)
        return replace(response, headers=(*response.headers, *self.limiter.headers(token)))

    def _limited(self, request: Request, caller: Token | None, token: str) -> Response:
        refusal = self.limiter.admit(token, request.method, content=makes_content(request.method, request.path))
        if refusal is not None:
            return refusal
        if caller is None:
            return failure(401, "Bad credentials")
        call = Call(request, caller, self.forge, self.deliveries, self._switches, self.base_url, self._outbox.redeliver)
        response = conditional(request, dispatch(call))
        if response.status == 304 and token:
            self.limiter.give_back(token)
        return response
