"""Faults on request: what the caller sees, what the books hold, and which calls are met."""

import json

import pytest

from devstack.sandbox import Dropped, Kind, Response, Sandbox
from devstack.sandbox.account import TOKEN


def logged(sandbox):
    return len(sandbox.books.entries())


def test_a_request_dropped_before_any_work_leaves_no_entry(client, sandbox):
    sandbox.faults.add("drop_before")
    assert client.log() == Dropped()
    assert logged(sandbox) == 0


def test_a_lost_answer_leaves_an_entry(client, sandbox):
    sandbox.faults.add("drop_after")
    assert client.log() == Dropped()
    assert logged(sandbox) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("kind", "entries"), [("status_before", 0), ("status_after", 1)])
def test_an_error_status_says_nothing_about_the_work(client, sandbox, kind, entries, status):
    sandbox.faults.add(kind, status=status)
    answer = client.log()
    assert (answer.status, answer.header("Content-Type")) == (status, "text/html")
    assert logged(sandbox) == entries


def test_an_error_status_may_carry_a_text(client, sandbox):
    sandbox.faults.add("status_before", status=400, text='{"message": "No"}')
    assert (client.log().json(), logged(sandbox)) == ({"message": "No"}, 0)


def test_late_work_is_done_when_it_is_due_and_not_before(client, sandbox, start):
    sandbox.faults.add("late", ms=20_000)
    assert client.log() == Dropped(20_000, work_due=start + 20_000)
    assert sandbox.next_due == start + 20_000
    assert (sandbox.run_due(start + 19_999), logged(sandbox)) == (0, 0)
    assert (sandbox.run_due(start + 60_000), logged(sandbox)) == (1, 1)
    assert sandbox.books.entries()[0].created_at == start + 20_000
    assert (sandbox.run_due(start + 60_000), sandbox.next_due) == (0, None)


def test_the_next_request_sees_late_work_that_is_due(client, sandbox, clock):
    sandbox.faults.add("late", ms=1_000)
    client.log()
    clock.pass_ms(1_000)
    assert len(client.get("/entries").json()) == 1


def test_late_work_is_done_in_the_order_in_which_it_is_due(client, sandbox, start):
    for ms, text in ((3_000, "third"), (1_000, "first"), (2_000, "second")):
        sandbox.faults.add("late", ms=ms)
        client.log(description=text)
    sandbox.run_due(start + 3_000)
    assert [entry.description for entry in sandbox.books.entries()] == ["first", "second", "third"]


def test_late_work_is_judged_when_it_is_done(client, sandbox, start):
    sandbox.faults.add("late", ms=1_000)
    client.log()
    sandbox.credentials.revoke(TOKEN)
    assert (sandbox.run_due(start + 1_000), logged(sandbox)) == (1, 0)


def test_a_slow_answer_is_the_true_one(client, sandbox):
    sandbox.faults.add("slow", ms=700)
    answer = client.log()
    assert (answer.status, answer.delay_ms, logged(sandbox)) == (201, 700, 1)


def test_slowness_comes_on_top_of_another_fault(client, sandbox):
    sandbox.faults.add("slow", ms=700, times=2)
    sandbox.faults.add("slow", ms=50)
    sandbox.faults.add("drop_after")
    assert client.log() == Dropped(750)
    assert client.log().delay_ms == 700


def test_latency_is_added_to_every_answer_and_to_what_the_limiter_adds(clock, client_of):
    client = client_of(Sandbox(clock=clock, latency_ms=40))
    assert [client.get("/users").delay_ms for _ in range(3)] == [40, 540, 1_040]
    client.sandbox.faults.add("drop_before")
    assert client.get("/users") == Dropped(1_540)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_does_no_work_and_leads_where_it_is_told(client, sandbox, status):
    sandbox.faults.add("redirect", status=status, location="https://evil.example/v2/entries")
    answer = client.log()
    assert (answer.status, answer.header("Location")) == (status, "https://evil.example/v2/entries")
    assert logged(sandbox) == 0


