"""Faults on request: what the caller sees, what was done, and which calls are met."""

import json

import pytest

from devstack.github import Kind
from devstack.wire.message import Dropped, Response

REPO = "/repos/acme/website-shop"


@pytest.fixture
def write(client, shop, play):
    shop.add(play.commit("a"))
    return lambda: client.post(f"{REPO}/commits/main/comments", {"body": "x"})


@pytest.fixture
def written(github, shop, play):
    return lambda: len(github.forge.comments(shop, play.sha("a")))


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_request_may_have_been_served(github, write, written, kind, done):
    github.faults.add(kind)
    assert (write(), written()) == (Dropped(), done)


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(("kind", "done"), [("status_before", 0), ("status_after", 1)])
def test_an_error_status_says_nothing_about_the_work(github, write, written, kind, done, status):
    github.faults.add(kind, status=status)
    answer = write()
    assert (answer.status, written()) == (status, done)
    assert answer.header("Content-Type").startswith("text/html")


def test_a_slow_answer_is_the_true_one(github, write, written):
    github.faults.add("slow", ms=700)
    answer = write()
    assert (answer.status, answer.delay_ms, written()) == (201, 700, 1)


def test_garbage_has_the_true_status_and_cannot_be_read(github, write, written):
    github.faults.add("garbage")
    answer = write()
    with pytest.raises(ValueError, match=r".*"):
        json.loads(answer.body)
    assert (answer.status, written()) == (201, 1)


def test_a_cut_answer_lacks_the_end_of_its_body(github, write):
    github.faults.add("cut")
    answer = write()
    assert 0 < answer.cut_at < len(answer.body)


def test_a_redirect_does_no_work_and_leads_where_it_is_told(github, write, written):
    github.faults.add("redirect", location="https://evil.example/repositories/1")
    answer = write()
    assert (answer.status, answer.header("Location")) == (301, "https://evil.example/repositories/1")
    assert written() == 0


@pytest.mark.parametrize(("wait", "header"), [(90, "90"), (None, None)])
def test_the_secondary_limit_may_tell_how_long_to_wait_or_not(github, write, written, wait, header):
    github.faults.add("secondary", status=429, retry_after=wait)
    answer = write()
    assert (answer.status, answer.header("Retry-After"), written()) == (429, header, 0)


def test_rules_act_one_after_the_other_each_as_often_as_told(github, client):
    github.faults.add("status_before", times=2)
    github.faults.add("secondary")
    assert [client.get(REPO).status for _ in range(4)] == [502, 502, 403, 200]
    assert github.faults.pending == ()


def test_a_rule_for_good_acts_until_the_rules_are_cleared(github, client):
    github.faults.add("status_before", times=None)
    assert {client.get(REPO).status for _ in range(5)} == {502}
    github.faults.clear()
    assert client.get(REPO).status == 200


def test_a_rule_meets_only_calls_of_its_method_and_path(github, client, write):
    github.faults.add("status_before", times=None, method="POST", path="/repos/*/comments")
    assert (write().status, client.get(f"{REPO}/commits/main/comments").status) == (502, 200)
    assert client.post(f"{REPO}/statuses/main", {"state": "success"}).status == 201


def test_a_rule_can_let_the_first_calls_pass(github, client):
    github.faults.add("status_before", skip=2, times=3)
    assert [client.get(REPO).status for _ in range(3)] == [200, 200, 502]
    (rule,) = github.faults.pending
    assert (rule.skip, rule.times) == (0, 2)


@pytest.mark.parametrize(("kind", "fields"), [("slow", {}), ("redirect", {}), ("flood", {})])
def test_a_rule_without_sense_is_refused(github, kind, fields):
    with pytest.raises(ValueError, match=kind):
        github.faults.add(kind, **fields)
    assert github.faults.pending == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_after_any_fault_the_next_call_is_served(github, client, kind):
    github.faults.add(kind, ms=1, location="https://a.example")
    client.get(REPO)
    answer = client.get(REPO)
    assert isinstance(answer, Response)
    assert (answer.status, answer.delay_ms, answer.cut_at) == (200, 0, None)


def test_the_journal_tells_every_call_and_no_token(github, client, start):
    github.faults.add("drop_before", skip=1)
    client.get(f"{REPO}?a=github-fake-token", If_None_Match='"x"')
    client.get("/github-fake-token")
    first, second = github.journal.arrivals()
    assert (first.at, first.method, first.path, first.status, first.fault) == (start, "GET", REPO, 200, None)
    assert (first.header("if-none-match"), first.header("authorization")) == ('"x"', "Bearer [token]")
    assert (second.status, second.fault) == (None, Kind.DROP_BEFORE)
    assert "github-fake-token" not in repr(github.journal.arrivals())
    assert github.journal.arrivals("GET", "-shop") == [first]
    assert github.journal.arrivals("POST") == []
