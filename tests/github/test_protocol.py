"""GitHub's answers and addresses, without any I/O."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import AuthenticationError, ConfigurationError, GitHubError, GitHubUnavailable
from chalicelib.exchange.message import Answer, Failure
from chalicelib.github import progress
from chalicelib.github.cache import AnswerCache
from chalicelib.github.hook import our_hook
from chalicelib.github.models import Hook, HookConfig
from chalicelib.github.protocol import (
    LONGEST_REST_MS,
    compare_path,
    get,
    limited_until,
    place_path,
    post,
    read,
    redirected,
    reserved_until,
)
from chalicelib.github.push import lost_push, payload

NOW = 1_782_820_800_000
words = st.text(max_size=12) | st.integers(-5, 10**13).map(str)


def answer(status=200, body=b"{}", *, complete=True, **headers):
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, complete=complete)


def test_the_token_stands_in_a_header_and_is_not_printed():
    request = get("https://api.github.com", "/x", "secret-token", {"per_page": 100})
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert request.url == "https://api.github.com/x?per_page=100"
    assert "secret-token" not in repr(request) + request.url
    assert json.loads(post("https://api.github.com", "/x", "t", {"a": "ü"}).body) == {"a": "ü"}


@pytest.mark.parametrize(
    "place", ["", "/", "a/", "/b", "a/b/c", "..", "a/..", ".", "a b", "a/b?c", "a/b#", "ä", "a" * 101]
)
def test_what_cannot_be_a_place_is_not_asked_for(place):
    with pytest.raises(GitHubError):
        place_path(place)


def test_places_and_comparisons_have_paths():
    assert place_path("acme/web.site") == "/repos/acme/web.site"
    assert place_path("acme") == "/orgs/acme"
    assert compare_path("acme/web", "a/b?", "c") == "/repos/acme/web/compare/a%2Fb%3F...c"


@settings(max_examples=200)
@given(st.integers(100, 599), words, words, words, words)
def test_a_rest_is_never_in_the_past_nor_longer_than_an_hour_and_a_bit(status, wait, limit, remaining, reset):
    given_ = {"retry_after": wait, "x_ratelimit_limit": limit, "x_ratelimit_remaining": remaining}
    made = answer(status, **given_, x_ratelimit_reset=reset)
    for until in (limited_until(made, now=NOW), reserved_until(made, now=NOW)):
        assert until is None or NOW < until <= NOW + LONGEST_REST_MS
    if status not in {403, 429}:
        assert limited_until(made, now=NOW) is None


def test_a_redirect_is_followed_on_the_same_origin_only():
    request = get("https://api.github.com", "/repos/a/b", "t")
    assert redirected(request, answer(301, location="/repositories/1")).url == "https://api.github.com/repositories/1"
    assert redirected(request, answer(301, location="https://api.github.com:443/x")) is not None
    for elsewhere in ("https://example.com/", "http://api.github.com/x", "https://api.github.com:444/", ""):
        assert redirected(request, answer(302, location=elsewhere)) is None
    assert redirected(request, answer(200, location="/x")) is None
    assert redirected(request, Failure(sent=True, reason="x")) is None


def test_an_empty_answer_is_none_and_a_message_is_told_in_one_line():
    assert read(answer(body=b" ")) is None
    with pytest.raises(GitHubError, match="GitHub answered 404: Not Found") as caught:
        read(answer(404, json.dumps({"message": "Not\n Found" + "x" * 1000}).encode()))
    assert len(str(caught.value)) < 330


@settings(max_examples=100)
@given(st.binary(max_size=60), st.integers(200, 599), st.booleans())
def test_whatever_is_answered_it_is_read_or_one_of_our_errors(body, status, complete):
    with contextlib.suppress(GitHubError, GitHubUnavailable, AuthenticationError):
        read(answer(status, body, complete=complete))


class TestCache:
    def request(self, number=0):
        return get("https://api.github.com", f"/{number}", "t")

    def test_it_asks_for_changes_only_and_gives_the_known_answer_for_none(self):
        cache, asked = AnswerCache(), self.request()
        assert "If-None-Match" not in cache.conditional(asked).headers
        full = answer(body=b"[1]", etag='W/"1"')
        assert cache.settled(asked, full) == full
        assert cache.conditional(asked).headers["If-None-Match"] == 'W/"1"'
        assert cache.settled(asked, answer(304, b"")) == full

    @pytest.mark.parametrize(
        "poor",
        [answer(etag="1", complete=False), answer(404, etag="1"), answer(), answer(body=b"{x", etag="1")],
    )
    def test_what_is_cut_wrong_unmarked_or_unreadable_is_not_kept(self, poor):
        cache, asked = AnswerCache(), self.request()
        cache.settled(asked, poor)
        assert "If-None-Match" not in cache.conditional(asked).headers

    def test_it_stays_within_its_bounds_and_lets_the_longest_unused_go_first(self):
        cache = AnswerCache(max_answers=3, max_bytes=1600)
        for number in range(3):
            cache.settled(self.request(number), answer(body=b"1", etag=f"{number}"))
        cache.settled(self.request(0), answer(304, b""))
        cache.settled(self.request(3), answer(body=b"1", etag="3"))
        kept = [n for n in range(4) if "If-None-Match" in cache.conditional(self.request(n)).headers]
        assert kept == [0, 2, 3]
        cache.settled(self.request(4), answer(body=b"1" * 101, etag="4"))
        assert "If-None-Match" not in cache.conditional(self.request(4)).headers

    def test_a_post_is_neither_conditional_nor_kept(self):
        cache, asked = AnswerCache(), post("https://api.github.com", "/0", "t")
        cache.settled(asked, answer(etag="1"))
        assert "If-None-Match" not in cache.conditional(self.request()).headers


def hooks(*urls):
    return [Hook(id=number, config=HookConfig(url=url)) for number, url in enumerate(urls, 1)]


def test_our_hook_is_the_one_that_sends_to_a_door_like_ours():
    listed = hooks("https://ci.example/hook", "https://x.example/prod/webhooks/github?a=b", None, "https://[")
    assert our_hook("acme/web", listed) == 2


def test_no_hook_or_several_is_a_clear_problem():
    with pytest.raises(ConfigurationError, match="no webhook of acme"):
        our_hook("acme", hooks("https://x.example/webhooks/github2"))
    with pytest.raises(ConfigurationError, match="one of 1, 2"):
        our_hook("acme", hooks("https://x.example/webhooks/github", "https://y.example/webhooks/github/"))


SHOWN = {"ref": "refs/heads/main", "before": "a" * 40, "after": "b" * 40, "repository": {"full_name": "a/b"}}


def test_what_github_shows_of_a_push_is_kept_but_for_its_commits():
    shown = {**SHOWN, "commits": [{"id": "x"}], "head_commit": {}, "forced": True}
    made = payload(shown, [], timezone="UTC")
    assert made == {**SHOWN, "forced": True, "commits": []}


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["ref", "before", "after", "repository", "commits"]), st.none() | words | st.just({})
    )
)
def test_whatever_is_shown_it_is_a_push_or_none(shown):
    found = lost_push({**SHOWN, **shown})
    assert found is None or found.base is None or isinstance(found.base, str)


@settings(max_examples=50)
@given(
    st.builds(
        progress.Progress,
        st.integers(),
        st.none() | st.integers(),
        st.sets(st.text(max_size=5)),
        st.dictionaries(st.text(max_size=5), st.integers()),
        st.dictionaries(st.text(max_size=5), st.integers()),
    )
)
def test_progress_is_read_back_as_it_was(made):
    assert progress.from_text(progress.to_text(made)) == made
