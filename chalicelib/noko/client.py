"""The only code that talks to Noko. Every request, page and redirect takes a slot of its own."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.domain.interval import MAX_SLOT_AGE_MS, last_byte_out
from chalicelib.domain.outcome import Outcome, Unavailable
from chalicelib.domain.throttle import Kind
from chalicelib.errors import ConfigurationError, NokoError, NokoUnavailable
from chalicelib.errors import Unavailable as NotNow
from chalicelib.noko import protocol
from chalicelib.noko.models import NokoEntry, NokoProject, NokoUser
from chalicelib.noko.protocol import Answer, Failure, Request, Result
from chalicelib.services import pausing
from chalicelib.services.slot import wait_for_slot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.throttle import Slot
    from chalicelib.noko.protocol import NewEntry
    from chalicelib.noko.transport import Guard, Transport
    from chalicelib.ports import Clock, Secrets, Telemetry, Throttle

READ_PATIENCE_MS = 20_000
"""How long a question waits for its slot."""
MAX_LATE_SLOTS = 5
"""How many slots may turn stale under one request before it is given up."""

Model = TypeVar("Model", bound=BaseModel)


class NokoClient:
    """The `Noko` port over HTTP. Follows redirects by the rules of `protocol.redirected`; never retries."""

    def __init__(
        self,
        *,
        base_url: str,
        allowed_hosts: frozenset[str],
        transport: Transport,
        throttle: Throttle,
        clock: Clock,
        secrets: Secrets,
        telemetry: Telemetry,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._allowed_hosts = allowed_hosts
        self._transport = transport
        self._throttle = throttle
        self._clock = clock
        self._secrets = secrets
        self._telemetry = telemetry

    def create(self, new: NewEntry, *, slot: Slot, lease_until: int) -> Outcome:
        """Try once; no first byte leaves later than the lease allows, or on a stale slot."""
        try:
            request = protocol.create(self._base_url, self._secrets.noko_token(), new)
            result = self._exchange(request, kind=Kind.POSTING, slot=slot, until=last_byte_out(lease_until))
        except (NotNow, ConfigurationError) as error:
            return Unavailable(str(error))
        return protocol.classify(result)

    def entries(self, *, updated_from: int, user_ids: Sequence[int]) -> Sequence[NokoEntry]:
        """List by `updated_from` (a UTC timestamp in whole seconds) and people, newest date first."""
        moment = dt.datetime.fromtimestamp(updated_from // 1000, dt.UTC)
        query = [("updated_from", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))]
        if user_ids:
            query.append(("user_ids", ",".join(str(i) for i in user_ids)))
        return self._list("/entries", NokoEntry, query)

    def entries_between(
        self, date_from: dt.date, date_to: dt.date, user_ids: Sequence[int] = ()
    ) -> Sequence[NokoEntry]:
        """List by `from` and `to` (dates, both included) and people, newest date first."""
        query = [("from", date_from.isoformat()), ("to", date_to.isoformat())]
        if user_ids:
            query.append(("user_ids", ",".join(str(i) for i in user_ids)))
        return self._list("/entries", NokoEntry, query)

    def entry(self, noko_id: int) -> NokoEntry | None:
        """Get one entry."""
        try:
            return _parse(NokoEntry, protocol.read(self._ask(self._get(f"/entries/{noko_id}"))))
        except NokoError as error:
            if error.status == 404:
                return None
            raise

    def users(self) -> Sequence[NokoUser]:
        """List all users, whatever their state."""
        return self._list("/users", NokoUser)

    def projects(self) -> Sequence[NokoProject]:
        """List all projects, archived ones too."""
        return self._list("/projects", NokoProject)

    def current_user(self) -> NokoUser:
        """Ask whose token this is."""
        answer = self._ask(self._get("/current_user"), kind=Kind.PROBE)
        return _parse(NokoUser, protocol.read(answer))

    def _get(self, path: str, query: Iterable[tuple[str, str]] = ()) -> Request:
        return protocol.get(self._base_url, path, self._secrets.noko_token(), query)

    def _list(self, path: str, model: type[Model], query: Sequence[tuple[str, str]] = ()) -> list[Model]:
        request = self._get(path, [*query, ("per_page", str(protocol.PER_PAGE))])
        found: list[Model] = []
        seen: set[str] = set()
        while True:
            seen.add(request.url)
            result = self._ask(request)
            data = protocol.read(result)
            if not isinstance(data, list):
                raise NokoUnavailable("Noko's answer is not a list")
            found.extend(_parse(model, item) for item in data)
            url = protocol.next_page(result) if isinstance(result, Answer) else None
            if url is None:
                return found
            following = protocol.elsewhere(request, url, allowed_hosts=self._allowed_hosts)
            if following is None:
                raise NokoUnavailable("Noko's next page lies where the token must not go")
            if following.url in seen:
                raise NokoUnavailable("Noko's pages lead in a circle")
            request = following

    def _ask(self, request: Request, kind: Kind = Kind.JOB) -> Result:
        until = self._clock.now() + READ_PATIENCE_MS
        slot = self._slot(kind, until)
        return self._exchange(request, kind=kind, slot=slot, until=until)

    def _slot(self, kind: Kind, until: int) -> Slot:
        return wait_for_slot(kind, throttle=self._throttle, clock=self._clock, telemetry=self._telemetry, until=until)

    def _exchange(self, request: Request, *, kind: Kind, slot: Slot, until: int) -> Result:
        """Send, and follow redirects verbatim. Raises only for what did not happen."""
        result = self._send(request, kind=kind, slot=slot, until=until)
        for _ in range(protocol.MAX_REDIRECTS):
            following = protocol.redirected(request, result, allowed_hosts=self._allowed_hosts)
            if following is None:
                break
            request, slot = following, self._slot(kind, until)
            result = self._send(request, kind=kind, slot=slot, until=until)
        return result

    def _send(self, request: Request, *, kind: Kind, slot: Slot, until: int) -> Result:
        for _ in range(MAX_LATE_SLOTS):
            result = protocol.without_token(self._transport.send(request, self._guard(slot, until)), request)
            if not (isinstance(result, Failure) and result.stopped and self._clock.now() < until):
                break
            slot = self._slot(kind, until)
        with suppress(NotNow):  # the answer is in hand: it must not be lost over this
            self._learn(result, slot)
        return result

    def _learn(self, result: Result, slot: Slot) -> None:
        """Tell the throttle what this exchange says of Noko itself."""
        now = self._clock.now()
        if isinstance(result, Answer) and result.status == 429:
            self._telemetry.alarm("noko_429")
            self._throttle.penalise(now=now)
        pausing.learn(
            protocol.health(result),
            slot,
            throttle=self._throttle,
            secrets=self._secrets,
            telemetry=self._telemetry,
            now=now,
        )

    def _guard(self, slot: Slot, until: int) -> Guard:
        def guard() -> str | None:
            now = self._clock.now()
            if now >= until:
                return "too late to send under this lease"
            if now - slot.at > MAX_SLOT_AGE_MS:
                return "the slot is stale"
            return None

        return guard


def _parse(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise NokoUnavailable(f"Noko's answer is not a {model.__name__}: {error.error_count()} fields") from None
