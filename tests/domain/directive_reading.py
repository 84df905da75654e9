"""How the tests read a message."""

import datetime as dt

from chalicelib.domain.directive import Malformed, Nothing, Rules, Time, read

TODAY = dt.date(2026, 6, 30)
RULES = Rules(projects=frozenset({"website", "api"}))


def reading(message, **rules):
    return read(message, today=TODAY, rules=Rules(projects=RULES.projects, **rules))


def minutes(message, **rules):
    read_ = reading(message, **rules)
    assert isinstance(read_, Time), read_
    return read_.minutes


def why(message, **rules):
    read_ = reading(message, **rules)
    assert isinstance(read_, Malformed), read_
    return read_.reason


def is_silent(message, **rules):
    return reading(message, **rules) == Nothing()
