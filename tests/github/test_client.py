"""The client against the fake GitHub, in virtual time."""

import datetime as dt

import pytest
from fakes.github import EVE, JANE, SITE
from fakes.house import sha

from chalicelib.domain.entry import Author
from chalicelib.errors import AuthenticationError, ConfigurationError, GitHubError, GitHubUnavailable
from chalicelib.github.client import COMPARE_PER_PAGE
from devstack.github import Commit, Kind
from devstack.github.credential import Token


def only(arrivals):
    (arrival,) = arrivals
    return arrival


def test_every_request_says_who_asks_and_which_version_it_means(world, client):
    client.commit(SITE, world.commit().sha)
    asked = only(world.fake.journal.arrivals())
    assert asked.header("User-Agent").startswith("Tallyhook/")
    assert asked.header("X-GitHub-Api-Version") == "2022-11-28"
    assert asked.header("Accept") == "application/vnd.github+json"
    assert asked.header("Authorization").startswith("Bearer ")


def test_a_commit_comes_with_its_people_its_parents_and_what_became_of_each_file(world, client):
    first = world.commit()
    made = world.commit(
        author=EVE,
        committer=JANE,
        added=("b.txt", "a.txt"),
        removed=("gone.txt",),
        modified=("kept.txt",),
        renamed=(("old.txt", "new.txt"),),
    )
    facts = client.commit(SITE, made.sha)
    assert (facts.sha, facts.parents, facts.message) == (made.sha, (first.sha,), made.message)
    assert (facts.author, facts.committer) == (Author("Eve", EVE.email), Author("Jane", JANE.email, "jane-dev"))
    assert facts.added == ("a.txt", "b.txt", "new.txt")
    assert facts.removed == ("gone.txt", "old.txt")
    assert facts.modified == ("kept.txt",)
    assert facts.has_files
    assert facts.is_complete
    assert facts.url.endswith(made.sha)
    assert facts.authored_at == facts.committed_at == world.clock.now()


def test_the_offset_of_a_commits_clock_is_lost_and_the_day_is_that_of_the_zone_asked_for(world, client):
    late = Commit(sha(9), "Work", JANE, "2026-06-30T23:30:00-07:00", "2026-07-01T00:10:00-07:00")
    world.repository.add(late)
    facts = client.commit(SITE, late.sha)
    assert facts.authored_date("UTC") == dt.date(2026, 7, 1)
    assert facts.authored_date("America/Los_Angeles") == dt.date(2026, 6, 30)
    assert facts.committed_at - facts.authored_at == 40 * 60_000


def test_the_files_of_a_commit_are_read_from_all_pages(world, client):
    names = tuple(f"{number:04}.txt" for number in range(700))
    facts = client.commit(SITE, world.commit(added=names).sha)
    assert facts.added == names
    assert facts.is_complete
    assert len(world.fake.journal.arrivals()) == 3


def test_a_commit_of_more_files_than_github_lists_is_known_to_be_incomplete(world, client):
    facts = client.commit(SITE, world.commit(added=tuple(f"{number:04}.txt" for number in range(3001))).sha)
    assert len(facts.added) == 3000
    assert not facts.is_complete


@pytest.mark.parametrize("repository", [SITE, "acme/unknown", "acme", "acme/..", "../user", "a/b/c", "acme/web site"])
def test_what_is_no_commit_is_none(world, client, repository):
    world.commit()
    assert client.commit(repository, "f" * 40) is None


@pytest.mark.parametrize("wrong", ["", "main", "f" * 39, "../../user", "f" * 40 + "\n"])
def test_only_a_full_sha_is_asked_for(world, client, wrong):
    assert client.commit(SITE, wrong) is None
    assert world.fake.journal.arrivals() == []


def test_an_empty_repository_has_no_commit(client):
    assert client.commit(SITE, "f" * 40) is None


def test_a_comparison_is_read_oldest_first_and_only_as_far_as_it_is_asked_for(world, client):
    base, *rest = [world.commit() for _ in range(2 * COMPARE_PER_PAGE + 4)]
    pages = client.compare(SITE, base.sha, rest[-1].sha)
    first = next(pages)
    assert len(world.fake.journal.arrivals()) == 1
    assert [each.sha for page in (first, *pages) for each in page] == [each.sha for each in rest]
    assert not first[0].has_files


def test_a_comparison_goes_on_from_a_page(world, client):
    base, *rest = [world.commit() for _ in range(COMPARE_PER_PAGE + 3)]
    (page,) = client.compare(SITE, base.sha, rest[-1].sha, page=2)
    assert [each.sha for each in page] == [each.sha for each in rest[COMPARE_PER_PAGE:]]


def test_branches_with_slashes_can_be_compared(world, client):
    base, head = world.commit(), world.commit()
    world.repository.branches["release/1.0"] = base.sha
    assert [[each.sha for each in page] for page in client.compare(SITE, "release/1.0", head.sha)] == [[head.sha]]


def test_hooks_of_a_repository_and_of_an_organisation_are_listed(world, client, fake):
    own = fake.forge.add_hook("acme", "https://example.com/webhooks/github")
    assert [each.id for each in client.hooks(SITE)] == [world.hook.id]
    assert [(each.id, each.config.url) for each in client.hooks("acme")] == [(own.id, own.url)]


