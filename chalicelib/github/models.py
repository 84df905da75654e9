"""GitHub's objects as its answers hold them, read leniently: unknown fields are ignored, optional ones may be null.

Shapes: https://docs.github.com/en/rest/repos/webhooks, …/orgs/webhooks, …/commits/commits, …/commits/comments.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic resolves annotations when it builds the model
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Lenient(BaseModel):
    """Whatever else an answer holds is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class HookConfig(Lenient):
    """Where a hook sends to."""

    url: str | None = None


class Hook(Lenient):
    """A webhook of a repository or an organisation."""

    id: int
    active: bool = True
    events: list[str] = []
    config: HookConfig = HookConfig()


class HookDelivery(Lenient):
    """One attempt of a hook's at handing an event over. A redelivery has an `id` of its own and the same `guid`.

    `status_code` is 0, or another number that is no HTTP status, when nobody answered.
    """

    id: int
    guid: str
    delivered_at: dt.datetime
    redelivery: bool = False
    status: str = ""
    status_code: int = 0
    event: str = ""
    repository_id: int | None = None

    @property
    def succeeded(self) -> bool:
        """Tell whether somebody took the event in."""
        return 200 <= self.status_code < 300


class HookRequest(Lenient):
    """What an attempt sent. `payload` is None where GitHub shows it no more."""

    payload: dict[str, Any] | None = Field(None, repr=False)


class HookDeliveryDetail(HookDelivery):
    """An attempt with what it sent."""

    request: HookRequest = HookRequest()


class CommitComment(Lenient):
    """A comment on a commit."""

    id: int
    body: str | None = None
