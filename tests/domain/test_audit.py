"""The ledger's day against Noko's, both directions: each difference by its name, and an alarm only without a reason."""

import datetime as dt
from dataclasses import replace

import pytest
from fakes.clock import START
from fakes.entry import ROUTE, entry
from fakes.house import sha
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.audit import (
    LIST_LAG_MS,
    Booked,
    Evidence,
    Finding,
    Kind,
    Report,
    compare,
    strangers,
    unlisted,
)
from chalicelib.domain.audit_json import (
    MAX_FINDINGS,
    failure_from_text,
    failure_to_text,
    progress_from_text,
    progress_to_text,
    report_from_text,
    report_to_text,
)
from chalicelib.domain.lifecycle import Status

DAY = dt.date(2026, 6, 30)
LATER = START + 10 * LIST_LAG_MS
OTHER = 99


def logged(number=1, **changes):
    plain = {"status": Status.LOGGED, "noko_id": 1000 + number, "logged_minutes": 45, "due_at": None}
    return entry(number, **plain | changes)


def booked(of, **changes):
    """Return an entry of Noko's as it was logged."""
    plain = {
        "noko_id": of.noko_id or 1,
        "date": of.draft.date,
        "minutes": of.logged_minutes or of.draft.minutes,
        "user_id": ROUTE.user_id,
        "person": ROUTE.person,
        "project_id": ROUTE.project_id,
        "project": ROUTE.project,
        "description": of.draft.description,
        "source_url": of.draft.source_url,
    }
    return Booked(**plain | changes)


def foreign(noko_id=OTHER, *, repository="acme/website", number=77, **changes):
    url = f"https://github.com/{repository}/commit/{sha(number)}"
    return Booked(noko_id, **{"date": DAY, "minutes": 30, "user_id": ROUTE.user_id, "source_url": url} | changes)


def findings(entries=(), listed=(), *, stamped_at=None, **evidence):
    """Compare, and return the findings as pairs of kind and id."""
    report = report_of(entries, listed, stamped_at=stamped_at, **evidence)
    return [(str(each.kind), each.noko_id) for each in report.findings]


def report_of(entries=(), listed=(), *, stamped_at=None, **evidence):
    gathered = Evidence(tuple(entries), tuple(listed), **{"looked_at": LATER} | evidence)
    return compare(DAY, gathered, is_ours=lambda name: name == "acme/website", stamped_at=stamped_at)


def test_a_day_on_which_both_hold_the_same_has_no_findings():
    mine = [logged(1), logged(2)]
    report = report_of(mine, [booked(each) for each in mine])
    assert report == Report(DAY, compared=2)


def test_an_empty_day_has_no_findings():
    assert report_of() == Report(DAY, compared=0)


def test_other_peoples_work_is_none_of_our_business():
    assert (
        findings(listed=[foreign(source_url=None), foreign(source_url="https://x.example/"), foreign(repository="a/b")])
        == []
    )


def test_what_noko_has_no_longer_was_deleted_by_somebody_and_is_explained():
    report = report_of([logged(1)], asked={1001: None})
    assert [(f.kind, f.key, f.noko_id) for f in report.findings] == [(Kind.DELETED, logged(1).key, 1001)]
    assert report.unexplained == ()


def test_what_noko_knows_and_does_not_list_is_missing():
    mine = logged(1)
    report = report_of([mine], asked={1001: booked(mine)})
    assert [(f.kind, f.noko_id) for f in report.unexplained] == [("missing", 1001)]


def test_what_was_logged_a_moment_ago_may_not_be_listed_yet():
    mine = logged(1, changed_at=LATER - 1000)
    assert findings([mine], asked={1001: booked(mine)}) == []


