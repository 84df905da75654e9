"""Take a push in that no delivery can bring, because its body is too large: by GitHub's API, through the same reader.

Each page of commits becomes a delivery of its own with a key that follows from its contents, so that doing it twice,
or after all beside a delivery that came through, is harmless.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chalicelib.domain.directive import Rules
from chalicelib.domain.interval import MIN_REMAINING_MS
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.errors import GitHubError, RequestError
from chalicelib.github.push import lost_push, payload, with_commits
from chalicelib.services import intake
from chalicelib.sources import github as source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.domain.commit_facts import CommitFacts
    from chalicelib.domain.routing_table import Routing
    from chalicelib.github.push import LostPush
    from chalicelib.ports import GitHub, Ports
    from chalicelib.sources.delivery import Delivery

SHOWN_PER_PAGE = 200
LATEST_OFFSET = dt.timedelta(hours=14)
"""Somewhere on earth it is this much later than in UTC: a date is in the future only after that."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page: how many drafts it brought. `page` is the one to go on with, None when all is done.

    `problem` says why nothing more can be read, and a person has to see to it.
    """

    drafts: int = 0
    page: int | None = None
    problem: str | None = None


class PushReader:
    """Reads one push, named by the `guid` of its deliveries, from what GitHub shows of one of them."""

    def __init__(self, github: GitHub, *, guid: str, ports: Ports, routing: Routing) -> None:
        self._github = github
        self._guid = guid
        self._ports = ports
        self._routing = routing

    def take(self, shown: Mapping[str, Any] | None, *, page: int, deadline: int | None) -> Iterator[Taken]:
        """Take the push in from a page on, each page when it is asked for.

        `shown` is the payload of the delivery, None where GitHub shows it no more. Its commits are used where they
        are there, with the dates of their own clocks; else they are compared. Ends without a last page when
        `deadline` (ms) is near. Raises what GitHub and the ledger raise for the time being.
        """
        push = lost_push(shown)
        if shown is None or push is None:
            yield Taken(problem="GitHub shows no more what it was; log its work by hand")
            return
        try:
            if push.is_whole:
                yield from self._shown(push.commits or [], shown, page=page)
            elif push.base is None:
                yield Taken(problem="it created its branch, and nothing came before it; log its work by hand")
            else:
                yield from self._compared(push, shown, base=push.base, page=page, deadline=deadline)
        except (GitHubError, RequestError) as error:
            yield Taken(problem=str(error))

    def _shown(self, commits: Sequence[Mapping[str, Any]], shown: Mapping[str, Any], *, page: int) -> Iterator[Taken]:
        """Take what GitHub shows in pieces: all of it twice in memory would be too much for a small process."""
        for number in range(page, 1 - (-len(commits) // SHOWN_PER_PAGE)):
            piece = commits[(number - 1) * SHOWN_PER_PAGE : number * SHOWN_PER_PAGE]
            yield Taken(self._take(with_commits(shown, piece)), number + 1)
        yield Taken()

    def _compared(
        self, push: LostPush, shown: Mapping[str, Any], *, base: str, page: int, deadline: int | None
    ) -> Iterator[Taken]:
        pages = self._github.compare(push.repository.full_name, base, push.after, page=page)
        for number, commits in enumerate(pages, page):
            whole = self._with_files(push, shown, commits, deadline=deadline)
            if whole is None:
                return
            yield Taken(self._take(self._payload(shown, whole)), number + 1)
        yield Taken()

    def _with_files(
        self, push: LostPush, shown: Mapping[str, Any], commits: Sequence[CommitFacts], *, deadline: int | None
    ) -> list[CommitFacts] | None:
        """Look up the files of those commits that ask for an entry; None if the time is too short."""
        drafts = self._read(self._payload(shown, commits)).drafts
        asking = {draft.key.rpartition(":")[2] for draft in drafts}
        whole = []
        for commit in commits:
            if deadline is not None and self._ports.clock.now() > deadline - MIN_REMAINING_MS:
                return None
            found = self._github.commit(push.repository.full_name, commit.sha) if commit.sha in asking else None
            whole.append(found or commit)
        return whole

    def _payload(self, shown: Mapping[str, Any], commits: Sequence[CommitFacts]) -> dict[str, Any]:
        return payload(shown, commits, timezone=self._routing.defaults.timezone)

    def _take(self, body: Mapping[str, Any]) -> int:
        delivery = self._read(body)
        if delivery.unused is None:
            intake.take(delivery, ports=self._ports)
        return len(delivery.drafts)

    def _read(self, body: Mapping[str, Any]) -> Delivery:
        headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": self._guid, "Content-Type": "application/json"}
        now = dt.datetime.fromtimestamp(self._ports.clock.now() / 1000, dt.UTC)
        raw = json.dumps(body, sort_keys=True).encode()
        return source.delivery(headers, raw, rules_for=self._rules, today=(now + LATEST_OFFSET).date())

    def _rules(self, repository: str) -> Rules:
        rule = repository_rule(self._routing, repository)
        return Rules(rule.require_brackets, rule.max_minutes, rule.minutes_per_day)
