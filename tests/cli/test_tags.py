"""Noko's tags: listed, created, renamed, merged and deleted by name."""

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UserError
from chalicelib.noko.error_code import ADVICE, ErrorCode
from chalicelib.noko.models import NokoTag
from cli.tags.lookup import bare, tag_called
from devstack.sandbox.account import JANE
from devstack.sandbox.hashtag import Hashtag


@pytest.fixture
def tag(house):
    def add(name):
        return house.sandbox.books.add_tag(Hashtag(name.removesuffix("*"), billable=not name.endswith("*"))).id

    return add


@pytest.fixture
def names(house):
    return lambda: [each.formatted_name for each in house.sandbox.books.tags()]


@pytest.fixture
def log(house):
    def log(description):
        return house.sandbox.books.log(user_id=JANE.id, date=dt.date(2026, 6, 30), minutes=5, description=description)

    return log


def writes(house):
    return [(r.method, r.url.rpartition("/v2")[2]) for r in house.transport.requests if r.method != "GET"]


def test_tags_are_listed_as_noko_s_own_objects(run, tag, log):
    tag("dev")
    tag("Lunch*")
    log("Fix #dev")
    result = run("tags", "list", "--json")
    assert result.code == 0
    assert [(line["name"], line["billable"], line["entries"]) for line in result.lines] == [
        ("dev", True, 1),
        ("Lunch", False, 0),
    ]
    assert {"formatted_name", "merge_url", "import"} <= set(result.lines[0])
    assert [line["name"] for line in run("tags", "list", "--name", "LUN").lines] == ["Lunch"]
    assert [line["name"] for line in run("tags", "list", "--unbillable").lines] == ["Lunch"]
    assert run("tags", "list", "--name", "zzz", draws=True).err == "no tags\n"


def test_a_person_sees_a_table(run, tag):
    tag("dev")
    result = run("tags", "list", draws=True)
    assert "billable" in result.out
    assert result.err == "1 tag\n"


def test_tags_are_created_and_those_that_are_there_stay(run, tag, names):
    tag("dev")
    result = run("tags", "create", "#DEV*", "review", "lunch*", "Review", "--yes", "--json")
    assert result.code == 0
    assert [line["formatted_name"] for line in result.lines] == ["#Review", "#lunch*"]
    assert names() == ["#dev", "#Review", "#lunch*"]
    assert "#dev, on 0 entries, is there already" in result.err
    assert "`tallyhook tags rename dev 'DEV*'`" in result.err


def test_nothing_is_created_twice_without_a_yes_or_in_a_dry_run(run, house, tag):
    tag("dev")
    assert run("tags", "create", "dev").code == 0
    assert run("tags", "create", "new").code == 2
    assert run("tags", "create", "new", attended=True, typed="n\n").code == 1
    result = run("tags", "create", "new", "--dry-run")
    assert (result.code, result.out) == (0, "")
    assert "to create: #new" in result.err
    assert writes(house) == []


def test_what_noko_ignored_is_told(run, house):
    house.sandbox.switches = dataclasses.replace(house.sandbox.switches, tag_roles=frozenset())
    result = run("tags", "create", "new", "--yes")
    assert result.code == 1
    assert "#new was not created" in result.err


@pytest.mark.parametrize("name", ["", " ", "*", "a,b", "a#b", "x" * 31, "a\nb"])
def test_a_name_that_no_tag_can_have_is_exit_code_2_and_asks_nobody(run, house, name):
    assert run("tags", "create", name, "--yes").code == 2
    assert run("tags", "rename", "dev", name, "--yes").code == 2
    assert house.transport.requests == []


def test_a_tag_gets_another_name_or_a_star_or_loses_it(run, tag, names, log, house):
    tag("dev")
    entry = log("Fix #dev")
    result = run("tags", "rename", "DEV", "develop", "--yes", "--json")
    assert (result.code, result.lines[0]["name"]) == (0, "develop")
    assert house.sandbox.books.entry(entry.id).description == "Fix #develop"
    assert run("tags", "rename", "develop", "develop*", "--yes").code == 0
    assert names() == ["#develop*"]
    assert run("tags", "rename", "develop*", "Develop", "--yes").code == 0
    assert names() == ["#Develop"]
    assert "nothing to do" in run("tags", "rename", "Develop", "Develop").err


def test_a_name_that_is_taken_leads_to_merging(run, tag, house):
    tag("dev")
    tag("Review")
    result = run("tags", "rename", "dev", "review", "--yes")
    assert result.code == 1
    assert "`tallyhook tags merge dev --into Review`" in result.err
    assert writes(house) == []


def test_a_tag_becomes_another_one_for_good(run, tag, names, log, house):
    tag("dev")
    tag("develop")
    entry = log("Fix #develop")
    result = run("tags", "merge", "develop", "--into", "dev", attended=True, typed="y\n")
    assert result.code == 0
    assert "#develop, on 1 entry is merged into #dev, on 0 entries for good" in result.err
    assert names() == ["#dev"]
    assert house.sandbox.books.entry(entry.id).description == "Fix #dev"


