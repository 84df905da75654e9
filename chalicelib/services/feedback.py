"""Tell the author of a commit that its time was not logged, and why: off unless the routing file switches it on.

The opening only notes which commits are to be spoken of; the tick speaks, when everything else is done. A commit is
spoken of once: its run says so, and where an answer was lost, the marker in the comment does. A status may be put
twice, which nobody sees.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.domain.entry import FORM, commit_key
from chalicelib.domain.interval import LEASE_MARGIN_MS, MIN_REMAINING_MS
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.person import UNMAPPED_PERSON
from chalicelib.domain.repository_rule import logs_branch, repository_rule
from chalicelib.domain.routing_table import Feedback, Mode
from chalicelib.domain.run import Run
from chalicelib.errors import AuthenticationError, GitHubError, GitHubUnavailable, told
from chalicelib.github import remark
from chalicelib.github.remark import Remark
from chalicelib.services import run as runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.repository_rule import RepositoryRule
    from chalicelib.domain.routing_table import Routing
    from chalicelib.ports import GitHub, Ports, StoredDelivery

KIND = "feedback"
REACH_MS = 86_400_000
"""A word that comes more than a day late helps nobody."""
MAX_COMMITS = 20
"""So many commits of one delivery are spoken of: whoever pushes a hundred wrong ones has understood by then."""
MAX_LOOKED_AT = 200
"""So many drafts of one delivery are looked at."""


def want(stored: StoredDelivery, *, ports: Ports, routing: Routing) -> None:
    """Note which commits of a delivery, just opened, are to be spoken of. Harmless twice.

    Costs nothing where feedback is off; else a read for each draft and a write for each commit to be spoken of.
    """
    delivery = stored.delivery
    if delivery.repository is None or not _is_wanted(repository_rule(routing, delivery.repository), delivery.branch):
        return
    for number, sha in enumerate(_concerned(stored, ports=ports)):
        if number == MAX_COMMITS:
            return
        now = ports.clock.now()
        body = json.dumps({"repository": delivery.repository})
        ports.ledger.put_run(Run(KIND, sha, started_at=now, lease_until=now, stamp=ports.tokens.fresh(), body=body))


def give_feedback(*, ports: Ports, routing: Routing, deadline: int) -> None:
    """Speak of the commits that wait for it, as long as there is time before `deadline` (ms).

    Costs nothing without a token or where feedback is off everywhere. Raises StoreUnavailable.
    """
    modes = (routing.defaults.feedback, *(table.feedback for table in routing.repositories))
    if ports.github is None or all(mode in {None, Feedback.OFF} for mode in modes):
        return
    now = ports.clock.now()
    for waiting in ports.ledger.runs(KIND, since=now - REACH_MS, until=now):
        if waiting.finished_at is not None:
            continue
        if ports.clock.now() > deadline - MIN_REMAINING_MS:
            return
        run = runs.claim(KIND, waiting.key, lease_until=deadline + LEASE_MARGIN_MS, ports=ports)
        if run is not None and not _speak(run, ports.github, ports=ports, routing=routing):
            return


def _is_wanted(rule: RepositoryRule, branch: str | None) -> bool:
    """Tell whether anybody is spoken to: what is not logged anyway, or only observed, needs no word."""
    speaks = rule.feedback is not Feedback.OFF and rule.mode is not Mode.OBSERVE
    return speaks and (branch is None or logs_branch(rule, branch))


def _concerned(stored: StoredDelivery, *, ports: Ports) -> Iterator[str]:
    for note in stored.delivery.notes:
        if note.kind == "malformed" and not note.subject.startswith(FORM):
            yield note.subject
    for draft in stored.delivery.drafts[:MAX_LOOKED_AT]:
        sha = draft.key.rpartition(":")[2]
        if _remark(sha, ports=ports) is not None:
            yield sha


def _speak(run: Run, github: GitHub, *, ports: Ports, routing: Routing) -> bool:
    """Speak of one commit; return whether GitHub can be asked for more."""
    repository = json.loads(run.body)["repository"]
    said = "nothing: its time is logged by now, or feedback is off"
    try:
        what, mode = _remark(run.key, ports=ports), repository_rule(routing, repository).feedback
        if what is not None and mode is Feedback.STATUS:
            text = remark.description(what)
            github.set_status(repository, run.key, state=remark.STATE, context=remark.CONTEXT, description=text)
            said = "a status"
        elif what is not None and mode is Feedback.COMMENT:
            mark = remark.marker(run.key)
            if not any(mark in (comment.body or "") for comment in github.comments(repository, run.key)):
                github.comment(repository, run.key, remark.comment(what, run.key))
            said = "a comment"
    except (GitHubUnavailable, AuthenticationError) as error:
        runs.let_go(run, run.body, ports=ports)
        ports.telemetry.event("feedback_postponed", commit=run.key, **told(error))
        return False
    except GitHubError as error:
        ports.telemetry.alarm("feedback_failed", commit=run.key, status=error.status, detail=str(error))
        said = str(error)
    else:
        ports.telemetry.event("feedback_given", commit=run.key, said=said)
    runs.finish(run, json.dumps({"repository": repository, "said": said}), ports=ports)
    return True


def _remark(sha: str, *, ports: Ports) -> Remark | None:
    """Return what is to be said of a commit, as the ledger has it now; None if there is nothing."""
    entry = ports.ledger.entry(commit_key(sha))
    if entry is not None:
        unmapped = entry.status is Status.HELD and entry.reason_code == UNMAPPED_PERSON
        return Remark(remark.UNMAPPED) if unmapped else None
    stored = ports.ledger.note(sha)
    if stored is None or stored.note.kind != "malformed":
        return None
    return Remark(stored.note.reason, stored.note.text)
