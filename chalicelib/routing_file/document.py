"""Read a routing file: text in, the domain's values out, or everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from chalicelib.domain.routing_table import (
    Approval,
    DateFrom,
    Defaults,
    Digest,
    Feedback,
    Form,
    Hook,
    LogOn,
    Mode,
    NewTags,
    Person,
    Repository,
    Routing,
)
from chalicelib.routing_file.complaint import finding
from chalicelib.routing_file.conflict import conflicts
from chalicelib.routing_file.model import FormTable, RoutingTables
from chalicelib.routing_file.position import positions
from chalicelib.routing_file.problem import Finding, Path, Problem, RoutingFileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

_PLACE = re.compile(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)$")
_MENDS = {
    "Invalid value": 'put words in quotes, as in project = "Internal"',
    "Expected '=' after a key": "write key = value",
    "Illegal character '\\n'": "close the quotes on the line that opens them",
    "Unclosed array": "close the list with ]",
    "Cannot overwrite a value": "write each key once in its section",
    "Cannot declare": "write each [section] once, and [[people]] and the like in double brackets",
}
_CHOICES: dict[str, type[StrEnum]] = {
    "mode": Mode,
    "log_on": LogOn,
    "date_from": DateFrom,
    "feedback": Feedback,
    "new_tags": NewTags,
}
"""The keys whose words are the domain's own, wherever they stand."""
_BYTE_ORDER_MARK = "\ufeff"


def load(text: str, *, name: str) -> Routing:
    """Read the text of a routing file; `name` is what problems call it, such as `routing.toml`.

    Raises `RoutingFileError` with all problems at once; only a file that is not TOML tells just the first.
    Whether Noko has the projects and people that it names is not looked at.
    """
    text = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RoutingFileError(name, (_not_toml(error, text),)) from error
    found = conflicts(document)
    try:
        tables = RoutingTables.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False)
        found = [*map(finding, details), *found]
        raise RoutingFileError(name, _located(found, text)) from error
    if found:
        raise RoutingFileError(name, _located(found, text))
    return _routing(tables)


def _not_toml(error: Exception, text: str) -> Problem:
    """Return the problem in what `tomllib` says, whose words end with the place.

    A number too long for Python and a nesting too deep for it come without a place.
    """
    if isinstance(error, RecursionError):
        return Problem(1, None, "this is nested too deeply", "no key needs more than a list in a table")
    message = str(error)
    place = _PLACE.search(message)
    what = f"this is not TOML: {_PLACE.sub('', message)}"
    mends = (mend for start, mend in _MENDS.items() if message.startswith(start))
    right = next(mends, "see https://toml.io/en/v1.0.0")
    if place is None:
        return Problem(1, None, what, right)
    if place[1] is None:
        return Problem(text.count("\n", 0, len(text.rstrip())) + 1, None, what, right)
    return Problem(int(place[1]), int(place[2]), what, right)


def _located(found: Iterable[Finding], text: str) -> tuple[Problem, ...]:
    places = positions(text)
    problems = []
    for each in found:
        line, column = _place(each.path, places)
        right = each.right
        if each.earlier is not None:
            right += f" (the other is in line {_place(each.earlier, places)[0]})"
        problems.append(Problem(line, column, each.what, right))
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _place(path: Path, places: dict[Path, tuple[int, int]]) -> tuple[int, int]:
    """Return where `path` is written, or for a key that is missing the table that lacks it."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, (1, 1))


def _routing(tables: RoutingTables) -> Routing:
    return Routing(
        defaults=Defaults(**_frozen(tables.defaults)),
        repositories=tuple(Repository(**_frozen(table)) for table in tables.repositories),
        people=tuple(Person(**_frozen(table)) for table in tables.people),
        forms=tuple(_form(table) for table in tables.forms),
        approvals=tuple(Approval(**_frozen(table)) for table in tables.approvals),
        hooks=tuple(Hook(table.repository or table.organisation or "", table.id) for table in tables.hooks),
        digest=Digest(**_frozen(tables.digest)) if tables.digest else None,
    )


def _form(table: FormTable) -> Form:
    labels = table.fields.model_dump(exclude_none=True)
    return Form(**{**_frozen(table), "fields": tuple(labels.items())})


def _frozen(table: Any) -> dict[str, Any]:
    return {key: _value(key, value) for key, value in table}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value if value is None or key not in _CHOICES else _CHOICES[key](value)
