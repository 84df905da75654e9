"""Tags renamed, merged and deleted: what becomes of the descriptions, and who may."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devstack.sandbox import Switches
from devstack.sandbox.account import COWORKER_TOKEN, JANE
from devstack.sandbox.hashtag import hashtags, reworded

TEA, CAKE = 249397, 249398


@pytest.fixture
def entries(client):
    """First "#tea for two, #Tea* and #cake*", a second one "#cake", a third without hashtags."""
    texts = ("#tea for two, #Tea and #cake*", "#cake", "plain tea")
    return [client.log(description=text).json()["id"] for text in texts]


def texts(client, entries):
    return [client.get(f"/entries/{number}").json()["description"] for number in entries]


def tags(client):
    return [(tag["formatted_name"], tag["entries"]) for tag in client.get("/tags").json()]


def test_a_renamed_tag_has_the_new_name_everywhere(client, entries, clock):
    clock.pass_ms(1_000)
    answer = client.put(f"/tags/{TEA}", {"name": "Chai"})
    assert (answer.status, answer.json()["name"], answer.json()["updated_at"]) == (200, "Chai", "2026-01-01T12:00:01Z")
    assert texts(client, entries) == ["#Chai for two, #Chai and #cake*", "#cake", "plain tea"]
    assert tags(client) == [("#Chai", 1), ("#cake*", 2)]
    assert client.get(f"/entries?tag_ids={TEA}").json()[0]["updated_at"] == "2026-01-01T12:00:01Z"


@pytest.mark.parametrize(("name", "text", "billable"), [("cake", "#cake", True), ("pie*", "#pie*", False)])
def test_the_star_says_whether_a_tag_is_billable(client, entries, name, text, billable):
    assert client.put(f"/tags/{CAKE}", {"name": name}).json()["billable"] is billable
    changed = client.get(f"/entries/{entries[1]}").json()
    assert (changed["description"], changed["billable"]) == (text, billable)


def test_an_edit_without_a_name_changes_nothing(client, entries):
    before = client.get(f"/tags/{TEA}").json()
    for body in ({}, {"name": None}):
        assert client.put(f"/tags/{TEA}", body).json() == before
    assert len(entries) == 3


def test_the_case_of_a_name_may_change(client, entries):
    assert client.put(f"/tags/{TEA}", {"name": "TEA"}).json()["formatted_name"] == "#TEA"
    assert client.log(description="#tea").json()["tags"][0]["id"] == TEA
    assert len(entries) == 3


@pytest.mark.parametrize(
    ("name", "code"),
    [("CAKE", "already_exists"), ("x" * 31, "too_long"), ("two words", "invalid"), ("", "invalid"), (7, "invalid")],
)
def test_a_name_that_cannot_be_is_refused(client, entries, refused, name, code):
    assert refused(client.put(f"/tags/{TEA}", {"name": name})) == {("Tag", "name", code)}
    assert texts(client, entries)[0] == "#tea for two, #Tea and #cake*"


def test_a_name_of_thirty_characters_and_a_star_fits(client, entries):
    assert client.put(f"/tags/{TEA}", {"name": "x" * 30 + "*"}).json()["name"] == "x" * 30
    assert len(entries) == 3


def test_a_merged_tag_becomes_the_other_one_for_good(client, entries):
    answer = client.put(f"/tags/{TEA}/merge", {"tag_id": CAKE})
    assert (answer.status, answer.body) == (204, b"")
    assert texts(client, entries) == ["#tea for two, #Tea and #tea", "#tea", "plain tea"]
    assert tags(client) == [("#tea", 2)]
    assert client.get(f"/tags/{CAKE}").status == 404
    assert client.get(f"/entries/{entries[1]}").json()["billable"] is True


def test_a_merge_into_an_unbillable_tag_makes_entries_unbillable(client, entries):
    assert client.put(f"/tags/{CAKE}/merge", {"tag_id": TEA}).status == 204
    assert texts(client, entries)[0] == "#cake* for two, #cake* and #cake*"
    assert client.get(f"/entries/{entries[0]}").json()["billable"] is False


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "missing_field"), (1, "missing"), (TEA, "invalid"), ("249398", "invalid"), (0, "invalid")],
)
def test_a_merge_needs_another_tag(client, entries, refused, value, code):
    assert refused(client.put(f"/tags/{TEA}/merge", {"tag_id": value})) == {("Tag", "tag_id", code)}
    assert len(tags(client)) == 2
    assert len(entries) == 3


def test_a_large_merge_is_done_in_the_background(client, sandbox, clock, entries, start):
    sandbox.switches = Switches(large_merge=1, merge_ms=2_000)
    answer = client.put(f"/tags/{TEA}/merge", {"tag_id": CAKE})
    message = "The user will be sent an email once this tag merge is complete."
    assert (answer.status, answer.json(), sandbox.next_due) == (202, {"message": message}, start + 2_000)
    clock.pass_ms(1_999)
    assert tags(client) == [("#tea", 1), ("#cake*", 2)]
    clock.pass_ms(60_000)
    assert tags(client) == [("#tea", 2)]
    assert texts(client, entries)[1] == "#tea"
    assert sandbox.books.entry(entries[1]).updated_at == start + 2_000


def test_while_a_merge_runs_both_tags_are_locked(client, sandbox, clock, entries, refused):
    sandbox.switches = Switches(large_merge=1, merge_ms=2_000)
    client.post("/tags", {"names": ["pie"]})
    client.put(f"/tags/{TEA}/merge", {"tag_id": CAKE})
    locked = {("Tag", "base", "locked")}
    for number in (TEA, CAKE):
        assert refused(client.put(f"/tags/{number}", {"name": "new"})) == locked
        assert refused(client.delete(f"/tags/{number}")) == locked
        assert refused(client.put(f"/tags/{number}/merge", {"tag_id": CAKE + 1})) == locked
        assert refused(client.put(f"/tags/{CAKE + 1}/merge", {"tag_id": number})) == locked
    assert client.put("/tags/delete", {"tag_ids": [TEA, CAKE, CAKE + 1]}).status == 204
    assert tags(client) == [("#tea", 1), ("#cake*", 2)]
    assert client.get(f"/tags/{TEA}/entries").json()[0]["id"] == entries[0]
    clock.pass_ms(2_000)
    assert client.delete(f"/tags/{TEA}").status == 204


def test_a_deleted_tag_leaves_its_words_behind(client, entries):
    answer = client.delete(f"/tags/{CAKE}")
    assert (answer.status, answer.body) == (204, b"")
    assert texts(client, entries) == ["#tea for two, #Tea and cake", "cake", "plain tea"]
    assert client.get(f"/entries/{entries[1]}").json()["billable"] is True
    assert tags(client) == [("#tea", 1)]


def test_many_are_deleted_and_those_that_cannot_be_are_ignored(client, entries):
    assert client.put("/tags/delete", {"tag_ids": [TEA, 1, CAKE, TEA]}).status == 204
    assert texts(client, entries) == ["tea for two, tea and cake", "cake", "plain tea"]
    assert client.put("/tags/delete", {"tag_ids": []}).status == 204


@pytest.mark.parametrize(("value", "code"), [(None, "missing_field"), ("1", "invalid"), (["1"], "invalid")])
def test_deleting_many_needs_a_list_of_ids(client, refused, value, code):
    assert refused(client.put("/tags/delete", {"tag_ids": value})) == {("Tag", "tag_ids", code)}


def test_approved_entries_are_reworded_too(client, sandbox, entries, start):
    sandbox.books.edit(entries[1], approved_at=start, approved_by=JANE.id)
    client.delete(f"/tags/{CAKE}")
    assert texts(client, entries)[1] == "cake"


def test_who_may_change_tags_is_a_setting(client, sandbox, entries, refused):
    sandbox.switches = Switches(tag_roles={"supervisor"})
    sam = client.under(COWORKER_TOKEN)
    denied = {("Tag", "base", "insufficent_permissions")}
    assert refused(sam.put(f"/tags/{TEA}", {"name": "new"}), 403) == denied
    assert refused(sam.put(f"/tags/{TEA}/merge", {"tag_id": CAKE}), 403) == denied
    assert refused(sam.delete(f"/tags/{TEA}"), 403) == denied
    assert refused(sam.put("/tags/delete", {"tag_ids": [TEA]}), 403) == denied
    assert sam.get(f"/tags/{TEA}/entries").json()[0]["id"] == entries[0]


def test_an_older_look_at_the_entries_leaves_out_tags_that_are_gone(client, sandbox, entries, clock):
    clock.pass_ms(10_000)
    client.delete(f"/tags/{CAKE}")
    sandbox.faults.add("stale", ms=5_000)
    shown = {entry["id"]: entry for entry in client.get("/entries").json()}
    assert (shown[entries[1]]["description"], shown[entries[1]]["tags"]) == ("#cake", [])


TEXT = st.text(alphabet="#*- ab&/(", max_size=40)


@settings(max_examples=300)
@given(TEXT, st.sampled_from(["a", "b", "ab", "-"]), st.sampled_from(["c", "#c", "#c*"]))
def test_rewording_loses_no_other_hashtag_and_makes_none_but_the_new_one(text, name, words):
    before = {tag.name: tag.billable for tag in hashtags(text)}
    after = {tag.name: tag.billable for tag in hashtags(reworded(text, name, words))}
    gained = {"c"} if name in before and words != "c" else set()
    assert set(after) == (set(before) - {name}) | gained
    assert all(after[other] == billable for other, billable in before.items() if other != name)
    if gained and words == "#c":
        assert after["c"]
