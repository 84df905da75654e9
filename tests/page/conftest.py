"""Our own form in a house in memory, and browsers in front of it."""

import dataclasses
from types import SimpleNamespace

import pytest
from fakes.browser import Browser
from fakes.house import FakeHouse

import app
from chalicelib import bootstrap
from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.errors import StoreUnavailable
from chalicelib.page.link import Link, link_key
from chalicelib.services.directory import fetch
from chalicelib.settings import Settings
from standalone.gateway import Gateway

SECRET = "lighthouse-lantern-keeper-of-the-coast"
PASSWORD = "correct horse battery"
DAY_MS = 86_400_000
FORMS = (
    Form("timesheet", preset="page"),
    Form("few", preset="page", projects=("Gear GmbH", "Website")),
    Form("sam", preset="page", person="sam@acme.example"),
    Form("named", preset="page", fields=(("minutes", "Dauer (Min.)"), ("project", "Kunde"), ("date", "Tags"))),
    Form("zapier", preset="zapier"),
)
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin"),
    people=(Person(noko="jane@acme.example", emails=("jane@home.example",)), Person(noko="sam@acme.example")),
    forms=FORMS,
)


class Counting:
    """Stands for AWS: tells what was called."""

    def __init__(self, port):
        self._port = port
        self.called = []
        self.is_down = False

    def __getattr__(self, name):
        self.called.append(name)
        if self.is_down:
            raise StoreUnavailable("down")
        return getattr(self._port, name)


class Entrance:
    """A house with a page, and what knocks at it."""

    def __init__(self, *, routing=ROUTING, public_url=None, prefix="", is_known=True):
        self.house = FakeHouse(routing=routing)
        names = [form.name for form in routing.forms]
        self.house.secrets.forms = dict.fromkeys(names, (SECRET,))
        if is_known:
            fetch(ports=self.house.ports)
        self.ledger, self.queue = Counting(self.house.ledger), Counting(self.house.queue)
        ports = dataclasses.replace(self.house.ports, ledger=self.ledger, queue=self.queue)
        self.settings = Settings(public_url=public_url)
        self.prefix = prefix
        self._moved_in = SimpleNamespace(
            ports=ports,
            stamped=ports,
            routing=routing,
            clock=self.house.clock,
            secrets=self.house.secrets,
            telemetry=self.house.telemetry,
            settings=self.settings,
        )
        bootstrap.move_in(self._moved_in)
        self.gateway = Gateway(app.app)

    @property
    def calls(self):
        return self.ledger.called + self.queue.called

    def reroute(self, routing):
        self.house.routing = self._moved_in.routing = routing

    def browser(self, **more):
        return Browser(self.gateway, prefix=self.prefix, **more)

    def key(self, form="timesheet", person="jane@acme.example", *, days=30, secret=SECRET):
        expires_at = self.house.clock.now() + days * DAY_MS
        return link_key(Link(person, expires_at), form=form, secret=secret)

    def at(self, form="timesheet", *, person="jane@acme.example", **more):
        """Return a browser that has followed a signed link."""
        browser = self.browser(**more)
        browser.get(f"{self.prefix}/forms/{form}?key={self.key(form, person)}")
        assert browser.page.status == 200, browser.page.text
        return browser

    def route_of(self, entry):
        """Return the person and the project that an entry of the sandbox has."""
        directory = self.house.sandbox.books
        return directory.user(entry.user_id).email, directory.project(entry.project_id).name

    def worked_off(self):
        self.house.run(minutes=3)
        return self.house.sandbox.books.entries()


@pytest.fixture
def entrance():
    return Entrance()


@pytest.fixture
def entrance_of():
    return Entrance
