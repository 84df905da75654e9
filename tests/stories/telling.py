"""Tells pushes to a house in memory: through the real door, opened and posted, each at its own instant."""

import collections
import io
import json
from types import SimpleNamespace

import app
from chalicelib import bootstrap
from chalicelib.domain.routing_table import Defaults, LogOn, Person, Repository, Routing
from chalicelib.sources.verify import sign
from standalone.gateway import Gateway
from stories.person import seconds
from stories.story import Expected

SECRET = "current-secret"
GATEWAY = Gateway(app.app)


def routing(mode):
    """Return a routing file for the stories' repository and people, in one of the modes."""
    return Routing(
        defaults=Defaults(timezone="Europe/Berlin"),
        repositories=(Repository(match="acme/web*", project="Gear GmbH", log_on=LogOn(mode)),),
        people=(
            Person(noko="jane@acme.example", github=("jane-dev",)),
            Person(noko="sam@acme.example", github=("sam-codes",)),
        ),
    )


class Teller:
    """Stands between GitHub and a FakeHouse. Virtual time never goes back: what is late is told at once."""

    def __init__(self, house):
        self._house = house
        self._count = 0
        bootstrap.move_in(
            SimpleNamespace(
                ports=house.ports,
                stamped=house.ports,
                routing=house.routing,
                clock=house.clock,
                secrets=house.secrets,
                telemetry=house.telemetry,
            )
        )

    def tell(self, payload, *, at):
        """Deliver a payload at the instant `at` (ms), do all that is due, and return the status and the answer."""
        self._house.clock.sleep_until(at)
        self._count += 1
        answer = self._knock(json.dumps(payload).encode(), name=f"story-{self._count}")
        while self._house.open_next() or self._house.post_next():
            pass
        return answer

    def _knock(self, raw, *, name):
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/webhooks/github",
            "QUERY_STRING": "",
            "wsgi.input": io.BytesIO(raw),
            "CONTENT_TYPE": "application/json",
            "HTTP_X_GITHUB_EVENT": "push",
            "HTTP_X_GITHUB_DELIVERY": name,
            "HTTP_X_HUB_SIGNATURE_256": sign(raw, SECRET),
        }
        seen = {}
        body = b"".join(GATEWAY(environ, lambda status, _headers: seen.update(status=int(status[:3]))))
        return seen["status"], json.loads(body)


def tell(pushes, house):
    """Tell a story's pushes in order, and let everything run for ten minutes more."""
    teller = Teller(house)
    for push in pushes:
        status, answer = teller.tell(push.payload, at=1000 * seconds(push.at))
        assert status in {200, 202}, answer
    house.run(minutes=10)


def logged(house):
    """Return what Noko holds, in the form in which stories expect it."""
    people = {user.id: user.email for user in house.sandbox.books.users()}
    found = [Expected(people[e.user_id], e.minutes, e.date.isoformat()) for e in house.sandbox.books.entries()]
    return collections.Counter(found)


def listed(house):
    """Return the minutes of the entries that wait for a person or were skipped."""
    entries = house.ledger.entries(since=0, until=2**60)
    return collections.Counter(e.draft.minutes for e in entries if str(e.status) in {"held", "skipped"})