def test_what_was_moved_to_another_day_is_changed_and_not_missing():
    mine = logged(1)
    report = report_of([mine], asked={1001: booked(mine, date=DAY + dt.timedelta(days=3))})
    (finding,) = report.findings
    assert (finding.kind, finding.says) == (Kind.CHANGED, "somebody changed the date (2026-06-30 → 2026-07-03)")
    assert finding.is_explained


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"minutes": 60}, "the minutes (45 → 60)"),
        ({"user_id": 7, "person": "sam@acme.example"}, "the person (jane@acme.example → sam@acme.example)"),
        ({"user_id": None, "person": None}, "the person (jane@acme.example → nobody)"),
        ({"project_id": 7, "project": "Website"}, "the project (Gear GmbH → Website)"),
        ({"project_id": None, "project": None}, "the project (Gear GmbH → none)"),
        ({"description": "what a person made of it"}, "the description"),
        ({"minutes": 0, "description": ""}, "the minutes (45 → 0); the description"),
    ],
)
def test_what_a_person_changed_is_named(change, says):
    mine = logged(1)
    (finding,) = report_of([mine], [booked(mine, **change)]).findings
    assert (finding.kind, finding.says, finding.key) == (Kind.CHANGED, f"somebody changed {says}", mine.key)


def test_minutes_are_compared_with_what_noko_made_of_them():
    mine = logged(1, logged_minutes=60)
    assert findings([mine], [booked(mine, minutes=60)]) == []
    assert findings([replace(mine, logged_minutes=None)], [booked(mine, minutes=75)]) == []


def test_white_space_is_no_change():
    mine = logged(1)
    assert findings([mine], [booked(mine, description=f"  {mine.draft.description}\n")]) == []


def test_a_second_one_beside_ours_is_doubled():
    mine = logged(1)
    report = report_of([mine], [booked(mine), booked(mine, noko_id=OTHER)], works={OTHER: mine})
    (finding,) = report.unexplained
    assert (finding.kind, finding.noko_id, finding.key) == (Kind.DOUBLED, OTHER, mine.key)
    assert "1001" in finding.says


def test_a_second_one_is_doubled_also_when_somebody_gave_ours_to_another_person():
    mine = logged(1)
    listed = [booked(mine, user_id=7), booked(mine, noko_id=OTHER, user_id=7)]
    assert ("doubled", OTHER) in findings([mine], listed, works={OTHER: mine})


def test_a_second_one_of_ours_that_the_key_took_and_lost_is_doubled():
    mine = logged(1)
    listed = [booked(mine), booked(mine, noko_id=OTHER)]
    assert findings([mine], listed, works={OTHER: mine}, holders={OTHER: mine.key}) == [("doubled", OTHER)]


def test_the_same_link_under_another_person_is_unknown_and_not_doubled():
    mine = logged(1)
    listed = [booked(mine), booked(mine, noko_id=OTHER, user_id=7)]
    assert findings([mine], listed, works={OTHER: mine}) == [("unknown", OTHER)]


def test_two_that_nobody_holds_are_one_unknown_and_one_doubled():
    assert findings(listed=[foreign(98), foreign(99)]) == [("doubled", 99), ("unknown", 98)]
    assert findings(listed=[foreign(98), foreign(99, user_id=7)]) == [("unknown", 98), ("unknown", 99)]


def test_a_link_of_ours_that_no_key_holds_is_unknown():
    assert findings(listed=[foreign()]) == [("unknown", OTHER)]
    assert findings(listed=[foreign(source_url="https://forms.example/7#th-0123abcd")]) == [("unknown", OTHER)]


def test_a_link_to_a_commit_that_the_ledger_knows_is_unknown_in_any_repository():
    work = entry(77, status=Status.SKIPPED)
    assert findings(listed=[foreign(repository="a/fork")], works={OTHER: work}) == [("unknown", OTHER)]


def test_what_another_key_holds_is_known():
    assert findings(listed=[foreign()], holders={OTHER: "form:timesheet:1"}) == []


def test_what_a_person_resolved_to_another_link_is_fine():
    mine = logged(1)
    assert findings([mine], [booked(mine, source_url="https://x.example/by-hand")]) == []


def test_what_noko_held_before_the_store_was_there_is_not_unknown():
    assert findings(listed=[foreign(created_at=START - 1)], stamped_at=START) == []
    assert findings(listed=[foreign(created_at=START)], stamped_at=START) == [("unknown", OTHER)]
    assert findings(listed=[foreign(created_at=None)], stamped_at=START) == [("unknown", OTHER)]


