"""What a form calls its questions, as it is compared: `E-Mail`, `e_mail` and `Email:` are one label."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")


def folded(label: str) -> str:
    """Return a label without case, punctuation and blanks; empty if nothing is left."""
    return "".join(words(label))


def words(label: str) -> list[str]:
    """Return the words and numbers of a label, without case."""
    return _WORD.findall(unicodedata.normalize("NFKC", label).casefold())
