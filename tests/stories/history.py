"""How often work of a real history would be logged twice, or not at all: `python -m stories.history REPO…`.

Run from the project's folder with `PYTHONPATH=.:tests`. A REPO is a git directory with the references of pull
requests, if it has any (`refs/pull/*/head`). Nothing of it is kept, and nothing is written to it.
"""

import argparse
import collections
import dataclasses
import re
import sys
import time
from pathlib import Path

from fakes.house import FakeHouse

from stories.chronicle import Chronicle
from stories.forge import ToldGitHub, give_token
from stories.staff import Staff
from stories.story import DEFAULT_BRANCH, EVERY_BRANCH
from stories.telling import Teller
from stories.work import Works

FULL_NAME = "acme/website"
_SHA = re.compile(r"[0-9a-f]{40}")


@dataclasses.dataclass
class Tally:
    """What came of a history.

    `works` are the true pieces of work, `twice` the times that one was logged again, `never` those not logged though
    nobody is asked: `held` are those that are held, or reported as malformed. `wrong` entries have the minutes of no
    works. `calls` are those to GitHub's API.
    """

    repository: str
    mode: str
    token: str
    pushes: int = 0
    commits: int = 0
    works: int = 0
    minutes: int = 0
    entries: int = 0
    logged_minutes: int = 0
    twice: int = 0
    never: int = 0
    held: int = 0
    malformed: int = 0
    wrong: int = 0
    calls: int = 0
    seconds: float = 0.0

    def line(self):
        """Return the row of a table in Markdown."""
        values = [round(v) if isinstance(v, float) else v for v in dataclasses.asdict(self).values()]
        return "| " + " | ".join(str(value) for value in values) + " |"


def measure(repo, *, name, mode, last, token=False):
    """Play a history through the door in one mode, with GitHub's API at hand or not, and count what was logged."""
    began = time.monotonic()
    chronicle = Chronicle(repo, full_name=FULL_NAME, last=last)
    works = Works(chronicle)
    staff = Staff(chronicle.graph.commits.values())
    branches = ("*",) if mode == EVERY_BRANCH else (chronicle.default,)
    house = FakeHouse(routing=staff.routing(FULL_NAME, branches))
    house.clock._now = 1000 * chronicle.since
    staff.hire(house)
    github = ToldGitHub(chronicle.graph, place=chronicle.place, tell=lambda commit: works.told(commit).message)
    if token:
        give_token(house, github)
    teller = Teller(house)
    tally = Tally(name, mode, "yes" if token else "no")
    holds = {}
    for at, payload in chronicle.payloads(lambda commit: works.told(commit).message):
        status, answer = teller.tell(payload, at=1000 * at)
        assert status in {200, 202}, answer
        tally.pushes += 1
        tally.commits += len(payload["commits"])
        tally.malformed += len(answer["malformed"]) if _counts(payload, branches) else 0
        if _counts(payload, branches):
            holds |= {c["id"]: works.told(chronicle.commit(c["id"])).works for c in payload["commits"]}
    while any(str(entry.status) == "queued" for entry in house.ledger.entries(since=0, until=2**60)):
        house.run(minutes=10)
    count(tally, house, holds=holds, minutes=works.minutes)
    tally.calls = github.calls
    tally.seconds = time.monotonic() - began
    return tally


def _counts(payload, branches):
    return "*" in branches or payload["ref"].removeprefix("refs/heads/") in branches


def count(tally, house, *, holds, minutes):
    """Compare the entries with the truth: `holds` are the works in each commit that was told, by SHA."""
    truth = {key for keys in holds.values() for key in keys}
    logged, waiting = collections.Counter(), set()
    for entry in house.ledger.entries(since=0, until=2**60):
        keys = holds.get(_SHA.search(entry.key)[0], ())
        if str(entry.status) == "logged":
            tally.entries += 1
            tally.logged_minutes += entry.draft.minutes
            carried = _carried(entry.draft.minutes, keys, logged, minutes)
            tally.wrong += carried is None
            logged.update(carried or keys)
        elif str(entry.status) == "held":
            waiting.update(keys)
    for sha, keys in holds.items():
        stored = house.ledger.note(sha)
        if stored is not None and stored.note.kind == "malformed":
            waiting.update(keys)
    tally.works, tally.minutes = len(truth), sum(minutes[key] for key in truth)
    tally.twice = sum(logged[key] - 1 for key in truth if logged[key] > 1)
    missing = {key for key in truth if not logged[key]}
    tally.held, tally.never = len(missing & waiting), len(missing - waiting)


def _carried(amount, keys, logged, minutes):
    """Tell which of a commit's works an entry is for: all, those that are left, or one; None if none of that."""
    left = [key for key in keys if not logged[key]]
    for some in (keys, left, *([key] for key in (*left, *keys))):
        if some and sum(minutes[key] for key in some) == amount:
            return some
    return None


def main():
    parser = argparse.ArgumentParser(prog="python -m stories.history", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPO")
    parser.add_argument("--last", type=int, default=5000, help="how many commits, about; the newest")
    parser.add_argument("--token", action="store_true", help="let GitHub's API be asked")
    options = parser.parse_args()
    names = [field.name.replace("_", " ") for field in dataclasses.fields(Tally)]
    sys.stdout.write(f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n")
    for repo in options.repositories:
        name = repo.parent.name if repo.name in {"repo", ".git"} else repo.name
        for mode in (EVERY_BRANCH, DEFAULT_BRANCH):
            tally = measure(repo, name=name, mode=mode, last=options.last, token=options.token)
            sys.stdout.write(f"{tally.line()}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
