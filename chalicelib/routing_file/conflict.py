"""What is wrong only when two places of the file are seen together: names given twice, hooks and policies at odds.

This looks at the document as TOML gave it, so that it finds its problems beside those of single values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.domain.label import folded
from chalicelib.domain.routing_table import PAGE
from chalicelib.domain.wording import quoted
from chalicelib.routing_file.problem import Finding, Path

if TYPE_CHECKING:
    from collections.abc import Iterator


def conflicts(document: dict[str, Any]) -> list[Finding]:
    """Return a finding for each name or address that a later table repeats, case aside, and what is unclear."""
    names = [*_names(document, "forms"), *_names(document, "approvals")]
    return [*_people(document), *names, *_labels(document), *_pages(document), *_policies(document), *_hooks(document)]


def _people(document: dict[str, Any]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], tuple[int, Path]] = {}
    for index, person in _tables(document, "people"):
        for kind, path, given in _identities(person, ("people", index)):
            first, earlier = seen.setdefault((kind, given.lower()), (index, path))
            if first != index:
                what = f"{_shown(kind, given)} is mapped to two [[people]]"
                yield Finding(path, what, "keep it with one of them", earlier)


def _identities(person: dict[str, Any], table: Path) -> Iterator[tuple[str, Path, str]]:
    noko = person.get("noko")
    if isinstance(noko, str):
        yield "email", (*table, "noko"), noko
    elif isinstance(noko, int):
        yield "id", (*table, "noko"), str(noko)
    for key, kind in (("emails", "email"), ("github", "login")):
        for index, given in enumerate(_list(person.get(key))):
            if isinstance(given, str):
                yield kind, (*table, key, index), given


def _shown(kind: str, given: str) -> str:
    return {"email": "e-mail", "login": "GitHub login", "id": "user"}[kind] + f" {quoted(given)}"


def _names(document: dict[str, Any], section: str) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for index, table in _tables(document, section):
        given = table.get("name")
        if isinstance(given, str):
            path = (section, index, "name")
            earlier = seen.setdefault(given.lower(), path)
            if earlier != path:
                what = f"name {quoted(given)} is used by two [[{section}]]"
                yield Finding(path, what, "give one of them another name", earlier)


def _labels(document: dict[str, Any]) -> Iterator[Finding]:
    for index, form in _tables(document, "forms"):
        fields = form.get("fields")
        seen: dict[str, Path] = {}
        for word, label in fields.items() if isinstance(fields, dict) else ():
            path = ("forms", index, "fields", word)
            earlier = seen.setdefault(folded(label), path) if isinstance(label, str) else path
            if earlier != path:
                what = f"the label {quoted(label)} stands for two words"
                yield Finding(path, what, "one question answers one thing: keep it for one of them", earlier)


def _pages(document: dict[str, Any]) -> Iterator[Finding]:
    for index, form in _tables(document, "forms"):
        if "projects" in form and form.get("preset") != PAGE:
            what = "only our own page offers projects to choose from"
            yield Finding(("forms", index, "projects"), what, 'write preset = "page", or leave projects out')


def _policies(document: dict[str, Any]) -> Iterator[Finding]:
    for index, policy in _tables(document, "approvals"):
        young, old = policy.get("older_than_days", 3), policy.get("lookback_days", 92)
        if isinstance(young, int) and isinstance(old, int) and young > old >= 1:
            key = "older_than_days" if "older_than_days" in policy else "lookback_days"
            what = f"no entry is both older than {young} days and younger than {old}"
            yield Finding(("approvals", index, key), what, "let lookback_days be more than older_than_days")
        wanted = {_bare(tag) for tag in _list(policy.get("tags"))}
        for place, tag in enumerate(_list(policy.get("without_tags"))):
            if isinstance(tag, str) and _bare(tag) in wanted:
                what = f"the tag {quoted(tag)} is both wanted and not"
                yield Finding(("approvals", index, "without_tags", place), what, "keep it in one of the two")


def _bare(tag: Any) -> Any:
    return tag.removesuffix("*").lower() if isinstance(tag, str) else None


def _hooks(document: dict[str, Any]) -> Iterator[Finding]:
    seen: dict[tuple[str, Any], Path] = {}
    for index, hook in _tables(document, "hooks"):
        places = [key for key in ("repository", "organisation") if key in hook]
        if len(places) != 1:
            what = "this [[hooks]] names " + ("both a repository and an organisation" if places else "no place")
            yield Finding(("hooks", index), what, 'write either repository = "acme/website" or organisation = "acme"')
        elif isinstance(place := hook[places[0]], str):
            path = ("hooks", index, places[0])
            earlier = seen.setdefault((place.lower(), hook.get("id")), path)
            if earlier != path:
                what = f"the webhook of {quoted(place)} is named by two [[hooks]]"
                yield Finding(path, what, "keep one of them, or give each its id", earlier)


def _tables(document: dict[str, Any], section: str) -> Iterator[tuple[int, dict[str, Any]]]:
    tables = enumerate(_list(document.get(section)))
    return ((index, table) for index, table in tables if isinstance(table, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
