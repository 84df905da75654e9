"""Events on their way to hooks: who gets them, how they are signed, and what GitHub makes of the answer."""

import hashlib
import hmac
import json
import socket
from urllib.parse import parse_qs

import pytest

from chalicelib.sources.verify import verify_hmac_sha256
from devstack.github import FakeGitHub, Outage, Switches

SHOP = "acme/website-shop"


def test_a_push_arrives_with_githubs_headers(github, hook, receiver, shop, play):
    payload = play.push(play.commit("größe"))
    (sent,) = github.push(SHOP, payload)
    ((target, headers, body),) = receiver.arrived
    assert (target, json.loads(body)) == ("/webhooks/github?from=github", payload)
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert (headers["X-GitHub-Event"], headers["X-GitHub-Delivery"]) == ("push", sent.guid)
    assert (headers["X-GitHub-Hook-ID"], headers["Content-Type"]) == (str(hook.id), "application/json")
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "repository"
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == str(shop.id)


@pytest.mark.parametrize("content_type", ["json", "form"])
def test_a_push_is_signed_over_the_bytes_that_arrive(github, receiver, play, content_type):
    github.forge.add_hook(SHOP, receiver.url, secret="s3crét", content_type=content_type)
    payload = play.push(play.commit("größe & co"))
    github.push(SHOP, payload)
    ((_, headers, body),) = receiver.arrived
    verify_hmac_sha256(body, header=headers["X-Hub-Signature-256"], secrets=["s3crét"])
    assert headers["X-Hub-Signature"] == f"sha1={hmac.new('s3crét'.encode(), body, hashlib.sha1).hexdigest()}"
    if content_type == "form":
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert json.loads(parse_qs(body.decode())["payload"][0]) == payload


def test_a_hook_without_a_secret_gets_no_signature(github, receiver, play):
    github.forge.add_hook(SHOP, receiver.url)
    github.push(SHOP, play.push(play.commit("a")))
    assert not [name for name in receiver.arrived[0][1] if "signature" in name.lower()]


def test_all_hooks_of_an_event_share_its_guid(github, receiver, play):
    ours = github.forge.add_hook(SHOP, receiver.url)
    theirs = github.forge.add_hook("Acme", receiver.url)
    github.forge.add_hook("acme/other", receiver.url)
    github.forge.add_hook(SHOP, receiver.url, events=("release",))
    github.forge.add_hook(SHOP, receiver.url, active=False)
    sent = github.push(SHOP, play.push(play.commit("a")))
    assert [delivery.hook_id for delivery in sent] == [ours.id, theirs.id]
    assert {headers["X-GitHub-Delivery"] for _, headers, _ in receiver.arrived} == {sent[0].guid}
    assert len({delivery.id for delivery in sent}) == 2
    kinds = [headers["X-GitHub-Hook-Installation-Target-Type"] for _, headers, _ in receiver.arrived]
    assert kinds == ["repository", "organization"]


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("status", [200, 202, 204])
def test_every_2xx_is_ok(github, receiver, play, status):
    receiver.status = status
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.ok, sent.outcome.status, sent.outcome.status_code) == (True, "OK", status)


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("status", [302, 401, 413, 500, 503])
def test_any_other_answer_is_a_failure(github, receiver, play, status):
    receiver.status = status
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.status, sent.outcome.status_code) == (f"Invalid HTTP Response: {status}", status)
    assert len(receiver.arrived) == 1


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def test_a_receiver_that_is_down_refuses_the_connection(github, play):
    github.forge.add_hook(SHOP, f"http://127.0.0.1:{closed_port()}/")
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.status, sent.outcome.status_code) == ("failed to connect to host", 502)
    assert sent.outcome.headers is None


@pytest.fixture
def hurried(shop):
    """Waits for no receiver longer than 0.3 s."""
    made = FakeGitHub(hook_timeout_s=0.3)
    made.forge.put(shop)
    return made


