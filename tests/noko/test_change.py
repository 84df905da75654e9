"""Changes: done, later, not at all, or nobody knows; in portions, and each call with a slot of its own."""

import inspect

import pytest
from fakes.noko_account import of_sandbox

from chalicelib.domain.throttle import Kind as SlotKind
from chalicelib.errors import NokoError, NokoUnavailable, Paused, Uncertain, UserError
from chalicelib.noko.account import Projects, Users
from chalicelib.noko.action import ENTRIES, PROJECTS, TAGS, USERS
from chalicelib.noko.answer import Accepted, Done, Portion
from chalicelib.noko.entries import Entries
from chalicelib.noko.tags import Tags
from devstack.sandbox import Kind, Switches
from devstack.sandbox.account import GEAR, JANE, SAM

CHANGES = {
    "create": lambda a, _: a.log(),
    "edit": lambda a, entry: a.entries.edit(entry, minutes=30),
    "approve": lambda a, entry: a.entries.approve(entry),
    "approve many": lambda a, entry: list(a.entries.approve_many([entry])),
    "unapprove": lambda a, entry: a.entries.unapprove(entry),
    "mark invoiced": lambda a, entry: a.entries.mark_invoiced(entry, date=a.today),
    "delete": lambda a, entry: a.entries.delete(entry),
    "create tags": lambda a, _: a.tags.create(["new"]),
    "delete tags": lambda a, _: list(a.tags.delete_many([1])),
}


@pytest.fixture
def account():
    return of_sandbox()


@pytest.fixture
def entry(account):
    return account.log().id


def writes(account):
    return [each for each in account.sandbox.journal.arrivals() if each.method != "GET"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (Kind.DROP_AFTER, {}),
        (Kind.DROP_BEFORE, {}),
        (Kind.STATUS_AFTER, {"status": 502}),
        (Kind.LATE, {"ms": 60_000}),
        (Kind.THROTTLED_WITH_BODY, {}),
    ],
)
def test_of_a_change_whose_answer_is_lost_nobody_knows_and_it_is_not_sent_again(account, entry, change, kind, options):
    account.sandbox.faults.add(kind, **options)
    before = len(writes(account))
    with pytest.raises(Uncertain):
        CHANGES[change](account, entry)
    assert len(writes(account)) == before + 1


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("work", [True, False])
def test_a_page_that_is_none_of_noko_s_is_no_yes(account, entry, change, work):
    account.sandbox.faults.add(Kind.NOT_JSON, work=work)
    with pytest.raises(Uncertain, match="Noko answered 200"):
        CHANGES[change](account, entry)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_noko_never_got_did_not_happen(account, entry, change):
    account.client._transport.unreachable = True
    with pytest.raises(NokoUnavailable):
        CHANGES[change](account, entry)
    account.client._transport.unreachable = False
    account.sandbox.faults.add(Kind.THROTTLED)
    with pytest.raises(NokoUnavailable):
        CHANGES[change](account, entry)
    account.client._throttle.pause("away", now=account.clock.now() + 3_000)
    with pytest.raises(Paused):
        CHANGES[change](account, entry)
    assert account.sandbox.books.entry(entry).minutes == 15


@pytest.mark.parametrize("change", ["edit", "create", "create tags"])
@pytest.mark.parametrize("kind", [Kind.UNREADABLE, Kind.CUT, Kind.EMPTY, Kind.ACCEPTED])
def test_what_was_done_but_cannot_be_shown_is_said_to_be_so(account, entry, change, kind):
    account.sandbox.faults.add(kind)
    with pytest.raises(Uncertain, match=r"probably|later"):
        CHANGES[change](account, entry)


@pytest.mark.parametrize("change", ["approve", "unapprove", "mark invoiced", "delete"])
def test_what_noko_does_later_is_accepted(account, entry, change):
    account.sandbox.faults.add(Kind.ACCEPTED, work=False)
    reply = CHANGES[change](account, entry)
    assert isinstance(reply, Accepted)
    assert "email" in reply.message


def test_a_large_merge_is_accepted_and_done_later():
    account = of_sandbox(switches=Switches(large_merge=0))
    worn = account.log("#from")
    (goner,) = account.tags.list()
    (into,) = account.tags.create(["into"])
    assert isinstance(account.tags.merge(goner.id, into=into.id), Accepted)
    assert account.tags.get(goner.id).id == goner.id
    account.clock.advance(ms=5_000)
    assert [each.id for each in account.tags.entries(into.id)] == [worn.id]


