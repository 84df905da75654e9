"""People, projects and rules that the tests of routing share."""

import datetime as dt
from dataclasses import replace

from chalicelib.domain.directory import Directory, Project, User
from chalicelib.domain.entry import Author, Draft, Held
from chalicelib.domain.routing import DAY_MS, resolve
from chalicelib.domain.routing_table import Defaults, Person, Repository, Routing

NOW = 1_780_000_000_000
JANE = User(1, "jane@acme.example", "Jane Doe", "active")
SAM = User(2, "Sam@Acme.example", "Sam Roe", "active")
OLIVE = User(3, "olive@acme.example", "Olive Out", "disabled")
PAT = User(4, "pat@acme.example", "Pat Pending", "pending")
WEBSITE = Project(10, "Website", enabled=True)
GEAR = Project(11, "Gear GmbH", enabled=True)
INTERNAL = Project(12, "Internal", enabled=True)
OLD = Project(13, "Old Shop", enabled=False)
DIRECTORY = Directory((JANE, SAM, OLIVE, PAT), (WEBSITE, GEAR, INTERNAL, OLD), NOW)
ROUTING = Routing(
    defaults=Defaults(project="Internal"),
    repositories=(Repository("acme/web*", project="Gear GmbH"),),
    people=(Person("jane@acme.example", emails=("jane@home.example",), github=("jane-dev",)),),
)
DRAFT = Draft(
    key="github:abc",
    minutes=90,
    date=dt.date(2026, 6, 30),
    description="Fix the gears",
    source_url="https://github.com/acme/website/commit/abc",
    author=Author("Jane", "jane@home.example", "jane-dev"),
    repository="acme/website",
    branch="main",
    worked_at=NOW - DAY_MS,
)


def judge(draft=DRAFT, routing=ROUTING, directory=DIRECTORY):
    return resolve(draft, routing, directory, received_at=NOW)


def by(author, routing=ROUTING, directory=DIRECTORY):
    return judge(replace(DRAFT, author=author), routing, directory)


def held(result, code):
    assert isinstance(result, Held)
    assert result.code == code
    return result.reason
