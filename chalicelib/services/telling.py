"""Tell people: letters go into the ledger, then through a queue of their own, and are tried for three days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain import letter as letters
from chalicelib.domain.run import Run
from chalicelib.errors import ConfigurationError, StoreUnavailable
from chalicelib.services import run as runs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.letter import Letter
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports

KIND = "letter"
LEASE_MS = 45_000
"""Longer than one try takes: ten seconds for the request, and some for the ledger."""
RESEND_MS = 30 * 60_000
"""A letter that nobody tried for so long has lost its message: the tick sends another."""


def post(written: Iterable[Letter], *, ports: Ports) -> None:
    """Keep letters, each once by its id, and ask for them to be delivered. Raises StoreUnavailable.

    A crash in between loses nothing: whoever comes again writes the same ids, and the tick finds what has no message.
    """
    for letter in written:
        now, stamp = ports.clock.now(), ports.tokens.fresh()
        new = Run(KIND, letter.id, started_at=now, lease_until=now, stamp=stamp, body=letters.to_text(letter, 0))
        if ports.ledger.put_run(new).stamp == stamp:
            ports.queue.send_letter(letter.id)


def deliver(letter_id: str, *, ports: Ports) -> None:
    """Try a letter once. What fails is sent again later, for three days; then an alarm says that it is given up."""
    run = runs.claim(KIND, letter_id, lease_until=ports.clock.now() + LEASE_MS, ports=ports)
    if run is None:
        return
    letter, tries = letters.from_text(run.body)
    reason = _try(letter, ports=ports)
    if reason is None:
        runs.finish(run, letters.to_text(letter, tries + 1), ports=ports)
        ports.telemetry.event("letter_delivered", letter=letter.id, tries=tries + 1)
        return
    body = letters.to_text(letter, tries + 1)
    if ports.clock.now() - letter.at >= letters.GIVE_UP_AFTER_MS:
        ports.telemetry.alarm("letter_given_up", letter=letter.id, tries=tries + 1, reason=reason)
        runs.finish(run, body, ports=ports)
        return
    ports.telemetry.event("letter_postponed", letter=letter.id, tries=tries + 1, reason=reason)
    runs.let_go(run, body, ports=ports)
    ports.queue.send_letter(letter.id, delay_s=letters.delay_s(tries + 1))


def resend(*, ports: Ports, routing: Routing) -> None:
    """Ask again for letters that have waited for too long: their message is lost, or a try crashed.

    Costs nothing where the routing file has nobody told anything. Looks back further than letters are tried for, so
    that after a long standstill they are given up with an alarm, not forgotten.
    """
    if routing.digest is None and not any(policy.notify for policy in routing.approvals):
        return
    now = ports.clock.now()
    for run in ports.ledger.runs(KIND, since=now - 2 * letters.GIVE_UP_AFTER_MS, until=now - RESEND_MS):
        if run.finished_at is None and run.lease_until <= now - RESEND_MS:
            ports.queue.send_letter(run.key)


def _try(letter: Letter, *, ports: Ports) -> str | None:
    """Send a letter; return None if it arrived, else why not."""
    try:
        url = ports.secrets.address(letter.address)
        envelope = letters.sealed(letter, url, secrets=ports.secrets.notify(), now=ports.clock.now())
    except (ConfigurationError, StoreUnavailable) as error:
        return str(error)
    if envelope is None:
        return "no secret to sign it with: set NOTIFY_SECRETS to one such as whsec_…, of at least 24 bytes in base64"
    return "nobody carries letters here" if ports.messenger is None else ports.messenger.carry(url, envelope)
