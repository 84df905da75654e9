"""The plan: what, whose, how much, what is there already, and nothing is changed."""

import datetime as dt
from dataclasses import replace

import pytest
from stories.person import SAM

MARY = replace(SAM, name="Mary", email="mary@else.example", login="mary")


def test_a_dry_run_tells_what_whose_and_how_much_and_changes_nothing(backfill, house, three, contents):
    one, two, _ = three()
    before = contents()
    result = backfill("--dry-run")
    assert result.code == 0
    assert result.lines[0] == {
        "commit": one,
        "date": "2026-07-01",
        "person": "jane@acme.example",
        "minutes": 60,
        "project": "Gear GmbH",
        "state": "new",
        "reason": None,
        "code": None,
        "known": False,
    }
    assert [(line["commit"], line["person"], line["minutes"]) for line in result.lines[1:]] == [
        (two, "sam@acme.example", 30)
    ]
    assert "acme/website, 1 branch: 2 new (90 min), 2 without time" in result.err
    assert contents() == before
    assert house.queue.receive_open() is None


def test_a_person_sees_a_table_and_sums(backfill, three):
    three()
    out = backfill("--dry-run", draws=True).out
    assert "Gear GmbH" in out
    (sums,) = [line.split() for line in out.splitlines() if line.startswith("sam@acme.example ")]
    assert sums == ["sam@acme.example", "1", "30", "0"]


def test_what_holds_no_usable_time_and_what_is_held_say_why(backfill, hub):
    bad = hub.commit("main", "Fix it [f:soon]")
    hers = hub.commit("main", "Help out [f:1h]", by=MARY)
    hub.push("main")
    hub.branch("till")
    hub.commit("till", "Fix the till [f:15m]")
    hub.push("till")
    hub.merge_commit("till", number=3, title="Fix the till [f:15m]")
    result = backfill("--dry-run")
    told = {line["commit"]: line for line in result.lines}
    assert (told[bad]["state"], told[bad]["minutes"]) == ("malformed", None)
    assert "soon" in told[bad]["reason"]
    assert (told[hers]["state"], told[hers]["code"], told[hers]["person"]) == ("held", "unmapped_person", MARY.email)
    assert told[hub.heads["main"]]["state"] == "skipped"
    assert "1 would be held (unmapped person)" in result.err


def test_old_work_would_be_held_and_the_command_that_logs_it_does(backfill, house, run, three, booked):
    three()
    house.clock.advance(days=40)
    result = backfill("--yes")
    assert "2 would be held for their age (max_age_days); `tallyhook replay --too-old`" in result.err
    assert booked() == []
    assert run("replay", "--too-old", "--yes").code == 0
    assert booked() == [("jane", 60, "2026-07-01"), ("sam", 30, "2026-07-01")]


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        (("--since", "2026-07-02"), {"Late", "Later"}),
        (("--since", "2026-07-01", "--until", "2026-07-02"), {"Early", "Late"}),
        (("--since", "2026-07-03", "--until", "2026-07-03"), {"Later"}),
        (("--since", "2026-07-04"), set()),
    ],
)
def test_days_are_those_of_the_committers_own_clock(run, hub, words, subjects):
    shas = {}
    for subject, moment in (("Early", "1T12:00"), ("Late", "1T22:30"), ("Later", "3T21:30")):
        hub.now = dt.datetime.fromisoformat(f"2026-07-0{moment}:00+00:00")
        shas[hub.commit("main", f"{subject} [f:15m]")] = subject
    hub.push("main")
    result = run("backfill", "--repo", hub.path, "--as", "acme/website", "--dry-run", *words)
    assert {shas[line["commit"]] for line in result.lines} == subjects


def test_a_plan_asks_nothing_of_github_and_knows_what_it_would_say(backfill, hub, house, states):
    class Silent:
        def commit(self, *_):
            raise AssertionError("asked")

    hub.commit("main", "Merge pull request #1 from acme/till [f:15m]")
    hub.push("main")
    assert states(backfill("--dry-run")) == [(hub.heads["main"], "skipped")]
    house.ports = replace(house.ports, github=Silent())
    assert states(backfill("--dry-run")) == [(hub.heads["main"], "new")]
