"""Hooks and the record of their deliveries, as the API tells of them."""

import pytest

from devstack.github import Outage, Repository

SHOP = "acme/website-shop"
HOOKS = f"/repos/{SHOP}/hooks"
DAY_S = 24 * 3600


@pytest.fixture
def down(github):
    """Nothing reaches the receiver, and no time is lost over it."""
    github.courier.outage = Outage()


def test_hooks_are_listed_without_their_secret(github, client):
    made = github.forge.add_hook(SHOP, "https://t.example/w", secret="s3cret", events=("push", "release"))
    (told,) = client.get(HOOKS).json()
    assert (told["id"], told["type"], told["active"], told["events"]) == (
        made.id,
        "Repository",
        True,
        ["push", "release"],
    )
    assert told["config"]["url"] == "https://t.example/w"
    assert told["config"]["secret"] == "********"
    assert told["deliveries_url"] == f"{github.base_url}{HOOKS}/{made.id}/deliveries"
    assert "s3cret" not in repr(made)


def test_an_organisation_has_hooks_of_its_own(github, client):
    ours = github.forge.add_hook(SHOP, "https://t.example/a")
    theirs = github.forge.add_hook("acme", "https://t.example/b")
    assert [hook["id"] for hook in client.get(HOOKS).json()] == [ours.id]
    assert [(hook["id"], hook["type"]) for hook in client.get("/orgs/ACME/hooks").json()] == [
        (theirs.id, "Organization")
    ]


def test_many_hooks_come_by_pages(github, client):
    for n in range(3):
        github.forge.add_hook("acme", f"https://t.example/{n}")
    answers = client.follow("/orgs/acme/hooks?per_page=2")
    assert [len(answer.json()) for answer in answers] == [2, 1]


@pytest.mark.usefixtures("down")
def test_a_delivery_is_told_as_github_tells_it(github, client, shop, hook, play):
    (sent,) = github.push(SHOP, play.push(play.commit("a")))
    (told,) = client.get(f"{HOOKS}/{hook.id}/deliveries").json()
    assert told == {
        "id": sent.id,
        "guid": sent.guid,
        "delivered_at": "2026-01-01T12:00:00.000Z",
        "redelivery": False,
        "duration": 5,
        "status": "timed out",
        "status_code": 504,
        "event": "push",
        "action": None,
        "installation_id": None,
        "repository_id": shop.id,
        "throttled_at": None,
    }
    assert sent.id > 2**53


@pytest.mark.usefixtures("down")
def test_the_action_of_an_event_is_told(github, client):
    made = github.forge.add_hook(SHOP, "https://t.example", events=("*",))
    github.fire(SHOP, "release", {"action": "published"})
    assert client.get(f"{HOOKS}/{made.id}/deliveries").json()[0]["action"] == "published"


@pytest.fixture
def forty(github, hook, play):
    """Forty pushes while nobody answered."""
    github.courier.outage = Outage()
    sent = [github.push(SHOP, play.push(play.commit(n)))[0] for n in range(40)]
    assert {delivery.hook_id for delivery in sent} == {hook.id}
    return sent


def test_deliveries_come_newest_first_by_pages_of_30(client, hook, forty):
    answers = client.follow(f"{HOOKS}/{hook.id}/deliveries")
    assert [len(answer.json()) for answer in answers] == [30, 10]
    ids = [told["id"] for answer in answers for told in answer.json()]
    assert ids == [sent.id for sent in reversed(forty)]


def test_a_delivery_that_comes_meanwhile_shifts_no_page(github, client, hook, forty, play):
    first = client.get(f"{HOOKS}/{hook.id}/deliveries?per_page=25")
    github.push(SHOP, play.push(play.commit("late")))
    second = client.get(play.links(first)["next"])
    ids = [told["id"] for answer in (first, second) for told in answer.json()]
    assert ids == [sent.id for sent in reversed(forty)]
    back = client.get(play.links(second)["prev"])
    assert len(back.json()) == 25


@pytest.mark.usefixtures("forty")
def test_a_cursor_outlives_the_delivery_it_names(client, clock, hook, play):
    link = play.links(client.get(f"{HOOKS}/{hook.id}/deliveries"))["next"]
    clock.pass_s(3 * DAY_S + 1)
    assert (client.get(link).status, client.get(link).json()) == (200, [])


