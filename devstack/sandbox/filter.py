"""The filters of lists: each parameter narrows the list further.

Source: https://developer.nokotime.com/v2/entries/, "List Entries". Blank and unknown parameters are ignored;
a value that cannot be read is a 400.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from devstack.wire.message import ApiError, Request, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")
_ID = re.compile(r"[0-9]{1,10}")


def read_ids(text: str) -> frozenset[int]:
    """Read ids separated by commas; raises ValueError."""
    words = [word.strip() for word in text.split(",")]
    if not all(_ID.fullmatch(word) for word in words):
        raise ValueError(text)
    return frozenset(map(int, words))


def one_of(get: Callable[[T], int | None]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records with an id among the given ones."""

    def parse(text: str) -> Callable[[T], bool]:
        wanted = read_ids(text)
        return lambda record: get(record) in wanted

    return parse


def contains(get: Callable[[T], str | None]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records whose text contains the given one, in any case."""
    return lambda text: lambda record: text.casefold() in (get(record) or "").casefold()


def equals(get: Callable[[T], str]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records with exactly this value."""
    return lambda text: lambda record: get(record) == text


def flag(get: Callable[[T], bool]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records for which something is `true` or `false`."""

    def parse(text: str) -> Callable[[T], bool]:
        if text not in {"true", "false"}:
            raise ValueError(text)
        return lambda record: get(record) is (text == "true")

    return parse


def at_least(read: Callable[[str], Any], get: Callable[[T], Any]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records with a value from the given one on; those without any value go."""

    def parse(text: str) -> Callable[[T], bool]:
        bound = read(text)
        return lambda record: (value := get(record)) is not None and value >= bound

    return parse


def at_most(read: Callable[[str], Any], get: Callable[[T], Any]) -> Callable[[str], Callable[[T], bool]]:
    """Keep records with a value up to the given one, inclusive; those without any value go."""

    def parse(text: str) -> Callable[[T], bool]:
        bound = read(text)
        return lambda record: (value := get(record)) is not None and value <= bound

    return parse


def narrow(
    records: Iterable[T], request: Request, filters: Mapping[str, Callable[[str], Callable[[T], bool]]]
) -> list[T]:
    """Return the records that pass every filter the request asks for; raises ApiError for an unreadable one."""
    tests: list[Callable[[T], bool]] = []
    for name, parse in filters.items():
        text = request.parameter(name)
        if text is None:
            continue
        try:
            tests.append(parse(text))
        except ValueError:
            raise ApiError(failure(400, f"{name} was not in the correct format")) from None
    return [record for record in records if all(test(record) for test in tests)]
