"""Which room answers which call. A new call is a line here and a function in the room of its resource."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from devstack.github import comment, commit, compare, hook, repository, status
from devstack.github.message import not_found
from devstack.github.shape import account_id
from devstack.wire.message import ApiError, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.github.call import Call
    from devstack.github.record import Repository

# The first that fits answers: a ref may hold slashes, so what ends in more than a ref comes first.
IN_REPOSITORY: tuple[tuple[str, str, Callable[[Call, Repository], Response]], ...] = (
    ("GET", "", repository.show),
    ("GET", "/compare/:ref", compare.show),
    ("GET", "/commits/:ref/statuses", status.index),
    ("GET", "/commits/:ref/comments", comment.index),
    ("POST", "/commits/:ref/comments", comment.create),
    ("GET", "/commits/:ref", commit.show),
    ("POST", "/statuses/:ref", status.create),
)
ANYWHERE: tuple[tuple[str, str, Callable[[Call], Response]], ...] = (
    ("GET", "/hooks", hook.index),
    ("GET", "/hooks/:id/deliveries", hook.deliveries),
    ("GET", "/hooks/:id/deliveries/:id", hook.delivery),
    ("POST", "/hooks/:id/deliveries/:id/attempts", hook.attempt),
)
"""The calls about a repository, and those about a repository or an organisation."""

_CONTENT = re.compile(r"/(?:repos/[^/]+/[^/]+|repositories/[0-9]+)/(?:statuses/.+|commits/.+/comments)")
_REPOSITORY = re.compile(r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<id>[0-9]{1,18}))(?P<rest>|/.+)")
_ORGANIZATION = re.compile(r"/(?:orgs/(?P<name>[^/]+)|organizations/(?P<id>[0-9]{1,18}))(?P<rest>|/.+)")


def makes_content(method: str, path: str) -> bool:
    """Tell whether a call makes something that people see, which the secondary limit counts apart."""
    return method == "POST" and _CONTENT.fullmatch(path) is not None


def dispatch(call: Call) -> Response:
    """Answer a call; errors of the API are answers too. A trailing slash leads nowhere."""
    try:
        return _room(call)
    except ApiError as error:
        return error.response


def _room(call: Call) -> Response:
    if found := _REPOSITORY.fullmatch(call.request.path):
        return _in_repository(call, _name(found), found["rest"])
    if found := _ORGANIZATION.fullmatch(call.request.path):
        return _in_organization(call, _name(found), found["rest"])
    raise not_found()


def _name(found: re.Match[str]) -> str | int:
    return unquote(found["name"]) if found["id"] is None else int(found["id"])


def _in_repository(call: Call, name: str | int, rest: str) -> Response:
    repo = call.forge.repository(name)
    if repo is None or not call.caller.sees_repository(repo):
        raise not_found()
    here = replace(call, owner=repo.full_name, link_url=f"{call.base_url}/repositories/{repo.id}{rest}")
    for method, pattern, room in IN_REPOSITORY:
        words = _words(pattern, rest)
        if words is not None and method == call.request.method:
            return room(replace(here, words=words), repo)
    return _anywhere(here, rest)


def _in_organization(call: Call, name: str | int, rest: str) -> Response:
    login = call.forge.organization(name)
    if login is None:
        raise not_found()
    return _anywhere(
        replace(call, owner=login, link_url=f"{call.base_url}/organizations/{account_id(login)}{rest}"), rest
    )


def _anywhere(call: Call, rest: str) -> Response:
    for method, pattern, room in ANYWHERE:
        words = _words(pattern, rest)
        if words is not None and method == call.request.method:
            return room(replace(call, words=words))
    raise not_found()


def _words(pattern: str, path: str) -> tuple[str, ...] | None:
    found = _expression(pattern).fullmatch(path)
    return None if found is None else tuple(unquote(word) for word in found.groups())


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(":id", "([0-9]{1,19})").replace(":ref", "(.*[^/])"))
