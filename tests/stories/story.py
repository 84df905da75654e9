"""A story: a script for a repository, and what should come of it, as data."""

import dataclasses
from collections.abc import Callable

EVERY_BRANCH = "every-branch"
DEFAULT_BRANCH = "default-branch"
"""What the routing file says under `branches` in each mode."""


@dataclasses.dataclass(frozen=True, order=True)
class Expected:
    """An entry that Noko should hold: whose it is, how much, and of which day (ISO 8601)."""

    person: str
    minutes: int
    date: str


@dataclasses.dataclass(frozen=True)
class Story:
    """`tell` plays the script on a fresh ScriptedRepository; `logged` is what Noko should hold then, by mode.

    `asks` are amounts that contradict what is logged: no entry may be made of them silently, and they must
    not vanish either, so that an entry or a note of theirs, not logged, has to be listed.
    """

    name: str
    tell: Callable
    logged: dict
    asks: dict = dataclasses.field(default_factory=lambda: {EVERY_BRANCH: (), DEFAULT_BRANCH: ()})
    why: str = ""
