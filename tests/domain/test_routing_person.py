"""Whose work a draft is."""

from dataclasses import replace

import pytest
from domain.routing_case import DIRECTORY, JANE, OLIVE, PAT, ROUTING, SAM, by, held, judge

from chalicelib.domain.directory import User
from chalicelib.domain.entry import Author, Route
from chalicelib.domain.person import noreply_login
from chalicelib.domain.routing_table import Defaults, Person, Routing


def person_of(result):
    assert isinstance(result, Route)
    return result.user_id


@pytest.mark.parametrize(
    "author",
    [
        Author(email="jane@home.example"),
        Author(email="JANE@Home.Example "),
        Author(email="jane@acme.example"),
        Author(login="Jane-Dev"),
        Author(email="stranger@elsewhere.example", login="jane-dev"),
        Author(email="5538+jane-dev@users.noreply.github.com"),
        Author(email="Jane-Dev@users.noreply.github.com", login="renamed-since"),
    ],
)
def test_a_person_is_known_by_every_name_in_the_routing_file(author):
    assert person_of(by(author)) == JANE.id


def test_an_email_in_the_routing_file_goes_before_a_login():
    routing = replace(ROUTING, people=(Person(2, github=("jane-dev",)), *ROUTING.people))
    assert person_of(by(Author(email="jane@home.example", login="jane-dev"), routing)) == JANE.id


def test_the_routing_file_goes_before_an_email_that_noko_knows():
    routing = Routing(defaults=Defaults(project="Internal"), people=(Person(1, emails=("sam@acme.example",)),))
    assert person_of(by(Author(email="sam@acme.example"), routing)) == JANE.id


def test_a_person_may_be_mapped_by_noko_id():
    routing = replace(ROUTING, people=(Person(2, github=("sam-dev",)),))
    assert person_of(by(Author(login="sam-dev"), routing)) == SAM.id


def test_an_unmapped_author_with_the_email_of_an_active_noko_user_is_that_user():
    assert person_of(by(Author(email="sam@acme.EXAMPLE", login="sam-dev"))) == SAM.id


@pytest.mark.parametrize(
    ("email", "login"),
    [
        ("5538+jane-dev@users.noreply.github.com", "jane-dev"),
        ("jane-dev@users.noreply.github.com", "jane-dev"),
        ("5538+Jane-Dev@Users.NoReply.GitHub.com", "jane-dev"),
        ("49699333+dependabot[bot]@users.noreply.github.com", "dependabot[bot]"),
        ("12+34@users.noreply.github.com", "34"),
        ("jane_acme@users.noreply.github.com", "jane_acme"),
        (" 1+jane@users.noreply.github.com\n", "jane"),
        ("noreply@github.com", None),
        ("jane@acme.example", None),
        ("5538+@users.noreply.github.com", None),
        ("@users.noreply.github.com", None),
        ("jane+tag@users.noreply.github.com", None),
        ("٣+jane@users.noreply.github.com", None),
        ("1+a@b@users.noreply.github.com", None),
        ("jane@users.noreply.github.com.evil.example", None),
        ("jane@evil-users.noreply.github.com", None),
        ("users.noreply.github.com", None),
        ("", None),
        (None, None),
    ],
)
def test_a_noreply_address_holds_a_login(email, login):
    assert noreply_login(email) == login


def test_a_noreply_login_that_nobody_maps_is_told_with_the_line_to_add():
    reason = held(by(Author(email="7+kim@users.noreply.github.com")), "unmapped_person")
    assert 'add `github = ["kim"]`' in reason
    assert "tallyhook route github:abc" in reason


def test_an_email_that_nobody_maps_is_told_with_the_line_to_add():
    assert 'add `emails = ["kim@x.example"]`' in held(by(Author(email="kim@x.example")), "unmapped_person")


@pytest.mark.parametrize("author", [Author(), Author(name="Jane Doe"), Author(email="", login="")])
def test_an_author_without_email_and_login_is_held_and_not_matched_by_name(author):
    assert "neither an e-mail nor a GitHub login" in held(by(author), "unmapped_person")


def test_an_empty_email_matches_no_user_without_one():
    directory = replace(DIRECTORY, users=(User(9, "", "Nobody", "active"),))
    held(by(Author(email=" "), directory=directory), "unmapped_person")


def test_an_email_that_reads_like_a_noko_id_maps_to_nobody():
    routing = replace(ROUTING, people=(Person(1),))
    held(by(Author(email="1"), routing), "unmapped_person")


BOT = Author(email="sam@acme.example", login="renovate[bot]")


def test_a_bot_that_nobody_mapped_is_held_even_with_the_email_of_a_user():
    assert 'add `github = ["renovate[bot]"]`' in held(by(BOT), "unmapped_person")


def test_a_bot_counts_once_it_is_mapped():
    routing = replace(ROUTING, people=(Person(2, github=("renovate[bot]",)),))
    assert person_of(by(BOT, routing)) == SAM.id


def test_a_mapped_person_whom_noko_lacks_is_unknown_and_a_near_one_is_named():
    routing = replace(ROUTING, people=(Person("jame@acme.example", github=("jane-dev",)),))
    reason = held(by(Author(login="jane-dev"), routing), "unknown_person")
    assert 'did you mean "jane@acme.example"?' in reason
    assert 'noko = "jame@acme.example"' in reason


def test_a_mapped_id_that_noko_lacks_is_unknown():
    routing = replace(ROUTING, people=(Person(99, github=("jane-dev",)),))
    assert "`noko = 99`" in held(by(Author(login="jane-dev"), routing), "unknown_person")


@pytest.mark.parametrize("user", [OLIVE, PAT])
def test_a_user_who_is_not_active_is_held_mapped_or_not(user):
    routing = replace(ROUTING, people=(Person(user.id, github=("them",)),))
    assert user.state in held(by(Author(login="them"), routing), "inactive_person")
    assert user.state in held(by(Author(email=user.email)), "inactive_person")


def test_of_two_users_with_one_email_the_active_one_is_meant():
    directory = replace(DIRECTORY, users=(replace(JANE, id=8, state="disabled"), JANE))
    assert person_of(judge(directory=directory)) == JANE.id