def test_250_ids_go_in_three_calls_each_with_a_slot_and_nothing_goes_before_it_is_wanted(account):
    row = {"user_id": JANE.id, "date": account.today, "minutes": 5}
    ids = [each.id for each in account.sandbox.books.log_many([row] * 250)]
    portions = account.entries.approve_many([*ids, ids[0]])
    assert writes(account) == []
    first = next(portions)
    assert (first, len(writes(account))) == (Portion(tuple(ids[:100]), Done()), 1)
    assert [len(portion.ids) for portion in portions] == [100, 50]
    assert [kind for _, kind in account.client._throttle.slots] == [SlotKind.JOB] * 3
    assert all(each.approved_at is not None for each in account.sandbox.books.entries())


def test_after_a_lost_portion_it_is_known_which_were_done_and_which_nobody_knows_of(account):
    row = {"user_id": JANE.id, "date": account.today, "minutes": 5}
    ids = [each.id for each in account.sandbox.books.log_many([row] * 250)]
    account.sandbox.faults.add(Kind.DROP_AFTER, skip=1)
    done = []
    with pytest.raises(Uncertain):
        done.extend(portion.ids for portion in account.client.approve(ids))
    assert done == [tuple(ids[:100])]
    assert len(writes(account)) == 2


def test_wrong_input_is_refused_before_anything_is_sent(account):
    entries, tags, day = account.entries, account.tags, account.today
    for wrong in (
        lambda: entries.approve_many([1, 0]),
        lambda: entries.unapprove_many([]),
        lambda: entries.mark_many_invoiced([1], date="2026-06-30"),
        lambda: entries.mark_invoiced(1, date=None),
        lambda: entries.approve(1, approved_at="now"),
        lambda: entries.edit(0, minutes=5),
        lambda: entries.edit(1, minutes=-1),
        lambda: entries.edit(1, minutes=5, description=7),
        lambda: entries.create(date=day, minutes=1.5),
        lambda: entries.create(date=day, minutes=1, user_id="5538"),
        lambda: entries.get("1/approved"),
        lambda: entries.delete(True),
        lambda: tags.create([]),
        lambda: tags.create(["good", "x" * 31]),
        lambda: tags.rename(1, "#x"),
        lambda: tags.merge(3, into=3),
        lambda: tags.delete_many([]),
    ):
        with pytest.raises(UserError):
            wrong()
    assert account.client._transport.requests == []


def test_an_edit_always_says_its_minutes(account, entry):
    with pytest.raises(TypeError, match="minutes"):
        account.entries.edit(entry, description="without")
    assert account.entries.edit(entry, minutes=0).minutes == 0


def test_no_action_takes_the_name_of_a_project():
    for method in (Entries.create, Entries.edit):
        assert "project_name" not in inspect.signature(method).parameters


def test_an_edit_moves_an_entry_to_other_people_projects_and_dates(account, entry):
    day = account.today.replace(day=1)
    after = account.entries.edit(entry, minutes=5, date=day, user_id=SAM.id, project_id=GEAR.id, source_url="https://x")
    assert (after.date, after.user.id, after.project.id, after.source_url) == (day, SAM.id, GEAR.id, "https://x")


def test_what_is_invoiced_says_when(account, entry):
    other = account.log().id
    assert account.entries.mark_invoiced(entry, date=account.today) == Done()
    (portion,) = account.entries.mark_many_invoiced([entry, other], date=account.today)
    assert portion.ids == (entry, other)
    stamps = [account.entries.get(each).invoiced_at for each in (entry, other)]
    assert stamps == [f"{account.today}T00:00:00Z"] * 2


def test_the_port_changes_minutes_and_says_what_noko_made_of_them(account):
    entry = account.log(project_id=37396)
    assert account.client.edit_minutes(entry.id, 16).minutes == 30
    account.entries.approve(entry.id)
    with pytest.raises(NokoError, match="unapprove it first"):
        account.client.edit_minutes(entry.id, 45)
    assert [portion.ids for portion in account.client.unapprove([entry.id])] == [(entry.id,)]


def test_every_action_has_its_method_and_every_method_its_action():
    for room, actions in ((Entries, ENTRIES), (Tags, TAGS), (Users, USERS), (Projects, PROJECTS)):
        assert {name for name in vars(room) if not name.startswith("_")} == set(actions)
    assert (len(ENTRIES), len(TAGS)) == (11, 8)
