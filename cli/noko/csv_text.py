"""Lines of CSV that a spreadsheet reads as text: descriptions are anybody's, and one may be a formula.

A cell that begins like a formula gets an apostrophe before it (https://owasp.org/www-community/attacks/CSV_Injection).
Every text is in quotes, so that no cell comes apart where commas separate nothing.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from cli.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")


def csv_line(cells: Iterable[str | int | None]) -> str:
    """Return one line, without its end. A text stays on it: line breaks in it are written out."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="")
    writer.writerow([cell if isinstance(cell, int) else _harmless(cell or "") for cell in cells])
    return written.getvalue()


def _harmless(text: str) -> str:
    plain = harmless(text)
    return f"'{plain}" if plain.lstrip().startswith(_BEGINS_A_FORMULA) else plain
