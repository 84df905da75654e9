"""Deliveries sent again: the same guid, an attempt of its own, to the hook as it is now."""

import time

import pytest

from chalicelib.sources.verify import verify_hmac_sha256
from devstack.github import Outage, Repository

SHOP = "acme/website-shop"
HOOKS = f"/repos/{SHOP}/hooks"


@pytest.fixture
def missed(github, hook, play):
    github.courier.outage = Outage()
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    github.courier.outage = None
    assert sent.hook_id == hook.id
    return sent


def again(github, client, delivery, hooks=HOOKS):
    answer = client.post(f"{hooks}/{delivery.hook_id}/deliveries/{delivery.id}/attempts")
    github.settle()
    return answer


def test_a_redelivery_really_arrives(github, client, receiver, missed):
    answer = again(github, client, missed)
    assert (answer.status, answer.json()) == (202, {})
    ((_, headers, body),) = receiver.arrived
    assert (headers["X-GitHub-Delivery"], body.decode()) == (missed.guid, missed.payload)
    verify_hmac_sha256(body, header=headers["X-Hub-Signature-256"], secrets=["s3cret"])


def test_a_redelivery_is_an_attempt_of_its_own_and_the_failed_one_stays(github, client, clock, hook, missed):
    clock.pass_s(7200)
    again(github, client, missed)
    new, old = client.get(f"{HOOKS}/{hook.id}/deliveries").json()
    assert (new["redelivery"], new["status"], new["delivered_at"]) == (True, "OK", "2026-01-01T14:00:00.000Z")
    assert (old["redelivery"], old["status"], old["id"]) == (False, "timed out", missed.id)
    assert (new["guid"], new["id"] > old["id"]) == (old["guid"], True)


def test_a_redelivery_can_fail_as_well(github, client, hook, receiver, missed):
    receiver.status = 503
    again(github, client, missed)
    statuses = [told["status"] for told in client.get(f"{HOOKS}/{hook.id}/deliveries").json()]
    assert statuses == ["Invalid HTTP Response: 503", "timed out"]


@pytest.mark.usefixtures("hook")
def test_what_was_delivered_can_be_delivered_again(github, client, receiver, play):
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    again(github, client, sent)
    first, second = receiver.arrived
    assert first[2] == second[2]
    assert first[1]["X-GitHub-Delivery"] == second[1]["X-GitHub-Delivery"]


def test_a_redelivery_goes_to_the_hook_as_it_is_now(github, client, hook, receiver, missed):
    github.forge.change_hook(hook.id, secret="rotated", url=receiver.url.replace("/webhooks", "/moved"))
    again(github, client, missed)
    ((target, headers, body),) = receiver.arrived
    assert target.startswith("/moved/")
    verify_hmac_sha256(body, header=headers["X-Hub-Signature-256"], secrets=["rotated"])


def test_an_organisations_delivery_is_sent_again_as_well(github, client, receiver, play):
    hook = github.forge.add_hook("acme", receiver.url)
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert again(github, client, sent, "/orgs/acme/hooks").status == 202
    assert (len(receiver.arrived), github.deliveries.of(hook.id)[0].redelivery) == (2, True)


def test_the_receiver_may_call_the_api_while_it_takes_a_delivery(github, client, hook, receiver, missed):
    answers = []
    receiver.before = lambda: answers.append(client.get(f"/repos/{SHOP}"))
    again(github, client, missed)
    assert answers[0].status == 200
    assert github.deliveries.of(hook.id)[0].outcome.ok


def test_the_answer_does_not_wait_for_the_delivery(github, client, hook, receiver, missed, play):
    answered = []
    receiver.before = lambda: play.eventually(lambda: answered)
    answered.append(client.post(f"{HOOKS}/{hook.id}/deliveries/{missed.id}/attempts"))
    github.settle()
    assert github.deliveries.of(hook.id)[0].outcome.ok


def test_forty_pushes_of_two_hours_can_all_be_recovered(github, client, clock, hook, receiver, play):
    github.courier.outage = Outage()
    for n in range(40):
        github.push(SHOP, play.push(play.commit(n)))
        clock.pass_s(180)
    github.courier.outage = None
    answers = client.follow(f"{HOOKS}/{hook.id}/deliveries?per_page=15")
    failed = [told["id"] for answer in answers for told in answer.json() if told["status"] != "OK"]
    assert len(failed) == 40
    for delivery_id in failed:
        assert client.post(f"{HOOKS}/{hook.id}/deliveries/{delivery_id}/attempts").status == 202
    github.settle()
    assert len({headers["X-GitHub-Delivery"] for _, headers, _ in receiver.arrived}) == 40
    assert sum(delivery.outcome.ok for delivery in github.deliveries.of(hook.id)) == 40


def test_whoever_may_not_see_a_hook_cannot_make_it_deliver(github, play, hook, receiver, missed):
    github.forge.put(Repository("acme/open", private=False))
    path = f"{HOOKS}/{hook.id}/deliveries/{missed.id}/attempts"
    assert [play.client(github, token).post(path).status for token in (None, "wrong")] == [404, 401]
    github.settle()
    assert receiver.arrived == []


def test_waiting_ends_when_a_receiver_keeps_one_waiting(github, client, hook, receiver, missed, play):
    released = []
    receiver.before = lambda: play.eventually(lambda: released)
    client.post(f"{HOOKS}/{hook.id}/deliveries/{missed.id}/attempts")
    with pytest.raises(TimeoutError, match="1 redeliveries"):
        github.settle(0.05)
    released.append(True)


def test_a_fake_that_stops_leaves_nothing_running(github, client, hook, receiver, missed, play):
    stopped = []
    receiver.before = lambda: play.eventually(lambda: stopped)
    for _ in range(20):
        client.post(f"{HOOKS}/{hook.id}/deliveries/{missed.id}/attempts")
    play.eventually(lambda: receiver.arrived)
    begun = time.monotonic()
    github.stop()
    assert time.monotonic() - begun < 2
    assert not [thread for thread in play.threads() if thread.name.startswith("redelivery")]
    stopped.append(True)
