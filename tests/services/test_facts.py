"""What GitHub is asked about a delivery's commits: each once, not too many, and never so that a delivery waits."""

import dataclasses

import pytest
from fakes.house import draft, sha

from chalicelib.domain.commit_facts import CommitFacts
from chalicelib.domain.entry import Author
from chalicelib.errors import AuthenticationError, GitHubError, GitHubUnavailable
from chalicelib.services.facts import MOST_ASKED, PATIENCE_MS, Facts

NOBODY = Author()


class Answering:
    """GitHub as far as it is asked for commits; `answers` are facts or errors by SHA."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def commit(self, repository, name):
        self.asked.append((repository, name))
        answer = self.answers.get(name)
        if isinstance(answer, Exception):
            raise answer
        return answer


def facts_of(number):
    return CommitFacts(sha(number), (sha(0),), 1, 2, "wip", NOBODY, NOBODY)


@pytest.fixture
def ask(house):
    """Return facts of one delivery with so many drafts, before a GitHub that answers so."""

    def ask(answers, *, drafts=2, remaining=300_000):
        ask.github = Answering(answers)
        ports = dataclasses.replace(house.ports, github=ask.github)
        return Facts(drafts, ports=ports, deadline=house.clock.now() + remaining)

    return ask


def test_a_commit_is_asked_for_once(ask):
    facts = ask({sha(1): facts_of(1)})
    assert facts.of(draft(1)) == facts.of(draft(1)) == facts_of(1)
    assert ask.github.asked == [("acme/website", sha(1))]


def test_a_commit_that_github_does_not_have_is_not_asked_for_again(ask):
    facts = ask({})
    assert facts.of(draft(1)) is facts.of(draft(1)) is None
    assert len(ask.github.asked) == 1


@pytest.mark.parametrize("error", [GitHubUnavailable("down"), GitHubError(422, "odd"), AuthenticationError("no")])
def test_after_a_failure_nothing_more_is_asked(ask, error, house):
    facts = ask({sha(1): facts_of(1), sha(2): error, sha(3): facts_of(3)})
    assert [facts.of(draft(n)) for n in (1, 2, 3, 1)] == [facts_of(1), None, None, facts_of(1)]
    assert len(ask.github.asked) == 2
    assert [name for name, _ in house.telemetry.events] == ["github_not_asked"]


def test_of_a_large_push_nothing_is_asked(ask):
    assert ask({sha(1): facts_of(1)}, drafts=MOST_ASKED).of(draft(1)) is not None
    assert ask({sha(1): facts_of(1)}, drafts=MOST_ASKED + 1).of(draft(1)) is None
    assert ask.github.asked == []


def test_when_time_is_short_nothing_is_asked(ask):
    assert ask({sha(1): facts_of(1)}, remaining=PATIENCE_MS).of(draft(1)) is None


def test_a_draft_of_a_form_is_nothing_to_ask_github_about(ask):
    assert ask({}).of(draft(1, key="form:timesheet:1", repository="")) is None
    assert ask.github.asked == []


def test_without_a_token_nothing_is_known(house):
    assert Facts(1, ports=house.ports, deadline=house.clock.now() + 300_000).of(draft(1)) is None
