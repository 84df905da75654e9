"""The sandbox itself: what happens to a request, from the limiter to the books."""

from __future__ import annotations

import heapq
import time
from dataclasses import replace
from email.utils import formatdate
from threading import RLock
from typing import TYPE_CHECKING

from devstack.sandbox import control
from devstack.sandbox.account import ACME, Account
from devstack.sandbox.book import Books
from devstack.sandbox.call import Call
from devstack.sandbox.credential import Credentials
from devstack.sandbox.fault import Fault, Faults
from devstack.sandbox.journal import Journal
from devstack.sandbox.limiter import NginxLimiter
from devstack.sandbox.mishap import spoil
from devstack.sandbox.route import dispatch
from devstack.sandbox.switch import Switches
from devstack.wire.message import Answer, Dropped, Request, Response, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.diary import Diary

BASE_PATH = "/v2"


def _now() -> int:
    return time.time_ns() // 1_000_000


class Sandbox:
    """Stand in for Noko. Nothing here sleeps or opens a socket, so it runs in virtual time too.

    `clock` returns milliseconds since the epoch. `base_url` starts every URL in an answer; `serve` sets it to
    the real one. `latency_ms` is added to every answer. Set `limiter` to None to be rid of it. Work is done at
    the instant of arrival, also of a request that the limiter slows down: only its answer waits. One lock
    guards everything, so requests are served one after the other; waiting for `delay_ms` is outside of it.
    With a `diary` the books outlive the sandbox.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], int] = _now,
        switches: Switches | None = None,
        account: Account = ACME,
        base_url: str = f"https://sandbox.example{BASE_PATH}",
        latency_ms: int = 0,
        diary: Diary | None = None,
    ) -> None:
        self._clock = clock
        self._diary = diary
        self._lock = RLock()
        self._late: list[tuple[int, int, Callable[[], object]]] = []
        self._late_count = 0
        self.switches = switches or Switches()
        self.base_url = base_url
        self.latency_ms = latency_ms
        self.books = Books(account, clock=clock, lock=self._lock)
        self.credentials = Credentials(account.tokens, lock=self._lock)
        self.faults = Faults(lock=self._lock)
        self.journal = Journal(self.credentials, lock=self._lock)
        self.limiter: NginxLimiter | None = NginxLimiter(burst=self.switches.burst, lock=self._lock)

    def handle(self, request: Request) -> Answer:
        """Serve one request that arrives now; first, what has become due of earlier ones.

        Whoever carries the answer waits for its `delay_ms`, breaks it off at `cut_at`, and after a `Dropped`
        with `work_due` calls `run_due`.
        """
        with self._lock:
            now = self._clock()
            self.run_due(now)
            if control.concerns(request):
                return self._finished(self._written(control.answer(self, request), request, now), now)
            answer, fault = self._meet(request, now)
            answer = answer.delayed(self.latency_ms)
            self.journal.write(request, answer, at=now, fault=None if fault is None else fault.kind)
            return self._finished(answer, now)

    def run_due(self, now: int) -> int:
        """Do the work that is due by `now`, late or in the background, each piece at its own instant; count it."""
        with self._lock:
            done = 0
            while self._late and self._late[0][0] <= now:
                _, _, work = heapq.heappop(self._late)
                work()
                done += 1
            return done

    @property
    def next_due(self) -> int | None:
        """The instant of the next work that waits, if any does."""
        with self._lock:
            return self._late[0][0] if self._late else None

    def _meet(self, request: Request, now: int) -> tuple[Answer, Fault | None]:
        delay_ms = 0
        if self.limiter is not None:
            verdict = self.limiter.arrive(now)
            if verdict.delay_ms is None:
                return Response(429), None
            delay_ms = verdict.delay_ms
        hit = self.faults.take(request.method, self._local(request) or request.path)
        answer = self._answer(request, hit.fault, now)
        return answer.delayed(delay_ms + hit.delay_ms), hit.fault

    def _answer(self, request: Request, fault: Fault | None, now: int) -> Answer:
        def work(*, ago_ms: int = 0) -> Response:
            return self._work(request, now, ago_ms)

        if fault is None:
            return work()
        answer = spoil(fault, work, now=now, url=self._url(request))
        if isinstance(answer, Dropped) and answer.work_due is not None:
            due = answer.work_due
            self._later(due, lambda: self._work(request, due))
        return answer

    def _later(self, due: int, work: Callable[[], object]) -> None:
        self._late_count += 1
        heapq.heappush(self._late, (due, self._late_count, work))

    def _work(self, request: Request, now: int, ago_ms: int = 0) -> Response:
        path = self._local(request)
        if path is None:
            return failure(404, "Not Found")
        if not request.header("User-Agent"):
            return failure(400, "User-Agent is required")
        user_id = self.credentials.user_of(request)
        caller = None if user_id is None else self.books.user(user_id)
        if caller is None:
            return failure(401, "Unauthorized")
        lag = max(ago_ms, self.switches.list_lag_ms)
        as_of = now - lag if lag else None
        call = Call(request, caller, now, as_of, self.books, self.switches, self.base_url, self._later)
        return self._written(dispatch(call, path), request, now)

    def resume(self, port: int) -> None:
        """Go on where the diary ends, on the port where it is served."""
        if self._diary is not None:
            self._diary.begin(port, self._again)

    def _again(self, request: Request, at: int) -> None:
        self.run_due(at)
        if control.concerns(request):
            control.answer(self, request)
        else:
            self._work(request, at)

    def _written(self, response: Response, request: Request, now: int) -> Response:
        lasting = not control.concerns(request) or control.lasts(request)
        if self._diary is not None and response.status < 400 and request.method not in {"GET", "HEAD"} and lasting:
            self._diary.write(request, now)
        return response

    def _local(self, request: Request) -> str | None:
        if request.path == BASE_PATH or request.path.startswith(f"{BASE_PATH}/"):
            return request.path.removeprefix(BASE_PATH)
        return None

    def _url(self, request: Request) -> str:
        return self.base_url.removesuffix(BASE_PATH) + request.target

    @staticmethod
    def _finished(answer: Answer, now: int) -> Answer:
        if isinstance(answer, Dropped):
            return answer
        always = (("Server", "nginx"), ("Date", formatdate(now / 1000, usegmt=True)))
        return replace(answer, headers=(*always, *answer.headers))
