"""The composition root: which adapter stands behind which port. Built lazily, once per container."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chalicelib.aws.clock import RandomTokens, SystemClock
from chalicelib.aws.secrets import FixedSecrets, SsmSecrets
from chalicelib.errors import ConfigurationError, StoreUnavailable, told
from chalicelib.ports import Ports
from chalicelib.settings import ACCOUNT, AWS, Settings

if TYPE_CHECKING:
    from chalicelib.domain.routing_table import Routing
    from chalicelib.github.client import GitHubClient
    from chalicelib.ports import Ledger, Queue, Secrets, Telemetry, Throttle
    from chalicelib.ports.table import Table


READ_TIMEOUT_S = 5.0
"""How long AWS may take to answer one call; an emulator with a long backlog takes longer."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What remembers: ledger, queue and throttle, of one store, and the table on which they stand."""

    table: Table
    ledger: Ledger
    queue: Queue
    throttle: Throttle


class House:
    """Everything a handler needs, each part made when it is first asked for. Making the house itself never fails."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        telemetry: Telemetry | None = None,
        read_timeout_s: float = READ_TIMEOUT_S,
        stores: Stores | None = None,
    ) -> None:
        self._settings = settings
        self._given_stores = stores
        self._read_timeout_s = read_timeout_s
        self._telemetry = telemetry
        self._routing: Routing | None = None
        self._routing_version: tuple[int, int] | None = None

    @functools.cached_property
    def settings(self) -> Settings:
        """Read the environment, unless told otherwise; raises ConfigurationError."""
        return Settings.from_env() if self._settings is None else self._settings

    @property
    def routing(self) -> Routing:
        """Read the routing file, anew when it changed; raises ConfigurationError with all its problems.

        A change that has problems is not taken over: the file as it was serves on, and an alarm says so.
        """
        path = self.settings.routing_file
        state = path.stat()
        version = (state.st_mtime_ns, state.st_size)
        if version != self._routing_version:
            from chalicelib.routing_file.document import load  # noqa: PLC0415 - posting does without

            try:
                routing = load(path.read_text(encoding="utf-8"), name=path.name)
                _check_age(routing, kept_days=self.settings.retention.entries_days)
                self._routing = routing
            except UnicodeDecodeError:
                raise ConfigurationError(f"{path.name} is not written in UTF-8") from None
            except ConfigurationError as error:
                if self._routing is None:
                    raise
                self.telemetry.alarm("routing_file_not_taken_over", **told(error))
            self._routing_version = version
        assert self._routing is not None
        return self._routing

    @functools.cached_property
    def telemetry(self) -> Telemetry:
        """Log JSON lines, unless told otherwise."""
        if self._telemetry is not None:
            return self._telemetry
        from chalicelib.aws.telemetry import LogTelemetry  # noqa: PLC0415 - on one machine a console stands in

        try:
            stack = self.settings.stack
        except ConfigurationError:  # who reports it must not fail over it
            stack = None
        return LogTelemetry(now=self.clock.now, stack=stack)

    @functools.cached_property
    def clock(self) -> SystemClock:
        """Return the machine's clock."""
        return SystemClock()

    @functools.cached_property
    def secrets(self) -> Secrets:
        """Read secrets from SSM where a prefix is set, else from the environment."""
        prefix = self.settings.secrets_prefix
        if prefix is None:
            return FixedSecrets(
                github=self.settings.github_secrets,
                token=self.settings.noko_token,
                github_token=self.settings.github_token,
                forms=self.settings.form_secrets,
                passwords=self.settings.form_passwords,
                notify=self.settings.notify_secrets,
                addresses=self.settings.notify_urls,
            )
        return SsmSecrets(client("ssm", read_timeout_s=self._read_timeout_s), prefix=prefix, now=self.clock.now)

    @functools.cached_property
    def ports(self) -> Ports:
        """Build the adapters; no call is made yet."""
        from chalicelib.exchange.transport import RequestsTransport  # noqa: PLC0415
        from chalicelib.messenger import TIMEOUT_MS as LETTER_MS  # noqa: PLC0415
        from chalicelib.messenger import HttpMessenger  # noqa: PLC0415
        from chalicelib.noko.client import NokoClient  # noqa: PLC0415

        settings, stores = self.settings, self._stores
        return Ports(
            ledger=stores.ledger,
            queue=stores.queue,
            throttle=stores.throttle,
            noko=NokoClient(
                base_url=settings.noko_base_url,
                allowed_hosts=settings.noko_redirect_hosts,
                transport=RequestsTransport(),
                throttle=stores.throttle,
                clock=self.clock,
                secrets=self.secrets,
                telemetry=self.telemetry,
            ),
            clock=self.clock,
            tokens=RandomTokens(),
            telemetry=self.telemetry,
            secrets=self.secrets,
            intervals=settings.intervals,
            messenger=HttpMessenger(RequestsTransport(request_ms=LETTER_MS)),
        )

    @functools.cached_property
    def _stores(self) -> Stores:
        """Take those that were given, else build the ones on AWS."""
        if self._given_stores is not None:
            return self._given_stores
        if self.settings.store != AWS:
            raise ConfigurationError(f"STORE={self.settings.store} is for one machine: it cannot be used here")
        from chalicelib.aws.queue import AwsQueue  # noqa: PLC0415 - the door is cold without them
        from chalicelib.aws.table import DynamoTable  # noqa: PLC0415
        from chalicelib.table.ledger import TableLedger  # noqa: PLC0415
        from chalicelib.table.throttle import TableThrottle  # noqa: PLC0415

        settings = self.settings
        table = DynamoTable(client("dynamodb", read_timeout_s=self._read_timeout_s), settings.table, now=self.clock.now)
        return Stores(
            table=table,
            ledger=TableLedger(table, account=ACCOUNT, kept=settings.retention),
            queue=AwsQueue(
                client("sqs", read_timeout_s=self._read_timeout_s),
                open_url=settings.open_queue_url,
                post_url=settings.post_queue_url,
                tell_url=settings.tell_queue_url,
            ),
            throttle=TableThrottle(table, account=ACCOUNT, interval_ms=settings.intervals.throttle_ms),
        )

    @property
    def table(self) -> Table:
        """Return the table as it is, for those who copy it."""
        return self._stores.table

    @property
    def with_github(self) -> Ports:
        """Return the stamped ports, for those who also ask GitHub; raises as `stamped` does.

        GitHub is among them only while a token for it is configured, and can be read: nothing else may fail over it.
        """
        ports = self.stamped
        try:
            token = self.secrets.github_token()
        except StoreUnavailable:
            token = None
        return ports if token is None else replace(ports, github=self._github)

    @functools.cached_property
    def stamped(self) -> Ports:
        """Return the ports of a store that is ours: stamped with this base URL and account, or fresh and now so.

        Raises ConfigurationError for the store of another: its entries are not in this Noko account.
        """
        owner = f"{ACCOUNT} at {self.settings.noko_base_url}"
        card = self.ports.ledger.claim_store(owner, now=self.clock.now())
        if card.owner != owner:
            raise ConfigurationError(f"this store belongs to {card.owner}, not to {owner}: use a fresh one")
        return replace(self.ports, stamped_at=card.since)

    @functools.cached_property
    def _github(self) -> GitHubClient:
        from chalicelib.exchange.transport import RequestsTransport  # noqa: PLC0415
        from chalicelib.github.client import REQUEST_TIMEOUT_MS, GitHubClient  # noqa: PLC0415 - rarely configured

        return GitHubClient(
            base_url=self.settings.github_base_url,
            transport=RequestsTransport(request_ms=REQUEST_TIMEOUT_MS),
            clock=self.clock,
            secrets=self.secrets,
            telemetry=self.telemetry,
        )


def _check_age(routing: Routing, *, kept_days: int) -> None:
    """Refuse to post unasked what may be so old that the ledger has forgotten it: it would be new again."""
    if routing.defaults.max_age_days > kept_days:
        raise ConfigurationError(
            f"max_age_days is {routing.defaults.max_age_days}, but an entry is forgotten after {kept_days} days: "
            "its work, if it came again, would be logged again; lower it, or raise KEEP_ENTRIES_DAYS"
        )


def client(service: Any, *, read_timeout_s: float = READ_TIMEOUT_S) -> Any:
    """Make a boto3 client with our bounds on waiting and retrying."""
    import boto3  # noqa: PLC0415 - 200 ms, paid when the first call is near
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=2,
        read_timeout=read_timeout_s,
        max_pool_connections=32,
    )
    return boto3.client(service, config=config)


_houses: list[House] = []


def house() -> House:
    """Return this container's house, built from the environment when it is first asked for."""
    return _houses[0] if _houses else move_in(House())


def move_in(new: House) -> House:
    """Make `new` this container's house."""
    _houses[:] = [new]
    return new
