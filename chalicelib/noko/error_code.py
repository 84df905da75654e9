"""What Noko says no with, and what a person can do about each.

Sources: https://developer.nokotime.com/v2/, "Client Errors", and the "Error codes" of the actions on entries and tags.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class ErrorCode(StrEnum):
    """A reason that Noko documents. The last four are messages without a code, which we name by their words."""

    MISSING = "missing"
    MISSING_FIELD = "missing_field"
    ALREADY_EXISTS = "already_exists"
    INSUFFICENT_PERMISSIONS = "insufficent_permissions"  # spelt so by Noko
    REACHED_PROJECT_LIMIT = "reached_project_limit"
    CANNOT_CREATE_PROJECTS = "cannot_create_projects"
    CANNOT_CREATE_TAGS = "cannot_create_tags"
    APPROVED_AND_LOCKED = "approved_and_locked"
    ALREADY_APPROVED = "already_approved"
    ALREADY_INVOICED = "already_invoiced"
    INVOICED = "invoiced"
    ARCHIVED_PROJECT = "archived_project"
    LOCKED = "locked"
    JSON_PARSING_ERROR = "json_parsing_error"
    BODY_SHOULD_BE_JSON_HASH = "body_should_be_json_hash"
    FEATURE_NOT_INCLUDED = "account_does_not_include_this_feature"
    ACCOUNT_LOCKED = "account_locked"


ADVICE: Mapping[ErrorCode, str] = {
    ErrorCode.MISSING: "What it refers to is not in this account: look its id up again",
    ErrorCode.MISSING_FIELD: "A field that Noko needs was not sent",
    ErrorCode.ALREADY_EXISTS: "There is one like it already: use that one, or choose another name",
    ErrorCode.INSUFFICENT_PERMISSIONS: (
        "The token's owner may not do this: only supervisors approve, and changing the time of others needs a"
        " leader's or supervisor's token"
    ),
    ErrorCode.REACHED_PROJECT_LIMIT: "The account holds as many projects as its plan allows: archive one first",
    ErrorCode.CANNOT_CREATE_PROJECTS: "The token's owner may not create projects: use one that exists",
    ErrorCode.CANNOT_CREATE_TAGS: (
        "The token's owner may not create tags: use hashtags that exist, or have a supervisor create them"
    ),
    ErrorCode.APPROVED_AND_LOCKED: "The entry is approved, and so locked: a supervisor has to unapprove it first",
    ErrorCode.ALREADY_APPROVED: "The entry is approved already: there is nothing left to do",
    ErrorCode.ALREADY_INVOICED: "The entry is on an invoice already: take it off there first",
    ErrorCode.INVOICED: "The entry is invoiced, so it stays: take it off its invoice first",
    ErrorCode.ARCHIVED_PROJECT: "The entry's project is archived: unarchive it in Noko first",
    ErrorCode.LOCKED: "The tag is being merged: wait for Noko's e-mail that this is complete, and try again",
    ErrorCode.JSON_PARSING_ERROR: "Noko could not read the request: something on the way has changed it",
    ErrorCode.BODY_SHOULD_BE_JSON_HASH: "Noko could not read the request: something on the way has changed it",
    ErrorCode.FEATURE_NOT_INCLUDED: "The account's plan does not include this: change the plan in Noko",
    ErrorCode.ACCOUNT_LOCKED: "Noko is migrating the account, and nothing works until that is over: try again later",
}
"""A plain sentence for each code, without its full stop."""

_BY_SPELLING = {code.value: code for code in ErrorCode} | {
    "insufficient_permissions": ErrorCode.INSUFFICENT_PERMISSIONS,
    "insufficent_permission": ErrorCode.INSUFFICENT_PERMISSIONS,
    "insufficient_permission": ErrorCode.INSUFFICENT_PERMISSIONS,
    "can_not_create_projects": ErrorCode.CANNOT_CREATE_PROJECTS,
    "can_not_create_tags": ErrorCode.CANNOT_CREATE_TAGS,
    "approved_or_locked": ErrorCode.APPROVED_AND_LOCKED,
    "project_archived": ErrorCode.ARCHIVED_PROJECT,
}
_HUMP = re.compile(r"([a-z0-9])([A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_MIGRATION = re.compile(r"migrat|internal data|locked", re.IGNORECASE)


def known(spelling: str) -> ErrorCode | None:
    """Return the code that is meant, whatever its case and separators; None for one that is not documented."""
    plain = _OTHER.sub("_", _HUMP.sub(r"\1_\2", spelling[:100]).lower()).strip("_")
    return _BY_SPELLING.get(plain)


def codes(status: int, message: str, errors: Iterable[Mapping[str, str]]) -> tuple[ErrorCode, ...]:
    """Return the documented reasons that an answer names, each once and in its order."""
    said = [known(error.get("code", "")) for error in errors]
    said.append(known(message))
    if status == 503 and _MIGRATION.search(message[:1000]):
        said.append(ErrorCode.ACCOUNT_LOCKED)
    found = tuple(dict.fromkeys(code for code in said if code is not None))
    if status == 403 and not found:
        return (ErrorCode.INSUFFICENT_PERMISSIONS,)
    return found


def advice(status: int, message: str, errors: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return what a person can do about such an answer, a sentence for each reason that is known."""
    return tuple(dict.fromkeys(ADVICE[code] for code in codes(status, message, errors)))
