"""Noko's objects as its answers hold them, read leniently: unknown fields are kept, optional ones may be null.

Shapes: https://developer.nokotime.com/v2/entries/, …/users/, …/projects/.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic resolves annotations when it builds the model
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.entry import MAX_NOKO_ID

NokoId = Annotated[int, Field(ge=1, le=MAX_NOKO_ID)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)


class NokoUser(_Lenient):
    """A person in the account. `state` is `disabled`, `pending`, `active` or `suspended`."""

    id: NokoId
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    state: str | None = None
    role: str | None = None


class NokoProject(_Lenient):
    """A project. `enabled` is false once it is archived; `billing_increment` is in minutes."""

    id: NokoId
    name: str | None = None
    enabled: bool | None = None
    billing_increment: int | None = None


class NokoEntry(_Lenient):
    """A time entry. `minutes` is what Noko made of ours: rounded up to the project's billing increment."""

    id: NokoId
    date: dt.date
    minutes: int | None = None
    user: NokoUser | None = None
    project: NokoProject | None = None
    description: str | None = None
    source_url: str | None = None
    approved_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
