"""`make prove`: try to break the promise for a few minutes; with `--long`, for an hour or so."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from proof.crowd import described, story
from proof.explore import Findings, committed, hunt, pairs, rows, table
from proof.journey import JOURNEYS, ONE_PUSH, TWO_COMMITS, travel
from proof.load import run
from proof.mutant import MUTANTS
from proof.store import STORES

SHORT_STORIES, LONG_STORIES = 400, 12_000
FILE_STORIES = 100
"""Random schedules on an SQLite file in the short run; in the long one there are thirty times as many."""
SHORT_PAIRS = 8
"""How many of the first faults are paired in the short run."""
SLICES = 16
SHORT_LOAD = {"file": 200, "fuzz": 1_500, "forms": 20_000}
LONG_LOAD = {"file": 2_000, "fuzz": 100_000, "forms": 100_000, "saturation": 24, "outage": 72, "kills": 4_000}


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
        _table_in_a_file(),
        _mutants(),
        *(_pairs(journey, long=options.long) for journey in (ONE_PUSH, TWO_COMMITS)),
        _stories(LONG_STORIES if options.long else SHORT_STORIES),
        _stories(30 * FILE_STORIES if options.long else FILE_STORIES, store="sqlite"),
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


def _table_in_a_file():
    """Hold the same faults, on the SQLite store, against the same table."""
    began, was = time.monotonic(), committed()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        now = dict(zip(was, pool.map(_rows_in_a_file, was), strict=True))
    cases = sum(len(lines) for lines in now.values())
    odd = [(name, line) for name, lines in now.items() for line in lines if line not in set(was[name])]
    _say(f"the same on an SQLite file, {cases} fault cases: {len(odd)} end otherwise", began)
    for name, line in odd[:10]:
        _say(f"   {name}: {line}")
    return odd or now != was


def _rows_in_a_file(name):
    return rows(next(j for j in JOURNEYS if j.name == name), store=STORES["sqlite"])[1:]


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


def _pairs(journey, *, long):
    began, found = time.monotonic(), Findings()
    clean, _ = travel(journey)
    firsts = sum(len(call.faults) for call in clean.calls)
    step = max(1, firsts // SHORT_PAIRS)
    shares = (
        [slice(n, None, SLICES) for n in range(SLICES)]
        if long
        else [slice(n * step, n * step + 1) for n in range(SHORT_PAIRS)]
    )
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(partial(_pairs_of, journey), shares):
            found.add(part)
    which = "all" if long else "some"
    name = f"{journey.name}, {found.runs} pairs of faults ({which})"
    _say(f"{name}, {found.calls} I/O calls: {len(found.wrongs)} wrong", began)
    for plan, wrong in found.wrongs[:10]:
        _say(f"   {plan}: {wrong}")
    return found.wrongs


def _pairs_of(journey, share):
    return pairs(journey, firsts=share)


def _stories(count, *, store="memory"):
    began, wrongs, calls, faults = time.monotonic(), [], 0, 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for seed, number, happened, wrong in pool.map(partial(_story, store), range(count), chunksize=25):
            calls += number
            faults += happened
            if wrong:
                wrongs.append((seed, wrong))
                _say(f"   seed {seed}: {wrong}   (replay: make prove SEED={seed})")
    where = "" if store == "memory" else f" on {store}"
    _say(f"{count} random schedules{where}, {calls} I/O calls, {faults} faults: {len(wrongs)} wrong", began)
    return wrongs


def _story(store, seed):
    world, wrong = story(seed, store=STORES[store])
    return seed, len(world.calls), len(world.happened), wrong


def _say(text, began=None):
    took = f"   ({time.monotonic() - began:.0f} s)" if began is not None else ""
    sys.stdout.write(f"{text}{took}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
