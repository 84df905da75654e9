"""A rotation while everything goes on: what arrives at the door, what is signed by our own pages, what we sign."""

import io
from collections import Counter

import pytest
from fakes.browser import Browser
from fakes.containers import Containers, Traffic
from fakes.house import FakeHouse

from chalicelib.aws.secrets import SsmSecrets
from chalicelib.domain.letter import Letter, sealed
from chalicelib.domain.routing_table import Defaults, Digest, Form, Person, Repository, Routing
from chalicelib.errors import NotAuthentic
from chalicelib.page.link import Link, link_key
from chalicelib.services.directory import fetch
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.verification import verify
from chalicelib.sources.verify import sign
from devstack.push import push

ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin"),
    repositories=(Repository("acme/*", project="Gear GmbH"),),
    people=(Person(noko="jane@acme.example", github=("jane-dev",)),),
    forms=(Form("desk", preset="page"),),
    digest=Digest("08:00", ("https://hooks.acme.example/t",)),
)
OLD, NEW = "whsec_" + "b2xk" * 11, "whsec_" + "bmV3" * 11
DAY_MS = 86_400_000


@pytest.fixture
def house():
    house = FakeHouse(routing=ROUTING)
    fetch(ports=house.ports)
    return house


@pytest.fixture
def clock(house):
    return house.clock


@pytest.fixture
def containers(house, client, vault):
    """Five that are warm, and one more that begins right before each change: it will be the last to know."""
    vault.routing = ROUTING
    containers = Containers(house, client, prefix=vault.prefix)
    vault.ssm.before_put += [containers.start] * 3
    return containers


class GitHub:
    """Signs with the secret that it was told last, and remembers what was answered to which."""

    def __init__(self, containers, secret):
        self.containers, self.secret = containers, secret
        self.answered = Counter()

    def deliver(self):
        number = self.answered.total()
        if number < 5:
            self.containers.start()  # so that the caches are filled at different times
        raw = push(1, seed=f"d{number}", when="2026-06-30T14:00:00+02:00")
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/webhooks/github", "QUERY_STRING": ""}
        environ |= {"wsgi.input": io.BytesIO(raw), "CONTENT_TYPE": "application/json", "HTTP_X_GITHUB_EVENT": "push"}
        environ |= {"HTTP_X_GITHUB_DELIVERY": f"d{number}", "HTTP_X_HUB_SIGNATURE_256": sign(raw, self.secret)}
        seen = []
        b"".join(self.containers(environ, lambda status, _headers: seen.append(int(status[:3]))))
        name = {OLD: "old", NEW: "new"}[self.secret]
        self.answered[name, seen[0]] += 1


@pytest.fixture
def github(containers):
    return GitHub(containers, OLD)


def rotated(run, name):
    result = run("rotate", name, "--yes", typed=NEW)
    assert result.exit_code == 0, result.stderr


def finished(run, name):
    result = run("rotate", name, "--finish", "--yes")
    assert result.exit_code == 0, result.stderr


def test_a_secret_is_rotated_while_200_deliveries_arrive_and_none_is_refused(run, vault, github, house):
    name = "github-webhook-secrets"
    vault.put(name, OLD)
    start = house.clock.now()
    traffic = Traffic(house.clock, github.deliver, every_ms=9_500, count=200)
    traffic.flow(minutes=8)
    rotated(run, name)
    github.secret = NEW  # at once, as soon as the command says so
    traffic.flow(minutes=8)
    finished(run, name)
    traffic.flow(minutes=12)
    assert vault.value(name) == NEW
    assert {status for _, status in github.answered} == {202}
    assert min(github.answered.values()) >= 80, "many with either secret"
    assert len(list(house.ledger.deliveries(since=start, until=house.clock.now()))) == 200


