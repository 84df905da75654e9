"""Every reason for a no that Noko documents, met at the command line: a sentence on stderr and an exit code."""

import datetime as dt
import json
from dataclasses import dataclass, field, replace

import pytest

from chalicelib.noko.error_code import ADVICE, ErrorCode
from chalicelib.noko.protocol import Token
from devstack.sandbox import Kind, Switches
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, OLD_SITE, SAM
from devstack.sandbox.hashtag import Hashtag

NOBODY = "2147483647"
APPROVED = {"approved_at": 1, "approved_by": JANE.id}
EDIT = ("noko", "edit", "ID", "--minutes", "40")
INVOICE = ("noko", "invoice", "ID", "--date", "2026-06-30")


@dataclass(frozen=True)
class Met:
    """Where a reason is met: what the entry is like, what is arranged, the command, and how it ends."""

    code: ErrorCode
    words: tuple
    arrange: object = None
    entry: dict = field(default_factory=dict)
    ends: int = 1

    def __str__(self):
        return f"{self.code}: {' '.join(self.words[:2])}"


def switched(**switches):
    def arrange(house, _):
        house.sandbox.switches = Switches(**switches)

    return arrange


def coworker(**switches):
    def arrange(house, _):
        house.sandbox.switches = Switches(**switches)
        house.secrets.token = Token(COWORKER_TOKEN)

    return arrange


def merging(house, _):
    words = house.sandbox.books.vocabulary
    words.locked |= {words.named("one").id, words.named("two").id}


def migrating(house, _):
    house.sandbox.faults.add(Kind.LOCKED, times=None)


def sending(change):
    """Do something to each change on its way to Noko."""

    def arrange(house, number):
        send = house.transport.send
        house.transport.send = lambda request, guard: send(
            request if request.method == "GET" else change(request, house.sandbox.books, number), guard
        )

    return arrange


def meanwhile(act):
    """Let somebody else do something between our look and our change."""
    return sending(lambda request, books, number: act(books, number) and request)


def garbled(body):
    """Let something on the way put another body in the place of ours."""
    return sending(lambda request, *_: replace(request, body=body))


def said(code):
    """Have Noko say it: no command can be made to, as it sends every field and never the name of a project."""
    errors = [{"resource": "Entry", "field": "base", "code": code.value}]
    body = json.dumps({"message": "Validation Failed", "errors": errors})

    def arrange(house, _):
        house.sandbox.faults.add("status_before", status=400, text=body, match=("PUT", "/entries"))

    return arrange


MET = (
    Met(ErrorCode.MISSING, (*EDIT, "--project-id", NOBODY)),
    Met(ErrorCode.MISSING, (*EDIT, "--user-id", NOBODY)),
    Met(ErrorCode.MISSING_FIELD, EDIT, said(ErrorCode.MISSING_FIELD)),
    Met(
        ErrorCode.ALREADY_EXISTS,
        ("tags", "rename", "one", "three"),
        meanwhile(lambda books, _: books.add_tag(Hashtag("three", billable=True))),
    ),
    Met(ErrorCode.INSUFFICENT_PERMISSIONS, ("noko", "approve", "ID"), coworker()),
    Met(ErrorCode.INSUFFICENT_PERMISSIONS, EDIT, coworker()),
    Met(ErrorCode.INSUFFICENT_PERMISSIONS, ("noko", "delete", "ID"), coworker()),
    Met(
        ErrorCode.INSUFFICENT_PERMISSIONS,
        ("tags", "merge", "one", "--into", "two"),
        coworker(tag_roles=frozenset({"supervisor"})),
    ),
    Met(ErrorCode.REACHED_PROJECT_LIMIT, EDIT, said(ErrorCode.REACHED_PROJECT_LIMIT)),
    Met(ErrorCode.CANNOT_CREATE_PROJECTS, EDIT, said(ErrorCode.CANNOT_CREATE_PROJECTS)),
    Met(
        ErrorCode.CANNOT_CREATE_TAGS,
        (*EDIT, "--description", "Fix #new"),
        coworker(tag_roles=frozenset({"supervisor"})),
        {"user_id": SAM.id},
    ),
    Met(ErrorCode.APPROVED_AND_LOCKED, EDIT, entry=APPROVED),
    Met(ErrorCode.APPROVED_AND_LOCKED, ("noko", "delete", "ID"), entry=APPROVED),
    Met(
        ErrorCode.ALREADY_APPROVED,
        ("noko", "approve", "ID"),
        meanwhile(lambda books, number: books.edit(number, **APPROVED)),
        ends=0,
    ),
    Met(ErrorCode.ALREADY_INVOICED, INVOICE, entry={"invoice_id": 7, "invoiced_at": 1}),
    Met(ErrorCode.INVOICED, ("noko", "delete", "ID"), entry={"invoiced_at": 1}),
    Met(ErrorCode.ARCHIVED_PROJECT, ("noko", "approve", "ID"), entry={"project_id": OLD_SITE.id}),
    Met(ErrorCode.ARCHIVED_PROJECT, ("noko", "unapprove", "ID"), entry=APPROVED | {"project_id": OLD_SITE.id}),
    Met(ErrorCode.ARCHIVED_PROJECT, ("noko", "delete", "ID"), entry={"project_id": OLD_SITE.id}),
    Met(ErrorCode.ARCHIVED_PROJECT, (*EDIT, "--project-id", str(OLD_SITE.id))),
    Met(ErrorCode.LOCKED, ("tags", "rename", "one", "three"), merging),
    Met(ErrorCode.LOCKED, ("tags", "merge", "one", "--into", "two"), merging),
    Met(ErrorCode.LOCKED, ("tags", "delete", "one", "two"), merging),
    Met(ErrorCode.JSON_PARSING_ERROR, EDIT, garbled(b"{")),
    Met(ErrorCode.BODY_SHOULD_BE_JSON_HASH, ("tags", "create", "three"), garbled(b"[]")),
    Met(ErrorCode.FEATURE_NOT_INCLUDED, ("noko", "approve", "ID"), switched(missing_features=frozenset({"approvals"}))),
    Met(ErrorCode.FEATURE_NOT_INCLUDED, INVOICE, switched(missing_features=frozenset({"invoicing"}))),
    Met(ErrorCode.ACCOUNT_LOCKED, EDIT, migrating),
    Met(ErrorCode.ACCOUNT_LOCKED, ("tags", "delete", "one"), migrating),
)


@pytest.mark.parametrize("met", MET, ids=str)
def test_a_no_is_a_sentence_on_stderr_and_an_exit_code(run, house, met):
    plain = {"user_id": JANE.id, "date": dt.date(2026, 6, 30), "minutes": 30, "project_id": GEAR.id}
    number = house.sandbox.books.log(**{**plain, "description": "Work #one #two", **met.entry}).id
    if met.arrange is not None:
        met.arrange(house, number)
    result = run(*(str(number) if word == "ID" else word for word in met.words), "--yes")
    assert (result.code, result.out) == (met.ends, "")
    assert ADVICE[met.code] in result.err
    assert not {each for each in set(ADVICE.values()) - {ADVICE[met.code]} if each in result.err}
    assert "Traceback" not in result.err


def test_a_list_says_so_too(run, house):
    migrating(house, None)
    for words in (("noko", "entries"), ("noko", "entry", "1"), ("tags", "list")):
        result = run(*words)
        assert (result.code, result.out) == (1, "")
        assert ADVICE[ErrorCode.ACCOUNT_LOCKED] in result.err


def test_every_reason_is_met_here():
    assert {met.code for met in MET} == set(ErrorCode)
