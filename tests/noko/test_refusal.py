"""Every documented reason for a no, as the sandbox gives it, arrives as a typed error with its sentence."""

from dataclasses import replace

import pytest
from fakes.noko_account import of_sandbox

from chalicelib.errors import NokoError, NokoUnavailable, Uncertain
from chalicelib.noko.error_code import ADVICE, ErrorCode, codes
from chalicelib.noko.protocol import Call
from devstack.sandbox import Kind, Switches
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, OLD_SITE, SAM

NOBODY = 2_147_483_647


class Garbling:
    """A transport under which bodies arrive as something else."""

    def __init__(self, transport, body):
        self._transport = transport
        self._body = body

    def send(self, request, guard):
        return self._transport.send(replace(request, body=self._body), guard)


def garbled(account, body):
    account.client._transport = Garbling(account.client._transport, body)
    account.log()


def approved(account):
    entry = account.log()
    account.entries.approve(entry.id)
    return entry.id


def invoiced(account):
    entry = account.log()
    account.entries.mark_invoiced(entry.id, date=account.today)
    return entry.id


def on_an_invoice(account):
    entry = account.log()
    account.sandbox.books.edit(entry.id, invoice_id=7, invoiced_at=account.clock.now())
    return entry.id


def archived(account, *, is_approved=False):
    entry = account.log(project_id=GEAR.id)
    if is_approved:
        account.entries.approve(entry.id)
    account.sandbox.books.edit_project(GEAR.id, enabled=False)
    return entry.id


def merging(account):
    for word in ("a", "b"):
        account.log(f"#{word}")
    first, second = (tag.id for tag in account.tags.list())
    account.tags.merge(first, into=second)
    return first


def new_project(account, name="Nowhere yet"):
    account.client.carry(Call("POST", "/entries", fields={"date": "2026-06-30", "minutes": 5, "project_name": name}))


SWITCHES = {
    "projects": Switches(unknown_project="cannot_create_projects"),
    "limit": Switches(unknown_project="reached_project_limit"),
    "few tags": Switches(tag_roles=frozenset({"supervisor"})),
    "slow merges": Switches(large_merge=0),
    "no approvals": Switches(missing_features=frozenset({"approvals"})),
    "no invoicing": Switches(missing_features=frozenset({"invoicing"})),
    "400": Switches(for_others_status=400),
}
REFUSALS = [
    (ErrorCode.MISSING, "", lambda a: a.log(project_id=NOBODY)),
    (ErrorCode.MISSING, "", lambda a: a.log(user_id=NOBODY)),
    (ErrorCode.MISSING_FIELD, "", lambda a: a.client.carry(Call("POST", "/entries", fields={"minutes": 5}))),
    (ErrorCode.MISSING_FIELD, "", lambda a: a.client.carry(Call("POST", "/tags", fields={}))),
    (ErrorCode.ALREADY_EXISTS, "", lambda a: a.tags.rename(a.tags.create(["one", "two"])[0].id, "two")),
    (ErrorCode.REACHED_PROJECT_LIMIT, "limit", new_project),
    (ErrorCode.CANNOT_CREATE_PROJECTS, "projects", new_project),
    (ErrorCode.APPROVED_AND_LOCKED, "", lambda a: a.entries.edit(approved(a), minutes=5)),
    (ErrorCode.APPROVED_AND_LOCKED, "", lambda a: a.entries.delete(approved(a))),
    (ErrorCode.ALREADY_APPROVED, "", lambda a: a.entries.approve(approved(a))),
    (ErrorCode.ALREADY_INVOICED, "", lambda a: a.entries.mark_invoiced(on_an_invoice(a), date=a.today)),
    (ErrorCode.INVOICED, "", lambda a: a.entries.delete(invoiced(a))),
    (ErrorCode.ARCHIVED_PROJECT, "", lambda a: a.log(project_id=OLD_SITE.id)),
    (ErrorCode.ARCHIVED_PROJECT, "", lambda a: a.entries.approve(archived(a))),
    (ErrorCode.ARCHIVED_PROJECT, "", lambda a: a.entries.unapprove(archived(a, is_approved=True))),
    (ErrorCode.ARCHIVED_PROJECT, "", lambda a: a.entries.delete(archived(a))),
    (ErrorCode.LOCKED, "slow merges", lambda a: a.tags.rename(merging(a), "c")),
    (ErrorCode.LOCKED, "slow merges", lambda a: a.tags.delete(merging(a))),
    (ErrorCode.JSON_PARSING_ERROR, "", lambda a: garbled(a, b"{")),
    (ErrorCode.BODY_SHOULD_BE_JSON_HASH, "", lambda a: garbled(a, b"[]")),
    (ErrorCode.FEATURE_NOT_INCLUDED, "no approvals", lambda a: a.entries.approve(a.log().id)),
    (ErrorCode.FEATURE_NOT_INCLUDED, "no invoicing", lambda a: a.entries.mark_invoiced(a.log().id, date=a.today)),
]
COWORKERS_REFUSALS = [
    (ErrorCode.CANNOT_CREATE_TAGS, "few tags", lambda a: a.log("#new")),
    (ErrorCode.INSUFFICENT_PERMISSIONS, "", lambda a: a.entries.approve(a.log().id)),
    (ErrorCode.INSUFFICENT_PERMISSIONS, "", lambda a: list(a.client.unapprove([a.log().id]))),
    (ErrorCode.INSUFFICENT_PERMISSIONS, "", lambda a: a.log(user_id=5540)),
    (ErrorCode.INSUFFICENT_PERMISSIONS, "400", lambda a: a.log(user_id=5540)),
]


def refusal(account, provoke):
    with pytest.raises(NokoError) as raised:
        provoke(account)
    return raised.value


@pytest.mark.parametrize(("code", "switches", "provoke"), REFUSALS)
def test_a_refusal_is_typed_and_says_what_to_do(code, switches, provoke):
    error = refusal(of_sandbox(switches=SWITCHES.get(switches)), provoke)
    assert codes(error.status, error.message, error.errors) == (code,)
    assert error.advice == (ADVICE[code],)
    assert ADVICE[code] in str(error)
    assert error.request.split(" ")[0] in {"POST", "PUT", "DELETE"}


@pytest.mark.parametrize(("code", "switches", "provoke"), COWORKERS_REFUSALS)
def test_so_is_what_a_coworkers_token_may_not(code, switches, provoke):
    account = of_sandbox(switches=SWITCHES.get(switches), token=COWORKER_TOKEN)
    error = refusal(account, provoke)
    assert (codes(error.status, error.message, error.errors), error.advice) == ((code,), (ADVICE[code],))
    assert account.me.id == SAM.id


def test_an_account_that_is_migrated_is_said_to_be():
    account = of_sandbox()
    account.sandbox.faults.add(Kind.LOCKED, times=2)
    with pytest.raises(NokoUnavailable, match=ADVICE[ErrorCode.ACCOUNT_LOCKED]):
        list(account.entries.list())
    with pytest.raises(Uncertain, match=ADVICE[ErrorCode.ACCOUNT_LOCKED]):
        account.entries.delete(1)


def test_every_documented_reason_is_given_here():
    given = {code for code, _, _ in [*REFUSALS, *COWORKERS_REFUSALS]} | {ErrorCode.ACCOUNT_LOCKED}
    assert given == set(ErrorCode)
