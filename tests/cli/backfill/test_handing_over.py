"""What no push brought is handed over, after a question, and logged once."""

import pytest


def test_each_commit_is_logged_once_and_the_second_time_there_is_nothing_to_do(backfill, three, booked):
    three()
    result = backfill("--yes")
    assert (result.code, [line["drafts"] for line in result.lines]) == (0, [2])
    assert booked() == [("jane", 60, "2026-07-01"), ("sam", 30, "2026-07-01")]
    again = backfill("--yes")
    assert (again.code, again.out) == (0, "")
    assert "2 already logged" in again.err
    assert "nothing to hand over" in again.err


def test_a_second_time_before_anything_was_opened_is_an_exact_redelivery(backfill, three, booked):
    three()
    first, second = backfill("--yes"), backfill("--yes")
    assert [line["duplicate"] for line in (*first.lines, *second.lines)] == [False, True]
    assert first.lines[0]["delivery"] == second.lines[0]["delivery"]
    assert len(booked()) == 2


def test_what_a_push_brought_is_told_and_only_the_rest_is_new(backfill, hub, tell, three, booked, states):
    one, two, _ = three()
    three_more = hub.commit("main", "Close the shop [f:20m]")
    hub.push("main")
    tell(hub.pushes[0])
    assert states(backfill("--dry-run")) == [(one, "logged"), (two, "logged"), (three_more, "new")]
    backfill("--yes")
    assert booked() == [("jane", 20, "2026-07-01"), ("jane", 60, "2026-07-01"), ("sam", 30, "2026-07-01")]


def test_what_a_late_push_brings_after_all_is_logged_already(backfill, hub, house, tell, three, booked):
    three()
    backfill("--yes")
    house.run(minutes=3)
    tell(*hub.pushes)
    assert len(booked()) == 2


def test_a_commit_on_several_branches_is_with_the_default_one(backfill, hub, three, booked):
    three()
    hub.branch("a-copy")
    hub.commit("a-copy", "More [f:10m]")
    hub.push("a-copy")
    result = backfill("--yes")
    assert [(line["branch"], line["drafts"]) for line in result.lines] == [("main", 2), ("a-copy", 1)]
    assert len(booked()) == 3


def test_what_was_rebased_while_nobody_told_of_it_is_a_copy(backfill, hub, tell, three, booked, states):
    hub.branch("till")
    hub.commit("till", "Fix the till [f:30m]")
    hub.push("till")
    tell(*hub.pushes)
    three()
    (again,) = hub.rebase("till")
    hub.push("till")
    assert (again, "copy") in states(backfill("--dry-run"))
    backfill("--yes")
    assert [entry for entry in booked() if entry[1] == 30] == [
        ("jane", 30, "2026-07-01"),
        ("sam", 30, "2026-07-01"),
    ]


def test_what_was_amended_while_nobody_told_of_it_waits_for_a_person(backfill, hub, tell, booked):
    hub.branch("till")
    hub.commit("till", "Fix the till [f:5h]")
    hub.push("till")
    tell(*hub.pushes)
    hub.amend("till", "Fix the till [f:30m]")
    hub.push("till")
    (told,) = [line for line in backfill("--dry-run").lines if not line["known"]]
    assert (told["state"], told["code"], told["minutes"]) == ("held", "amends", 30)
    backfill("--yes")
    assert booked() == [("jane", 300, "2026-07-01")]


def test_two_honest_commits_alike_are_both_logged(backfill, hub, tell, booked):
    hub.commit("main", "wip [f:15m]", files={"shop": "1"})
    hub.push("main")
    tell(*hub.pushes)
    hub.commit("main", "wip [f:15m]", files={"shop": "2"})
    hub.push("main")
    backfill("--yes")
    assert [minutes for _, minutes, _ in booked()] == [15, 15]


@pytest.mark.parametrize(("options", "code"), [({}, 2), ({"attended": True, "typed": "n\n"}, 1)])
def test_without_a_yes_nothing_is_handed_over(backfill, options, code, three, contents):
    three()
    before = contents()
    result = backfill(draws=True, **options)
    assert result.code == code
    assert "Gear GmbH" in result.out
    assert contents() == before


def test_a_yes_hands_over(backfill, three, booked):
    three()
    assert backfill(attended=True, typed="y\n").code == 0
    assert len(booked()) == 2


def test_a_long_plan_is_cut_before_the_question(backfill, hub):
    for number in range(25):
        hub.commit("main", f"Step {number} [f:5m]")
    hub.push("main")
    result = backfill(draws=True)
    assert "and 5 more; --dry-run lists all" in result.err
    assert "Step" not in result.out
