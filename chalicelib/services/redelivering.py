"""One look at the webhooks' own lists of deliveries, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.errors import ConfigurationError, GitHubError, told
from chalicelib.github.hook import our_hook
from chalicelib.github.progress import DONE
from chalicelib.github.redelivery import Remedy, lost
from chalicelib.services.lost_push import PushReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.routing_table import Hook, Routing
    from chalicelib.github.models import HookDelivery
    from chalicelib.github.progress import Progress
    from chalicelib.github.redelivery import Lost
    from chalicelib.ports import GitHub, Ports
    from chalicelib.services.lost_push import Taken

SETTLE_MS = 3_600_000
"""What is younger may still be missing in GitHub's list."""
MAX_ASKED = 120
"""Redeliveries asked for in one round: four rounds stay under the 500 writing requests that GitHub takes an hour."""
_GONE = frozenset({404, 410, 422})
"""What GitHub answers about a delivery that it cannot repeat."""


class What(StrEnum):
    """What was done about an event."""

    ASKED = "asked"
    TAKEN_IN = "taken_in"
    GIVEN_UP = "given_up"
    FAILED = "failed"
    """Not now; the next round tries again."""


@dataclass(frozen=True, slots=True)
class Task:
    """An event that a hook failed to hand over."""

    place: str
    hook_id: int
    lost: Lost

    @property
    def key(self) -> str:
        """What `Progress` calls it."""
        return f"{self.hook_id}:{self.lost.guid}"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done about a task, in words."""

    task: Task
    what: What
    says: str


class Round:
    """One look at all hooks, and what follows from it. `problems` are the hooks that could not be looked at, and why.

    Everything may raise GitHubUnavailable, AuthenticationError and StoreUnavailable; `progress` then holds what was
    done by then. Without a `deadline` (ms) it takes the time it needs.
    """

    def __init__(
        self, github: GitHub, *, ports: Ports, routing: Routing, progress: Progress, deadline: int | None = None
    ) -> None:
        self._github = github
        self._ports = ports
        self._routing = routing
        self._progress = progress
        self._deadline = deadline
        self._hooks: set[int] = set()
        self._seen: set[str] = set()
        self._barred: set[int] = set()
        self.problems: list[str] = []

    def go(self, *, since: int) -> bool:
        """Look and do; return whether the round is over, or else only the time was."""
        began = self._ports.clock.now()
        tasks = self.look(since=since, settled=self._progress.settled)
        if tasks is None:
            return False
        for task in tasks:
            if len(self._progress.asked) == MAX_ASKED:
                break
            if task.key in self._progress.asked or task.hook_id in self._barred:
                continue
            if self.deal(task) is None:
                return False
        self._close(tasks, began)
        return True

    def look(self, *, since: int, settled: Mapping[str, int]) -> Sequence[Task] | None:
        """List what the hooks failed to hand over since an instant; None if the time was too short.

        First comes what was tried least, so that what fails for good stands in nobody's way, then the oldest; and
        last what has to be read, which takes long. `settled` tells from when on it is enough to look, by hook.
        """
        tasks: list[Task] = []
        for hook in self._routing.hooks:
            try:
                hook_id = hook.id or our_hook(hook.place, self._github.hooks(hook.place))
                attempts = self._attempts(hook, hook_id, since=max(since, settled.get(str(hook_id), 0)))
            except (GitHubError, ConfigurationError) as error:
                self._report(hook.place, error)
                continue
            if attempts is None:
                return None
            self._hooks.add(hook_id)
            tasks += [Task(hook.place, hook_id, each) for each in lost(attempts)]
        self._seen = {task.key for task in tasks}
        return sorted(filter(self._is_open, tasks), key=_turn)

    def deal(self, task: Task) -> Step | None:
        """Do what is to be done about an event; None if the time is too short for it."""
        if self._is_late():
            return None
        match task.lost.remedy:
            case Remedy.REDELIVER:
                return self._redeliver(task)
            case Remedy.READ:
                return self._read(task)
            case Remedy.GIVE_UP:
                return self._give_up(
                    task, f"{task.lost.tries} tries failed, the last with {task.lost.latest.status_code}"
                )

    def _attempts(self, hook: Hook, hook_id: int, *, since: int) -> list[HookDelivery] | None:
        found: list[HookDelivery] = []
        for attempt in self._github.deliveries(hook.place, hook_id, since=since):
            if self._is_late():
                return None
            found.append(attempt)
        return found

    def _redeliver(self, task: Task) -> Step:
        try:
            self._github.redeliver(task.place, task.hook_id, task.lost.latest.id)
        except GitHubError as error:
            if error.status in _GONE:
                return self._give_up(task, str(error))
            self._barred.add(task.hook_id)
            self._report(task.place, error)
            return Step(task, What.FAILED, str(error))
        self._progress.asked.add(task.key)
        self._ports.telemetry.event("redelivery_asked", hook=task.hook_id, guid=task.lost.guid)
        return Step(task, What.ASKED, "asked GitHub to deliver it again")

    def _read(self, task: Task) -> Step | None:
        drafts = 0
        for taken in self._pages(task):
            drafts += taken.drafts
            if taken.problem is not None:
                return self._give_up(task, taken.problem)
            self._progress.pages[task.key] = taken.page or DONE
            if taken.page is not None and self._is_late():
                return None
        if self._is_open(task):
            return None
        self._ports.telemetry.event("push_read", hook=task.hook_id, guid=task.lost.guid, drafts=drafts)
        return Step(task, What.TAKEN_IN, f"too large to be delivered; read through the API: {drafts} drafts")

    def _pages(self, task: Task) -> Iterator[Taken]:
        detail = self._github.delivery(task.place, task.hook_id, task.lost.latest.id)
        reader = PushReader(self._github, guid=task.lost.guid, ports=self._ports, routing=self._routing)
        page = self._progress.pages.get(task.key, 1)
        return reader.take(detail.request.payload if detail else None, page=page, deadline=self._deadline)

    def _give_up(self, task: Task, why: str) -> Step:
        self._progress.pages[task.key] = DONE
        self._ports.telemetry.alarm("delivery_given_up", hook=task.hook_id, guid=task.lost.guid, detail=why)
        return Step(task, What.GIVEN_UP, why)

    def _report(self, place: str, error: Exception) -> None:
        self.problems.append(f"{place}: {error}")
        self._ports.telemetry.alarm("catch_up_failed", place=place, **told(error))

    def _close(self, tasks: Sequence[Task], began: int) -> None:
        """Forget what the next round need not know."""
        progress = self._progress
        progress.asked.clear()
        progress.pages = {key: page for key, page in progress.pages.items() if key in self._seen}
        progress.settled = {str(hook_id): began - SETTLE_MS for hook_id in self._hooks}
        for task in filter(self._is_open, tasks):
            hook = str(task.hook_id)
            progress.settled[hook] = min(progress.settled[hook], task.lost.first_at)

    def _is_open(self, task: Task) -> bool:
        return self._progress.pages.get(task.key) != DONE

    def _is_late(self) -> bool:
        return self._deadline is not None and self._ports.clock.now() > self._deadline - MIN_REMAINING_MS


def _turn(task: Task) -> tuple[bool, int, int]:
    return task.lost.remedy is Remedy.READ, task.lost.tries, task.lost.first_at
