"""Carry a run of approvals out: choose, send by portions, read back, and ask singly about what stayed open.

Noko answers a bulk call the same whatever it did, so only a list, or a single call, says what is approved. Every step
is written down under the run's stamp: whoever lost the run to somebody else learns it before the next portion.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.approval import Aside, Why
from chalicelib.domain.approval_record import Stage, User, to_text
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.errors import AuthenticationError, NokoError, Unavailable, UserError
from chalicelib.noko.account import Users
from chalicelib.noko.check import PORTION
from chalicelib.noko.entries import Entries
from chalicelib.noko.error_code import ErrorCode, codes
from chalicelib.noko.filter import EntryFilter
from chalicelib.services import run as runs
from chalicelib.services.choosing import candidate, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.domain.approval import Candidate
    from chalicelib.domain.approval_record import Record
    from chalicelib.domain.routing_table import Approval
    from chalicelib.domain.run import Run
    from chalicelib.ports import Ports

    Watch = Callable[[int], None]
    """Told how many more are dealt with."""

LOOKS = 3
"""How many lists are asked for before entries that stay open are asked about one by one."""
FEW = 20
"""So many are asked about at once: a list that is behind a little would otherwise cost a call for each entry."""
KEEP_EVERY = 10
"""How many single answers are written down at once."""
BY_HAND_MS = 180_000
"""How long a person's run holds its lease after each step."""

_REASONS = {
    ErrorCode.ARCHIVED_PROJECT: Why.ARCHIVED_PROJECT,
    ErrorCode.INSUFFICENT_PERMISSIONS: Why.NOT_PERMITTED,
}
_MAY_NOT = frozenset({"leader", "coworker", "contractor"})
"""The roles that Noko lets approve nothing (http://help.nokotime.com/article/86-setting-permissions)."""


class NotPermitted(AuthenticationError):
    """The token's owner may not approve; nothing was done."""


class OutOfTime(Unavailable):
    """The invocation ends; the run goes on in the next one."""


def approver(*, ports: Ports) -> User:
    """Ask whose token it is; raises NotPermitted where Noko lets that person approve nothing."""
    user = Users(ports.noko).current()
    email = user.email or str(user.id)
    if user.role in _MAY_NOT:
        raise NotPermitted(f"the token is that of {email}, a {user.role}, and only supervisors approve entries")
    return User(user.id, email)


def marked(record: Record, *, ports: Ports) -> list[Candidate]:
    """List the entries of a run that carry its mark in Noko.

    Days are widened by one at both ends, whatever zone Noko counts them in.
    """
    day, wide = dt.datetime.fromtimestamp(record.approved_at / 1000, dt.UTC).date(), dt.timedelta(days=1)
    wanted = EntryFilter(
        approved_at_from=day - wide,
        approved_at_to=day + wide,
        approved_by_ids=tuple(user.id for user in record.users),
    )
    chosen = set(record.chosen)
    listed = {each.noko_id: each for each in map(candidate, ports.noko.each_entry(wanted))}
    return [each for each in listed.values() if each.noko_id in chosen and record.is_mine(each)]


