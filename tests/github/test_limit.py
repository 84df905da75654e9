"""What GitHub allows, and what the client does when that is used up."""

import contextlib
import dataclasses

import pytest
from fakes.github import SITE, GitHubWorld

from chalicelib.errors import GitHubError, GitHubUnavailable
from devstack.github import TOKEN, Kind, Switches


def asked(world):
    return len(world.fake.journal.arrivals())


def refused(call):
    with pytest.raises(GitHubUnavailable) as caught:
        call()
    return caught.value.until


@pytest.mark.parametrize("status", [403, 429])
def test_when_the_allowance_is_used_up_nothing_is_asked_until_it_is_given_anew(status):
    with contextlib.closing(GitHubWorld(switches=Switches(limit_status=status))) as world:
        world.fake.limiter.exhaust(TOKEN)
        now = world.clock.now()
        until = refused(lambda: world.client.hooks(SITE))
        assert now < until <= now + 3_660_000
        assert refused(lambda: world.client.hooks(SITE)) == until
        assert asked(world) == 1
        world.clock.advance(ms=until - world.clock.now())
        assert len(world.client.hooks(SITE)) == 1


def test_a_reserve_of_the_allowance_is_left_to_others(world, client, fake):
    fake.limiter.limits = dataclasses.replace(fake.limiter.limits, per_hour=50)
    made = [world.commit() for _ in range(46)]
    for each in made[:45]:
        client.commit(SITE, each.sha)
    until = refused(lambda: client.commit(SITE, made[45].sha))
    assert asked(world) == 45
    world.clock.advance(ms=until - world.clock.now())
    assert client.commit(SITE, made[45].sha) is not None


@pytest.mark.parametrize(("retry_after", "rest"), [(30, 30_000), (None, 60_000), (0, 1000), (10**9, 3_900_000)])
def test_the_secondary_limit_is_rested_for_as_long_as_github_says_or_a_minute(world, client, fake, retry_after, rest):
    fake.faults.add(Kind.SECONDARY, retry_after=retry_after)
    now = world.clock.now()
    assert refused(lambda: client.hooks(SITE)) == now + rest
    world.clock.advance(ms=rest - 1)
    refused(lambda: client.hooks(SITE))
    world.clock.advance(ms=1)
    assert len(client.hooks(SITE)) == 1
    assert asked(world) == 2


def test_a_403_that_is_no_limit_is_a_definite_no_and_nothing_rests(client, fake):
    fake.faults.add(Kind.STATUS_BEFORE, status=403)
    with pytest.raises(GitHubError):
        client.hooks(SITE)
    assert len(client.hooks(SITE)) == 1


def test_a_rest_is_no_reason_to_wait_before_a_request_that_writes(world, client, fake):
    made = world.commit()
    client.comment(SITE, made.sha, "words")
    fake.faults.add(Kind.SECONDARY)
    refused(lambda: client.hooks(SITE))
    before = world.clock.now()
    refused(lambda: client.comment(SITE, made.sha, "words"))
    assert world.clock.now() == before


@pytest.mark.parametrize(("times", "location"), [(1, "/repositories/{id}/commits/{sha}"), (3, "?a=b")])
def test_up_to_three_redirects_on_the_same_origin_are_followed(world, client, fake, times, location):
    made = world.commit()
    target = location.format(id=world.repository.id, sha=made.sha)
    fake.faults.add(Kind.REDIRECT, times=times, location=target)
    assert client.commit(SITE, made.sha).sha == made.sha


def test_a_fourth_redirect_is_not_followed(world, client, fake):
    fake.faults.add(Kind.REDIRECT, times=4, location="?a=b")
    with pytest.raises(GitHubError, match="redirected"):
        client.hooks(SITE)
    assert asked(world) == 4


@pytest.mark.parametrize(
    "location",
    ["https://evil.example/", "http://api.github.example/x", "//evil.example/x", "https://[", "https://u@h/"],
)
def test_no_redirect_leads_the_token_to_another_origin(world, client, fake, location):
    fake.faults.add(Kind.REDIRECT, times=None, location=location)
    with pytest.raises(GitHubError, match="redirected"):
        client.hooks(SITE)
    assert asked(world) == 1
    assert all(each.url.startswith(fake.base_url) for each in world.transport.requests)


def test_a_redirected_post_arrives_as_a_post(world, client, fake):
    made = world.commit()
    fake.faults.add(
        Kind.REDIRECT, status=307, location=f"/repositories/{world.repository.id}/commits/{made.sha}/comments"
    )
    client.comment(SITE, made.sha, "words")
    assert [each.body for each in fake.forge.comments(world.repository, made.sha)] == ["words"]
