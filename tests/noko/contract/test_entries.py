"""All actions on entries but one, on whatever server: what Noko's documentation promises, and we rely on.

Marking as invoiced is left out on a server: it cannot be taken back, and what is invoiced cannot be deleted.
"""

import datetime as dt

import pytest

from chalicelib.errors import NokoError
from chalicelib.noko.answer import Done, Portion
from chalicelib.noko.error_code import ErrorCode, codes
from chalicelib.noko.filter import EntryFilter

HOUR_MS = 3_600_000


def said(error):
    return codes(error.value.status, error.value.message, error.value.errors)


@pytest.fixture
def approving(account):
    """The account, if the token may approve there."""
    if account.me.role != "supervisor":
        pytest.skip("only a supervisor's token approves")
    return account


def test_what_is_created_is_found_with_what_was_sent(account):
    link = f"https://example.com/{account.marker}"
    made = account.log("Fix it", minutes=25, source_url=link)
    found = account.entries.get(made.id)
    assert found.description == f"{account.marker} Fix it"
    assert (found.date, found.source_url, found.user.id) == (account.today, link, account.me.id)
    assert found.minutes >= 25
    assert found.approved_at is None
    assert found.invoiced_at is None


def test_a_list_is_narrowed_by_every_filter_at_once(account):
    day = account.today - dt.timedelta(days=1)
    wanted = account.log("#" + account.name("x"), date=day)
    others = [account.log("else", date=day), account.log("#" + account.name("x"), date=account.today)]
    me = account.me.id
    (tag,) = [tag for tag in account.entries.get(wanted.id).tags if tag.name == account.name("x")]
    found = account.mine(
        user_ids=(me,),
        tag_ids=(tag.id,),
        date_from=day,
        date_to=day,
        invoiced=False,
        billable=wanted.billable,
        updated_from=account.clock.now() - HOUR_MS,
    )
    assert [entry.id for entry in found] == [wanted.id]
    assert {entry.id for entry in account.mine(user_ids=(me,))} == {wanted.id, *(other.id for other in others)}


def test_a_list_comes_newest_date_first_and_whole_however_small_its_pages(account):
    days = [account.today - dt.timedelta(days=back) for back in (2, 0, 1, 3, 1)]
    made = [account.log(date=day) for day in days]
    found = list(account.entries.list(EntryFilter(description=account.marker), per_page=2))
    assert [entry.date for entry in found] == sorted(days, reverse=True)
    assert {entry.id for entry in found} == {entry.id for entry in made}


def test_an_edit_changes_what_it_says_and_leaves_the_rest(account):
    made = account.log("Before", minutes=15, source_url="https://example.com/a")
    account.entries.edit(made.id, minutes=45)
    once = account.entries.get(made.id)
    assert (once.description, once.source_url, once.date) == (made.description, made.source_url, made.date)
    assert once.minutes >= 45
    after = account.entries.edit(made.id, minutes=once.minutes, description=f"{account.marker} After", source_url="")
    assert (after.description, after.source_url, after.minutes) == (f"{account.marker} After", None, once.minutes)


def test_an_edit_twice_is_the_same_as_once(account):
    made = account.log(minutes=15)
    assert account.entries.edit(made.id, minutes=30).minutes == account.entries.edit(made.id, minutes=30).minutes


def test_an_approved_entry_is_locked_until_it_is_unapproved(approving):
    made = approving.log()
    assert approving.entries.approve(made.id) == Done()
    approved = approving.entries.get(made.id)
    assert approved.approved_at is not None
    assert approved.approved_by.id == approving.me.id
    for locked in (lambda: approving.entries.edit(made.id, minutes=5), lambda: approving.entries.delete(made.id)):
        with pytest.raises(NokoError) as error:
            locked()
        assert said(error) == (ErrorCode.APPROVED_AND_LOCKED,)
    with pytest.raises(NokoError) as error:
        approving.entries.approve(made.id)
    assert said(error) == (ErrorCode.ALREADY_APPROVED,)
    assert approving.entries.unapprove(made.id) == Done()
    assert approving.entries.get(made.id).approved_at is None


def test_many_are_approved_as_of_an_instant_and_those_that_cannot_be_are_ignored(approving):
    made = [approving.log() for _ in range(3)]
    approving.entries.approve(made[0].id)
    ids = tuple(entry.id for entry in made)
    instant = approving.clock.now() // 86_400_000 * 86_400_000 - 86_400_000
    assert list(approving.entries.approve_many(ids, approved_at=instant)) == [Portion(ids, Done())]
    stamps = [approving.entries.get(each).approved_at for each in ids]
    day = dt.datetime.fromtimestamp(instant / 1000, dt.UTC).date().isoformat()
    assert [stamp[:10] == day for stamp in stamps] == [False, True, True]
    assert list(approving.entries.unapprove_many(ids)) == [Portion(ids, Done())]
    assert [approving.entries.get(each).approved_at for each in ids] == [None, None, None]


def test_what_is_deleted_is_gone(account):
    made = account.log()
    assert account.entries.delete(made.id) == Done()
    for gone in (lambda: account.entries.get(made.id), lambda: account.entries.delete(made.id)):
        with pytest.raises(NokoError) as error:
            gone()
        assert error.value.status == 404
    assert account.client.entry(made.id) is None
    assert account.mine() == []


def test_a_project_that_is_not_there_is_missing_and_none_is_made(account):
    before = {project.id for project in account.projects.list()}
    unknown = max(before, default=1) + 1_000_000
    with pytest.raises(NokoError) as error:
        account.log(project_id=unknown)
    assert error.value.status in {400, 404, 422}
    assert {project.id for project in account.projects.list()} == before
