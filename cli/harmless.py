"""Foreign text, made safe to show: commit messages are anybody's, and a terminal obeys control characters."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Invisible, harmless, and what emoji and Persian are written with."""


def harmless(text: str) -> str:
    r"""Return `text` on one line, with every character that a terminal might obey written out (`\x1b`, `\u202e`).

    That takes in line breaks, marks that turn the direction of writing, and lone surrogates. Not promised: that
    letters which look alike are told apart.
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode("ascii")
