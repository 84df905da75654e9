"""Recorded payloads of GitHub's, and ways to change them."""

import copy
import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest

from chalicelib.domain.directive import Rules
from chalicelib.sources import github

PAYLOADS = Path(__file__).parent.parent / "payloads" / "github"
TODAY = dt.date(2026, 7, 1)


@pytest.fixture(scope="session")
def recorded():
    """Give the bytes of a recorded payload by its name."""
    return lambda name: (PAYLOADS / f"{name}.json").read_bytes()


@pytest.fixture(scope="session")
def a_commit(recorded):
    """Build a commit: the first one of the recorded push, with a message and anything else changed."""
    model = json.loads(recorded("push_several"))["commits"][0]

    def build(message="Fix the till [f:45m]", **changes):
        commit = copy.deepcopy(model) | {"message": message}
        sha = hashlib.sha1(message.encode(errors="replace")).hexdigest()
        commit |= {"id": sha, "url": f"https://github.example/acme/website-shop/commit/{sha}"} | changes
        return commit

    return build


@pytest.fixture(scope="session")
def a_push(recorded):
    """Build a push's payload: the recorded one with other commits and anything else changed."""
    model = json.loads(recorded("push_several"))

    def build(*commits, **changes):
        return json.dumps(copy.deepcopy(model) | {"commits": list(commits)} | changes).encode()

    return build


@pytest.fixture(scope="session")
def headers():
    """Build the headers that GitHub sends; None leaves one out."""

    def build(**changes):
        sent = {
            "content_type": "application/json",
            "x_github_event": "push",
            "x_github_delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        } | changes
        return {name.replace("_", "-").title(): value for name, value in sent.items() if value is not None}

    return build


@pytest.fixture(scope="session")
def deliver(headers):
    """Read a body as an authentic request, by the first of July 2026."""

    def read(raw, *, rules=None, today=TODAY, **changes):
        return github.delivery(headers(**changes), raw, rules_for=lambda _: rules or Rules(), today=today)

    return read


@pytest.fixture(scope="session")
def read_one(deliver, a_push, a_commit):
    """Read a push of one commit and return what it became: a draft, a note, or None."""

    def read(message="Fix the till [f:45m]", **changes):
        delivery = deliver(a_push(a_commit(message, **changes)))
        (result,) = (*delivery.drafts, *delivery.notes, *(None for _ in delivery.silent))
        return result

    return read
