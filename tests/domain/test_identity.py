"""Who wrote a commit: one person under several addresses, and two who share nothing."""

import pytest

from chalicelib.domain.entry import Author
from chalicelib.domain.identity import names_of
from chalicelib.domain.routing_table import Defaults, Person, Routing

ROUTING = Routing(
    defaults=Defaults(), people=(Person("jane@acme.example", ("jane@home.example",), ("jane-dev",)), Person(600_002))
)
JANE = Author("Jane", "jane@acme.example")


def is_one(one, other):
    return not set(names_of(one, ROUTING)).isdisjoint(names_of(other, ROUTING))


@pytest.mark.parametrize(
    "other",
    [
        Author("J.", "JANE@acme.example "),
        Author("Jane", "jane@home.example"),
        Author("Jane", "31+jane-dev@users.noreply.github.com"),
        Author("Jane", "jane-dev@users.noreply.github.com"),
        Author("Jane", None, "Jane-Dev"),
    ],
)
def test_a_person_is_one_by_address_login_or_mapping(other):
    assert is_one(JANE, other)


def test_the_login_joins_addresses_of_somebody_who_is_not_mapped():
    assert is_one(Author("Eve", "eve@a.example", "eve"), Author("Eve", "7+eve@users.noreply.github.com"))


@pytest.mark.parametrize("other", [Author("Jane", "jane@elsewhere.example"), Author("Jane"), Author()])
def test_a_name_alone_makes_nobody_the_same_as_somebody_with_an_address(other):
    assert not is_one(JANE, other)


def test_who_has_neither_address_nor_login_goes_by_the_name():
    assert is_one(Author("Sam"), Author(" sam"))
    assert not is_one(Author("Sam"), Author("Jane"))
    assert is_one(Author(), Author())
