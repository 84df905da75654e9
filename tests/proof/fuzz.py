"""Fuzz the whole front door: many made-up requests, each answer judged, what was taken in worked off."""

import collections
import dataclasses
import datetime as dt
import json
import time

import hypothesis
from fuzzing.door import Door, FormDoor
from fuzzing.judge import complaints
from fuzzing.request import ENVELOPES, batch
from fuzzing.sent import GITHUB
from fuzzing.submission import submissions

from chalicelib.domain.directive import read

ROUND = 500
"""Requests that one house serves."""
TIMED_FROM = 10_000
"""A message has to have so many bytes for its time per 100 KB to mean anything."""
HUNDRED_KB = 100_000
FAILURES_KEPT = 50
TODAY = dt.date(2026, 7, 1)
REDELIVERED = 10
"""One in so many of what was taken in is sent again."""


@dataclasses.dataclass(frozen=True)
class Failure:
    """What is wrong, and the request as one line of JSON that `Sent.from_json` replays."""

    complaint: str
    request: str


@dataclasses.dataclass(frozen=True)
class FuzzReport:
    """What came of it. `slowest_ms` is processor time per 100 KB, of messages of 10 KB and more; None without any."""

    seed: int
    requests: int
    statuses: dict
    entries: dict
    failures: tuple
    slowest_ms: float | None
    seconds: float

    def __str__(self):
        statuses = ", ".join(f"{status}: {count:,}" for status, count in self.statuses.items())
        entries = ", ".join(f"{status}: {count:,}" for status, count in self.entries.items())
        slowest = "none timed" if self.slowest_ms is None else f"{self.slowest_ms:.1f} ms"
        return (
            f"{self.requests:,} requests in {self.seconds:.0f} s (seed {self.seed}), {len(self.failures)} failures; "
            f"answers {statuses}; entries {entries}; slowest parse of 100 KB: {slowest}"
        )


def fuzz(requests, seed, door=Door, batch=batch):
    """Send `requests` requests made from `seed` to doors that `door` makes, and return what came of it.

    The same seed sends the same ones only while the code stays as it is, since Hypothesis picks constants out of it. So
    each failure brings its request along.
    """
    run = _Run(requests)
    start = time.monotonic()
    number = 0
    while run.left:
        run.door = door()
        before = run.left
        _round(run, batch, seed=f"{seed}.{number}")
        run.work_off()
        number += 1
        assert run.left < before, "a round without a single request would go on for ever"
    return FuzzReport(
        seed=seed,
        requests=requests,
        statuses=dict(sorted(run.statuses.items())),
        entries=dict(sorted(run.entries.items())),
        failures=tuple(run.failures[:FAILURES_KEPT]),
        slowest_ms=run.slowest_ms,
        seconds=time.monotonic() - start,
    )


def fuzz_forms(requests, seed):
    """Do the same at the route of forms."""
    return fuzz(requests, seed, door=FormDoor, batch=submissions)


def _round(run, batch, *, seed):
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=-(-min(ROUND, run.left) // ENVELOPES),
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(batch)
    def serve(requests):
        for request in requests[: run.left]:
            run.serve(request)

    serve()


class _Run:
    def __init__(self, requests):
        self.left = requests
        self.door = None
        self.statuses = collections.Counter()
        self.entries = collections.Counter()
        self.failures = []
        self.slowest_ms = None

    def serve(self, request):
        answer = self._judged(request)
        if answer is None or answer.status != 202:
            return
        self._time(request)
        if self.left and self.statuses[202] % REDELIVERED == 0:
            again = self._judged(dataclasses.replace(request, fault=None))
            if again is not None and (again.status, again.json().get("duplicate")) != (200, True):
                self._fail("an exact redelivery was not told as one", request)

    def _judged(self, request):
        self.left -= 1
        try:
            answer = self.door.serve(request)
            wrong = list(complaints(request, answer, self.door))
        except Exception as error:  # noqa: BLE001 - the very thing that must not come out of a door
            self._fail(f"raised {error!r}"[:300], request)
            return None
        self.statuses[answer.status] += 1
        for complaint in wrong:
            self._fail(complaint, request)
        return answer

    def _fail(self, complaint, request):
        self.failures.append(Failure(complaint, json.dumps(request.to_json())))

    def _time(self, request):
        """Read the long messages of a push once more, with a clock."""
        if request.path != GITHUB or len(request.body) < TIMED_FROM or not request.body.startswith(b"{"):
            return
        for message in {commit["message"] for commit in json.loads(request.body)["commits"]}:
            size = len(message.encode())
            if size >= TIMED_FROM:
                start = time.process_time()
                read(message, today=TODAY)
                ms = (time.process_time() - start) * 1000 * HUNDRED_KB / size
                self.slowest_ms = max(ms, self.slowest_ms or 0)

    def work_off(self):
        """Let everything that was taken in be opened and posted: nothing of it may get stuck or raise."""
        house = self.door.house
        try:
            while house.open_next() or house.post_next():
                pass
        except Exception as error:  # noqa: BLE001 - a message that raises would come again and again
            self.failures.append(Failure(f"working off raised {error!r}"[:300], "{}"))
        self.entries.update(house.statuses().values())
