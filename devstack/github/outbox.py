"""Sends events to hooks, once and again, and records each attempt."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import TYPE_CHECKING, Any

from devstack.github.delivery import Delivery
from devstack.github.envelope import MAX_PAYLOAD, seal
from devstack.github.shape import account_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devstack.github.courier import Courier
    from devstack.github.delivery import Deliveries
    from devstack.github.forge import Forge
    from devstack.github.record import Hook, Repository

_AT_ONCE = 8


class Outbox:
    """Send through `courier` to the hooks of `forge`, and write to `deliveries`. Takes no lock while it waits."""

    def __init__(self, forge: Forge, deliveries: Deliveries, courier: Courier, *, clock: Callable[[], int]) -> None:
        self._forge = forge
        self._deliveries = deliveries
        self._courier = courier
        self._clock = clock
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._under_way: list[Future[Delivery]] = []

    def fire(self, repository: Repository, event: str, payload: Mapping[str, Any]) -> list[Delivery]:
        """Send an event to every hook that wants it, one after the other, and return what came of it."""
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > MAX_PAYLOAD:
            return []
        guid, action = str(uuid.uuid4()), payload.get("action")
        hooks = self._forge.hooks_for(event, repository)
        return [self._send(hook, event, action, guid, text, repository.id) for hook in hooks]

    def redeliver(self, old: Delivery) -> None:
        """Start sending again, to the hook as it is by then: its URL, its secret. Nobody waits; see `settle`."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="redelivery")
            self._under_way.append(self._pool.submit(self._again, old))

    def settle(self, timeout_s: float) -> None:
        """Wait for every redelivery that was started; raises TimeoutError, or what went wrong inside of one."""
        with self._lock:
            started, self._under_way = self._under_way, []
        done, late = wait(started, timeout=timeout_s)
        for future in done:
            future.result()
        if late:
            raise TimeoutError(f"{len(late)} redeliveries are still under way")

    def close(self) -> None:
        """Drop what was not started yet, break off what was, and wait for its end."""
        with self._lock:
            pool, self._pool, self._under_way = self._pool, None, []
        with self._courier.hung_up():
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def _again(self, old: Delivery) -> Delivery:
        hook = self._forge.hook(old.hook_id)
        assert hook is not None, "hooks are never removed"
        return self._send(hook, old.event, old.action, old.guid, old.payload, old.repository_id, redelivery=True)

    def _send(
        self,
        hook: Hook,
        event: str,
        action: str | None,
        guid: str,
        payload: str,
        repository_id: int,
        *,
        redelivery: bool = False,
    ) -> Delivery:
        at = self._clock()
        target = repository_id if hook.of_repository else account_id(hook.owner)
        envelope = seal(hook, event=event, guid=guid, payload=payload, target_id=target)
        made = Delivery(
            hook_id=hook.id,
            guid=guid,
            event=event,
            action=action,
            payload=payload,
            repository_id=repository_id,
            url=hook.url,
            delivered_at=at,
            redelivery=redelivery,
            headers=envelope.headers,
            outcome=self._courier.carry(hook.url, envelope),
        )
        return self._deliveries.add(made)
