"""A push becomes a delivery: which requests are read, which are of no use, and which are refused."""

import datetime as dt
import json
from urllib.parse import urlencode

import pytest

from chalicelib.domain.directive import Rules
from chalicelib.domain.entry import Author
from chalicelib.errors import MalformedRequest, UnsupportedContent
from chalicelib.sources import github

FORM = "application/x-www-form-urlencoded"
SHA = "a" * 40


def code_of(deliver, raw, **changes):
    with pytest.raises(MalformedRequest) as caught:
        deliver(raw, **changes)
    return caught.value.code


def test_a_recorded_push_becomes_drafts_notes_and_silence(deliver, recorded):
    raw = recorded("push_several")
    gallery, basket, tax, postage, french, imprint, merge = (c["id"] for c in json.loads(raw)["commits"])
    delivery = deliver(raw)
    assert [(d.key, d.minutes, d.description) for d in delivery.drafts] == [
        (f"github:{gallery}", 45, "Show the gallery on the product page"),
        (f"github:{basket}", 30, "Keep the basket when the session ends"),
        (f"github:{postage}", 90, "Fix the postage for parcels to islands"),
        (f"github:{french}", 120, "Translate the checkout into French"),
        (f"github:{merge}", 45, "Merge pull request GH-12 from acme/gallery"),
    ]
    assert [d.key for d in delivery.drafts if d.is_merge] == [f"github:{merge}"]
    assert [(n.subject, n.kind) for n in delivery.notes] == [(tax, "malformed")]
    assert delivery.silent == (imprint,)
    assert (delivery.repository, delivery.branch) == ("acme/website-shop", "main")
    assert delivery.unused is None
    assert not delivery.incomplete


def test_a_draft_tells_where_when_and_by_whom(deliver, recorded):
    first = deliver(recorded("push_several")).drafts[0]
    assert first.author == Author(name="Jane Doe", email="jane@acme.example", login="jane-dev")
    assert first.date == dt.date(2026, 6, 30)
    assert first.worked_at == 1_782_803_560_000
    assert first.source_url == f"https://github.example/acme/website-shop/commit/{first.key[7:]}"
    assert (first.repository, first.branch) == ("acme/website-shop", "main")


@pytest.mark.parametrize("name", ["ping", "delete_branch", "new_branch_no_commits", "tag", "merge_queue"])
def test_what_brings_no_work_is_of_no_use_and_says_why(name, deliver, recorded):
    delivery = deliver(recorded(name), x_github_event="ping" if name == "ping" else "push")
    assert delivery.unused
    assert (delivery.drafts, delivery.notes, delivery.silent) == ((), (), ())


@pytest.mark.parametrize("event", ["pull_request", "Push", "create"])
def test_other_events_are_of_no_use(event, deliver, recorded):
    assert deliver(recorded("push_several"), x_github_event=event).unused


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "refs/tags/v1"},
        {"ref": "refs/notes/commits"},
        {"ref": "main"},
        {"ref": "refs/heads/gh-readonly-queue/main/pr-1"},
        {"deleted": True},
        {"after": "0" * 40},
        {"after": "0" * 64},
    ],
)
def test_commits_count_only_on_a_branch_that_is_there(changes, deliver, a_push, a_commit):
    delivery = deliver(a_push(a_commit(), **changes))
    assert delivery.unused
    assert delivery.drafts == ()


@pytest.mark.parametrize("branch", ["feature/gift-cards", "refs/heads/x", "gh-readonly", "übung"])
def test_a_branch_may_be_named_anything(branch, deliver, a_push, a_commit):
    delivery = deliver(a_push(a_commit(), ref=f"refs/heads/{branch}"))
    assert delivery.branch == branch
    assert [draft.branch for draft in delivery.drafts] == [branch]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=UTF-8",
        "application/json;charset=utf-8",
        None,
        "",
    ],
)
def test_json_is_read_whatever_the_case_charset_or_lack_of_its_type(content_type, deliver, recorded):
    assert len(deliver(recorded("push_several"), content_type=content_type).drafts) == 5


@pytest.mark.parametrize("content_type", [FORM, "application/X-WWW-Form-URLencoded; charset=utf-8", None])
def test_github_s_form_encoding_says_the_same_as_json(content_type, deliver, recorded):
    raw = recorded("push_several")
    form = deliver(urlencode({"payload": raw}).encode(), content_type=content_type)
    assert form.drafts == deliver(raw).drafts


@pytest.mark.parametrize(
    "changes",
    [
        {"content_type": "text/plain"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "application/xml"},
        {"content_type": ["application/json", FORM]},
        {"content_encoding": "gzip"},
        {"content_encoding": "identity, br"},
    ],
)
def test_other_content_types_and_compression_are_unsupported(changes, deliver, recorded):
    with pytest.raises(UnsupportedContent) as caught:
        deliver(recorded("push_several"), **changes)
    assert caught.value.status == 415


def test_a_body_said_not_to_be_encoded_is_read(deliver, recorded):
    assert deliver(recorded("push_several"), content_encoding="identity").drafts


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"x_github_event": None}, "no_event"),
        ({"x_github_event": ""}, "no_event"),
        ({"x_github_event": ["push", "ping"]}, "no_event"),
        ({"x_github_delivery": None}, "no_delivery_id"),
        ({"x_github_delivery": ""}, "no_delivery_id"),
    ],
)
def test_github_s_own_headers_are_needed(changes, code, deliver, recorded):
    assert code_of(deliver, recorded("push_several"), **changes) == code