@pytest.mark.usefixtures("forty")
@pytest.mark.parametrize("cursor", ["x", "v1_", "v1_x", "2"])
def test_a_cursor_that_github_never_gave_is_a_422(client, hook, cursor):
    assert client.get(f"{HOOKS}/{hook.id}/deliveries?cursor={cursor}").status == 422


@pytest.mark.parametrize(("wanted", "codes"), [("success", {202}), ("failure", {500}), ("other", None)])
def test_deliveries_can_be_narrowed_by_what_came_of_them(github, client, hook, receiver, play, wanted, codes):
    for receiver.status in (202, 500):
        github.push(SHOP, play.push(play.commit("a")))
    answer = client.get(f"{HOOKS}/{hook.id}/deliveries?status={wanted}")
    if codes is None:
        assert answer.status == 422
    else:
        assert {told["status_code"] for told in answer.json()} == codes


@pytest.mark.usefixtures("down")
def test_deliveries_are_forgotten_after_three_days(github, client, clock, hook, play):
    (old,) = github.push(SHOP, play.push(play.commit("a")))
    clock.pass_s(2 * DAY_S)
    (new,) = github.push(SHOP, play.push(play.commit("b")))
    clock.pass_s(DAY_S)
    deliveries = f"{HOOKS}/{hook.id}/deliveries"
    assert len(client.get(deliveries).json()) == 2
    clock.pass_s(0.001)
    assert [told["id"] for told in client.get(deliveries).json()] == [new.id]
    assert client.get(f"{deliveries}/{old.id}").status == 404
    assert client.post(f"{deliveries}/{old.id}/attempts").status == 404


def test_one_delivery_tells_what_was_sent_and_answered(github, client, hook, play):
    payload = play.push(play.commit("größe"))
    (sent,) = github.push(SHOP, payload)
    told = client.get(f"{HOOKS}/{hook.id}/deliveries/{sent.id}").json()
    assert told["request"]["payload"] == payload
    assert told["request"]["headers"]["X-GitHub-Delivery"] == sent.guid == told["guid"]
    assert (told["status"], told["status_code"]) == ("OK", 202)
    assert told["response"]["headers"]["X-Receiver"] == "tests"
    assert (told["response"]["payload"], told["url"]) == ('{"drafts": []}', hook.url)


def test_one_delivery_that_nobody_answered_has_no_response(client, hook, forty):
    told = client.get(f"{HOOKS}/{hook.id}/deliveries/{forty[0].id}").json()
    assert told["response"] == {"headers": None, "payload": None}


def test_a_delivery_belongs_to_its_hook_and_a_hook_to_its_owner(github, client, hook, forty):
    other = github.forge.add_hook(SHOP, "https://t.example")
    theirs = github.forge.add_hook("acme", "https://t.example")
    github.forge.put(Repository("acme/other"))
    for path in (
        f"{HOOKS}/{other.id}/deliveries/{forty[0].id}",
        f"{HOOKS}/{theirs.id}/deliveries",
        f"/orgs/acme/hooks/{hook.id}/deliveries",
        f"/repos/acme/other/hooks/{hook.id}/deliveries/{forty[0].id}",
        f"{HOOKS}/1/deliveries",
        f"{HOOKS}/{hook.id}/deliveries/1",
    ):
        assert client.get(path).status == 404
    assert client.get(f"{HOOKS}/{hook.id}/deliveries/{forty[0].id}").status == 200


@pytest.mark.usefixtures("down")
def test_an_organisations_deliveries_tell_the_repository_and_link_by_its_id(github, client, shop, play):
    made = github.forge.add_hook("acme", "https://t.example")
    for n in range(2):
        github.push(SHOP, play.push(play.commit(n)))
    answers = client.follow(f"/orgs/acme/hooks/{made.id}/deliveries?per_page=1")
    assert [told["repository_id"] for answer in answers for told in answer.json()] == [shop.id, shop.id]
    assert "/organizations/" in play.links(answers[0])["next"]
