"""Whatever is sent to the front door, what must hold does hold; and what judges that is no rubber stamp."""

import dataclasses
import json

import pytest
from fuzzing.door import Answer, Door, FormDoor
from fuzzing.judge import complaints
from fuzzing.request import sent
from fuzzing.sent import SIGNATURE, Sent, signature
from fuzzing.share import SHARE, some
from fuzzing.submission import submitted
from hypothesis import given, note
from proof.fuzz import fuzz, fuzz_forms

PUSH = {
    "ref": "refs/heads/main",
    "repository": {"full_name": "acme/website"},
    "commits": [{"id": "a" * 40, "message": "Fix [f:45m]", "timestamp": "2026-06-30T14:05:00+02:00"}],
}
HEADERS = (("Content-Type", "application/json"), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "d"))


def a_push(**changes):
    body = json.dumps(PUSH).encode()
    return dataclasses.replace(Sent(headers=(*HEADERS, (SIGNATURE, signature(body))), body=body), **changes)


@given(request=sent)
@some(150)
def test_no_request_is_answered_wrongly(request):
    note(json.dumps(request.to_json()))
    door = Door()
    assert list(complaints(request, door.serve(request), door)) == []


def test_thousands_of_requests_to_one_house_are_answered_and_what_they_bring_is_worked_off():
    report = fuzz(1_000 * SHARE, seed=7)
    assert report.failures == ()
    assert report.requests == sum(report.statuses.values()) == 1_000 * SHARE
    assert set(report.statuses) >= {200, 202, 400, 401, 405, 415}
    assert report.entries.get("logged", 0) > 0
    assert report.slowest_ms is None or report.slowest_ms < 1_000


@given(request=submitted)
@some(150)
def test_no_submission_is_answered_wrongly(request):
    note(json.dumps(request.to_json()))
    door = FormDoor()
    assert list(complaints(request, door.serve(request), door)) == []


def test_thousands_of_submissions_to_one_house_are_answered_and_what_they_bring_is_worked_off():
    report = fuzz_forms(1_500 * SHARE, seed=11)
    assert report.failures == ()
    assert set(report.statuses) >= {200, 202, 400, 401, 404, 405, 415, 422}
    assert max(set(report.statuses) - {503}) < 500
    assert report.entries.get("logged", 0) > 0


def test_the_same_seed_sends_the_same_requests():
    plain = {"seconds": 0, "slowest_ms": None}
    first, second, other = (dataclasses.replace(fuzz(64, seed), **plain) for seed in (1, 1, 2))
    assert first == second
    assert first.statuses != other.statuses


@given(request=sent)
@some(100)
def test_a_request_is_replayed_from_its_json(request):
    assert Sent.from_json(json.loads(json.dumps(request.to_json()))) == request


def test_authentic_is_what_one_of_the_secrets_signed_once():
    push = a_push()
    assert push.authentic
    for headers in (HEADERS, (*push.headers, push.headers[-1]), (*HEADERS, (SIGNATURE, signature(b"other")))):
        assert not dataclasses.replace(push, headers=headers).authentic


class Weak(Door):
    """A door that is wrong in one way."""

    def __init__(self, weakness):
        super().__init__()
        self.weakness = weakness

    def serve(self, request):
        answer = super().serve(request)
        return getattr(self, self.weakness)(answer)

    def crashes(self, answer):
        return dataclasses.replace(answer, status=500, body=b'{"Code":"InternalServerError","Message":"x"}')

    def hides_the_reason(self, answer):
        return dataclasses.replace(answer, body=answer.body.replace(b'"not_', b'"what_'))

    def tells_too_much(self, answer):
        return dataclasses.replace(answer, body=answer.body[:-1] + b',"token":"x"}')

    def answers_in_html(self, answer):
        return Answer(answer.status, {"Content-Type": "text/html"}, answer.body)

    def forgets(self, answer):
        self.house.ledger._heads.clear()
        return answer

    def stores_half(self, answer):
        for head in self.house.ledger._heads.values():
            head.delivery = dataclasses.replace(head.delivery, drafts=head.delivery.drafts[1:])
        return answer

    def stays_silent(self, answer):
        self.house.queue.open.clear()
        return answer

    def asks_first(self, answer):
        self.ledger.calls += 1
        return answer

    def lets_anybody_in(self, answer):
        return dataclasses.replace(answer, status=200) if answer.status == 401 else answer

    def is_shut(self, _answer):
        return Answer(503, {"Content-Type": "application/json"}, b'{"error":{"code":"unavailable","message":"x"}}')

    def is_alarmed(self, answer):
        self.house.telemetry.alarm("crashed")
        return answer

    def loses_the_method(self, answer):
        return dataclasses.replace(answer, headers={"Content-Type": "application/json"})


class Raising(Door):
    def serve(self, _request):
        raise RuntimeError("out of the door")


WEAKNESSES = sorted(name for name in vars(Weak) if not name.startswith("_") and name != "serve")


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_weak_door_is_found_out(weakness):
    unsigned = a_push(headers=HEADERS)
    requests = [a_push(), unsigned, a_push(fault="queue"), a_push(body=b"{"), a_push(method="GET")]
    requests.append(dataclasses.replace(requests[3], headers=(*HEADERS, (SIGNATURE, signature(b"{")))))
    assert not any(found(request, Door()) for request in requests)
    assert any(found(request, Weak(weakness)) for request in requests)


def found(request, door):
    return list(complaints(request, door.serve(request), door))


def test_what_a_door_raises_is_a_failure_with_the_request_that_made_it():
    report = fuzz(3, seed=3, door=Raising)
    assert [failure.complaint for failure in report.failures] == ["raised RuntimeError('out of the door')"] * 3
    assert all(Sent.from_json(json.loads(failure.request)) for failure in report.failures)


def test_a_push_through_the_gateway_and_as_an_event_are_the_same():
    through, straight = (Door().serve(a_push(as_event=as_event)) for as_event in (False, True))
    assert (through.status, through.json()) == (straight.status, straight.json())
    assert through.status == 202