@pytest.mark.parametrize("status", [Status.POSTING, Status.UNCERTAIN, Status.NEEDS_ATTENTION])
def test_what_is_in_doubt_is_open_and_its_entry_in_noko_not_unknown(status):
    mine = entry(1, status=status, reason="reset")
    report = report_of([mine], [booked(mine)], works={1: mine})
    assert [(f.kind, f.key, f.says) for f in report.findings] == [(Kind.OPEN, mine.key, f"{status}: reset")]
    assert findings([mine], [booked(mine), booked(mine, noko_id=2)], works={1: mine, 2: mine})[0] == ("doubled", 2)


def test_what_was_logged_while_we_looked_is_known():
    before, after = entry(1), logged(1, noko_id=OTHER)
    report = report_of([before], [booked(after)], works={OTHER: after}, holders={OTHER: None})
    assert report.unexplained == ()
    held = report_of([before], [booked(after)], works={OTHER: before}, holders={OTHER: before.key})
    assert held.unexplained == ()


def test_work_that_is_queued_and_already_in_noko_is_unknown():
    mine = entry(1)
    assert findings([mine], [booked(mine)], works={1: mine}) == [("unknown", 1), ("open", None)]


@pytest.mark.parametrize("status", Status)
def test_whatever_still_waits_is_told(status):
    mine = logged(1) if status is Status.LOGGED else entry(1, status=status)
    told = [kind for kind, _ in findings([mine], [booked(mine)] if status is Status.LOGGED else [])]
    over = {Status.LOGGED, Status.SKIPPED, Status.DISMISSED}
    assert told == ([] if status in over else ["open"])


def test_the_unexplained_come_first():
    mine = [logged(1), logged(2), entry(3, status=Status.HELD)]
    found = findings(mine, [booked(mine[0], minutes=5), foreign()], asked={1002: None})
    assert [kind for kind, _ in found] == ["unknown", "deleted", "changed", "open"]


def test_only_logged_entries_that_are_not_listed_are_asked_for():
    mine = (logged(2), logged(1), entry(3))
    assert unlisted(mine, (booked(mine[1]),)) == (1002,)


def test_strangers_come_with_the_key_that_their_link_points_to():
    mine = logged(1)
    marked = foreign(5, source_url="https://forms.example/7#th-0123abcd")
    found = strangers((mine,), (booked(mine), booked(mine, noko_id=7), foreign(6), marked, foreign(4, source_url=None)))
    assert [(each.noko_id, key) for each, key in found] == [(5, None), (6, f"github:{sha(77)}"), (7, mine.key)]


KINDS = st.sampled_from(Kind)
FINDINGS = st.builds(Finding, KINDS, st.text(max_size=20), st.none() | st.text(max_size=9), st.none() | st.integers(1))


@given(st.lists(FINDINGS, max_size=20), st.integers(0, 10**6))
def test_a_report_is_read_back_as_it_was_written(found, compared):
    report = Report(DAY, compared, tuple(found))
    assert report_from_text(report_to_text(report)) == report


def test_of_very_many_findings_the_first_thousand_are_kept():
    found = tuple(Finding(Kind.UNKNOWN, "x", None, number) for number in range(MAX_FINDINGS + 5))
    text = report_to_text(Report(DAY, 0, found))
    assert report_from_text(text).findings == found[:MAX_FINDINGS]
    assert '"left_out": 5' in text


def test_what_noko_said_of_single_entries_is_read_back():
    asked = {1: None, 2: foreign(2, created_at=5, description="“ünd”")}
    assert progress_from_text(progress_to_text(asked)) == asked
    assert progress_from_text("") == {}
    assert progress_from_text(report_to_text(Report(DAY, 0))) == {}


def test_a_night_that_could_not_be_audited_says_why():
    text = failure_to_text("Noko answered 403: no")
    assert failure_from_text(text) == "Noko answered 403: no"
    assert report_from_text(text) is None
    assert failure_from_text(report_to_text(Report(DAY, 0))) is None
    assert failure_from_text("") is None
