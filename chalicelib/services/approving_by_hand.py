"""Runs of approvals by hand: plan, begin, and take on one that was broken off."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chalicelib.domain.approval_record import from_text, key_of, to_text
from chalicelib.domain.run import Run
from chalicelib.domain.throttle import RESTORING
from chalicelib.errors import ConfigurationError, NokoError, Paused, UserError
from chalicelib.services import run as runs
from chalicelib.services.approvals import KIND, end, fresh
from chalicelib.services.approving import BY_HAND_MS, Approving, NotPermitted, approver
from chalicelib.services.choosing import choose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.approval import Candidate
    from chalicelib.domain.approval_record import Record
    from chalicelib.domain.routing_table import Approval, Routing
    from chalicelib.ports import Ports
    from chalicelib.services.approving import Watch


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run by hand would do, as its record holds it, and the entries that it means as Noko lists them."""

    record: Record
    entries: tuple[Candidate, ...]


def policy_called(name: str, routing: Routing) -> Approval:
    """Find a policy; raises ConfigurationError with the names that there are."""
    for policy in routing.approvals:
        if policy.name == name:
            return policy
    known = ", ".join(policy.name for policy in routing.approvals) or "none at all"
    raise ConfigurationError(f"the routing file has no policy {name!r}; it has {known}")


def plan(policy: Approval, *, ports: Ports, routing: Routing) -> Plan:
    """Choose as a run of this moment would. Changes nothing. Raises NotPermitted, Paused, and what questions raise."""
    check_open(ports=ports)
    now = ports.clock.now()
    record = fresh(policy, now, now=now, by_hand=True).add_user(approver(ports=ports))
    record, entries = choose(record, policy, timezone=routing.defaults.timezone, ports=ports)
    return Plan(record, tuple(entries))


def check_open(*, ports: Ports) -> None:
    """Raise Paused unless approvals may be changed now."""
    state = ports.throttle.state()
    if state.is_closed:
        raise Paused(RESTORING if state.restored_to is not None else state.pause_reason or "calls to Noko are paused")


@contextmanager
def begun(made: Plan, policy: Approval, *, ports: Ports, watch: Watch) -> Iterator[Approving]:
    """Begin a run by hand, and hand it out to be gone on with; left undone, it is let go for whoever resumes it."""
    now, stamp, record = ports.clock.now(), ports.tokens.fresh(), made.record
    key = key_of(record.policy, record.at, by_hand=True)
    run = Run(KIND, key, started_at=now, lease_until=now + BY_HAND_MS, stamp=stamp, body=to_text(record))
    if ports.ledger.put_run(run).stamp != stamp:
        raise UserError(f"there is a run {key} already: try again in a second")
    work = Approving(run, record, None, ports=ports, timezone="", watch=watch)
    with _released(work, notify=policy.notify, ports=ports):
        yield work


@contextmanager
def resumed(key: str, *, ports: Ports, routing: Routing, watch: Watch) -> Iterator[Approving]:
    """Take a run on that was not ended, and hand it out. Raises UserError where there is none, or somebody has it."""
    check_open(ports=ports)
    held = run_called(key, ports=ports)
    if not held.body:
        raise UserError(f"the run {key} has not begun: the next tick begins it")
    if held.finished_at is not None:
        raise UserError(f"the run {key} has ended: `tallyhook approvals run {key}` tells how")
    run = runs.claim(KIND, key, lease_until=ports.clock.now() + BY_HAND_MS, ports=ports)
    if run is None:
        raise UserError(f"somebody else works on the run {key}: try again in a few minutes")
    record = from_text(run.body)
    policy = next((each for each in routing.approvals if each.name == record.policy), None)
    work = Approving(run, record, policy, ports=ports, timezone=routing.defaults.timezone, watch=watch)
    with _released(work, notify=policy.notify if policy else (), ports=ports):
        yield work


def run_called(key: str, *, ports: Ports) -> Run:
    """Read a run; raises UserError if there is none."""
    run = ports.ledger.run(KIND, key)
    if run is None:
        raise UserError(f"there is no run {key}; `tallyhook approvals runs` lists them")
    return run


@contextmanager
def _released(work: Approving, *, notify: Sequence[str], ports: Ports) -> Iterator[Approving]:
    try:
        yield work
    except (NotPermitted, NokoError) as error:
        end(replace(work.record, failed=str(error)), work.run, notify=notify, ports=ports)
        raise
    except BaseException:
        runs.let_go(work.run, to_text(work.record), ports=ports)
        raise
    end(work.record, work.run, notify=notify, ports=ports)
