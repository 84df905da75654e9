"""What people ask for: replay, route, resolve, dismiss. Each names what it did, or why it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain import transition
from chalicelib.domain.entry import OBSERVED, TOO_LONG, TOO_OLD, Held, Route
from chalicelib.domain.lifecycle import Status, commands_for, permits
from chalicelib.errors import UserError
from chalicelib.services import directory as directories
from chalicelib.services import sending
from chalicelib.services.judging import Judge

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory
    from chalicelib.domain.entry import Draft, Entry
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import Ports


def replay(key: str, *, anyway: bool, ports: Ports, routing: Routing) -> Entry:
    """Queue a held, refused or skipped entry again, by the routing file of now.

    A skipped one is a copy of work in the ledger, and one that amends another repeats it, so they need `anyway`.
    What is held for its age or length or because it was only observed goes through; what has no route stays held.
    Raises UserError with the reason.
    """
    entry = _read(key, ports=ports)
    if entry.status not in (Status.HELD, Status.REFUSED, Status.SKIPPED):
        raise _cannot("replayed", entry)
    if entry.status is Status.SKIPPED and not anyway:
        raise UserError(f"{key} is skipped: {entry.reason}; add --anyway to log it all the same")
    if entry.amends is not None and not anyway:
        raise UserError(f"{key} {entry.remark}: `tallyhook amend {key}`, or add --anyway to log it beside that")
    judge = Judge(ports=ports, routing=routing, max_age_ms=directories.DEFINITE_MS)
    where = _route(entry, judge)
    return _queue(entry, where, ports=ports, draft=_described(entry, judge))


def _route(entry: Entry, judge: Judge) -> Route:
    verdict = None if judge.is_blind else judge.verdict(entry.draft, received_at=entry.received_at)
    if isinstance(verdict, Route):
        return verdict
    if isinstance(verdict, Held):
        if verdict.code in (OBSERVED, TOO_LONG, TOO_OLD) and verdict.route is not None:
            return verdict.route
        raise UserError(f"{entry.key} has no route: {verdict.reason}")
    if entry.route is not None:
        return entry.route
    raise UserError(f"{entry.key} cannot be routed now: Noko does not answer")


def _described(entry: Entry, judge: Judge) -> Draft:
    if not judge.knows_tags(entry.draft):
        raise UserError(
            f"{entry.key} cannot be sent now: Noko does not answer, and which of its tags it has must be known"
        )
    return judge.described(entry.draft)


def route(key: str, *, project: str, person: str, ports: Ports, routing: Routing) -> Entry:
    """Give a held entry its route: `project` by name or id, `person` by e-mail or id. Raises UserError.

    A tag that is not to be created and that Noko does not have is logged as plain text.
    """
    entry = _read(key, ports=ports)
    if entry.status is not Status.HELD:
        raise _cannot("routed", entry)
    judge = Judge(ports=ports, routing=routing, max_age_ms=directories.DEFINITE_MS)
    if judge.directory is None:
        raise UserError("Noko does not answer, so nobody can be looked up")
    where = _named_route(judge.directory, project=project, person=person)
    return _queue(entry, where, ports=ports, draft=_described(entry, judge))


def _named_route(directory: Directory, *, project: str, person: str) -> Route:
    user = directory.user(int(person) if person.isascii() and person.isdecimal() else person)
    if user is None or not user.active:
        raise UserError(f"no active Noko user is {person!r}")
    projects = directory.projects_called(project)
    if len(projects) != 1:
        raise UserError(f"{len(projects) or 'no'} Noko projects are called {project!r}")
    if not projects[0].enabled:
        raise UserError(f"the project {project!r} is archived")
    return Route(projects[0].id, projects[0].name, user.id, user.email)


def resolve_as(key: str, *, noko_id: int, ports: Ports) -> Entry:
    """Say that an entry in need of attention is the Noko entry `noko_id`. Raises UserError if Noko has none such."""
    entry = _read(key, ports=ports)
    if entry.status is not Status.NEEDS_ATTENTION:
        raise _cannot("resolved", entry)
    found = ports.noko.entry(noko_id)
    if found is None:
        raise UserError(f"Noko has no entry {noko_id}")
    holder = ports.ledger.take_noko_id(noko_id, key)
    if holder != key:
        raise UserError(f"Noko entry {noko_id} belongs to {holder}")
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    return _swap(
        entry, transition.log(entry, now=now, stamp=stamp, noko_id=noko_id, minutes=found.minutes), ports=ports
    )


def resolve_again(key: str, *, ports: Ports, routing: Routing) -> Entry:
    """Say that an entry in need of attention is not in Noko, so that it is posted again."""
    entry = _read(key, ports=ports)
    if entry.status is not Status.NEEDS_ATTENTION:
        raise _cannot("resolved", entry)
    if entry.route is None:  # it was held when the table was restored, and is in Noko more than once
        raise UserError(f"{key} has no route to be posted by; say which entry in Noko it is")
    if entry.first_attempt_at is not None:
        return _queue(entry, entry.route, ports=ports)
    # it was held when the table was restored, so what it says was not decided yet
    judge = Judge(ports=ports, routing=routing, max_age_ms=directories.DEFINITE_MS)
    return _queue(entry, entry.route, ports=ports, draft=_described(entry, judge))


def dismiss(key: str, *, ports: Ports) -> Entry:
    """Give an entry up for good."""
    entry = _read(key, ports=ports)
    if not permits(entry.status, Status.DISMISSED):
        raise _cannot("dismissed", entry)
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    return _swap(entry, transition.dismiss(entry, now=now, stamp=stamp), ports=ports)


def _read(key: str, *, ports: Ports) -> Entry:
    entry = ports.ledger.entry(key)
    if entry is None:
        raise UserError(f"the ledger has no entry {key}")
    return entry


def _cannot(what: str, entry: Entry) -> UserError:
    ways = ", ".join(commands_for(entry.status)) or "nothing to do"
    return UserError(f"{entry.key} is {entry.status}, and cannot be {what}; what can be done: {ways}")


def _queue(entry: Entry, where: Route, *, ports: Ports, draft: Draft | None = None) -> Entry:
    """Queue an entry and send it while there is room; of many at once the tick sends the rest."""
    now, stamp = ports.clock.now(), ports.tokens.fresh()
    after = transition.queue(replace(entry, draft=draft or entry.draft), now=now, stamp=stamp, route=where)
    at_once = sending.has_room(ports=ports)
    if at_once:
        after = replace(after, sent_at=now, due_at=now + ports.intervals.resend_ms)
    queued = _swap(entry, after, ports=ports)
    if at_once:
        ports.queue.send_entries([entry.key])
    return queued


def _swap(before: Entry, after: Entry, *, ports: Ports) -> Entry:
    holds = ports.ledger.swap(before, after)
    if holds.stamp != after.stamp:
        raise UserError(f"{before.key} changed meanwhile: it is {holds.status} now; look again")
    ports.telemetry.event("person_moved", entry=after.key, was=before.status, status=after.status)
    return after
