"""What comes from the queues: one message, one job."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.aws.queue import key_of
from chalicelib.handlers.invocation import contained, deadline
from chalicelib.services.opening import open_delivery
from chalicelib.services.posting import post, post_at_once
from chalicelib.services.telling import deliver

if TYPE_CHECKING:
    from chalice.app import SQSEvent

    from chalicelib.bootstrap import House
    from chalicelib.domain.entry import Entry
    from chalicelib.ports import Ports


def open_(event: SQSEvent, house: House) -> None:
    """Open each delivery named, and post an entry that is alone in one. Raises what could not be done."""
    with contained("open", event, house):
        for record in event:
            key, ends = key_of(record.body), deadline(event, house)
            with house.telemetry.about(delivery=key):
                ports = house.with_github
                post_alone = partial(_post_at_once, ports=ports, deadline=ends)
                open_delivery(key, ports=ports, routing=house.routing, deadline=ends, post=post_alone)


def _post_at_once(entry: Entry, *, ports: Ports, deadline: int) -> None:
    with ports.telemetry.about(entry=entry.key):
        post_at_once(entry, ports=ports, deadline=deadline)


def tell_(event: SQSEvent, house: House) -> None:
    """Deliver each letter named. Raises only what the ledger or the queue could not do."""
    with contained("tell", event, house):
        for record in event:
            key = key_of(record.body)
            with house.telemetry.about(letter=key):
                deliver(key, ports=house.stamped)


def post_(event: SQSEvent, house: House) -> None:
    """Post each entry named. Raises what could not be done, so that SQS brings it again."""
    with contained("post", event, house):
        for record in event:
            key = key_of(record.body)
            with house.telemetry.about(entry=key):
                post(key, ports=house.stamped, deadline=deadline(event, house))
