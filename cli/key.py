"""Which entry a word on the command line means: a key, a SHA, or the first digits of one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from chalicelib.domain.entry import commit_key
from chalicelib.errors import UserError
from cli.harmless import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.ports import Ledger

SHORTEST = 4
SHOWN = 10
"""How many of several candidates are listed."""
_COMMIT = "github:"
_HEX = re.compile(r"[0-9a-fA-F]{1,64}")
_FULL = (40, 64)
"""The lengths of whole SHA-1 and SHA-256 names (https://git-scm.com/docs/hash-function-transition)."""


def sha_of(word: str) -> str | None:
    """Return the digits of a SHA, whole or short, also with `github:` before it; None for any other key.

    Raises click.UsageError for a word that is neither.
    """
    digits = word.removeprefix(_COMMIT)
    if _HEX.fullmatch(digits) and (len(digits) >= SHORTEST):
        return digits.lower()
    if word.startswith(_COMMIT) or ":" not in word:
        raise click.UsageError(f"{word!r} is neither a key nor a SHA of at least {SHORTEST} hex digits")
    return None


def is_whole(sha: str) -> bool:
    """Tell whether these are all the digits of a SHA."""
    return len(sha) in _FULL


def entry_key(word: str, *, ledger: Ledger) -> str:
    """Return the key that `word` means; a short SHA is looked up.

    Raises click.UsageError for several candidates, UserError for none. A whole SHA or key is taken at its word.
    """
    sha = sha_of(word)
    if sha is None:
        return word
    if is_whole(sha):
        return commit_key(sha)
    known = ledger.keys_of_sha(sha)
    if not known:
        raise UserError(f"the ledger has no entry {sha}…; `tallyhook entry {sha}` looks further")
    if len(known) > 1:
        raise ambiguous(sha, known, ledger=ledger)
    return commit_key(known[0])


def ambiguous(sha: str, known: Sequence[str], *, ledger: Ledger) -> click.UsageError:
    """Return the error that lists what `sha` may mean."""
    lines = [f"{sha}… may be any of {len(known)} commits; give more digits:"]
    lines += [f"  {full}  {_what(full, ledger=ledger)}".rstrip() for full in known[:SHOWN]]
    if len(known) > SHOWN:
        lines.append(f"  and {len(known) - SHOWN} more")
    return click.UsageError("\n".join(lines))


def _what(full: str, *, ledger: Ledger) -> str:
    entry = ledger.entry(commit_key(full))
    if entry is not None:
        return harmless(f"{entry.status}, {entry.draft.description}")
    stored = ledger.note(full)
    return harmless(f"{stored.note.kind}, {stored.note.reason}") if stored is not None else ""
