"""Every fault at every call, and every pair of them."""

from dataclasses import dataclass, field
from pathlib import Path

from proof.journey import JOURNEYS, MANY, ONE_PUSH, outcome, travel
from proof.store import in_memory

TABLE = Path(__file__).with_name("outcomes.txt")


@dataclass(slots=True)
class Findings:
    """What was tried, and what went wrong, each with the plan that replays it."""

    runs: int = 0
    calls: int = 0
    wrongs: list = field(default_factory=list)

    def add(self, other):
        self.runs += other.runs
        self.calls += other.calls
        self.wrongs += other.wrongs


def singles(journey, *, store=in_memory):
    """Try each fault at each call of a clean run; yield (call, fault, world, wrongs)."""
    clean, wrong = travel(journey, store=store)
    yield None, None, clean, wrong
    for call in clean.calls:
        for fault in call.faults:
            yield call, fault, *travel(journey, {call.number: fault}, store=store)


def rows(journey, *, store=in_memory):
    """Write a journey's single faults down: a line each, with how it ended."""
    lines = [f"## {journey.name}"]
    for call, fault, world, wrong in singles(journey, store=store):
        name = f"{call.number:3} {call.name} × {fault}" if call else "    nothing happens"
        end = f"WRONG: {'; '.join(wrong)}" if wrong else outcome(world)
        lines.append(f"{name:<72} {end}")
    return lines


def table():
    """Return the whole table of call × fault, as the committed file holds it."""
    return "\n".join(line for journey in JOURNEYS for line in [*rows(journey), ""])


def pairs(journey=ONE_PUSH, *, firsts=None):
    """Try each fault at each call, and then each fault at each call that comes after it in that very run.

    `firsts` picks a share of the first faults, for several processes. The calls of ticks in which nothing was
    left to do are left out as second ones: they are those of the last two minutes.
    """
    found = Findings()
    clean, _ = travel(journey)
    plans = [(call.number, fault) for call in clean.calls for fault in call.faults]
    for number, fault in plans[firsts or slice(None)]:
        world, _ = travel(journey, {number: fault})
        for call in world.calls[number : world.busy_calls]:
            for second in call.faults:
                found.runs += 1
                after, wrong = travel(journey, {number: fault, call.number: second})
                found.calls += len(after.calls)
                if wrong:
                    found.wrongs.append(({number: fault, call.number: second}, wrong))
    return found


def hunt(mutant, expected):
    """Look for the shortest plan under which a mutant is seen; return (runs, what gave it away) or (runs, None).

    A mutant is seen when something is wrong, or when a run ends otherwise than `expected`, the committed table.
    """
    runs = 0
    with mutant.weaken():
        runs += 1
        _, wrong = travel(MANY)
        if wrong:
            return runs, f"{MANY.name}: {wrong[0]}"
        for journey in JOURNEYS:
            lines = iter(expected[journey.name])
            for call, fault, world, wrong in singles(journey):
                runs += 1
                line = next(lines, "")
                end = wrong[0] if wrong else outcome(world)
                if wrong or not line.endswith(f" {end}"):
                    where = f"{call.name} × {fault}" if call else "nothing happens"
                    return runs, f"{journey.name}: {where}: {end}"
        seen = _hunt_pairs()
        return runs + seen[0], seen[1]


def _hunt_pairs():
    runs = 0
    clean, _ = travel(ONE_PUSH)
    for call in clean.calls:
        if call.name != "POST /entries":
            continue
        for fault in call.faults:
            world, _ = travel(ONE_PUSH, {call.number: fault})
            for later in world.calls[call.number : world.busy_calls]:
                for second in later.faults:
                    runs += 1
                    _, wrong = travel(ONE_PUSH, {call.number: fault, later.number: second})
                    if wrong:
                        return runs, f"{ONE_PUSH.name}: {call.name} × {fault}, {later.name} × {second}: {wrong[0]}"
    return runs, None


def committed():
    """Read the committed table: the lines of each journey, by its name."""
    journeys, name = {}, None
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line[3:]
            journeys[name] = []
        elif line:
            journeys[name].append(line)
    return journeys
