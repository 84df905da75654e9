"""What comes from the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.handlers.invocation import contained, deadline

if TYPE_CHECKING:
    from chalice.app import CloudWatchEvent

    from chalicelib.bootstrap import House


def tick(event: CloudWatchEvent, house: House) -> None:
    """Sweep once."""
    from chalicelib.services.sweep import sweep  # noqa: PLC0415 - four functions of five never sweep

    with contained("tick", event, house):
        sweep(ports=house.with_github, routing=house.routing, deadline=deadline(event, house))
