"""What is sent, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

USER_AGENT = f"Tallyhook/{__version__} (+https://github.com/tallyhook/tallyhook)"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `headers` may hold the token and are never printed."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case; `complete` is False when the body was cut."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing readable came back. `sent` tells whether a first byte had left; `stopped` that our guard spoke."""

    sent: bool
    reason: str
    stopped: bool = False


Result = Answer | Failure
