"""A submission becomes work, or the reason why not."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directive_description import hashtags
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import Defaults, Form, Routing
from chalicelib.domain.tagging import described
from chalicelib.sources.forms.mapping import Work, read_work
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field, Submission

NOW = 1_782_835_305_000  # 2026-06-30T16:01:45Z
DAY_MS = 86_400_000
FULL = tuple(f"{'t' * 29}{letter}" for letter in "abcdefghij")


def rule(**options):
    defaults = Defaults(timezone="Europe/Berlin", tags=options.pop("fixed", ()))
    return form_rule(Routing(defaults=defaults, forms=(Form("timesheet", **options),)), "timesheet")


PLAIN = rule()


def read(form=PLAIN, *, at=None, **answers):
    fields = tuple(Field(name, each if isinstance(each, tuple) else (each,)) for name, each in answers.items())
    return read_work(Submission(fields, submitted_at=at), form, timezone="Europe/Berlin", now=NOW)


def test_all_that_a_submission_can_say():
    work = read(
        hours="1.5",
        date="2026-06-29",
        notes="Fix the\ttill, #123\n",
        tags=("urgent", "#on site, by-boat"),
        email="Ines@Lantern.example",
        project="Gear GmbH",
        url="https://lantern.example/7",
        billable="true",
    )
    assert work.minutes == 90
    assert work.date == dt.date(2026, 6, 29)
    assert work.description == "Fix the till, GH-123 #urgent #on-site #by-boat"
    assert (work.author.email, work.project, work.url) == (
        "Ines@Lantern.example",
        "Gear GmbH",
        "https://lantern.example/7",
    )


def test_without_a_date_it_is_the_day_of_the_submission_in_the_time_zone_of_the_file():
    late = NOW - DAY_MS + 7 * 3_600_000  # 2026-06-29T23:01:45Z, which in Berlin is the 30th
    assert read(hours="1", at=late).date == dt.date(2026, 6, 30)
    assert (read(hours="1", at=late).worked_at, read(hours="1").worked_at) == (late, NOW)


def test_a_sender_whose_clock_is_ahead_submitted_it_now():
    work = read(hours="1", at=NOW + 90 * DAY_MS)
    assert (work.worked_at, work.date) == (NOW, dt.date(2026, 6, 30))


def test_a_form_that_asks_for_no_text_is_named_instead():
    assert read(hours="1").description == "form timesheet"


def test_two_answers_that_may_both_be_meant_are_rejected_and_named():
    said = read(hours="1", day="2026-06-28", **{"worked on": "2026-06-29"})
    assert isinstance(said, Rejection)
    assert "'day', 'worked on'" in said.reason
    assert read(hours="1", day="2026-06-29", **{"worked on": "2026-06-29"}).date.day == 29


@pytest.mark.parametrize("answer", ["no", "No ", "FALSE", "0", "off", "not  billable"])
def test_what_is_not_billable_gets_the_tag_that_makes_it_so(answer):
    assert read(hours="1", notes="Call", billable=answer).description == "Call #unbillable*"
    own = rule(unbillable_tag="intern*")
    assert read(own, hours="1", notes="Call #intern", billable=answer).description == "Call #intern*"


@pytest.mark.parametrize("answer", ["yes", "Y", "true", "1", "checked"])
def test_what_is_billable_gets_none(answer):
    assert read(hours="1", notes="Call", billable=answer).description == "Call"


@given(
    text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60).map(lambda text: text * 40),
    tags=st.lists(st.sampled_from(FULL), max_size=10).map(tuple),
    fixed=st.lists(st.sampled_from(("x" * 30, *FULL)), max_size=10, unique=True).map(tuple),
)
def test_the_tag_that_makes_it_unbillable_is_never_cut_off_not_even_by_the_tags_of_the_file(text, tags, fixed):
    form = rule(fixed=fixed)
    work = read(form, hours="1", notes=text or "x", tags=tags, billable="no")
    whole = described(work.description, form, None)
    assert len(whole) <= 1_000
    assert "unbillable*" in [tag.lower() for tag in hashtags(whole)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["hours", "Date", "notes", "tags", "email", "url", "billable", "id", "x"]),
            st.text(max_size=30),
        ),
        max_size=8,
    )
)
def test_whatever_is_submitted_is_work_within_its_bounds_or_a_rejection(pairs):
    submission = Submission(tuple(Field(name, (text,) if text.strip() else ()) for name, text in pairs))
    said = read_work(submission, rule(), timezone="Europe/Berlin", now=NOW)
    if isinstance(said, Work):
        assert 1 <= len(said.description) <= 1_000
        assert "\n" not in said.description
        assert said.url is None or said.url.startswith(("http", "HTTP"))
    else:
        assert all(len(each) <= 300 for each in dataclasses.astuple(said))
