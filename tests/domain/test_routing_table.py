"""The fingerprint by which held entries are known to need another look, and how words are guessed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directory import Directory, Project, Tags, User
from chalicelib.domain.routing_table import Defaults, Mode, NewTags, Person, Repository, Routing, fingerprint
from chalicelib.domain.wording import closest, quoted

DIRECTORY = Directory(
    users=(User(1, "jane@acme.example", "Jane", "active"), User(2, "sam@acme.example", "Sam", "active")),
    projects=(Project(10, "Website", enabled=True), Project(11, "Gear", enabled=True)),
    fetched_at=5,
)
ROUTING = Routing(repositories=(Repository("acme/*"), Repository("acme/web*")), people=(Person("jane@acme.example"),))


def test_a_fingerprint_is_16_hex_digits_and_the_same_in_every_process():
    assert fingerprint(Routing(), Directory((), (), 0)) == fingerprint(Routing(), Directory((), (), 0))
    assert len(fingerprint(ROUTING, DIRECTORY)) == 16
    assert int(fingerprint(ROUTING, DIRECTORY), 16)


def test_asking_again_or_in_another_order_changes_no_fingerprint():
    again = Directory(DIRECTORY.users[::-1], DIRECTORY.projects[::-1], fetched_at=99)
    assert fingerprint(ROUTING, again) == fingerprint(ROUTING, DIRECTORY)


@pytest.mark.parametrize(
    ("routing", "directory"),
    [
        (replace(ROUTING, defaults=Defaults(mode=Mode.OBSERVE)), DIRECTORY),
        (replace(ROUTING, repositories=ROUTING.repositories[::-1]), DIRECTORY),
        (replace(ROUTING, people=(Person("jane@acme.example", github=("jane-dev",)),)), DIRECTORY),
        (ROUTING, replace(DIRECTORY, users=DIRECTORY.users[:1])),
        (ROUTING, replace(DIRECTORY, users=(replace(DIRECTORY.users[0], state="disabled"),))),
        (ROUTING, replace(DIRECTORY, projects=(Project(10, "Website", enabled=False), DIRECTORY.projects[1]))),
    ],
)
def test_whatever_may_change_a_judgement_changes_the_fingerprint(routing, directory):
    assert fingerprint(routing, directory) != fingerprint(ROUTING, DIRECTORY)


def test_tags_count_where_they_may_hold_an_entry_and_nowhere_else():
    with_tags = replace(DIRECTORY, tags=Tags(frozenset({"bug"}), fetched_at=5))
    more = replace(DIRECTORY, tags=Tags(frozenset({"bug", "dev"}), fetched_at=5))
    later = replace(DIRECTORY, tags=Tags(frozenset({"bug"}), fetched_at=9))
    holding = replace(ROUTING, repositories=(Repository("acme/*", new_tags=NewTags.HOLD),))
    assert len({fingerprint(holding, each) for each in (DIRECTORY, with_tags, more)}) == 3
    assert fingerprint(holding, later) == fingerprint(holding, with_tags)
    assert len({fingerprint(ROUTING, each) for each in (DIRECTORY, with_tags, more)}) == 1


def test_a_name_that_is_no_valid_unicode_still_has_a_fingerprint():
    fingerprint(ROUTING, replace(DIRECTORY, projects=(Project(1, "\ud800", enabled=True),)))


@pytest.mark.parametrize(
    ("word", "guess"),
    [("porject", "project"), ("PROJECT", "project"), ("mtach", "match"), ("zebra", None), ("", None)],
)
def test_a_misspelt_word_is_guessed_and_a_strange_one_is_not(word, guess):
    assert closest(word, ["match", "project", "tags"]) == guess


def test_a_guess_is_spelt_like_the_option():
    assert closest("gear gmb", ["Gear GmbH"]) == "Gear GmbH"


@given(st.text(st.characters(), max_size=200))
def test_a_quoted_text_is_short_printable_and_on_one_line(text):
    shown = quoted(text)
    assert shown.isprintable()
    assert len(shown) <= 2 + 2 * 80


def test_a_quoted_text_keeps_letters_of_every_script_and_escapes_quotes():
    assert quoted('Müller "東京"') == '"Müller \\"東京\\""'