def test_without_the_wait_deliveries_would_be_refused(run, vault, github, house):
    """What the commands do is not for nothing: the same traffic, and GitHub is changed with the parameter."""
    name = "github-webhook-secrets"
    vault.put(name, OLD)
    traffic = Traffic(house.clock, github.deliver, every_ms=9_500)
    traffic.flow(minutes=8)
    assert run("set", name, "--yes", typed=f"{NEW},{OLD}").exit_code == 0
    github.secret = NEW
    traffic.flow(minutes=8)
    assert github.answered["new", 401] > 5
    assert github.answered["new", 202] > 5


class Visitors:
    """Each follows a fresh link to the page and fills it in; every request may meet another container."""

    def __init__(self, containers, house, current):
        self.containers, self.house, self.current = containers, house, current
        self.answered = Counter()

    def visit(self):
        number = self.answered.total()
        if number < 5:
            self.containers.start()
        now = self.house.clock.now()
        key = link_key(Link("jane@acme.example", now + DAY_MS), form="desk", secret=self.current())
        browser = Browser(self.containers)
        page = browser.get(f"/forms/desk?key={key}")
        if page.status == 200:
            page = browser.submit({"hours": "0.75", "project": "Gear GmbH", "description": f"Visit {number}"})
        self.answered[page.status] += 1


@pytest.fixture
def visitors(containers, house, client, vault):
    """People whose links are made as `tallyhook forms link` makes them."""

    def current():
        return SsmSecrets(client, prefix=vault.prefix, now=house.clock.now).form("desk")[0]

    return Visitors(containers, house, current)


def test_nobody_who_fills_a_page_in_is_turned_away_by_a_rotation(run, vault, visitors, house):
    name = "form-desk-secrets"
    vault.put(name, OLD)
    traffic = Traffic(house.clock, visitors.visit, every_ms=15_000)
    traffic.flow(minutes=6)
    rotated(run, name)
    finished(run, name)  # as early as can be: it waits by itself
    traffic.flow(minutes=6)
    assert vault.value(name) == NEW
    assert set(visitors.answered) == {200}
    assert visitors.answered[200] >= 90


def test_a_new_secret_that_led_at_once_would_turn_some_away(run, vault, visitors, house):
    name = "form-desk-secrets"
    vault.put(name, OLD)
    traffic = Traffic(house.clock, visitors.visit, every_ms=15_000)
    traffic.flow(minutes=6)
    assert run("set", name, "--yes", typed=f"{NEW},{OLD}").exit_code == 0
    traffic.flow(minutes=6)
    assert visitors.answered.total() - visitors.answered[200] > 3


class Receiver:
    """Takes the letters that any of the containers signs, as long as they are signed with the secret it knows."""

    def __init__(self, containers, house):
        self.containers, self.house, self.secret = containers, house, OLD
        self.answered = Counter()

    def receive(self):
        number = self.answered.total()
        if number < 5:
            self.containers.start()
        now = self.house.clock.now()
        letter = Letter(f"letter-{number}", "tallyhook.digest", "https://hooks.acme.example/t", now, "", {})
        envelope = sealed(letter, letter.address, secrets=self.containers.any().secrets.notify(), now=now)
        known = {"secrets": (self.secret,), "query": {}, "now": now}
        try:
            verify(PRESETS["standard-webhooks"], envelope.headers, envelope.body, **known)
        except NotAuthentic:
            self.answered["refused"] += 1
        else:
            self.answered["taken"] += 1


def test_no_letter_is_refused_by_a_receiver_that_changes_when_it_is_told_to(run, vault, containers, house):
    name = "notify-secrets"
    vault.put(name, OLD)
    receiver = Receiver(containers, house)
    traffic = Traffic(house.clock, receiver.receive, every_ms=9_500)
    traffic.flow(minutes=6)
    rotated(run, name)
    traffic.flow(minutes=3)  # it need not be changed at once
    receiver.secret = NEW
    finished(run, name)
    traffic.flow(minutes=8)
    assert set(receiver.answered) == {"taken"}
    assert receiver.answered["taken"] > 140
