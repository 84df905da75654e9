"""An account of Noko's to try the client on, that is left as it was found: a sandbox's, or a real one."""

import datetime as dt
import secrets
from contextlib import suppress

from fakes.clock import FakeClock
from fakes.telemetry import FakeSecrets, FakeTelemetry
from fakes.throttle import MemoryThrottle
from fakes.transport import SandboxTransport

from chalicelib.aws.clock import SystemClock
from chalicelib.errors import NokoError, TallyhookError
from chalicelib.exchange.transport import RequestsTransport
from chalicelib.noko.account import Projects, Users
from chalicelib.noko.client import NokoClient
from chalicelib.noko.entries import Entries
from chalicelib.noko.filter import EntryFilter, TagFilter
from chalicelib.noko.protocol import Token
from chalicelib.noko.tags import Tags
from devstack.sandbox import Sandbox
from devstack.sandbox.account import TOKEN


class Account:
    """The client's rooms, and a marker that everything carries which is made here. `sandbox` is None for a server."""

    def __init__(self, client, clock, sandbox=None):
        self.client = client
        self.clock = clock
        self.sandbox = sandbox
        self.entries, self.tags = Entries(client), Tags(client)
        self.users, self.projects = Users(client), Projects(client)
        self.marker = f"th{secrets.token_hex(4)}"
        self.today = dt.datetime.fromtimestamp(clock.now() / 1000, dt.UTC).date()
        self._made = set()

    @property
    def is_sandbox(self):
        return self.sandbox is not None

    @property
    def me(self):
        return self.users.current()

    def log(self, description="", **fields):
        """Create an entry that is deleted again."""
        words = f"{self.marker} {description}".strip()
        entry = self.entries.create(**{"date": self.today, "minutes": 15, "description": words, **fields})
        self._made.add(entry.id)
        return entry

    def name(self, word):
        """Return the name of a tag that is deleted again."""
        return f"{self.marker}-{word}"

    def mine(self, **wanted):
        """List the entries that were made here."""
        return list(self.entries.list(EntryFilter(description=self.marker, **wanted)))

    def leave_nothing(self):
        """Delete what was made, also what nobody knows of because an answer was lost; tell what stays."""
        made = self._made | {entry.id for entry in self.mine()}
        for entry_id in made:
            with suppress(TallyhookError):
                self.entries.unapprove(entry_id)
            with suppress(TallyhookError):
                self.entries.delete(entry_id)
        for tag in list(self.tags.list(TagFilter(name=self.marker))):
            with suppress(TallyhookError):
                self.tags.delete(tag.id)
        return sorted(entry_id for entry_id in made if self._is_there(entry_id))

    def _is_there(self, entry_id):
        try:
            self.entries.get(entry_id)
        except NokoError as error:
            return error.status != 404
        return True


def _client(base_url, transport, clock, token, *, throttle=None, allowed_hosts=frozenset()):
    return NokoClient(
        base_url=base_url,
        allowed_hosts=allowed_hosts,
        transport=transport,
        throttle=throttle or MemoryThrottle(),
        clock=clock,
        secrets=FakeSecrets(token=token),
        telemetry=FakeTelemetry(),
    )


def of_sandbox(*, token=TOKEN, **options):
    """Return an account of a fresh sandbox, in virtual time; `options` are the sandbox's."""
    clock = FakeClock()
    sandbox = Sandbox(clock=clock.now, **options)
    transport = SandboxTransport(sandbox, clock)
    return Account(_client(sandbox.base_url, transport, clock, Token(token)), clock, sandbox)


def of_server(base_url, token, *, throttle, allowed_hosts=frozenset()):
    """Return the account that a token opens on a server, at the pace of the throttle that all of a run share."""
    clock = SystemClock()
    options = {"throttle": throttle, "allowed_hosts": allowed_hosts}
    return Account(_client(base_url, RequestsTransport(), clock, token, **options), clock)
