"""The people of the stories: what git on their machines signs with, and what GitHub signs with for them."""

import dataclasses
import datetime as dt

from cli.git.commit import Signature


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody with a GitHub account. Who hides the address signs with a noreply one in GitHub's own pages."""

    name: str
    email: str
    login: str
    number: int
    offset: int = 120
    hides: bool = False

    def at(self, moment):
        """Sign as git does on this person's machine."""
        return Signature(self.name, self.email, seconds(moment), self.offset)

    def on_github(self, moment):
        """Sign as GitHub does when this person presses one of its buttons."""
        email = f"{self.number}+{self.login}@users.noreply.github.com" if self.hides else self.email
        return Signature(self.name, email, seconds(moment), self.offset)


JANE = Person("Jane Doe", "jane@acme.example", "jane-dev", 31001, hides=True)
SAM = Person("Sam Rivera", "sam@acme.example", "sam-codes", 31002, offset=60)
LOGINS = {person.email: person.login for person in (JANE, SAM)} | {"noreply@github.com": "web-flow"}


def web_flow(moment, offset):
    """Sign as GitHub's own committer; the offset is that of the browser in which the button was pressed."""
    return Signature("GitHub", "noreply@github.com", seconds(moment), offset)


def merge_queue_bot(moment):
    return Signature(
        "github-merge-queue[bot]", "118344674+github-merge-queue[bot]@users.noreply.github.com", seconds(moment)
    )


def seconds(moment):
    assert moment.tzinfo is not None
    return int((moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds())