def test_a_redirect_without_location_leads_back_to_the_same_request(client, sandbox):
    sandbox.faults.add("redirect", times=None)
    target = client.get("/entries?user_ids=1,2&page=2").header("Location")
    assert target == f"{sandbox.base_url}/entries?user_ids=1%2C2&page=2"
    assert client.get(target).status == 307
    sandbox.faults.clear()
    assert client.get(target).status == 200


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("unauthorized", 401, True),
        ("forbidden", 403, True),
        ("throttled", 429, False),
        ("throttled_with_body", 429, True),
        ("locked", 503, True),
    ],
)
def test_a_refusal_on_request_does_no_work(client, sandbox, kind, status, body):
    sandbox.faults.add(kind)
    answer = client.log()
    assert (answer.status, bool(answer.body), logged(sandbox)) == (status, body, 0)
    assert answer.header("Server") == "nginx"
    if body:
        assert answer.json()["message"]


@pytest.mark.parametrize(("work", "entries"), [(True, 1), (False, 0)])
@pytest.mark.parametrize(("kind", "status"), [("not_json", 200), ("empty", 200), ("accepted", 202)])
def test_an_answer_that_proves_nothing_can_be_had_either_way(client, sandbox, kind, status, work, entries):
    sandbox.faults.add(kind, work=work)
    assert (client.log().status, logged(sandbox)) == (status, entries)


def test_what_those_answers_look_like(client, sandbox):
    for kind in ("not_json", "empty", "accepted"):
        sandbox.faults.add(kind)
    html, empty, accepted = (client.log() for _ in range(3))
    assert (html.header("Content-Type"), html.body[:6]) == ("text/html", b"<html>")
    assert empty.body == b""
    assert "email" in accepted.json()["message"]


def test_a_cut_answer_lacks_the_end_of_its_body(client, sandbox):
    sandbox.faults.add("cut")
    answer = client.log()
    assert (answer.status, logged(sandbox)) == (201, 1)
    assert 0 < answer.cut_at < len(answer.body)


@pytest.mark.parametrize("kept", [True, False])
def test_an_unreadable_201_keeps_its_location_or_not(client, sandbox, kept):
    sandbox.faults.add("unreadable", keep_location=kept)
    answer = client.log()
    with pytest.raises(ValueError, match=r".*"):
        json.loads(answer.body)
    assert (answer.status, logged(sandbox)) == (201, 1)
    assert (answer.header("Location") is not None) is kept


def test_rules_act_one_after_the_other_each_as_often_as_told(client, sandbox):
    sandbox.faults.add("unauthorized", times=2)
    sandbox.faults.add("forbidden")
    assert [client.get("/users").status for _ in range(4)] == [401, 401, 403, 200]


def test_a_rule_for_good_acts_until_the_rules_are_cleared(client, sandbox):
    sandbox.faults.add("locked", times=None)
    assert {client.get("/users").status for _ in range(5)} == {503}
    sandbox.faults.clear()
    assert client.get("/users").status == 200


def test_a_rule_meets_only_calls_of_its_method_and_path(client, sandbox):
    sandbox.faults.add("forbidden", times=None, match=("POST", "/entries"))
    sandbox.faults.add("locked", times=None, match=(None, "/projects"))
    assert client.get("/entries").status == 200
    assert client.log().status == 403
    assert client.get("/projects/37396").status == 503
    assert client.get("/users").status == 200


def test_a_rule_can_let_the_first_calls_pass(client, sandbox):
    sandbox.faults.add("forbidden", skip=2)
    assert [client.get("/users").status for _ in range(4)] == [200, 200, 403, 200]


def test_what_is_left_of_the_rules_can_be_read(client, sandbox):
    sandbox.faults.add("forbidden", times=3, skip=1)
    client.get("/users")
    client.get("/users")
    (rule,) = sandbox.faults.pending
    assert (rule.kind, rule.times, rule.skip) == (Kind.FORBIDDEN, 2, 0)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("late", {}), ("slow", {}), ("stale", {"ms": -1}), ("drop_after", {"work": False}), ("flood", {})],
)
def test_a_rule_without_sense_is_refused(sandbox, kind, options):
    with pytest.raises(ValueError, match=kind):
        sandbox.faults.add(kind, **options)
    assert sandbox.faults.pending == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_after_any_fault_the_next_call_is_served(client, sandbox, kind):
    sandbox.faults.add(kind, ms=1_000)
    client.get("/users")
    answer = client.get("/users")
    assert isinstance(answer, Response)
    assert (answer.status, answer.delay_ms, answer.cut_at) == (200, 0, None)
