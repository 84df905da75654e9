"""How a foreign text appears in a sentence for a person: bounded, on one line, and with a guess what was meant."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN = 80
"""How many characters of a foreign text a sentence repeats."""


def quoted(text: str) -> str:
    r"""Return `text` as a TOML string that fits into a sentence, so that it can be copied into the routing file.

    At most 80 characters, then `…`. Line breaks, control characters and marks that turn the direction of
    writing become U+FFFD: this bounds and tames, it does not escape for HTML or a terminal's markup.
    """
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return json.dumps("".join(c if c.isprintable() else "\ufffd" for c in cut), ensure_ascii=False)


def closest(word: str, options: Iterable[str]) -> str | None:
    """Return the option that `word` most likely was meant to be, without regard to case, or None."""
    return _closest(word[:SHOWN].casefold(), tuple(options))


# A push may ask for the same misspelt project 2,048 times, and comparing with every name is slow.
@lru_cache(maxsize=256)
def _closest(word: str, options: tuple[str, ...]) -> str | None:
    folded = {option.casefold(): option for option in reversed(options)}
    near = get_close_matches(word, folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None
