"""Write the page of the table's layout from the module that decides it: `python -m docs.build.table_layout`."""

from __future__ import annotations

import inspect
from pathlib import Path

from chalicelib.domain.entry import ATTEMPTS_KEPT
from chalicelib.table import layout

PAGE = Path(__file__).parents[1] / "reference" / "table-layout.md"

TEXT = """\
<!-- Written by `python -m docs.build.table_layout` from `chalicelib/table/layout.py`. Change that. -->

# The table

One DynamoDB table holds everything that must not be lost. Every write is a write to one item, most with a condition;
there are no transactions. `account` is `default`; the keys leave room for several.

```text
{layout}
```

The indexes lag behind the items, so what they say is a hint: each item is read again, strongly, before anything is done
about it. The lanes are cut into {shards} shards, so that no single partition takes all writes.

## How long things live

| what | how long |
|---|---|
| an entry that is open (`held`, `queued`, `posting`, `uncertain`) | until it is no longer |
| any other entry | {life} days after its last change |
| a finished attempt; the last {attempts} of an entry are kept | {life} days |
| the key of a delivery, by which a redelivery is known | {life} days |
| the contents of a delivery: its drafts, notes and silent commits | {contents} days after it was opened |
| what of these contents is beyond 350 KB | {contents} days after it came |
| a note on why a commit became no entry | {note} days |
| a run | {life} days |
| which entry holds a Noko id | for ever |

Raw payloads are never stored. Why the numbers are these:
[Contents retire after 30 days, keys after 400](../decisions/0012-contents-retire-before-keys.md).
"""


def page_text() -> str:
    """Return what `docs/reference/table-layout.md` holds."""
    _, _, drawing = inspect.cleandoc(layout.__doc__ or "").partition("\n\n")
    return TEXT.format(
        layout=inspect.cleandoc("\n" + drawing),
        shards=layout.SHARDS,
        life=layout.LIFE_DAYS,
        attempts=ATTEMPTS_KEPT,
        contents=layout.CONTENTS_LIFE_DAYS,
        note=layout.NOTE_LIFE_DAYS,
    )


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
