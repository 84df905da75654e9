"""Noko's objects are read leniently, and can be told again as they came."""

import pytest

from chalicelib.errors import NokoUnavailable
from chalicelib.noko import models
from chalicelib.noko.models import (
    Lenient,
    NokoCurrentUser,
    NokoEntry,
    NokoProject,
    NokoTag,
    NokoUser,
    parse,
)

USER = {
    "id": 5538,
    "email": "jane@acme.example",
    "first_name": "Jane",
    "last_name": "Doe",
    "profile_image_url": "https://noko.example/a.jpg",
    "url": "https://noko.example/v2/users/5538",
}
PROJECT = {
    "id": 37396,
    "name": "Gear GmbH",
    "billing_increment": 10,
    "enabled": True,
    "billable": True,
    "color": "#ff9898",
    "url": "https://noko.example/v2/projects/37396",
}
TAG = {"id": 249397, "name": "dev", "billable": True, "formatted_name": "#dev", "url": "https://noko.example/t/1"}
ENTRY = {
    "id": 1711626,
    "date": "2026-06-30",
    "user": USER,
    "billable": True,
    "minutes": 60,
    "description": "Fix it #dev",
    "project": PROJECT,
    "tags": [TAG],
    "source_url": "https://github.example/c/1",
    "invoiced_at": "2026-07-10T08:33:00Z",
    "invoice": {"id": 12345678, "reference": "AA001", "invoice_date": "2026-07-09", "total_amount": 189, "url": "u"},
    "import": {"id": 8910, "url": "https://noko.example/v2/imports/8910"},
    "approved_at": "2026-07-10T08:33:00Z",
    "approved_by": USER,
    "url": "https://noko.example/v2/entries/1711626",
    "invoiced_outside_of_noko_url": "https://noko.example/v2/entries/1711626/marked_as_invoiced",
    "approved_url": "https://noko.example/v2/entries/1711626/approved",
    "unapproved_url": "https://noko.example/v2/entries/1711626/unapproved",
    "created_at": "2026-06-30T20:44:57Z",
    "updated_at": "2026-06-30T20:44:57Z",
}
SAMPLES = [
    (NokoEntry, ENTRY),
    (NokoUser, USER | {"role": "leader", "state": "active", "created_at": None}),
    (NokoCurrentUser, USER | {"time_format": "fraction", "week_start": "Monday", "utc_offset": -18000}),
    (NokoProject, PROJECT | {"group": {"id": 3768, "name": "Sprockets", "url": None}, "import": None}),
    (NokoTag, TAG | {"import": {"id": 1, "url": "u"}, "entries": 0, "merge_url": "m"}),
]


@pytest.mark.parametrize(("model", "sample"), SAMPLES)
def test_an_object_can_be_told_again_as_it_came(model, sample):
    given = sample | {"a_new_field": {"deep": [1, None]}}
    read = parse(model, given)
    assert read.own() == given
    assert read.model_extra == {"a_new_field": {"deep": [1, None]}}


@pytest.mark.parametrize(("model", "sample"), SAMPLES)
def test_every_field_that_is_documented_is_typed(model, sample):
    assert parse(model, sample).model_extra == {}


@pytest.mark.parametrize(("model", "sample"), SAMPLES)
def test_every_field_but_the_id_and_an_entrys_date_may_be_null_or_missing(model, sample):
    needed = {"id", "date"} if model is NokoEntry else {"id"}
    bare = {name: sample[name] for name in needed}
    nulls = {name: None for name in sample if name not in needed}
    assert parse(model, bare).id == parse(model, bare | nulls).id == sample["id"]
    assert parse(model, bare | nulls).own() == bare | nulls
    assert parse(model, bare).own() == bare


def test_an_entry_is_typed_all_the_way_down():
    entry = parse(NokoEntry, ENTRY)
    assert (entry.user.email, entry.project.billing_increment, entry.tags[0].name) == ("jane@acme.example", 10, "dev")
    assert (entry.import_.id, entry.invoice.reference, entry.approved_by.id) == (8910, "AA001", 5538)


@pytest.mark.parametrize("data", [None, 7, "text", [], {}, {"id": 0}, {"id": 2**31}, {"id": "x"}, {"name": "no id"}])
@pytest.mark.parametrize("model", [model for model, _ in SAMPLES])
def test_what_has_no_id_is_no_object(model, data):
    with pytest.raises(NokoUnavailable, match=f"not a {model.__name__}"):
        parse(model, data)


def test_the_error_does_not_quote_what_noko_sent():
    with pytest.raises(NokoUnavailable) as raised:
        parse(NokoUser, {"id": "s3cret"})
    assert "s3cret" not in f"{raised.value!r}"
    assert raised.value.__cause__ is None


def test_no_model_is_built_before_something_is_read():
    exported = [getattr(models, name) for name in models.__all__]
    for model in (each for each in exported if isinstance(each, type) and issubclass(each, Lenient)):
        assert model.model_config["defer_build"]
        assert model.model_config["extra"] == "allow"
