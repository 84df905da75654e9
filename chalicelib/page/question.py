"""What the page asks, and what may be answered: labels, projects to choose from, people who are known."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.entry import Author
from chalicelib.domain.person import mapped_person
from chalicelib.domain.routing_table import SUBMITTER, Form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.domain.directory import Directory, Project
    from chalicelib.domain.routing_table import Routing
    from chalicelib.page.session import Session

LABELS: Mapping[str, str] = {
    "email": "Your e-mail",
    "hours": "Hours",
    "minutes": "Minutes",
    "duration": "Time spent",
    "date": "Date",
    "project": "Project",
    "description": "What did you do?",
    "tags": "Tags",
    "billable": "Billable",
}
"""How the questions are called where `[forms.fields]` does not say it."""
TIMES = ("hours", "minutes", "duration")
EXAMPLES = {"hours": "1.5, 1h30m or 1:30", "minutes": "90 or 1h30m", "duration": "1h30m, 90m or 1:30"}


@dataclass(frozen=True, slots=True)
class Questions:
    """What one person is asked on one form.

    `time` is our word for how the time is asked for. `projects` are offered, None where nobody knows any yet: then
    one is typed. `usual` is the project of submissions that name none. `person` is for whom time is logged, None
    where the page asks for it.
    """

    form: Form
    time: str
    projects: tuple[str, ...] | None
    usual: str | None
    person: str | None

    @property
    def words(self) -> tuple[str, ...]:
        """Our words for the questions, in their order on the page."""
        asked = ("email",) if self.person is None else ()
        return (*asked, self.time, "date", "project", "description", "tags", "billable")

    def label(self, word: str) -> str:
        """Return how a question is called."""
        return dict(self.form.fields).get(word, LABELS[word])


def questions(form: Form, routing: Routing, directory: Directory | None, session: Session) -> Questions:
    """Return what a form asks whoever is there. `directory` is what is known of Noko, None where nothing is."""
    usual = routing.defaults.project if form.project is None else form.project
    named = dict(form.fields)
    return Questions(
        form=form,
        time=next((word for word in TIMES if word in named), TIMES[0]),
        projects=_offered(form, directory),
        usual=None if usual is None else _name(usual, directory),
        person=_person(form, session),
    )


def admits(form: Form, session: Session) -> bool:
    """Tell whether a session may fill a form in: a link must say for whom, unless the form does."""
    return form.person != SUBMITTER or not session.by_link or bool(session.person)


def is_known(email: str, routing: Routing, directory: Directory | None) -> bool:
    """Tell whether an address is mapped, or that of an active Noko user."""
    if mapped_person(Author(email=email), routing) is not None:
        return True
    user = None if directory is None else directory.user(email)
    return user is not None and user.active


def _person(form: Form, session: Session) -> str | None:
    if form.person != SUBMITTER:
        return form.person if isinstance(form.person, str) else f"user {form.person}"
    return session.person if session.by_link else None


def _offered(form: Form, directory: Directory | None) -> tuple[str, ...] | None:
    """Return references by which routing finds exactly one active project each."""
    if directory is None:
        return None if form.projects is None else tuple(str(project) for project in form.projects)
    if form.projects is None:
        found = [project for project in directory.projects if project.enabled]
    else:
        found = [project for each in form.projects for project in directory.projects_called(each) if project.enabled]
    times = Counter(project.name.strip().casefold() for project in directory.projects)
    named = {name: None for project in found if (name := _reference(project, directory, times))}
    return tuple(named) if form.projects is not None else tuple(sorted(named, key=str.casefold))


def _reference(project: Project, directory: Directory, times: Mapping[str, int]) -> str | None:
    """Return the project's name, or its id where the name is another's too; None where the id is another's name.

    `times` is how often each name is there: only for those of several is the whole directory searched.
    """
    name = project.name.strip()
    if name and times[name.casefold()] == 1:
        return name
    references = (name, str(project.id))
    return next((each for each in references if each and directory.projects_called(each) == (project,)), None)


def _name(reference: str | int, directory: Directory | None) -> str:
    found = () if directory is None else directory.projects_called(reference)
    return found[0].name if len(found) == 1 else str(reference)
