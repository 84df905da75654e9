"""Put what pydantic finds in words that fit the file: the key as written, its section, and a line to write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from chalicelib.domain.wording import closest, quoted
from chalicelib.routing_file.model import RoutingTables
from chalicelib.routing_file.problem import Finding, Path

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_WANTED = {
    "string_type": "a string",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "literal_error": "a string",
}
_BOUND = {
    "greater_than_equal": ("is less than {ge}", "write {ge} or more"),
    "less_than_equal": ("is more than {le}", "write {le} or less"),
    "too_long": ("has more than {max_length} entries", "keep {max_length} of them"),
    "too_short": ("is empty", "leave it out, or name at least one"),
    "string_too_short": ("is empty", "write a label of the form"),
}


def finding(error: ErrorDetails) -> Finding:
    """Return what one of pydantic's errors means to the author of the file."""
    path: Path = error["loc"]
    kind, given, facts = error["type"], error["input"], error.get("ctx", {})
    parent, key = path[:-1], _key(path)
    if kind == "extra_forbidden":
        return _unknown(path)
    if kind == "missing":
        right = f"add {_line(path)}"
        return Finding(path, f"{_section(parent)} has no {key}", right)
    subject = f"{key}{_inside(path)}"
    if kind == "routing":
        return Finding(path, f"{subject}: {facts['what']}", facts["right"])
    if kind in _BOUND:
        what, right = (text.format(**facts) for text in _BOUND[kind])
        return Finding(path, f"{subject} {what}", right)
    if _is_section(path):
        return Finding(path, f"{subject} {_misfit(given)}", f"write {_section(path)}")
    return Finding(path, f"{subject} is {_kind(given)}, not {_WANTED[kind]}", f"write {_line(path)}")


def _unknown(path: Path) -> Finding:
    *parent, key = path
    known = list(_model(tuple(parent)).model_fields)
    thing = "key" if parent else "section"
    near = closest(str(key), known)
    right = f"did you mean '{near}'?" if near else f"known {thing}s are {', '.join(known)}"
    return Finding(path, f"unknown {thing} '{_plain(str(key))}'{_inside(path)}", right)


def _model(path: Path) -> type[BaseModel]:
    """Return the model of the table that stands at `path`."""
    model: type[BaseModel] = RoutingTables
    for part in path:
        if isinstance(part, str):
            model = _table_in(model.model_fields[part].annotation) or model
    return model


def _table_in(annotation: Any) -> type[BaseModel] | None:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _field(path: Path) -> FieldInfo:
    *parent, key = _keys(path)
    return _model(tuple(parent)).model_fields[key]


def _keys(path: Path) -> list[str]:
    return [part for part in path if isinstance(part, str)]


def _key(path: Path) -> str:
    return _keys(path)[-1]


def _is_section(path: Path) -> bool:
    return _table_in(_field(path).annotation) is not None


def _section(path: Path) -> str:
    """Return the header under which the table at `path` stands, such as `[[people]]` or `[forms.fields]`."""
    name = ".".join(_keys(path))
    many = len(_keys(path)) == 1 and name != "defaults"
    return f"[[{name}]]" if many else f"[{name}]"


def _inside(path: Path) -> str:
    parent = _keys(path)[:-1]
    return f" in {_section(tuple(parent))}" if parent else ""


def _misfit(given: Any) -> str:
    """Say what is wrong with a value that stands for a section; `[people]` gives a table, `[[defaults]]` a list."""
    match given:
        case dict():
            return "has too few brackets"
        case list():
            return "has too many brackets"
        case _:
            return f"is {_kind(given)}, not a section"


def _line(path: Path) -> str:
    return f"{_key(path)} = {json.dumps(_field(path).examples[0], ensure_ascii=False)}"  # type: ignore[index]


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"the string {quoted(value)}"
        case int() | float():
            return f"the number {str(value)[:20]}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


def _plain(key: str) -> str:
    return quoted(key)[1:-1]
