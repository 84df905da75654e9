"""The questions about users and projects, on whatever server. Nothing is made."""

import pytest

from chalicelib.errors import AuthenticationError, NokoError
from chalicelib.noko.filter import ProjectFilter, Role, UserFilter, UserState
from chalicelib.noko.protocol import Token

NOBODY = 2_147_483_647


def test_the_token_has_an_owner_who_is_among_the_users(account):
    me = account.me
    assert me.role in set(Role)
    assert account.users.get(me.id).email == me.email
    assert me.id in {user.id for user in account.users.list()}


def test_users_are_narrowed(account):
    me = account.me
    same = list(account.users.list(UserFilter(email=me.email, role=me.role)))
    assert me.id in {user.id for user in same}
    assert {user.state for user in account.users.list(UserFilter(state=UserState.ACTIVE))} == {"active"}


def test_projects_are_listed_narrowed_and_got(account):
    every = {project.id: project for project in account.projects.list()}
    enabled = {project.id for project in account.projects.list(ProjectFilter(enabled=True))}
    assert enabled == {number for number, project in every.items() if project.enabled}
    for number in list(every)[:1]:
        assert account.projects.get(number).name == every[number].name


@pytest.mark.parametrize("room", ["users", "projects", "entries", "tags"])
def test_what_is_not_there_is_a_404(account, room):
    with pytest.raises(NokoError) as error:
        getattr(account, room).get(NOBODY)
    assert error.value.status == 404


def test_a_list_in_pages_of_one_is_the_list(account):
    whole = [user.id for user in account.users.list()]
    if len(whole) > 5:
        pytest.skip("too many people to ask for one by one")
    assert [user.id for user in account.users.list(per_page=1)] == whole


def test_a_wrong_token_is_not_accepted(account):
    right, account.client._secrets.token = account.client._secrets.token, Token("not-a-token")
    try:
        with pytest.raises(AuthenticationError):
            list(account.projects.list())
    finally:
        account.client._secrets.token = right
        account.client._throttle.resume(now=account.clock.now())
