"""How a run that approves ended, for those whom its policy tells."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from chalicelib.domain.approval import HARMLESS
from chalicelib.domain.letter import Letter, escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.approval import Aside
    from chalicelib.domain.approval_record import Record

MOST_LISTED = 50


def letters(record: Record, key: str, addresses: Sequence[str], *, now: int) -> Iterator[Letter]:
    """Return the letters that tell how the run of this key ended, one to each address."""
    for number, address in enumerate(addresses):
        yield Letter(f"approval-{key}-{number}", "tallyhook.approval", address, now, text(record), data(record, key))


def data(record: Record, key: str) -> dict[str, Any]:
    """Return the end of a run for programs: at most 50 of what could not be approved; `left_out` counts the others."""
    exceptions = _exceptions(record)
    return {
        "run": key,
        "policy": record.policy,
        "due": _instant(record.at),
        "by_hand": record.by_hand,
        "passed_over": record.passed_over,
        "approved_by": [user.email for user in record.users],
        "approved": len(record.approved),
        "left_over": record.left_over,
        "failed": record.failed or record.stopped,
        "problems": list(record.problems),
        "not_approved": [
            {"noko_id": each.noko_id, "why": each.why.value, "says": each.says} for each in exceptions[:MOST_LISTED]
        ],
        "left_out": max(0, len(exceptions) - MOST_LISTED) + record.more_aside,
    }


def text(record: Record) -> str:
    """Return the end of a run for people, in Slack's markup."""
    exceptions = _exceptions(record)
    lines = [f"*Tallyhook, {escaped(record.policy)} of {_instant(record.at)}:* {len(record.approved)} entries approved"]
    if record.passed_over:
        lines.append(f"• made up for; {record.passed_over} earlier ones were missed")
    if reason := record.failed or record.stopped:
        lines.append(f"• stopped: {escaped(reason)}")
    lines += [f"• {escaped(problem)}" for problem in record.problems[:MOST_LISTED]]
    if exceptions:
        lines.append(f"• {len(exceptions) + record.more_aside} not approved: `tallyhook approvals runs` tells of each")
    if record.left_over:
        lines.append(f"• {record.left_over} left for the next run by the limit")
    return "\n".join(lines)


def _exceptions(record: Record) -> list[Aside]:
    return [each for each in record.aside if each.why not in HARMLESS]


def _instant(at: int) -> str:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
