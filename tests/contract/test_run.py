"""What every ledger promises of runs: claimed once, fenced by a stamp, and listed."""

from dataclasses import replace

from fakes.clock import START

from chalicelib.domain.run import Run

DAY_MS = 86_400_000


def run(key="2026-06-29", **changes):
    plain = {"kind": "audit", "key": key, "started_at": START, "lease_until": START + 60_000, "stamp": f"put-{key}"}
    return Run(**plain | changes)


def test_a_run_is_put_once(ledger):
    assert ledger.put_run(run()) == run()
    assert ledger.put_run(run(stamp="another", body="later")) == run()
    assert ledger.run("audit", "2026-06-29") == run()


def test_an_unknown_run_is_none_and_kinds_are_apart(ledger):
    ledger.put_run(run())
    assert ledger.run("approval", "2026-06-29") is None
    assert ledger.run("audit", "2026-06-28") is None


def test_a_finished_run_is_read_back_as_it_was(ledger):
    body = '{"findings": "' + "“ünd wo” " * 60_000 + '"}'
    full = run(tries=3, finished_at=START + 9, body=body)
    ledger.put_run(full)
    assert ledger.run("audit", full.key) == full


def test_a_swap_replaces_what_nobody_touched_and_loses_to_what_came_between(ledger):
    before = ledger.put_run(run())
    after = replace(before, stamp="mine", body="done", finished_at=START)
    assert ledger.swap_run(before, after) == after
    assert ledger.swap_run(before, replace(before, stamp="late")) == after
    assert ledger.run("audit", before.key) == after


def test_our_own_swap_reported_as_failed_is_recognised(ledger):
    before = ledger.put_run(run())
    after = replace(before, stamp="mine")
    ledger.swap_run(before, after)
    assert ledger.swap_run(before, after) == after


def test_swapping_what_is_not_there_creates_nothing(ledger):
    assert ledger.swap_run(run(), run(stamp="mine")) == run()
    assert ledger.run("audit", "2026-06-29") is None


def test_runs_of_a_kind_and_span_come_oldest_first_across_months(ledger):
    for number, days in enumerate((40, 0, 31, 90)):
        ledger.put_run(run(f"night {number}", started_at=START + days * DAY_MS))
    ledger.put_run(run("elsewhere", kind="approval", started_at=START + DAY_MS))
    found = ledger.runs("audit", since=START, until=START + 40 * DAY_MS)
    assert [each.key for each in found] == ["night 1", "night 2", "night 0"]