def test_a_large_merge_is_told_to_go_on_and_both_tags_to_be_locked(run, tag, log, house):
    tag("dev")
    tag("develop")
    log("Fix #develop")
    house.sandbox.switches = dataclasses.replace(house.sandbox.switches, large_merge=0, merge_ms=60_000)
    result = run("tags", "merge", "develop", "--into", "dev", "--yes", "--json")
    assert (result.code, result.lines[0]["result"]) == (0, "being merged")
    assert "in the background: The user will be sent an email" in result.err
    locked = run("tags", "rename", "dev", "other", "--yes")
    assert locked.code == 1
    assert ADVICE[ErrorCode.LOCKED] in locked.err


@pytest.mark.parametrize(
    "words", [("rename", "dev", "develop"), ("merge", "dev", "--into", "other"), ("delete", "dev")]
)
def test_nothing_of_it_happens_without_a_yes_or_in_a_dry_run(run, tag, house, words):
    tag("dev")
    tag("other")
    assert run("tags", *words).code == 2
    assert run("tags", *words, attended=True, typed="\n").code == 1
    assert run("tags", *words, "--dry-run").code == 0
    assert writes(house) == []


def test_tags_are_deleted_in_one_call_and_looked_for_afterwards(run, tag, names, log, house):
    for name in ("one", "two", "three"):
        tag(name)
    entry = log("Fix #one")
    result = run("tags", "delete", "ONE", "#two*", "--yes", "--json")
    assert result.code == 0
    assert [line["result"] for line in result.lines] == ["deleted", "deleted"]
    assert names() == ["#three"]
    assert house.sandbox.books.entry(entry.id).description == "Fix one"
    assert writes(house) == [("PUT", "/tags/delete")]


def test_a_tag_that_noko_keeps_says_why_and_the_exit_code_is_5(run, tag, names, house):
    tag("free")
    house.sandbox.books.vocabulary.locked = {tag("held")}
    result = run("tags", "delete", "free", "held", "--yes", "--json")
    assert result.code == 5
    assert [line["result"] for line in result.lines] == ["deleted", "failed"]
    assert ADVICE[ErrorCode.LOCKED] in result.err
    assert names() == ["#held"]


def test_tags_that_an_old_list_still_shows_are_deleted_all_the_same(run, tag, names, house):
    for name in ("one", "two"):
        tag(name)
    send, lists = house.transport.send, []

    def sent(request, guard):
        answer = send(request, guard)
        lists.extend([answer] if request.method == "GET" else [])
        return lists[0] if request.method == "GET" else answer

    house.transport.send = sent
    result = run("tags", "delete", "one", "two", "--yes", "--json")
    assert (result.code, [line["result"] for line in result.lines], names()) == (0, ["deleted"] * 2, [])


def test_names_that_noko_does_not_have_are_told_and_the_others_deleted(run, tag, names):
    tag("review")
    result = run("tags", "delete", "reveiw", "review", "--yes")
    assert result.code == 5
    assert 'Noko has no tag "reveiw"; did you mean "review"?' in result.err
    assert names() == []
    assert run("tags", "delete", "nothing", "--yes").code == 1


@pytest.mark.parametrize("words", [("rename", "zzz", "new"), ("merge", "zzz", "--into", "dev"), ("delete", "zzz")])
def test_an_unknown_name_is_a_failure(run, tag, words):
    tag("dev")
    result = run("tags", *words, "--yes")
    assert result.code == 1
    assert 'Noko has no tag "zzz"; `tallyhook tags list` shows all' in result.err


def test_a_tag_is_not_merged_into_itself(run, tag, house):
    tag("dev")
    assert run("tags", "merge", "dev", "--into", "DEV", "--yes").code == 1
    assert writes(house) == []


def many(*names):
    return [NokoTag(id=number, name=name) for number, name in enumerate(names, 1)]


def test_a_name_in_several_spellings_has_to_be_written_as_it_is_spelt():
    tags = many("Bug", "bug", "bugs")
    assert tag_called("bug", tags).id == 2
    assert tag_called("#Bug*", tags).id == 1
    with pytest.raises(UserError, match='"BUG" may be any of "Bug", "bug"'):
        tag_called("BUG", tags)


def test_suggestions_are_what_looks_like_it_and_what_has_it_in_it():
    with pytest.raises(UserError, match='did you mean "sprint-1" or "sprint-12" or "old-sprint-1"'):
        tag_called("sprint-", many("sprint-1", "sprint-12", "old-sprint-1"))


@given(st.lists(st.text(min_size=1, max_size=6), unique_by=str.lower, min_size=1, max_size=5), st.data())
def test_every_tag_is_found_by_its_name_in_any_case(names, data):
    plain = [name for name in names if bare(name) == name]
    if plain:
        name = data.draw(st.sampled_from(plain))
        assert tag_called(name, many(*names)).name == name
        assert tag_called(f"#{name}*", many(*names)).name == name


def test_a_refused_answer_is_told_in_noko_s_words(run, house, tag):
    tag("dev")
    body = json.dumps({"message": "No", "errors": [{"resource": "Tag", "field": "name", "code": "already_exists"}]})
    house.sandbox.faults.add("status_before", status=400, text=body, match=("PUT", "/tags"))
    result = run("tags", "rename", "dev", "new", "--yes")
    assert result.code == 1
    assert ADVICE[ErrorCode.ALREADY_EXISTS] in result.err
