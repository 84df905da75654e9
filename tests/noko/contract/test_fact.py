"""What nobody has verified against Noko itself: each question, as the client can ask it.

Every answer is one that the client copes with, and the sandbox gives each of them, by its switches. On a server the
answers are told at the end of the run. How many requests at once Noko slows down before it refuses (`burst`) is not
asked: it would cost everybody behind the same address.
"""

import pytest
from fakes.noko_account import of_sandbox

from chalicelib.errors import NokoError, Uncertain
from chalicelib.noko.filter import EntryFilter, ProjectFilter, UserFilter, UserState
from devstack.sandbox import Switches
from devstack.sandbox.account import COWORKER_TOKEN

LONG = 10_000
PATIENCE_MS = 60_000


def same_entry_twice(account):
    """Find out whether the very same entry is taken twice within a minute."""
    first = account.log("twice")
    try:
        second = account.log("twice")
    except Uncertain as error:
        assert len(account.mine()) == 1
        return f"refused: {error.reason}"
    assert second.id != first.id
    return "taken"


def archived_project(account):
    """Find out whether an archived project takes entries; None where there is none."""
    project = next(account.projects.list(ProjectFilter(enabled=False), per_page=1), None)
    if project is None:
        return None
    try:
        account.log(project_id=project.id)
    except NokoError as error:
        return f"refused with {error.status}: {error.message}"
    return "taken"


def entry_of_another(account):
    """Find out how a token that may not is told so; None for one that may, or where there is nobody else."""
    me = account.me
    others = (user for user in account.users.list(UserFilter(state=UserState.ACTIVE)) if user.id != me.id)
    other = next(others, None)
    if me.role not in {"coworker", "contractor"} or other is None:
        return None
    try:
        account.log(user_id=other.id)
    except NokoError as error:
        return f"refused with {error.status}: {error.message}"
    return "taken"


def long_text(account, field):
    """Find out what becomes of a long text."""
    words = "x" * LONG if field == "description" else "https://example.com/" + "x" * LONG
    sent = len(f"{account.marker} {words}" if field == "description" else words)
    try:
        made = account.log(**{field: words})
    except NokoError as error:
        return f"refused with {error.status}: {error.message}"
    return f"{len(getattr(account.entries.get(made.id), field) or '')} of {sent} characters kept"


def hundred_ids(account):
    """Find out whether a bulk call takes a hundred ids; None for a token that may not approve.

    Beside our own entry they are those that come last of all, which no account has reached.
    """
    if account.me.role != "supervisor":
        return None
    made = account.log()
    ids = [made.id, *range(2_147_483_647 - 98, 2_147_483_648)]
    try:
        (portion,) = account.entries.unapprove_many(ids)
    except NokoError as error:
        return f"refused with {error.status}: {error.message}"
    assert len(portion.ids) == 100
    return "taken"


def time_until_listed(account):
    """Find out how soon a new entry shows in a list."""
    wanted = EntryFilter(updated_from=account.clock.now() - 3_600_000, user_ids=(account.me.id,))
    made, since = account.log(), account.clock.now()
    looks = 1
    while made.id not in {entry.id for entry in account.entries.list(wanted)}:
        assert account.clock.now() - since < PATIENCE_MS, "it does not show in a minute"
        looks += 1
    return "at the first look" if looks == 1 else f"after {(account.clock.now() - since) // 1000} s"


QUESTIONS = {
    "the very same entry twice": same_entry_twice,
    "an entry on an archived project": archived_project,
    "an entry of another person with a coworker's token": entry_of_another,
    "a description of 10,000 characters": lambda account: long_text(account, "description"),
    "a source_url of 10,000 characters": lambda account: long_text(account, "source_url"),
    "a hundred ids in a bulk call": hundred_ids,
    "a new entry in a list": time_until_listed,
}


@pytest.mark.parametrize("fact", QUESTIONS)
def test_the_client_copes_whatever_the_answer_is(account, settle, fact):
    answer = QUESTIONS[fact](account)
    if answer is None:
        pytest.skip("this account cannot answer it: it needs another role, or an archived project")
    settle(fact, answer)


@pytest.mark.parametrize(
    ("fact", "switches", "answer"),
    [
        ("the very same entry twice", {"duplicate": "accepted"}, "taken"),
        ("the very same entry twice", {"duplicate": "refused"}, "refused: Noko answered 400"),
        ("an entry on an archived project", {"archived_project": "accepted"}, "taken"),
        ("an entry on an archived project", {"archived_project": "refused"}, "refused with 400"),
        ("a description of 10,000 characters", {"max_description": 500}, "refused with 400"),
        ("a source_url of 10,000 characters", {"max_source_url": 500}, "refused with 400"),
        ("a description of 10,000 characters", {}, "10011 of 10011"),
        ("a source_url of 10,000 characters", {}, "10020 of 10020"),
        ("a hundred ids in a bulk call", {}, "taken"),
        ("a hundred ids in a bulk call", {"max_entry_ids": 99}, "refused with 400"),
        ("a new entry in a list", {}, "at the first look"),
        ("a new entry in a list", {"list_lag_ms": 10_000}, "after 1"),
    ],
)
def test_the_question_finds_out_what_the_switch_says(fact, switches, answer):
    account = of_sandbox(switches=Switches(**switches))
    assert QUESTIONS[fact](account).startswith(answer)


@pytest.mark.parametrize("status", [400, 403])
def test_so_does_the_question_of_a_coworker(status):
    account = of_sandbox(switches=Switches(for_others_status=status), token=COWORKER_TOKEN)
    assert entry_of_another(account).startswith(f"refused with {status}")
