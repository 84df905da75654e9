"""`make demo`: a fresh instance, one recorded and signed push through its door, and what Noko then holds.

`STORE` says in which kind of store; it is a fresh one of that kind. The recorded commits are of one day; they are
moved to today, since old work is held for a person to confirm.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
import time
import uuid
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chalicelib.domain.lifecycle import SWEPT
from chalicelib.sources.verify import sign
from devstack.environment import without_noko
from devstack.stand_in import DevstackStandIns
from standalone.environment import store_kind
from standalone.stack import Stack

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Field

PUSH = Path(__file__).with_name("demo.json")
PATIENCE_S = 60.0
PAGE_WIDTH = 120
"""Where there is no terminal whose width would count."""


class _Silent:
    """Telemetry that nobody watches."""

    def event(self, name: str, **fields: Field) -> None:
        """Say nothing."""

    def alarm(self, name: str, **fields: Field) -> None:
        """Say nothing."""

    def about(self, **_: Field) -> AbstractContextManager[None]:
        """Add nothing: nothing is said."""
        return nullcontext()


def main() -> int:
    """Run the demo; return the exit code: 0 when every commit was accounted for."""
    with tempfile.TemporaryDirectory() as data:
        environment = {**without_noko(os.environ), "STORE": store_kind(os.environ)}
        stack = Stack(environment, port=0, data=Path(data), telemetry=_Silent(), stand_ins=DevstackStandIns())
        try:
            return _demonstrate(stack)
        finally:
            stack.close()


def _demonstrate(stack: Stack) -> int:
    body = redated(json.loads(PUSH.read_text(encoding="utf-8")), dt.datetime.now(dt.UTC))
    raw = json.dumps(body).encode()
    answer = requests.post(
        f"{stack.url}/webhooks/github",
        data=raw,
        headers={
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": str(uuid.uuid4()),
            "X-Hub-Signature-256": sign(raw, stack.webhook_secret),
        },
        timeout=10,
    )
    if answer.status_code != 202:
        sys.stderr.write(f"the door answered {answer.status_code}: {answer.text}\n")
        return 1
    taken = answer.json()
    entries = _settled(stack, [draft["key"] for draft in taken["drafts"]])
    console = Console()
    console = console if console.is_terminal else Console(width=PAGE_WIDTH)
    console.print(_table(body["commits"], entries, taken))
    lost = [entry for entry in entries.values() if entry is None or entry.status in SWEPT]
    if lost:
        sys.stderr.write(f"{len(lost)} entries did not settle within {PATIENCE_S:.0f} s\n")
    return 1 if lost else 0


def redated(push: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Move the commits to the minutes before `now`, in their order and in their own offsets."""
    for age, commit in enumerate(reversed(push["commits"]), 1):
        recorded = dt.datetime.fromisoformat(commit["timestamp"])
        commit["timestamp"] = (
            (now - dt.timedelta(minutes=age)).astimezone(recorded.tzinfo).isoformat(timespec="seconds")
        )
    return push


def _settled(stack: Stack, keys: list[str]) -> dict[str, Entry | None]:
    """Read the entries until each waits for a person or is at its end, or patience is."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        entries = {key: stack.house.ports.ledger.entry(key) for key in keys}
        open_ones = [entry for entry in entries.values() if entry is None or entry.status in SWEPT]
        if not open_ones or time.monotonic() > ends:
            return entries
        time.sleep(0.2)


def _table(commits: list[dict[str, Any]], entries: dict[str, Entry | None], taken: dict[str, Any]) -> Table:
    title = f"One push, {len(commits)} commits: what Noko (here: the sandbox) now holds"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("commit", "minutes", "date", "person", "project"):
        table.add_column(heading, justify="right" if heading == "minutes" else "left", no_wrap=True)
    table.add_column("Noko id, or why not")
    why = {note["commit"]: note["reason"] for note in [*taken["skipped"], *taken["malformed"]]}
    for commit in commits:
        entry = entries.get(f"github:{commit['id']}")
        cells = _cells(entry, why.get(commit["id"], "no time directive in its message"))
        table.add_row(*(Text(cell) for cell in (commit["id"][:7], *cells)))
    return table


def _cells(entry: Entry | None, otherwise: str) -> list[str]:
    if entry is None:
        return ["", "", "", "", otherwise]
    minutes = entry.logged_minutes if entry.logged_minutes is not None else entry.draft.minutes
    reason = (entry.reason or "").partition(";")[0]
    end = str(entry.noko_id) if entry.noko_id else f"{entry.status}: {reason}"
    route = [entry.route.person, entry.route.project] if entry.route else ["", ""]
    return [str(minutes), entry.draft.date.isoformat(), *route, end]


if __name__ == "__main__":
    sys.exit(main())
