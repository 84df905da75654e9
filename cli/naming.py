"""Whether Noko has the users, projects and tags that the routing file names; pure, and all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.routing_table import SUBMITTER, NewTags
from chalicelib.domain.wording import closest, quoted
from chalicelib.routing_file.problem import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.directory import Directory, Tags
    from chalicelib.domain.routing_table import Routing
    from chalicelib.routing_file.problem import Path


def unfit_names(routing: Routing, directory: Directory) -> Iterator[Finding]:
    """Yield what is wrong with each name, by its path in the file.

    Approval policies may name archived projects and people who have left; everything else needs active ones. Tags
    are looked at if the directory knows them.
    """
    for path, project, may_be_archived in _projects(routing):
        yield from _unfit_project(path, project, directory, may_be_archived=may_be_archived)
    for path, user, may_have_left in _users(routing):
        yield from _unfit_user(path, user, directory, may_have_left=may_have_left)
    for path, tag in named_tags(routing) if directory.tags is not None else ():
        yield from _unfit_tag(path, tag, directory.tags)


def named_tags(routing: Routing) -> Iterator[tuple[Path, str]]:
    """Yield the fixed tags, by their path, that Noko has to have: those of rules that let none be created."""
    defaults = routing.defaults
    rules: list[tuple[Path, tuple[str, ...], NewTags]] = [(("defaults", "tags"), defaults.tags, defaults.new_tags)]
    for number, own in enumerate(routing.repositories):
        path: Path = ("defaults", "tags") if own.tags is None else ("repositories", number, "tags")
        tags = defaults.tags if own.tags is None else own.tags
        rules.append((path, tags, own.new_tags or defaults.new_tags))
    for number, form in enumerate(routing.forms):
        if form.tags is not None:
            rules.append((("forms", number, "tags"), form.tags, defaults.new_tags))
    found = {(*path, n): tag for path, tags, new in rules if new is not NewTags.CREATE for n, tag in enumerate(tags)}
    yield from found.items()


def _projects(routing: Routing) -> Iterator[tuple[Path, str | int, bool]]:
    if routing.defaults.project is not None:
        yield ("defaults", "project"), routing.defaults.project, False
    for number, repository in enumerate(routing.repositories):
        if repository.project is not None:
            yield ("repositories", number, "project"), repository.project, False
    for number, form in enumerate(routing.forms):
        if form.project is not None:
            yield ("forms", number, "project"), form.project, False
        for place, project in enumerate(form.projects or ()):
            yield ("forms", number, "projects", place), project, False
    for number, policy in enumerate(routing.approvals):
        for place, project in enumerate(policy.projects or ()):
            yield ("approvals", number, "projects", place), project, True


def _users(routing: Routing) -> Iterator[tuple[Path, str | int, bool]]:
    for number, person in enumerate(routing.people):
        yield ("people", number, "noko"), person.noko, False
    for number, form in enumerate(routing.forms):
        if form.person != SUBMITTER and not _is_mapped(form.person, routing):
            yield ("forms", number, "person"), form.person, False
    for number, policy in enumerate(routing.approvals):
        for place, user in enumerate(policy.people or ()):
            yield ("approvals", number, "people", place), user, True


def _is_mapped(person: str | int, routing: Routing) -> bool:
    """Tell whether a form's person is one of the further addresses in `[[people]]`."""
    return isinstance(person, str) and any(person.lower() in map(str.lower, each.emails) for each in routing.people)


def _unfit_project(path: Path, project: str | int, directory: Directory, *, may_be_archived: bool) -> Iterator[Finding]:
    found = directory.projects_called(project)
    said = _written(project)
    if not found:
        names = (each.name for each in directory.projects if each.enabled or may_be_archived)
        guess = closest(project, names) if isinstance(project, str) else None
        yield Finding(path, f"Noko has no project {said}", _meant(guess) or "create it there, or name another")
    elif len(found) > 1:
        ids = ", ".join(str(each.id) for each in found)
        yield Finding(path, f"Noko has {len(found)} projects called {said}", f"name one by its id: {ids}")
    elif not found[0].enabled and not may_be_archived:
        yield Finding(path, f"the project {said} is archived in Noko", "reactivate it there, or name another")


def _unfit_user(path: Path, user: str | int, directory: Directory, *, may_have_left: bool) -> Iterator[Finding]:
    found = directory.user(user)
    said = _written(user)
    if found is None:
        emails = (each.email for each in directory.users if each.active)
        guess = closest(user, emails) if isinstance(user, str) else None
        yield Finding(path, f"Noko has no user {said}", _meant(guess) or "invite them there, or name another")
    elif not found.active and not may_have_left:
        state = quoted(found.state)
        yield Finding(path, f"the user {said} is {state} in Noko, not active", "activate them there, or name another")


def _unfit_tag(path: Path, tag: str, tags: Tags | None) -> Iterator[Finding]:
    name = tag.removesuffix("*")
    if tags is not None and not tags.has(name):
        guess = closest(name, tags.names)
        what = f"Noko has no tag {quoted(name)}, and new_tags lets none be created"
        yield Finding(path, what, _meant(guess) or f"`tallyhook tags create {name}`, or name another")


def _written(name: str | int) -> str:
    return quoted(name) if isinstance(name, str) else str(name)


def _meant(guess: str | None) -> str | None:
    return f"did you mean {quoted(guess)}?" if guess else None
