"""What comes from the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.handlers.invocation import contained, deadline
from chalicelib.services.sweep import sweep

if TYPE_CHECKING:
    from chalice.app import CloudWatchEvent

    from chalicelib.bootstrap import House


def tick(event: CloudWatchEvent, house: House) -> None:
    """Sweep once."""
    with contained("tick", event, house):
        sweep(ports=house.with_github, routing=house.routing, deadline=deadline(event, house))