class Approving:
    """One run, held by this process. `policy` is None where only what was chosen is to be seen through.

    Without a `deadline` (ms) it goes on to the end, and waits where it has to.
    """

    def __init__(
        self,
        run: Run,
        record: Record,
        policy: Approval | None,
        *,
        ports: Ports,
        timezone: str,
        deadline: int | None = None,
        watch: Watch = lambda _: None,
    ) -> None:
        self.run = run
        self.record = record
        self._policy = policy
        self._ports = ports
        self._timezone = timezone
        self._deadline = deadline
        self._watch = watch
        self._entries = Entries(ports.noko)

    def go_on(self) -> None:
        """Go on until the record is done.

        Raises OutOfTime, NotPermitted, and what the questions raise; what was learned by then is in the record. A
        definite no to a portion stops the sending, and is in the record, too.
        """
        self._identify()
        while not self._is_done():
            self._check_time()
            self._step()
            if not self._is_done():  # the end is written down when the run is finished
                self._keep()

    def _is_done(self) -> bool:
        return self.record.stage is Stage.DONE

    def _step(self) -> None:
        match self.record.stage:
            case Stage.CHOOSING:
                self._choose()
            case Stage.SENDING:
                self._send()
            case Stage.READING:
                self._read_back()
            case Stage.DONE:
                pass
            case _:
                assert_never(self.record.stage)

    def _identify(self) -> None:
        """Note in whose name it goes on; another token, since the last time, may be another user's."""
        try:
            self.record = self.record.add_user(approver(ports=self._ports))
        except NotPermitted as error:
            if self.record.stage is Stage.CHOOSING:
                raise
            self.record = replace(self.record, stage=Stage.READING, stopped=str(error))

    def _keep(self) -> None:
        lease = self._ports.clock.now() + BY_HAND_MS if self._deadline is None else self.run.lease_until
        self.run = runs.keep(self.run, to_text(self.record), lease_until=lease, ports=self._ports)

    def _check_time(self) -> None:
        if self._deadline is not None and self._ports.clock.now() > self._deadline - MIN_REMAINING_MS:
            raise OutOfTime("the time of this invocation is over")

    def _choose(self) -> None:
        if self._policy is None:
            raise UserError("the routing file has no such policy any more, and the run had not chosen its entries yet")
        self.record, _ = choose(
            self.record, self._policy, timezone=self._timezone, ports=self._ports, deadline=self._deadline
        )

    def _send(self) -> None:
        """Send one portion, or go over to reading."""
        record = self.record
        portion = record.chosen[record.sent : record.sent + PORTION]
        if not portion:
            self.record = replace(record, stage=Stage.READING)
            return
        try:
            for _ in self._ports.noko.approve(portion, approved_at=record.approved_at):
                pass
        except NokoError as error:
            if not record.sent and self.run.tries == 1:  # else a portion may have been sent by whoever had it before
                raise _definite(error) from None
            self.record = replace(record, stage=Stage.READING, stopped=str(error))
            return
        self.record = replace(record, sent=record.sent + len(portion))
        self._watch(len(portion))

    def _read_back(self) -> None:
        """Find out what is approved; then, of what is not, why."""
        self._note(marked(self.record, ports=self._ports) if self.record.chosen else [])
        known = {*self.record.approved, *(each.noko_id for each in self.record.aside)}
        left = [noko_id for noko_id in self.record.chosen if noko_id not in known]
        if self.record.stopped is not None:
            stopped = self.record.stopped
            self.record = self.record.set_aside(Aside(noko_id, Why.REFUSED, stopped) for noko_id in left)
        elif len(left) > FEW and self.record.looks < LOOKS:
            self._wait()
            return
        else:
            self._ask(left)
        self.record = replace(self.record, stage=Stage.DONE)

    def _wait(self) -> None:
        """Look again later: nothing promises that a list shows at once what was done."""
        self.record = replace(self.record, looks=self.record.looks + 1)
        if self._deadline is None:
            self._ports.clock.sleep_until(self._ports.clock.now() + self._ports.intervals.second_look_ms)
        else:
            raise OutOfTime(f"look {self.record.looks} did not show all that was approved yet")

    def _note(self, approved: Iterable[Candidate]) -> None:
        """Write down what is approved by this run, and up to when Noko shows a change on it."""
        seen = {each.noko_id: each for each in approved}
        known = {*self.record.approved, *seen}
        changes = (self.record.read_back, *(each.updated_at for each in seen.values()))
        last = max((change for change in changes if change is not None), default=None)
        ids = tuple(noko_id for noko_id in self.record.chosen if noko_id in known)
        self.record = replace(self.record, approved=ids, read_back=last)

    def _ask(self, left: list[int]) -> None:
        """Approve what stayed open one by one: the answer says why not."""
        for number, noko_id in enumerate(left, 1):
            self._check_time()
            found = self._approve(noko_id)
            if isinstance(found, Aside):
                self.record = self.record.set_aside([found])
            else:
                self._note([found])
            if number % KEEP_EVERY == 0:
                self._keep()

    def _approve(self, noko_id: int) -> Candidate | Aside:
        try:
            self._entries.approve(noko_id, approved_at=self.record.approved_at)
        except NokoError as error:
            if error.status == 404:
                return Aside(noko_id, Why.GONE, "Noko has it no longer")
            said = codes(error.status, error.message, error.errors)
            if ErrorCode.ALREADY_APPROVED not in said:
                why = next((_REASONS[code] for code in said if code in _REASONS), Why.REFUSED)
                return Aside(noko_id, why, str(error))
        return self._looked_at(noko_id)

    def _looked_at(self, noko_id: int) -> Candidate | Aside:
        entry = self._ports.noko.entry(noko_id)
        if entry is None:
            return Aside(noko_id, Why.GONE, "Noko has it no longer")
        found = candidate(entry)
        if self.record.is_mine(found):
            return found
        if found.is_approved:
            return Aside(noko_id, Why.APPROVED_ELSEWHERE, "somebody else approved it meanwhile")
        return Aside(noko_id, Why.REFUSED, "Noko took the approval, and does not show it")


def _definite(error: NokoError) -> NokoError | NotPermitted:
    said = codes(error.status, error.message, error.errors)
    return NotPermitted(str(error), request=error.request) if ErrorCode.INSUFFICENT_PERMISSIONS in said else error
