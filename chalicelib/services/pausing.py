"""Stop asking Noko while it is away or does not accept the token: one probe a minute, no posting, nothing used up."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.throttle import OUTAGE_STREAK, Health
from chalicelib.errors import AuthenticationError, ConfigurationError, NokoError, Unavailable

if TYPE_CHECKING:
    from chalicelib.domain.throttle import Slot
    from chalicelib.ports import Ports, Secrets, Telemetry, Throttle


def learn(health: Health, slot: Slot, *, throttle: Throttle, secrets: Secrets, telemetry: Telemetry, now: int) -> None:
    """Draw the conclusion from one exchange: count an outage, end a streak, or pause.

    Costs no call while all is well: the slot brings along whether there is a streak to end.
    """
    match health:
        case Health.CONTACT:
            if slot.streak:
                throttle.record_contact()
        case Health.OUTAGE:
            if throttle.record_outage() >= OUTAGE_STREAK:
                pause("Noko could not be reached", health, throttle=throttle, telemetry=telemetry, now=now)
        case Health.TOKEN_REFUSED:
            secrets.forget_noko_token()
            pause("Noko does not accept the token", health, throttle=throttle, telemetry=telemetry, now=now)
        case Health.SILENT:
            pass
        case _:
            assert_never(health)


def pause(reason: str, cause: Health, *, throttle: Throttle, telemetry: Telemetry, now: int) -> None:
    """Suspend everything but probes, and say so."""
    throttle.pause(reason, now=now)
    telemetry.alarm("paused", reason=reason, cause=cause)


def probe(*, ports: Ports) -> bool:
    """Ask once whether Noko is back; end the pause if so, and tell."""
    try:
        ports.noko.current_user()
    except (Unavailable, AuthenticationError, NokoError, ConfigurationError) as error:
        ports.telemetry.event("probe_failed", error=type(error).__name__)
        return False
    ports.throttle.resume(now=ports.clock.now())
    ports.telemetry.event("resumed")
    return True


def token_works(*, ports: Ports) -> bool:
    """Find out after a 403 whether it is the token's fault; pause unless Noko says that the token is fine."""
    try:
        ports.noko.current_user()
    except (Unavailable, AuthenticationError, NokoError, ConfigurationError):
        reason = "Noko answered 403, and does not confirm that the token works"
        now = ports.clock.now()
        pause(reason, Health.TOKEN_REFUSED, throttle=ports.throttle, telemetry=ports.telemetry, now=now)
        return False
    return True
