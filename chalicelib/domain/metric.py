"""Which numbers are drawn from what is told: one table, from which logs, alarms, dashboard and docs are drawn.

Sixteen, because each is paid for by the month; those that only trouble gives a value cost nothing in an hour without
(https://aws.amazon.com/cloudwatch/pricing/). None has a dimension but the stack. What AWS counts by itself, such as
answers of the door by class of status, the age of messages, and errors of functions, is not counted again.

    attempts by outcome   created: EntriesLogged · refused: EntriesRefused · unknown: EntriesUncertain
                          throttled: RateLimited · unavailable: AttemptsUnavailable
                          and the number of values of SlotWait is that of attempts
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE = "Tallyhook"
DIMENSION = "Stack"


class Unit(StrEnum):
    """What a number counts, as CloudWatch calls it."""

    COUNT = "Count"
    SECONDS = "Seconds"
    MILLISECONDS = "Milliseconds"


@dataclass(frozen=True, slots=True)
class Source:
    """An event that gives a metric a value: that of `field`, or 1. Only where a field is what `where` says."""

    event: str
    where: tuple[str, str] | None = None
    field: str | None = None

    def value(self, fields: Mapping[str, object]) -> int | None:
        """Return the value that an event with these fields gives, None if it gives none."""
        if self.where is not None and str(fields.get(self.where[0])) != self.where[1]:
            return None
        found = 1 if self.field is None else fields.get(self.field)
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class Metric:
    """One number over time; `says` completes "it is …"."""

    name: str
    unit: Unit
    says: str
    sources: tuple[Source, ...]


METRICS = (
    Metric(
        "DeliveriesAccepted", Unit.COUNT, "deliveries stored, redeliveries left out", (Source("delivery_accepted"),)
    ),
    Metric(
        "SignaturesRefused",
        Unit.COUNT,
        "requests whose signature, secret or password is not ours",
        (Source("request_refused", ("status", "401")),),
    ),
    Metric(
        "EntriesOpened", Unit.COUNT, "entries put into the ledger, whatever their status", (Source("entry_opened"),)
    ),
    Metric(
        "EntriesHeld",
        Unit.COUNT,
        "entries that wait for a route, or a person's word, from the start",
        (Source("entry_opened", ("status", "held")),),
    ),
    Metric(
        "EntriesLogged",
        Unit.COUNT,
        "entries that Noko holds, created or found there",
        (Source("attempt", ("status", "logged")), Source("reconciled", ("status", "logged"))),
    ),
    Metric("EntriesRefused", Unit.COUNT, "entries that Noko said no to", (Source("attempt", ("status", "refused")),)),
    Metric(
        "EntriesUncertain",
        Unit.COUNT,
        "attempts of which nobody knows what they did",
        (Source("attempt", ("status", "uncertain")), Source("attempt_lost")),
    ),
    Metric(
        "AttemptsUnavailable",
        Unit.COUNT,
        "attempts that did not reach Noko",
        (Source("attempt", ("outcome", "unavailable")),),
    ),
    Metric(
        "RateLimited",
        Unit.COUNT,
        "answers 429 of Noko, whatever was asked; and times that the throttle's item held what we never write",
        (Source("noko_429"), Source("throttle_corrupt")),
    ),
    Metric(
        "SlotWait",
        Unit.MILLISECONDS,
        "how long an attempt waited for its slot",
        (Source("attempt", field="waited_ms"),),
    ),
    Metric(
        "OldestWaiting",
        Unit.SECONDS,
        "since when the oldest delivery is not opened, or the oldest queued entry not logged; no value when none waits",
        (
            Source("deliveries_wait", field="waiting_s"),
            Source("entries_wait", field="waiting_s"),
            Source("attempt", ("status", "queued"), "waiting_s"),
            Source("post_paused", field="waiting_s"),
        ),
    ),
    Metric(
        "OldestUncertain",
        Unit.SECONDS,
        "how long ago the oldest attempt was made that is still looked for in Noko; no value when there is none",
        (Source("entries_in_doubt", field="uncertain_s"),),
    ),
    Metric(
        "NeedsAttention",
        Unit.COUNT,
        "entries that need attention, counted once an hour, and 1 when one comes to; no value when there is none",
        (Source("attention_needed", field="entries"), Source("needs_attention"), Source("found_twice")),
    ),
    Metric(
        "Differences",
        Unit.COUNT,
        "what Noko, GitHub and the ledger do not agree about, or could not be asked about",
        (
            Source("audit_difference", field="count"),
            Source("audit_failed"),
            Source("restore_difference", field="count"),
            Source("other_integration", field="count"),
            Source("first_look_failed"),
            Source("delivery_given_up"),
            Source("catch_up_failed"),
        ),
    ),
    Metric(
        "ApprovalsMissed",
        Unit.COUNT,
        "runs of policies that failed, were passed over, or are overdue by more than an hour, counted each minute",
        (Source("approval_failed"), Source("approval_missed", field="count"), Source("approval_overdue")),
    ),
    Metric(
        "TokenRefused",
        Unit.COUNT,
        "times that Noko did not accept the token, once a minute as long as that lasts",
        (Source("paused", ("cause", "token_refused")),),
    ),
)

UNMEASURED = {
    "paused": "for an outage: what waits grows old, and OldestWaiting tells",
    "crashed": "AWS counts it as an error of the function, or as a 5xx of the door",
    "door_closed": "AWS counts it as a 5xx of the door",
    "routing_file_not_taken_over": "on AWS the file is part of the package, and checked when that is made",
    "password_too_short": "the form's page says so to whoever sets it up, and opens nothing",
    "feedback_failed": "nothing is lost: the entry and the note are in the ledger",
    "letter_given_up": "nothing is lost: what it told of is in the ledger",
}
"""Alarms that give no metric a value, and why they need none."""

_BY_EVENT: dict[str, list[tuple[Metric, Source]]] = {}
for _metric in METRICS:
    for _source in _metric.sources:
        _BY_EVENT.setdefault(_source.event, []).append((_metric, _source))


def measured(event: str, fields: Mapping[str, object]) -> dict[Metric, int]:
    """Return the values that an event gives, by metric."""
    values = ((metric, source.value(fields)) for metric, source in _BY_EVENT.get(event, ()))
    return {metric: value for metric, value in values if value is not None}
