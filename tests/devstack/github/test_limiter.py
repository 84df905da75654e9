"""Rate limits: what counts, what is left, when it is over, and what costs nothing."""

import pytest

from devstack.github import TOKEN, FakeGitHub, Limits, Switches

REPO = "/repos/acme/website-shop"
NAMES = ("Limit", "Remaining", "Used", "Reset", "Resource")


def left(answer):
    return [answer.header(f"x-ratelimit-{name}") for name in NAMES]


def test_every_answer_tells_what_is_left(client, start):
    reset = str(start // 1000 + 3600)
    assert left(client.get(REPO)) == ["5000", "4999", "1", reset, "core"]
    assert left(client.get("/nowhere")) == ["5000", "4998", "2", reset, "core"]


@pytest.mark.parametrize("status", [403, 429])
def test_a_token_is_refused_when_its_hour_is_used_up_and_served_after_the_reset(shop, clock, play, status):
    github = FakeGitHub(now=clock, switches=Switches(limit_status=status))
    github.forge.put(shop)
    github.limiter.limits = Limits(per_hour=2)
    client = play.client(github)
    assert [client.get(REPO).status for _ in range(4)] == [200, 200, status, status]
    refused = client.get(REPO)
    assert left(refused)[1] == "0"
    assert refused.header("Retry-After") is None
    assert "rate limit exceeded" in refused.json()["message"]
    clock.now = int(left(refused)[3]) * 1000 - 1
    assert client.get(REPO).status == status
    clock.now += 1
    assert left(client.get(REPO))[1:3] == ["1", "1"]


def test_an_exhausted_token_costs_no_other_its_calls(github, client, play, shop):
    shop.private = False
    github.limiter.exhaust(TOKEN)
    assert client.get(REPO).status == 403
    assert left(play.client(github, token=None).get(REPO))[:2] == ["60", "59"]


def test_a_token_that_does_not_work_uses_up_what_nobodys_requests_have(github, play):
    play.client(github, "wrong").get(REPO)
    assert left(play.client(github, "wrong").get(REPO))[:2] == ["60", "58"]


def test_an_unchanged_answer_costs_no_rate_limit(client, play, shop):
    shop.add(play.commit("a"))
    first = client.get(f"{REPO}/commits/main")
    again = client.get(f"{REPO}/commits/main", If_None_Match=first.header("ETag"))
    assert (again.status, again.body, again.header("ETag")) == (304, b"", first.header("ETag"))
    assert left(again) == left(first)


def test_an_unchanged_answer_costs_who_has_no_token_as_much_as_any(github, play, shop):
    shop.private = False
    nobody = play.client(github, token=None)
    etag = nobody.get(REPO).header("ETag")
    assert left(nobody.get(REPO, If_None_Match=etag))[1] == "58"


@pytest.mark.parametrize("form", ["{0}", '"x", {0}', "{1}"])
def test_an_etag_is_known_in_any_list_weak_or_strong(client, form):
    etag = client.get(REPO).header("ETag")
    assert client.get(REPO, If_None_Match=form.format(etag, etag.removeprefix("W/"))).status == 304


@pytest.mark.parametrize("value", ['"x"', "", 'W/""'])
def test_another_etag_gets_the_whole_answer(client, value):
    assert client.get(REPO, If_None_Match=value).status == 200


def test_a_changed_answer_has_another_etag_and_costs_a_call(client, play, shop):
    shop.add(play.commit("a"))
    first = client.get(f"{REPO}/commits/main")
    shop.add(play.commit("b", "a"))
    second = client.get(f"{REPO}/commits/main", If_None_Match=first.header("ETag"))
    assert (second.status, second.json()["sha"], left(second)[1]) == (200, play.sha("b"), "4998")


def test_neither_writing_nor_a_failure_has_an_etag(client, play, shop):
    shop.add(play.commit("a"))
    assert client.post(f"{REPO}/commits/main/comments", {"body": "x"}).header("ETag") is None
    assert client.get("/nowhere").header("ETag") is None


def test_the_secondary_limit_counts_points_by_the_minute(github, client, clock):
    github.limiter.limits = Limits(points_per_minute=7)
    assert [client.get(REPO).status for _ in range(2)] == [200, 200]
    assert [client.post("/nowhere").status for _ in range(2)] == [404, 403]
    refused = client.post("/nowhere")
    assert refused.header("Retry-After") == "60"
    assert "secondary rate limit" in refused.json()["message"]
    assert left(refused)[1] == "4997"
    assert client.get(REPO).status == 403
    clock.pass_s(60)
    assert client.post("/nowhere").status == 404


def test_the_secondary_limit_counts_what_is_written_by_minute_and_hour(github, client, clock, play, shop):
    shop.add(play.commit("a"))
    github.limiter.limits = Limits(content_per_minute=2, content_per_hour=3)

    def write():
        return client.post(f"{REPO}/statuses/main", {"state": "success"})

    assert [write().status for _ in range(3)] == [201, 201, 403]
    assert client.get(f"{REPO}/commits/main").status == 200
    clock.pass_s(60)
    assert [write().status for _ in range(2)] == [201, 403]
    wait = int(write().header("Retry-After"))
    assert wait == 3600 - 60
    clock.pass_s(wait)
    assert write().status == 201


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/repositories/7/statuses/main", True),
        ("POST", f"{REPO}/commits/feature/one/comments", True),
        ("POST", f"{REPO}/hooks/1/deliveries/2/attempts", False),
        ("GET", f"{REPO}/commits/main/comments", False),
    ],
)
def test_only_statuses_and_comments_are_content(github, client, method, path, content):
    github.limiter.limits = Limits(content_per_minute=0)
    assert (client.send(method, path).header("Retry-After") is not None) is content