def test_deliveries_are_listed_newest_first_over_all_pages_and_no_further_than_asked(world, client, fake):
    with world.outage():
        world.push()
        world.clock.advance(hours=1)
        since = world.clock.now()
        for _ in range(130):
            world.push()
    listed = list(client.deliveries(SITE, world.hook.id, since=since))
    assert len(listed) == 130
    assert [each.id for each in listed] == sorted((each.id for each in listed), reverse=True)
    assert {(each.event, each.status_code, each.succeeded) for each in listed} == {("push", 504, False)}
    assert len(fake.journal.arrivals()) == 2


def test_a_delivery_shows_what_it_sent(world, client):
    (made,) = world.push()
    detail = client.delivery(SITE, world.hook.id, made.id)
    assert detail.succeeded
    assert detail.request.payload["ref"] == "refs/heads/main"
    assert client.delivery(SITE, world.hook.id, 1) is None


def test_a_redelivery_arrives_under_the_same_guid(world, client, fake):
    with world.outage():
        (made,) = world.push()
    client.redeliver(SITE, world.hook.id, made.id)
    fake.settle()
    again, first = client.deliveries(SITE, world.hook.id, since=0)
    assert (again.guid, again.redelivery, again.succeeded) == (first.guid, True, True)
    with pytest.raises(GitHubError, match="404"):
        client.redeliver(SITE, world.hook.id, 1)


def test_a_status_is_put_and_its_description_cut(world, client, fake):
    made = world.commit()
    client.set_status(SITE, made.sha, state="success", context="tallyhook", description="x" * 200)
    (status,) = fake.forge.statuses(world.repository, made.sha)
    assert (status.state, status.context) == ("success", "tallyhook")
    assert status.description == "x" * 139 + "…"


def test_comments_are_written_and_read_over_all_pages(world, client):
    made = world.commit()
    world.fake.limiter.limits = type(world.fake.limiter.limits)(content_per_minute=1000, content_per_hour=1000)
    for number in range(101):
        client.comment(SITE, made.sha, f"words {number}")
    assert [each.body for each in client.comments(SITE, made.sha)] == [f"words {number}" for number in range(101)]


def test_between_two_requests_that_write_lies_a_second(world, client):
    made = world.commit()
    for _ in range(3):
        client.comment(SITE, made.sha, "words")
    first, second, third = (each.at for each in world.fake.journal.arrivals("POST"))
    assert second - first >= 1000
    assert third - second >= 1000


def test_an_answer_that_did_not_change_is_not_sent_again_and_costs_no_allowance(world, client, fake):
    made = world.commit(added=("a.txt",))
    first = client.commit(SITE, made.sha)
    assert client.commit(SITE, made.sha) == first
    asked = fake.journal.arrivals()
    assert [each.status for each in asked] == [200, 304]
    assert client.commit(SITE, made.sha).added == ("a.txt",)


def test_without_a_token_nothing_is_asked(world, client):
    world.house.secrets.api_token = None
    with pytest.raises(ConfigurationError, match="GITHUB_TOKEN"):
        client.hooks(SITE)
    assert world.fake.journal.arrivals() == []


def test_a_refused_token_is_not_tried_again_for_a_while(world, client, fake):
    fake.credentials.revoke()
    with pytest.raises(AuthenticationError):
        client.hooks(SITE)
    with pytest.raises(GitHubUnavailable, match="401"):
        client.hooks(SITE)
    assert len(fake.journal.arrivals()) == 1
    fake.credentials.restore()
    world.clock.advance(minutes=6)
    assert len(client.hooks(SITE)) == 1


def test_what_the_token_may_not_do_is_a_definite_no(world, client, fake):
    fake.credentials.add(Token("weak", may_write=False))
    world.house.secrets.api_token = "weak"
    with pytest.raises(GitHubError, match="403") as caught:
        client.comment(SITE, world.commit().sha, "words")
    assert caught.value.status == 403


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.DROP_BEFORE, {}),
        (Kind.DROP_AFTER, {}),
        (Kind.STATUS_BEFORE, {"status": 500}),
        (Kind.STATUS_BEFORE, {"status": 503}),
        (Kind.GARBAGE, {}),
        (Kind.CUT, {}),
        (Kind.SLOW, {"ms": 60_000}),
    ],
)
def test_whatever_goes_wrong_with_a_question_it_can_be_asked_again(world, client, fake, kind, fields):
    made = world.commit()
    fake.faults.add(kind, **fields)
    with pytest.raises(GitHubUnavailable) as caught:
        client.commit(SITE, made.sha)
    assert caught.value.until is None
    assert client.commit(SITE, made.sha).sha == made.sha


def test_nothing_is_ever_repeated_by_itself(world, client, fake):
    fake.faults.add(Kind.DROP_AFTER, method="POST")
    with pytest.raises(GitHubUnavailable):
        client.comment(SITE, world.commit().sha, "words")
    assert len(fake.journal.arrivals("POST")) == 1
