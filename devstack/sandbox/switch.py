"""What nobody has verified against the live service, each as a switch, so that both answers can be tried.

The public documentation (https://developer.nokotime.com/v2/) is silent, or speaks of v1 only, on all of these.
At the end stand the settings and the plan of an account, which differ from one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from devstack.sandbox.record import Role  # noqa: TC001 - the control call reads this class by its annotations

Policy = Literal["accepted", "refused"]
Feature = Literal["approvals", "invoicing"]
ALL_ROLES: frozenset[Role] = frozenset({"supervisor", "leader", "coworker", "contractor"})


@dataclass(frozen=True, slots=True)
class Switches:
    """How the sandbox behaves where Noko's behaviour is unknown. The defaults are guesses, not facts.

    burst: how many requests the limiter slows down before it refuses ("up to 5 requests total"). Read once,
        when the sandbox is made.
    duplicate: the exact same entry twice within the window: taken again, or a 400 that speaks of a duplicate
        (documented for v1 only: a 422 within one minute).
    duplicate_window_ms, duplicate_message, duplicate_code: that window and the body of that error.
    archived_project: logging on an archived project.
    inactive_user: logging for a user who is not active.
    for_others_status: the answer to a coworker's or contractor's token that logs for another person.
    max_description, max_source_url: characters that fit; None for no limit. Over it: 400 with `too_long`.
    list_lag_ms: how long a write stays invisible in lists (a single GET sees it at once).
    numeric_hashtag: `#123` in a description becomes a tag, or fails with `cannot_create_tags`.
    unknown_project: what an unknown `project_name` leads to: a new project, or this error code.
    max_entry_ids: how many ids a bulk call takes; None for no limit. Over it: 400 with `too_long`.
    bulk_approval_by_others: bulk calls on approvals by somebody who is no supervisor: a 403, or a 204 after which
        nothing has changed, as for any entry that cannot be approved.
    large_merge: with more entries than this a merge of tags runs in the background and is answered with 202.
    merge_ms: how long it runs then; both tags are locked meanwhile.
    tag_roles: who may create, edit, merge and delete tags; a setting of the account, by default everybody
        (https://nokotime.com/new-feature-restricting-which-people-can-create-tags/).
    missing_features: what the account's plan does not include.
    """

    burst: int = 5
    duplicate: Policy = "accepted"
    duplicate_window_ms: int = 60_000
    duplicate_message: str = "This is a duplicate of an entry that was just logged"
    duplicate_code: str = "already_exists"
    archived_project: Policy = "refused"
    inactive_user: Policy = "refused"
    for_others_status: Literal[400, 403] = 403
    max_description: int | None = None
    max_source_url: int | None = None
    list_lag_ms: int = 0
    numeric_hashtag: Policy = "accepted"
    unknown_project: Literal["created", "cannot_create_projects", "reached_project_limit"] = "created"
    max_entry_ids: int | None = None
    bulk_approval_by_others: Literal["refused", "ignored"] = "refused"
    large_merge: int = 1_000
    merge_ms: int = 5_000
    tag_roles: frozenset[Role] = ALL_ROLES
    missing_features: frozenset[Feature] = frozenset()
