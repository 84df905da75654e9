"""Which question of a form means what: as the routing file says, or else by the words that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from chalicelib.domain.label import folded, words
from chalicelib.sources.forms.rejection import Rejection, rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chalicelib.sources.forms.submission import Field

Unit = Literal["minutes", "hours"]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "minutes": ("minutes", "mins"),
    "hours": ("hours", "hours worked"),
    "duration": ("duration", "time", "time spent", "how long"),
    "date": ("date", "day", "worked on"),
    "description": ("description", "notes", "comment", "task", "what did you do", "what did"),
    "email": ("email", "your email", "email address", "your email address"),
    "project": ("project", "client"),
    "tags": ("tags", "labels"),
    "billable": ("billable",),
    "url": ("url", "link", "source url"),
    "id": ("id", "submission id"),
}
"""Our words, and what is understood for each without being told. `what did` is what Jotform shortens a question to."""

_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("minutes", "minute", "mins", "min"), "minutes"),
    **dict.fromkeys(("hours", "hour", "hrs", "hr", "h"), "hours"),
}
_ABOUT_TIME = frozenset(
    words(
        "a as did do duration for have how in it long many number of on required optional spend spent take taken "
        "the time to took total work worked you"
    )
)
"""Words that say no more of a question than that it asks for an amount of time."""
_WORDS = {folded(alias): word for word, aliases in ALIASES.items() for alias in aliases}


def unit_of(name: str) -> Unit | None:
    """Return the one unit that a name says its answers are in: `Time spent (minutes)`, `How many hours?`."""
    said = {_UNITS.get(word) for word in words(name) if word not in _ABOUT_TIME}
    return said.pop() if len(said) == 1 else None


def sort_out(fields: Iterable[Field], labels: Mapping[str, str]) -> dict[str, list[Field]] | Rejection:
    """Return the answered fields by our words for them; `labels` are the form's own for some of these words.

    A word with a label is looked for under that label alone. Otherwise a field that is called by the very word
    goes before its other names: where there are a project and a client, the project is the project. Texts are
    told together. Rejects a field that is needed and whose answer the sender named by nothing but an id, or took
    apart in a way that is not understood.
    """
    found: dict[str, list[Field]] = {}
    inside: dict[str, Field] = {}
    for field in fields:
        word = word_of(field, labels)
        if not (field.values or field.unresolved):
            continue
        if word is not None:
            found.setdefault(word, []).append(field)
        elif _outer(field) not in labels:
            inside.setdefault(_outer(field), field)
    for word in inside.keys() & ALIASES.keys() - found.keys():
        what = f"the {word} is in several parts; name the one that counts under [forms.fields] in the routing file"
        return rejection(inside[word].key or "", ", ".join(inside[word].values), what)
    found = {word: _by_the_word(word, each) for word, each in found.items()}
    unclear = next((field for each in found.values() for field in each if field.unresolved), None)
    if unclear is None:
        return found
    what = "the sender gave no text for this answer; let the form send the text of its options"
    return rejection(unclear.name, ", ".join(unclear.unresolved), what)


def _compared(name: str) -> str:
    """Fold a name, but keep the `_` with which senders mark what they add themselves (`_date`)."""
    return ("_" if name.startswith("_") else "") + folded(name)


def _outer(field: Field) -> str:
    """Return our word for what a nested value (`client.id`) is a part of; empty for any other."""
    outer, dot, _ = (field.key or "").partition(".")
    return _WORDS.get(folded(outer), "") if dot else ""


def _by_the_word(word: str, fields: list[Field]) -> list[Field]:
    exact = [field for field in fields if word in (folded(field.name), folded(field.key or ""))]
    return exact if exact and word != "description" else fields


def word_of(field: Field, labels: Mapping[str, str]) -> str | None:
    """Return our word for what a field asks, None for what is of no use; `labels` as in `sort_out`."""
    wanted = {_compared(label): word for word, label in labels.items()}
    names = [name for name in (field.name, field.key) if name and folded(name)]
    told = next((wanted[_compared(name)] for name in names if _compared(name) in wanted), None)
    if told is not None:
        return told
    understood = (_WORDS.get(_compared(name)) or unit_of(name) for name in names)
    word = next(filter(None, understood), None)
    if word == "id" and "." in (field.key or ""):
        return None  # a part's id is that of a client, or of a person: the next submission has it again
    return None if word in labels else word
