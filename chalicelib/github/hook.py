"""Which of a repository's or an organisation's webhooks is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.github.models import Hook

OUR_PATH = "/webhooks/github"
"""How the address of our door ends."""


def our_hook(place: str, hooks: Sequence[Hook]) -> int:
    """Return the id of the one hook of a place that sends to a door like ours.

    Raises ConfigurationError if there is none, or several: then the routing file has to name the id.
    """
    ours = [hook.id for hook in hooks if _leads_to_us(hook.config.url)]
    if len(ours) == 1:
        return ours[0]
    if not ours:
        raise ConfigurationError(f"no webhook of {place} sends to an address that ends with {OUR_PATH}")
    ids = ", ".join(str(each) for each in ours)
    raise ConfigurationError(
        f"{len(ours)} webhooks of {place} send to addresses that end with {OUR_PATH}: write the `id` of the right one "
        f"into its [[hooks]] table, one of {ids}"
    )


def _leads_to_us(url: str | None) -> bool:
    try:
        return url is not None and urlsplit(url).path.rstrip("/").endswith(OUR_PATH)
    except ValueError:
        return False
