"""Write the page of the table's layout from the module that decides it: `python -m docs.build.table_layout`."""

from __future__ import annotations

import inspect
from pathlib import Path

from chalicelib.domain.entry import ATTEMPTS_KEPT
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.retention import Retention
from chalicelib.table import layout
from chalicelib.table.entry_item import LANES

PAGE = Path(__file__).parents[1] / "reference" / "table-layout.md"

TEXT = """\
<!-- Written by `python -m docs.build.table_layout` from `chalicelib/table/layout.py`. Change that. -->

# The table

One table, in DynamoDB or in an SQLite file, holds everything that must not be lost. Every write is a write to one item,
most with a condition; there are no transactions. `account` is `default`; the keys leave room for several.

```text
{layout}
```

The indexes lag behind the items, so what they say is a hint: each item is read again, strongly, before anything is done
about it. The lanes are cut into {shards} shards, so that no single partition takes all writes.

## How long things live

| what | how long |
|---|---|
| an entry that is open ({open}) | until it is no longer |
| any other entry | {life} days after its last change |
| a finished attempt; the last {attempts} of an entry are kept | {life} days |
| a delivery that is not opened | until it is |
| the contents of a delivery: its drafts, notes and silent commits | {contents} days after it was opened |
| the key of a delivery, by which a redelivery is known | {life} days after it was opened |
| parts of contents, if the door died before it wrote the head | {life} days |
| the works with one title | {life} days after their last change |
| a note on why a commit became no entry | {note} days |
| a run | {life} days after somebody held it last |
| a window | a day after its end |
| which entry holds a Noko id | for ever |
| a dead letter of a queue | 14 days; on one machine until then, and until another one comes |

The days are settings: [How long things are kept](settings.md#how-long-things-are-kept). An item that has outlived its
time goes within a minute or two on one machine, by the tick, and within days on AWS, by DynamoDB; until then it is read
like any other. Raw payloads are never stored. Why it is so:
[What is open never expires](../decisions/0046-what-is-open-never-expires.md),
[Contents retire after 30 days, keys after 400](../decisions/0012-contents-retire-before-keys.md).
"""


def page_text() -> str:
    """Return what `docs/reference/table-layout.md` holds."""
    kept = Retention()
    _, _, drawing = inspect.cleandoc(layout.__doc__ or "").partition("\n\n")
    return TEXT.format(
        layout=inspect.cleandoc("\n" + drawing),
        shards=layout.SHARDS,
        open=", ".join(f"`{status}`" for status in Status if status in LANES),
        life=kept.entries_days,
        attempts=ATTEMPTS_KEPT,
        contents=kept.contents_days,
        note=kept.notes_days,
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
