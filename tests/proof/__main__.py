"""`make prove`: try to break the promise for a few minutes; with `--long`, for an hour or so."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from proof.crowd import described, story
from proof.explore import Findings, committed, hunt, pairs, table
from proof.journey import JOURNEYS, ONE_PUSH, travel
from proof.load import run
from proof.mutant import MUTANTS

SHORT_STORIES, LONG_STORIES = 400, 12_000
SHORT_PAIRS = 8
"""How many of the first faults are paired in the short run."""
SLICES = 16
SHORT_LOAD = {"fuzz": 1_500, "forms": 20_000}
LONG_LOAD = {"fuzz": 100_000, "forms": 100_000, "saturation": 24, "outage": 72, "kills": 4_000}


def main():
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("--long", action="store_true", help="every pair, and thousands of random schedules")
    parser.add_argument("--seed", type=int, help="replay one random schedule, and tell what happened")
    parser.add_argument("--write-table", action="store_true", help="write the table of call × fault anew")
    options = parser.parse_args()
    if options.seed is not None:
        return _replay(options.seed)
    if options.write_table:
        return _write_table()
    began = time.monotonic()
    failed = [
        _table(),
        _mutants(),
        _pairs(long=options.long),
        _stories(LONG_STORIES if options.long else SHORT_STORIES),
        *(not run(part, size) for part, size in (LONG_LOAD if options.long else SHORT_LOAD).items()),
    ]
    _say(f"\n{'FAILED' if any(failed) else 'nothing lost, nothing twice, never over the limit'}", began)
    return 1 if any(failed) else 0


def _replay(seed):
    world, wrong = story(seed)
    _say(f"seed {seed}: {described(world)}\n{wrong or 'nothing wrong'}")
    return 1 if wrong else 0


def _write_table():
    from proof.explore import TABLE  # noqa: PLC0415 - only here is it written

    TABLE.write_text(table(), encoding="utf-8")
    return 0


def _table():
    began = time.monotonic()
    now = table()
    was = dict(committed().items())
    cases = sum(len(lines) for lines in was.values())
    wrong = now.count("WRONG")
    changed = now != "\n".join(line for name in was for line in [f"## {name}", *was[name], ""])
    calls = sum(len(travel(journey)[0].calls) for journey in JOURNEYS)
    _say(f"{len(JOURNEYS)} journeys, {calls} I/O calls, {cases} fault cases: {wrong} wrong", began)
    if changed:
        _say("   the table of call × fault is not the committed one: look, then run with --write-table")
    return bool(wrong or changed)


def _mutants():
    began, missed = time.monotonic(), []
    expected = committed()
    for mutant in MUTANTS:
        runs, evidence = hunt(mutant, expected)
        _say(f"   {mutant.name}\n      {f'caught in run {runs}: {evidence}' if evidence else 'NOT CAUGHT'}")
        if evidence is None:
            missed.append(mutant.name)
    _say(f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} mutants caught", began)
    return missed


def _pairs(*, long):
    began, found = time.monotonic(), Findings()
    clean, _ = travel(ONE_PUSH)
    firsts = sum(len(call.faults) for call in clean.calls)
    step = max(1, firsts // SHORT_PAIRS)
    shares = (
        [slice(n, None, SLICES) for n in range(SLICES)]
        if long
        else [slice(n * step, n * step + 1) for n in range(SHORT_PAIRS)]
    )
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(_pairs_of, shares):
            found.add(part)
    which = "all" if long else "some"
    _say(f"{found.runs} pairs of faults ({which}), {found.calls} I/O calls: {len(found.wrongs)} wrong", began)
    for plan, wrong in found.wrongs[:10]:
        _say(f"   {plan}: {wrong}")
    return found.wrongs


def _pairs_of(share):
    return pairs(ONE_PUSH, firsts=share)


def _stories(count):
    began, wrongs, calls, faults = time.monotonic(), [], 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, number, happened, wrong in pool.map(_story, range(count), chunksize=25):
            calls += number
            faults += happened
            if wrong:
                wrongs.append((seed, wrong))
                _say(f"   seed {seed}: {wrong}   (replay: make prove SEED={seed})")
    _say(f"{count} random schedules, {calls} I/O calls, {faults} faults: {len(wrongs)} wrong", began)
    return wrongs


def _story(seed):
    world, wrong = story(seed)
    return seed, len(world.calls), len(world.happened), wrong


def _say(text, began=None):
    took = f"   ({time.monotonic() - began:.0f} s)" if began is not None else ""
    sys.stdout.write(f"{text}{took}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