@pytest.mark.parametrize(
    ("raw", "content_type", "code"),
    [
        (b"", "application/json", "empty_body"),
        (b"", None, "empty_body"),
        (b"", FORM, "no_field"),
        (b"payload=", FORM, "empty_body"),
        (b"payload=%5B%5D", None, "not_an_object"),
        (b"{}", FORM, "no_field"),
        (b"payload={}", "application/json", "not_json"),
        (b'{"ref": NaN}', "application/json", "not_a_number"),
    ],
)
def test_a_body_that_is_no_object_is_refused(raw, content_type, code, deliver):
    assert code_of(deliver, raw, content_type=content_type) == code
    assert code_of(deliver, raw, content_type=content_type, x_github_event="ping") == code


@pytest.mark.parametrize("field", ["ref", "repository", "commits"])
def test_a_push_without_its_essentials_is_refused(field, deliver, a_push):
    body = json.loads(a_push())
    del body[field]
    assert code_of(deliver, json.dumps(body).encode()) == "not_a_push"


@pytest.mark.parametrize(
    "changes",
    [
        {"commits": None},
        {"commits": {}},
        {"commits": "none"},
        {"commits": [None]},
        {"commits": [[]]},
        {"ref": None},
        {"ref": 1},
        {"repository": None},
        {"repository": {"full_name": None}},
        {"repository": {"full_name": "x" * 10_000}},
    ],
)
def test_a_push_of_another_shape_is_refused(changes, deliver, a_push):
    assert code_of(deliver, a_push(**changes)) == "not_a_push"


@pytest.mark.parametrize("sha", [None, "", 1, "a" * 39, "a" * 41, "g" * 40, f"{SHA}\n", "a" * 63, "٣" * 40])
def test_a_commit_without_a_sha_is_refused(sha, deliver, a_push, a_commit):
    assert code_of(deliver, a_push(a_commit(), a_commit(id=sha))) == "not_a_push"
    commit = a_commit()
    del commit["id"]
    assert code_of(deliver, a_push(commit)) == "not_a_push"


def test_the_reason_names_the_field_and_not_what_it_holds(deliver, a_push, a_commit):
    with pytest.raises(MalformedRequest, match=r"commits\.1\.id") as caught:
        deliver(a_push(a_commit(), a_commit(id="hunter2")))
    assert "hunter2" not in str(caught.value)


def test_fields_that_we_do_not_read_may_hold_anything(deliver, a_push, a_commit):
    commit = a_commit(distinct=None, added=None, tree_id=7, committer="x")
    odd = {"pusher": None, "sender": [], "head_commit": None, "compare": 1, "created": "?", "forced": 1, "base_ref": {}}
    assert len(deliver(a_push(commit, **odd)).drafts) == 1


def test_the_same_commit_twice_in_a_push_is_one_draft(deliver, a_push, a_commit):
    twice = [a_commit(id=SHA), a_commit(id=SHA.upper()), a_commit("Second [f:1h]")]
    assert [d.minutes for d in deliver(a_push(*twice)).drafts] == [45, 60]


@pytest.mark.parametrize("distinct", [True, False])
def test_distinct_decides_nothing(distinct, deliver, a_push, a_commit):
    assert len(deliver(a_push(a_commit(distinct=distinct))).drafts) == 1


def test_the_key_of_a_commit_does_not_depend_on_branch_fork_or_case(deliver, a_push, a_commit):
    here = deliver(a_push(a_commit(id=SHA)))
    fork = {"full_name": "jane/website-shop"}
    there = deliver(a_push(a_commit(id=SHA.upper()), ref="refs/heads/other", repository=fork))
    assert here.drafts[0].key == there.drafts[0].key == f"github:{SHA}"


def test_sha_256_repositories_work(deliver, a_push, a_commit):
    assert deliver(a_push(a_commit(id="b" * 64))).drafts[0].key == "github:" + "b" * 64


def test_an_exact_redelivery_has_the_same_key(deliver, recorded):
    raw = recorded("push_several")
    assert deliver(raw).key == deliver(raw).key


def test_another_body_under_the_same_id_is_a_delivery_of_its_own(deliver, recorded):
    raw = recorded("push_several")
    assert deliver(raw).key != deliver(raw + b"\n").key


def test_another_id_for_the_same_body_is_a_delivery_of_its_own(deliver, recorded):
    raw = recorded("push_several")
    assert deliver(raw).key != deliver(raw, x_github_delivery="another").key


@pytest.mark.parametrize(("count", "incomplete"), [(2047, False), (2048, True)])
def test_a_push_as_long_as_github_s_limit_may_be_incomplete(count, incomplete, deliver, a_push, a_commit):
    delivery = deliver(a_push(*(a_commit(f"Step {n} [f:15m]") for n in range(count))))
    assert len({draft.key for draft in delivery.drafts}) == count
    assert delivery.incomplete is incomplete


def test_the_rules_are_those_of_the_repository(headers, a_push, a_commit):
    asked = []

    def rules_for(repository):
        asked.append(repository)
        return Rules(require_brackets=True)

    raw = a_push(a_commit("Bare f:45m"), a_commit("Bracket [f:30m]"))
    delivery = github.delivery(headers(), raw, rules_for=rules_for, today=dt.date(2026, 7, 1))
    assert asked == ["acme/website-shop"]
    assert [draft.minutes for draft in delivery.drafts] == [30]
