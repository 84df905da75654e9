"""Runs of approvals in words: as JSON objects, as rows, and in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.approval_record import from_text
from cli.moment import iso

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.approval import Aside
    from chalicelib.domain.approval_record import Record, Undone
    from chalicelib.domain.run import Run
    from cli.terminal import Piece

LATE_MS = 600_000
"""A run that begins later than this after it was due was made up for."""
STYLES = {"done": "green", "partly_done": "yellow", "failed": "bold red", "under_way": "dim", "undone": "dim"}


def state(run: Run, record: Record | None) -> str:
    """Say in a word how a run stands."""
    if record is None or run.finished_at is None:
        return "under_way"
    if record.failed is not None:
        return "failed"
    if record.undone is not None:
        return "undone"
    return "partly_done" if record.is_partly else "done"


def summary(run: Run) -> dict[str, Any]:
    """Return a run as an object, its entries counted."""
    record = from_text(run.body) if run.body else None
    made: dict[str, Any] = {
        "run": run.key,
        "policy": run.key.partition("/")[0],
        "state": state(run, record),
        "by_hand": "/by-hand/" in run.key,
        "due": None,
        "began": iso(run.started_at),
        "ended": iso(run.finished_at) if run.finished_at is not None else None,
    }
    if record is None:
        return made | {"approved": 0, "not_approved": 0, "left_over": 0, "by": [], "made_up": False}
    if not record.by_hand:
        made["due"] = iso(record.at)
    return made | {
        "approved": len(record.approved),
        "not_approved": len(record.aside) + record.more_aside,
        "left_over": record.left_over,
        "by": [user.email for user in record.users],
        "made_up": not record.by_hand and run.started_at - record.at > LATE_MS,
    }


def whole(run: Run) -> dict[str, Any]:
    """Return a run as an object, its entries named."""
    record, made = from_text(run.body) if run.body else None, summary(run)
    if record is None:
        return made
    return made | {
        "approved_at": iso(record.approved_at),
        "passed_over": record.passed_over,
        "problems": [*record.problems],
        "reason": record.failed or record.stopped,
        "approved_ids": [*record.approved],
        "aside": asides(record.aside),
        "undone": _undone(record.undone),
    }


def asides(every: Iterable[Aside]) -> list[dict[str, Any]]:
    """Return entries that were not approved, or not taken back, as objects."""
    return [{"id": each.noko_id, "result": each.why.value, "reason": each.says} for each in every]


def _undone(undone: Undone | None) -> dict[str, Any] | None:
    if undone is None:
        return None
    ids = [*undone.unapproved]
    return {
        "at": iso(undone.at),
        "by": undone.by,
        "ended": undone.is_ended,
        "unapproved": ids,
        "left": asides(undone.left),
    }


def styled(word: str) -> Piece:
    """Return the word for how a run stands, in its colour."""
    return word.replace("_", " "), STYLES[word]


def entries(count: int) -> str:
    """Count entries."""
    return "1 entry" if count == 1 else f"{count} entries"


def sentence(record: Record) -> str:
    """Say what came of a run."""
    parts = [f"{entries(len(record.approved))} approved"]
    exceptions = len(record.aside) + record.more_aside
    if exceptions:
        parts.append(f"{exceptions} not")
    if record.left_over:
        parts.append(f"at least {record.left_over} left for the next run by the limit")
    return ", ".join(parts)