def test_a_receiver_that_takes_too_long_is_timed_out(hurried, receiver, play):
    hook = hurried.forge.add_hook(SHOP, receiver.url)
    receiver.before = lambda: play.eventually(lambda: hurried.deliveries.of(hook.id))
    (sent,) = hurried.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.status, sent.outcome.status_code) == ("timed out", 504)
    assert 0.3 <= sent.outcome.duration < 2
    assert len(receiver.arrived) == 1


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


def drip(listener, at_once):
    """Answer one request, from some byte on a byte at a time, each of them soon enough."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(65_536)
        try:
            connection.sendall(HEAD[:at_once])
            for byte in HEAD[at_once:] + b"x" * 1000:
                connection.sendall(bytes([byte]))
                listener.settimeout(0.02)
                with pytest.raises(TimeoutError):
                    listener.accept()
        except ConnectionError:
            return


@pytest.mark.parametrize("at_once", [0, len(HEAD)])
def test_the_time_is_that_of_the_whole_answer(hurried, play, at_once):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = play.thread(drip, listener, at_once)
        hurried.forge.add_hook(SHOP, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        (sent,) = hurried.push(SHOP, play.push(play.commit("a")))
        thread.join(5)
    assert (sent.outcome.status, sent.outcome.duration < 2) == ("timed out", True)


@pytest.mark.usefixtures("hook")
def test_a_receiver_that_hangs_up_has_failed(github, receiver, play):
    receiver.mute = True
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.ok, sent.outcome.status_code) == (False, 500)
    assert sent.outcome.status.endswith("EOF")


def refuse_early(listener):
    """Answer by the head of a request alone, and close with the rest unread."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def test_a_payload_that_the_receiver_refuses_has_failed(github, play):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = play.thread(refuse_early, listener)
        github.forge.add_hook(SHOP, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        (sent,) = github.push(SHOP, play.push(play.commit("a"), pad="x" * 11_000_000))
        thread.join(5)
    assert (sent.outcome.status, sent.outcome.status_code) == ("Invalid HTTP Response: 413", 413)


def test_a_payload_over_25_mb_is_never_sent(github, hook, receiver, play):
    assert github.push(SHOP, play.push(play.commit("a"), pad="x" * 25 * 1024 * 1024)) == []
    assert (receiver.arrived, github.deliveries.of(hook.id)) == ([], [])


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize(("arrives", "count"), [(False, 0), (True, 1)])
def test_in_an_outage_pushes_time_out_whether_they_arrived_or_not(github, receiver, play, arrives, count):
    github.courier.outage = Outage(arrives=arrives)
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    assert (sent.outcome.status, len(receiver.arrived)) == ("timed out", count)


def test_what_nobody_answered_may_be_recorded_under_another_code(shop, play):
    github = FakeGitHub(switches=Switches(refused_code=0, timed_out_code=0))
    github.forge.put(shop)
    github.forge.add_hook(SHOP, f"http://127.0.0.1:{closed_port()}/")
    (refused,) = github.push(SHOP, play.push(play.commit("a")))
    github.courier.outage = Outage()
    (late,) = github.push(SHOP, play.push(play.commit("a")))
    assert (refused.outcome.status_code, late.outcome.status_code) == (0, 0)


def test_a_push_moves_its_branch_and_brings_its_commits(github, shop, play):
    first, second = play.line(2)
    github.push(SHOP, play.push(first, second), [first, second])
    assert (shop.resolve("main"), len(shop.commits)) == (second, 2)
    github.push(SHOP, play.push(first, branch="old"))
    github.push(SHOP, play.push(branch="old", deleted=True))
    assert (shop.branches, shop.resolve("old")) == ({"main": second.sha}, None)


def test_a_tag_is_no_branch(github, shop, play):
    github.push(SHOP, play.push(play.commit("a")) | {"ref": "refs/tags/v1"})
    assert shop.branches == {}


def test_a_push_to_nowhere_is_a_mistake_of_the_test(github, play):
    with pytest.raises(KeyError, match="acme/none"):
        github.push("acme/none", play.push(play.commit("a")))
