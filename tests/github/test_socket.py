"""The client over a real socket, as it runs for good."""

import pytest
from fakes.telemetry import FakeSecrets, FakeTelemetry

from chalicelib.aws.clock import SystemClock
from chalicelib.errors import GitHubUnavailable
from chalicelib.exchange.transport import RequestsTransport
from chalicelib.github.client import GitHubClient
from devstack.github import TOKEN, Author, Commit, FakeGitHub, Kind, Repository

SHA = "a" * 40
JANE = Author("Jane", "jane@acme.example", "jane-dev")


@pytest.fixture
def fake():
    with FakeGitHub() as fake:
        made = Commit(SHA, "Work", JANE, "2026-06-30T12:00:00Z", "2026-06-30T12:00:00Z", added=("a.txt",))
        fake.forge.put(Repository("acme/web")).add(made)
        yield fake


def client(fake, *, request_ms=5000):
    return GitHubClient(
        base_url=fake.base_url,
        transport=RequestsTransport(request_ms=request_ms),
        clock=SystemClock(),
        secrets=FakeSecrets(github_token=TOKEN),
        telemetry=FakeTelemetry(),
    )


def test_it_reads_and_writes(fake):
    github = client(fake)
    assert github.commit("acme/web", SHA).added == ("a.txt",)
    assert github.commit("acme/web", SHA).added == ("a.txt",)
    github.comment("acme/web", SHA, "wörds")
    assert [each.body for each in github.comments("acme/web", SHA)] == ["wörds"]
    assert [each.status for each in fake.journal.arrivals()] == [200, 304, 201, 200]


def test_a_request_takes_no_longer_than_it_may(fake):
    fake.faults.add(Kind.SLOW, ms=3000)
    with pytest.raises(GitHubUnavailable, match="timed out"):
        client(fake, request_ms=100).commit("acme/web", SHA)


def test_where_nobody_listens_it_comes_back_later():
    stopped = FakeGitHub()
    stopped.start()
    stopped.stop()
    with pytest.raises(GitHubUnavailable, match="refused"):
        client(stopped).commit("acme/web", SHA)


def test_what_is_printed_of_it_holds_no_token(fake):
    github = client(fake)
    fake.faults.add(Kind.DROP_AFTER)
    with pytest.raises(GitHubUnavailable) as caught:
        github.hooks("acme/web")
    assert TOKEN not in repr(github) + repr(caught.value)
