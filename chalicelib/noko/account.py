"""The questions about users and projects (https://developer.nokotime.com/v2/users/, …/projects/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.throttle import Kind
from chalicelib.noko import check
from chalicelib.noko.action import PROJECTS, USERS
from chalicelib.noko.models import NokoCurrentUser, NokoProject, NokoUser
from chalicelib.noko.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.noko.filter import ProjectFilter, UserFilter
    from chalicelib.ports.noko import Carrier


class Users(Resource):
    """The people of the account, whatever their state."""

    def __init__(self, noko: Carrier) -> None:
        super().__init__(noko, USERS)

    def list(self, wanted: UserFilter | None = None, *, per_page: int = check.MAX_PER_PAGE) -> Iterator[NokoUser]:
        """Yield the users that pass the filter, a page at a time; raises in the middle as `Entries.list` does."""
        return self._listed("list", NokoUser, wanted, per_page)

    def get(self, user_id: int) -> NokoUser:
        """Get one user; raises NokoError with status 404 when there is none."""
        return self._got("get", NokoUser, user_id)

    def current(self, *, kind: Kind = Kind.JOB) -> NokoCurrentUser:
        """Get the owner of the token; as a probe it is asked while calls are paused, too."""
        return self._got("current", NokoCurrentUser, kind=kind)


class Projects(Resource):
    """The projects of the account, archived ones too."""

    def __init__(self, noko: Carrier) -> None:
        super().__init__(noko, PROJECTS)

    def list(self, wanted: ProjectFilter | None = None, *, per_page: int = check.MAX_PER_PAGE) -> Iterator[NokoProject]:
        """Yield the projects that pass the filter, a page at a time; raises in the middle as `Entries.list` does."""
        return self._listed("list", NokoProject, wanted, per_page)

    def get(self, project_id: int) -> NokoProject:
        """Get one project; raises NokoError with status 404 when there is none."""
        return self._got("get", NokoProject, project_id)
