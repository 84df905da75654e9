"""Who may do what, and how Noko says that somebody may not.

Roles: http://help.nokotime.com/article/86-setting-permissions. The documentation of the API shows a 403 without a
body for a missing permission; the standard code `insufficent_permissions` (spelt so) is put on the field `base`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devstack.sandbox.field import Findings
from devstack.wire.message import ApiError, failure

if TYPE_CHECKING:
    from devstack.sandbox.call import Call
    from devstack.sandbox.record import Entry
    from devstack.sandbox.switch import Feature

NOT_PERMITTED = "The user does not have the necessary permissions to perform this action"
NOT_INCLUDED = "Account does not include this feature"


def require(resource: str, *, permitted: bool) -> None:
    """Refuse an action with a 403 that names the resource, unless it is permitted; raises ApiError."""
    if not permitted:
        findings = Findings(resource)
        findings.add("base", "insufficent_permissions")
        findings.settle(NOT_PERMITTED, 403)


def require_feature(call: Call, feature: Feature) -> None:
    """Refuse what the account's plan does not include; raises ApiError."""
    if feature in call.switches.missing_features:
        raise ApiError(failure(403, NOT_INCLUDED))


def may_change(call: Call, entry: Entry) -> bool:
    """Tell whether the caller may change an entry: their own, or anybody's as leader or supervisor."""
    return entry.user_id == call.caller.id or call.caller.may_log_for_others


def may_manage_tags(call: Call) -> bool:
    """Tell whether the caller may create, edit, merge and delete tags."""
    return call.caller.role in call.switches.tag_roles
