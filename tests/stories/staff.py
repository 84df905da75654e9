"""The people of a real history as an account would hold them: one user for all names and addresses of a person."""

import dataclasses

from chalicelib.domain.routing_table import Defaults, Person, Repository, Routing
from devstack.sandbox.account import JANE

_SHARED = {"", "root", "unknown", "your name", "github"}
_FIRST_ID = 600_001


class Staff:
    """Joins what shares an address or a name."""

    def __init__(self, commits):
        self._leader = {}
        for commit in commits:
            self._join(self._address(commit.author), self._name(commit.author))

    @property
    def _numbers(self):
        leaders = dict.fromkeys(self._find(word) for word in self._leader)
        return {leader: number for number, leader in enumerate(leaders)}

    def routing(self, full_name, branches):
        """Return a routing file that knows them all, and takes work of any age."""
        people = {}
        for word in self._leader:
            if word.startswith("<"):
                people.setdefault(self._find(word), []).append(word.strip("<>"))
        numbers = self._numbers
        return Routing(
            defaults=Defaults(timezone="Europe/Berlin", max_age_days=36_500),
            repositories=(Repository(match=full_name, project="Gear GmbH", branches=branches),),
            people=tuple(Person(noko=_email(numbers[k]), emails=tuple(v)) for k, v in people.items()),
        )

    def hire(self, house):
        """Make a user of each in the sandbox's account."""
        for number in self._numbers.values():
            user = dataclasses.replace(JANE, id=_FIRST_ID + number, email=_email(number))
            house.sandbox.books._users[user.id] = user

    @staticmethod
    def _address(signature):
        return f"<{signature.email.strip().lower()}>"

    @staticmethod
    def _name(signature):
        name = signature.name.strip().casefold()
        return Staff._address(signature) if name in _SHARED else name

    def _find(self, word):
        while self._leader.setdefault(word, word) != word:
            self._leader[word] = word = self._leader[self._leader[word]]
        return word

    def _join(self, one, other):
        self._leader[self._find(one)] = self._find(other)


def is_bot(signature):
    """Tell whether nobody worked."""
    words = f"{signature.name} {signature.email}".lower()
    return "[bot]" in words or "-bot" in words or " bot" in words or "github-actions" in words


def _email(number):
    return f"person-{number}@acme.example"
