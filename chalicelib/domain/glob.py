"""Patterns for repositories and branches: `*` is any run of characters, `?` any one, `/` is nothing special.

So `release/*` matches `release/1.2` and `release/1.2/hotfix`, and `acme/web*` matches `acme/website`. There are
no classes, braces or negations: what cannot be seen at a glance does not belong in a routing file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class _Automaton:
    """One bit for each position between the pattern's letters. `loops` are the positions that hold a `*`."""

    letters: dict[str, int]
    any_letter: int
    loops: int
    end: int


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> _Automaton:
    letters: dict[str, int] = {}
    any_letter = loops = 0
    here = 1
    for letter in pattern:
        if letter == "*":
            loops |= here
            continue
        if letter == "?":
            any_letter |= here
        else:
            letters[letter] = letters.get(letter, 0) | here
        here <<= 1
    return _Automaton(letters, any_letter, loops, here)


def matches(pattern: str, text: str) -> bool:
    """Tell whether the whole of `text` fits `pattern`, in one pass over the text.

    All the positions that the pattern can be at are followed at once, as the bits of one integer, so no
    pattern makes it back up and try again. Letters are compared as they are; fold the case of both beforehand
    where it does not matter.
    """
    automaton = _compile(pattern)
    state = 1
    for letter in text:
        step = automaton.letters.get(letter, 0) | automaton.any_letter
        state = (state & step) << 1 | (state & automaton.loops)
        if not state:
            return False
    return bool(state & automaton.end)
