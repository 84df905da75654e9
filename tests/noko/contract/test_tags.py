"""All actions on tags, on whatever server."""

import pytest

from chalicelib.errors import NokoError
from chalicelib.noko.answer import Accepted, Done, Portion
from chalicelib.noko.filter import TagFilter


def test_tags_are_created_at_once_and_those_that_exist_are_ignored(account):
    one, two = account.name("one"), account.name("two")
    made = account.tags.create([one, f"{two}*"])
    assert {(tag.name, tag.billable, tag.formatted_name) for tag in made} == {
        (one, True, f"#{one}"),
        (two, False, f"#{two}*"),
    }
    assert list(account.tags.create([one, two])) == []
    assert {tag.name for tag in account.tags.list(TagFilter(name=account.marker))} == {one, two}
    assert [tag.name for tag in account.tags.list(TagFilter(name=account.marker, billable=False))] == [two]
    assert account.tags.get(made[0].id).name == made[0].name


def test_the_entries_of_a_tag_are_listed_and_counted(account):
    entry = account.log("#" + account.name("worn"))
    account.log("bare")
    (tag,) = account.tags.list(TagFilter(name=account.name("worn")))
    assert [each.id for each in account.tags.entries(tag.id)] == [entry.id]
    assert account.tags.get(tag.id).entries == 1


def test_a_renamed_tag_stays_the_same_tag(account):
    (tag,) = account.tags.create([account.name("old")])
    renamed = account.tags.rename(tag.id, account.name("new") + "*")
    assert (renamed.id, renamed.name, renamed.billable) == (tag.id, account.name("new"), False)
    assert account.tags.rename(tag.id, account.name("new")).billable is True


def test_a_merged_tag_is_gone_and_its_entries_have_the_other(account):
    entry = account.log("#" + account.name("from"))
    (goner,) = account.tags.list(TagFilter(name=account.name("from")))
    (into,) = account.tags.create([account.name("into")])
    reply = account.tags.merge(goner.id, into=into.id)
    if isinstance(reply, Accepted):
        pytest.skip(f"it will be merged later: {reply.message}")
    assert [each.id for each in account.tags.entries(into.id)] == [entry.id]
    with pytest.raises(NokoError) as error:
        account.tags.get(goner.id)
    assert error.value.status == 404


def test_tags_are_deleted_one_by_one_and_at_once_and_their_entries_stay(account):
    entry = account.log(f"#{account.name('a')} #{account.name('b')} #{account.name('c')}")
    found = {tag.name: tag.id for tag in account.tags.list(TagFilter(name=account.marker))}
    assert account.tags.delete(found.pop(account.name("a"))) == Done()
    ids = tuple(found.values())
    assert list(account.tags.delete_many(ids)) == [Portion(ids, Done())]
    assert list(account.tags.list(TagFilter(name=account.marker))) == []
    assert account.entries.get(entry.id).tags in {(), None}
