"""Where work goes: from what its author, the routing file or the repository's name say to a Noko project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Draft, Held
from chalicelib.domain.form_rule import FormRule
from chalicelib.domain.wording import closest, quoted

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory, Project
    from chalicelib.domain.form_rule import Rule
    from chalicelib.domain.routing_table import Defaults

UNMAPPED_PROJECT = "unmapped_project"
UNKNOWN_PROJECT = "unknown_project"
AMBIGUOUS_PROJECT = "ambiguous_project"
ARCHIVED_PROJECT = "archived_project"


@dataclass(frozen=True, slots=True)
class _Wish:
    """A project that is meant: who says so, what would mend it, and the code if Noko does not have it."""

    project: str | int
    said: str
    mend: str
    missing: str = UNKNOWN_PROJECT


def find_project(draft: Draft, rule: Rule, defaults: Defaults, directory: Directory) -> Project | Held:
    """Return the one active Noko project that is meant, or why there is none; never guess, never create.

    What the author asked for comes first, then the repository's or the form's project, then the defaults', and
    last the Noko project with the repository's own name. The first that is set decides, even if Noko lacks it.
    """
    wish = _wish(draft, rule, defaults)
    if isinstance(wish, Held):
        return wish
    found = directory.projects_called(wish.project)
    if len(found) > 1:
        ids = ", ".join(str(project.id) for project in found[:5])
        return Held(
            AMBIGUOUS_PROJECT,
            f"{wish.said}, and Noko has {len(found)} projects of that name (ids {ids}); name one by its id: "
            f"{wish.mend}",
        )
    if found:
        return found[0] if found[0].enabled else _archived(wish)
    return _missing(wish, directory)


def _wish(draft: Draft, rule: Rule, defaults: Defaults) -> _Wish | Held:
    by_hand = f"`tallyhook route {draft.key} --project PROJECT --person PERSON`"
    is_form = isinstance(rule, FormRule)
    if draft.project:
        who = "the submission" if is_form else "its author"
        return _Wish(draft.project, f"{who} asks for project {quoted(draft.project)}", by_hand)
    source = f"the form {quoted(rule.name)}" if isinstance(rule, FormRule) else quoted(draft.repository)
    if rule.project is not None:
        where = f"name = {quoted(rule.name)}" if isinstance(rule, FormRule) else f"match = {quoted(rule.match or '')}"
        return _of_file(rule.project, source, f"in the [[{'forms' if is_form else 'repositories'}]] with {where}")
    if defaults.project is not None:
        return _of_file(defaults.project, source, "in [defaults]")
    if is_form:
        said = f"neither the submission nor {source} names a project"
        return Held(UNMAPPED_PROJECT, f"{said}; add one to its [[forms]] in the routing file, or {by_hand}")
    name = draft.repository.rpartition("/")[2]
    line = f"[[repositories]] with match = {quoted(draft.repository)} and a project"
    said = f"no project is mapped to {source}, so it falls to project {quoted(name)}"
    return _Wish(name, said, f"add {line} to the routing file, or {by_hand}", missing=UNMAPPED_PROJECT)


def _of_file(project: str | int, source: str, where: str) -> _Wish:
    written = quoted(project) if isinstance(project, str) else str(project)
    said = f"the routing file sends {source} to project {written}"
    return _Wish(project, said, f"correct `project = {written}` {where} of the routing file")


def _archived(wish: _Wish) -> Held:
    return Held(ARCHIVED_PROJECT, f"{wish.said}, which is archived in Noko; reactivate it there, or {wish.mend}")


def _missing(wish: _Wish, directory: Directory) -> Held:
    names = (project.name for project in directory.projects if project.enabled)
    guess = closest(wish.project, names) if isinstance(wish.project, str) else None
    meant = f" (did you mean {quoted(guess)}?)" if guess else ""
    return Held(wish.missing, f"{wish.said}, which Noko does not have{meant}; create it there, or {wish.mend}")
