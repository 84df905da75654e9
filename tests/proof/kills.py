"""Real processes, killed at random while they work, and started again until all is logged.

The store is an emulated AWS, in a process of its own, or an SQLite file; Noko's sandbox lives in this process. Both
outlive the instances, which work on the same store. Some pushes come twice: the same delivery again, and the same
commits on another branch.
"""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from devstack.bench.figure import Figure
from devstack.push import push
from proof.fleet import Fleet
from proof.verdict import Verdict, judge

INSTANCES = 2
SENDERS = 8
BOTH = 0.2
"""How often both instances are killed at once."""
BEAT_S = 0.3
"""About what one entry takes: a kill strikes at any point of it."""
SWEPT = 400
"""How many messages make the ticks a second rarer: two instances must not keep the emulator busy with them."""
GLANCE_S = 0.001
TWICE = 0.3
"""How often a push comes twice."""
AT_THE_DOOR = 0.5
"""How often, where many pushes come at once, a kill strikes while they are being taken."""
DOOR_S = 0.01
"""About what the door takes for one."""


@dataclass(frozen=True, slots=True)
class Kills:
    """What came of it. `lost`: attempts whose worker never came back. `again`: entries that took several attempts.

    `refusals`: doors that did not take a push. `crashes`: errors that nobody foresaw. `strays`: instances that had no
    card of their own at the end, or did not stop when told to. `damages`: what is wrong with the store itself.
    """

    messages: int
    kills: int
    pushes: int
    refusals: int
    lost: int
    again: int
    crashes: int
    strays: int
    damages: int
    seconds: float
    verdict: Verdict

    @property
    def figures(self):
        """The figures beside their bounds."""
        name = f"{self.messages} messages, {self.kills} kills"
        return (
            Figure(f"{name}: entries lost, doubled, open or at odds", self.verdict.wrong, 0),
            Figure(f"{name}: errors that nobody foresaw", self.crashes, 0),
            Figure(f"{name}: instances without a card, or not stopping", self.strays, 0),
            Figure(f"{name}: damages that a check of the store finds", self.damages, 0),
        )

    def __str__(self):
        return (
            f"{self.pushes} pushes, {self.refusals} doors found shut; {self.lost} attempts lost their worker, "
            f"{self.again} entries took several; {self.seconds:.0f} s"
        )


def kill(
    *, messages, kills, data, seed=1, store="aws", instances=INSTANCES, commits=None, longest_s=3.0, patience_s=60.0
):
    """Push `messages` commits in parts, kill after each but the last, wait until all is logged, and report.

    There are `kills` moments of killing, some of which take all instances: each when Noko has got some of the last
    part, `longest_s` after its push at the latest. With `commits`, a part is many pushes of so many commits each, and
    half of the kills strike while they are at the door. `data` is a fresh folder for local state and logs. Gives up
    when Noko has got nothing new for `patience_s`: what is not logged by then counts as open.
    """
    luck, begin = random.Random(seed), time.monotonic()
    with (
        Fleet(data, size=instances, sweep_s=max(1, messages // SWEPT), store=store) as fleet,
        ThreadPoolExecutor(SENDERS) as senders,
    ):
        wanted, sent = [], []
        for part in range(kills + 1):
            size = messages * (part + 1) // (kills + 1) - messages * part // (kills + 1)
            for raw in _pushes(size, commits or size, seed=f"{seed}-{part}"):
                wanted += [commit["url"] for commit in json.loads(raw)["commits"]]
                sent += [senders.submit(fleet.send, copy) for copy in _copies(raw, luck)]
            if part < kills:
                if commits and luck.random() < AT_THE_DOOR:
                    _wait_for_answers(sent, len(sent) - luck.randrange(size), longest_s=longest_s)
                    time.sleep(luck.random() * DOOR_S)
                else:
                    fleet.wait_for_entries(len(wanted) - luck.randrange(size), longest_s=longest_s)
                    time.sleep(luck.random() * BEAT_S)
                fleet.kill(range(instances) if luck.random() < BOTH else [luck.randrange(instances)])
        for sending in sent:
            sending.result()
        fleet.wait_until_at_rest(messages, patience_s=patience_s)
        strays = fleet.stop()
        entries = fleet.entries()
        return Kills(
            messages=messages,
            kills=fleet.kills,
            pushes=len(sent),
            refusals=fleet.refusals,
            lost=fleet.lost_attempts(),
            again=sum(entry.attempt > 1 for entry in entries),
            crashes=fleet.crashes(),
            strays=strays,
            damages=len(fleet.store.damages()),
            seconds=time.monotonic() - begin,
            verdict=judge(wanted, booked=fleet.sandbox.books.entries(), entries=entries),
        )


def _wait_for_answers(sent, count, *, longest_s):
    """Wait until so many pushes were answered, or for `longest_s`."""
    ends = time.monotonic() + longest_s
    while sum(sending.done() for sending in sent) < count and time.monotonic() < ends:
        time.sleep(GLANCE_S)


def _pushes(messages, commits, *, seed):
    """Return pushes of `messages` commits together, `commits` each; the last may have fewer."""
    for first in range(0, messages, commits):
        yield push(min(commits, messages - first), seed=f"{seed}-{first}")


def _copies(raw, luck):
    """Return a push, and now and then its body again, or its commits on another branch."""
    again = raw if luck.random() < 0.5 else raw.replace(b"refs/heads/main", b"refs/heads/feature")
    return [raw, again] if luck.random() < TWICE else [raw]
