"""Which drafts become entries: by branch, by mode, and by what turns out to be a merge."""

import dataclasses
import datetime as dt
from types import SimpleNamespace

import pytest
from fakes.house import ROUTING, draft, sha

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.commit_facts import CommitFacts
from chalicelib.domain.content import Content
from chalicelib.domain.entry import Author
from chalicelib.domain.form_rule import rule_for
from chalicelib.domain.routing_table import DateFrom, LogOn, Repository
from chalicelib.services.sifting import knows_copies, sift

PUSH = Arrival("main", sha(9), default_branch="main")
UNKNOWN = SimpleNamespace(of=lambda _: None)
LATE = 1_782_770_400_000  # 2026-06-29T22:00Z, which is the 30th in Berlin


def routing(**rule):
    return dataclasses.replace(ROUTING, repositories=(Repository(match="acme/*", project="Gear GmbH", **rule),))


def known(parents=1, authored_at=LATE):
    nobody = Author()
    facts = CommitFacts(sha(1), tuple(sha(n) for n in range(parents)), authored_at, LATE, "wip", nobody, nobody)
    return SimpleNamespace(of=lambda _: facts)


def sifted(made, *, facts=UNKNOWN, arrival=PUSH, **rule):
    kept, notes = sift((made,), arrival=arrival, routing=routing(**rule), facts=facts)
    assert len(kept) + len(notes) == 1
    return kept[0] if kept else notes[0].reason


def test_a_draft_is_kept_as_it_is():
    assert sifted(draft(1)) == draft(1)


def test_a_branch_that_is_not_logged_is_noted_under_its_sha():
    _, (note,) = sift((draft(1, branch="wip/x"),), arrival=PUSH, routing=routing(branches=("main",)), facts=UNKNOWN)
    assert (note.subject, note.kind) == (sha(1), "skipped")
    assert "wip/x" in note.reason


def test_with_the_default_branch_only_what_lands_there_is_kept():
    assert sifted(draft(1), log_on=LogOn.DEFAULT_BRANCH) == draft(1)
    elsewhere = draft(1, branch="feature")
    assert sifted(elsewhere, log_on=LogOn.DEFAULT_BRANCH).endswith("it is logged when it lands on 'main'")
    assert sifted(elsewhere) == elsewhere


@pytest.mark.parametrize("arrival", [None, dataclasses.replace(PUSH, default_branch=None)])
def test_where_nobody_knows_which_branch_is_the_default_one_nothing_is_guessed(arrival):
    assert "does not say which branch" in sifted(draft(1), arrival=arrival, log_on=LogOn.DEFAULT_BRANCH)
    assert sifted(draft(1), arrival=arrival) == draft(1)


def test_a_merge_is_known_by_its_text_and_better_by_its_parents():
    merge = draft(1, is_merge=True)
    assert sifted(merge) == "merge commit: its text is a copy"
    assert sifted(merge, facts=known(parents=2)) == "merge commit: it has 2 parents"
    assert sifted(draft(1), facts=known(parents=2)) == "merge commit: it has 2 parents"
    assert sifted(merge, facts=known(parents=1)) == merge


def test_the_authors_date_is_that_of_the_routing_files_time_zone():
    made = draft(1, content=Content("t", "f"))
    assert sifted(made, facts=known(), date_from=DateFrom.AUTHOR).date == dt.date(2026, 6, 30)
    assert sifted(made, facts=known(authored_at=LATE - 1), date_from=DateFrom.AUTHOR).date == dt.date(2026, 6, 29)
    assert sifted(made, facts=known(authored_at=LATE - 1)).date == made.date
    assert sifted(made, date_from=DateFrom.AUTHOR).date == made.date


def test_a_date_that_the_author_wrote_stands():
    made = draft(1, content=Content("t", "f", dated=True))
    assert sifted(made, facts=known(authored_at=1), date_from=DateFrom.AUTHOR) == made


def test_copies_are_looked_for_where_every_branch_is_logged():
    assert knows_copies(rule_for(draft(1), routing()))
    assert not knows_copies(rule_for(draft(1), routing(log_on=LogOn.DEFAULT_BRANCH)))
