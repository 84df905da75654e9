"""The body of a call, field by field: what each must look like, and the list of those that do not.

The codes `invalid` and `too_long` are made up: for a malformed field Noko documents no more than the status 400
(https://developer.nokotime.com/v2/, "Client Errors"). A field that is null counts as not given.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard

from devstack.sandbox.instant import read_date, read_stamp
from devstack.wire.message import ApiError, failure

if TYPE_CHECKING:
    import datetime as dt

MAX_ID = 2_147_483_647
Fields = dict[str, Any]


def read_body(body: bytes, *, optional: bool = False) -> Fields:
    """Read a JSON object, an `optional` one also from no body at all; raises ApiError with Noko's own words."""

    def refuse_constant(name: str) -> NoReturn:
        raise ValueError(name)

    if optional and not body:
        return {}
    try:
        fields = json.loads(body, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(failure(400, "JSON Parsing Error")) from None
    if not isinstance(fields, dict):
        raise ApiError(failure(400, "Body should be JSON Hash"))
    return fields


def is_id(value: object) -> TypeGuard[int]:
    """Tell whether a value is of an id's form: 4 bytes, above 0."""
    return type(value) is int and 1 <= value <= MAX_ID


class Findings:
    """Collect what is wrong with the fields of one resource, so that all of it is said at once."""

    def __init__(self, resource: str) -> None:
        self._resource = resource
        self._errors: list[dict[str, str]] = []

    def add(self, field: str, code: str) -> None:
        """Note that a field is wrong."""
        self._errors.append({"resource": self._resource, "field": field, "code": code})

    def settle(self, message: str = "Validation Failed", status: int = 400) -> None:
        """Raise ApiError with everything that was noted, if anything was."""
        if self._errors:
            raise ApiError(failure(status, message, self._errors))

    def date(self, fields: Fields, *, required: bool) -> dt.date | None:
        """Read `date`."""
        value = fields.get("date")
        if value is None:
            if required:
                self.add("date", "missing_field")
            return None
        try:
            return read_date(value)
        except (TypeError, ValueError):
            self.add("date", "invalid")
            return None

    def stamp(self, fields: Fields, field: str) -> int | None:
        """Read a timestamp as an instant."""
        value = fields.get(field)
        if value is None:
            return None
        try:
            return read_stamp(value)
        except (TypeError, ValueError):
            self.add(field, "invalid")
            return None

    def minutes(self, fields: Fields, *, required: bool) -> int:
        """Read `minutes`; 0 when they are not given."""
        value = fields.get("minutes")
        if value is None:
            if required:
                self.add("minutes", "missing_field")
        elif type(value) is not int or not 0 <= value <= MAX_ID:
            self.add("minutes", "invalid")
        else:
            return value
        return 0

    def text(self, fields: Fields, field: str, limit: int | None = None) -> str | None:
        """Read a text of at most `limit` characters; a blank one is None."""
        value = fields.get(field)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.add(field, "invalid")
            return None
        if limit is not None and len(value) > limit:
            self.add(field, "too_long")
        return value

    def ids(self, fields: Fields, field: str, limit: int | None = None) -> list[int]:
        """Read a required list of at most `limit` ids; each is returned once."""
        value = fields.get(field)
        if value is None:
            self.add(field, "missing_field")
        elif not isinstance(value, list) or not all(map(is_id, value)):
            self.add(field, "invalid")
        elif limit is not None and len(value) > limit:
            self.add(field, "too_long")
        else:
            return list(dict.fromkeys(value))
        return []
