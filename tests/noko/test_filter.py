"""Filters become the query that Noko documents, and nothing else."""

import datetime as dt
import re
from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UserError
from chalicelib.noko.filter import (
    EntryFilter,
    ProjectFilter,
    Role,
    TagFilter,
    TagFilterType,
    UserFilter,
    UserState,
    pairs,
)
from chalicelib.noko.protocol import Call, Token, build

DAY, NEXT = dt.date(2026, 6, 30), dt.date(2026, 7, 1)
INSTANT = 1_782_820_800_999  # 2026-06-30T12:00:00.999Z
EVERY = EntryFilter(
    user_ids=(1, 2),
    description="meeting",
    project_ids=(3,),
    tag_ids=(4, 5),
    tag_filter_type=TagFilterType.COMBINATION_OF,
    invoice_ids=(6,),
    import_ids=(7,),
    date_from=DAY,
    date_to=NEXT,
    invoiced=False,
    invoiced_at_from=DAY,
    invoiced_at_to=NEXT,
    updated_from=INSTANT,
    updated_to=INSTANT,
    billable=True,
    approved_at_from=DAY,
    approved_at_to=DAY,
    approved_by_ids=(8,),
)


def test_every_documented_filter_of_entries_has_its_argument():
    assert dict(pairs(EVERY)) == {
        "user_ids": "1,2",
        "description": "meeting",
        "project_ids": "3",
        "tag_ids": "4,5",
        "tag_filter_type": "combination of",
        "invoice_ids": "6",
        "import_ids": "7",
        "from": "2026-06-30",
        "to": "2026-07-01",
        "invoiced": "false",
        "invoiced_at_from": "2026-06-30",
        "invoiced_at_to": "2026-07-01",
        "updated_from": "2026-06-30T12:00:00Z",
        "updated_to": "2026-06-30T12:00:00Z",
        "billable": "true",
        "approved_at_from": "2026-06-30",
        "approved_at_to": "2026-06-30",
        "approved_by_ids": "8",
    }
    assert all(getattr(EVERY, field.name) is not None for field in fields(EVERY))


def test_so_have_those_of_users_projects_and_tags():
    users = UserFilter(name="j", email="@acme", role=Role.LEADER, state=UserState.ACTIVE)
    assert dict(pairs(users)) == {"name": "j", "email": "@acme", "role": "leader", "state": "active"}
    projects = ProjectFilter(name="g", project_group_ids=(1,), billing_increment=15, enabled=True, billable=False)
    assert dict(pairs(projects)) == {
        "name": "g",
        "project_group_ids": "1",
        "billing_increment": "15",
        "enabled": "true",
        "billable": "false",
    }
    assert dict(pairs(TagFilter(name="d", billable=False))) == {"name": "d", "billable": "false"}


@pytest.mark.parametrize("wanted", [None, EntryFilter(), UserFilter(), ProjectFilter(), TagFilter()])
def test_a_filter_that_says_nothing_sends_nothing(wanted):
    assert pairs(wanted) == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"user_ids": (0,)}, "user_ids"),
        ({"tag_ids": (1, 2**31)}, "tag_ids"),
        ({"project_ids": ("3",)}, "project_ids"),
        ({"user_ids": 0}, "user_ids"),
        ({"description": ""}, "description must not be blank"),
        ({"description": " \n"}, "description must not be blank"),
        ({"description": 7}, "description"),
        ({"tag_filter_type": "or"}, "and, combination of"),
        ({"date_from": "2026-06-30"}, "from must be a date"),
        ({"date_to": dt.datetime(2026, 6, 30, tzinfo=dt.UTC)}, "to must be a date"),
        ({"updated_from": DAY}, "updated_from"),
        ({"approved_at_from": INSTANT}, "approved_at_from"),
        ({"invoiced": "false"}, "invoiced must be true or false"),
        ({"billable": 1}, "billable must be true or false"),
        ({"date_from": NEXT, "date_to": DAY}, "from lies after to"),
        ({"updated_from": 2, "updated_to": 1}, "updated_from lies after updated_to"),
        ({"invoiced_at_from": NEXT, "invoiced_at_to": DAY}, "invoiced_at_from lies after"),
        ({"approved_at_from": NEXT, "approved_at_to": DAY}, "approved_at_from lies after"),
    ],
)
def test_what_noko_could_not_understand_is_refused(changes, sentence):
    with pytest.raises(UserError, match=re.escape(sentence)):
        pairs(replace(EntryFilter(), **changes))


def test_roles_states_and_increments_are_checked():
    for wanted in (UserFilter(role="boss"), UserFilter(state="gone"), ProjectFilter(billing_increment=0)):
        with pytest.raises(UserError, match="must be"):
            pairs(wanted)
    assert pairs(UserFilter(role="leader")) == (("role", "leader"),)


ids = st.lists(st.integers(1, 2_147_483_647), max_size=4).map(tuple)
dates = st.none() | st.dates()


@given(
    st.builds(
        EntryFilter,
        user_ids=ids,
        tag_ids=ids,
        description=st.none() | st.from_regex(r"[^\s\x00-\x1f\ud800-\udfff]{1,20}", fullmatch=True),
        date_from=dates,
        billable=st.none() | st.booleans(),
        updated_from=st.none() | st.integers(0, 10**13),
    )
)
def test_whatever_is_filtered_by_arrives_as_it_was_meant(wanted):
    url = build("https://noko.example/v2", Token("t"), Call("GET", "/entries", pairs(wanted))).url
    arrived = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    assert arrived == dict(pairs(wanted))
    assert arrived.get("description") == wanted.description
    assert [int(i) for i in arrived.get("user_ids", "").split(",") if i] == list(dict.fromkeys(wanted.user_ids))
    assert arrived.get("billable") == (None if wanted.billable is None else str(wanted.billable).lower())
    assert arrived.get("from") == (None if wanted.date_from is None else wanted.date_from.isoformat())
    assert "" not in arrived.values()
