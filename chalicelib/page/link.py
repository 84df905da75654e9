"""Signed links: whoever holds one logs time for the person that is bound into it, until it expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import NotAuthentic
from chalicelib.page.seal import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DAYS = 366


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says. `person` is an e-mail; empty where the routing file names the form's person. Times in ms."""

    person: str
    expires_at: int


def link_key(link: Link, *, form: str, secret: str) -> str:
    """Return the value of `?key=`."""
    return seal((link.person, str(link.expires_at)), purpose=f"link {form}", secret=secret)


def read_link(key: str, *, form: str, secrets: Sequence[str], now: int) -> Link:
    """Return what an authentic key says; raise NotAuthentic for any other, and for one that has expired."""
    fields = unseal(key, purpose=f"link {form}", secrets=secrets)
    if fields is None:
        raise NotAuthentic("this link is not one of ours: part of it may be missing, or it was withdrawn")
    person, expires_at = fields
    if int(expires_at) <= now:
        raise NotAuthentic("this link has expired; ask whoever gave it to you for a new one")
    return Link(person, int(expires_at))
