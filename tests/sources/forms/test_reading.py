"""What each sender's recorded payload says, and what is none of its shape."""

import json

import pytest

from chalicelib.errors import MalformedRequest, UnsupportedContent
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.reading import read
from chalicelib.sources.forms.submission import MAX_NAME, Field
from chalicelib.sources.forms.value import NESTED

AT = 1_782_835_304_000  # 2026-06-30T16:01:44Z
JSON = {"Content-Type": "application/json"}
SHAPED = ("typeform", "tally", "netlify", "jotform", "google-forms")


def says(submission):
    return {field.name: field.values for field in submission.fields}


def body_of(preset, recorded, **changes):
    return json.dumps(json.loads(recorded(preset).body) | changes).encode()


def reads(preset, raw, kind="application/json"):
    return read(PRESETS[preset], {"Content-Type": kind}, raw)


def refusal(preset, raw, kind="application/json"):
    with pytest.raises(MalformedRequest) as caught:
        reads(preset, raw, kind)
    return caught.value.code


def test_typeform(submission):
    read = submission("typeform")
    assert read.fields == (
        Field("Hours worked", ("1.5",), "hours"),
        Field("What did you do?", ("Grünflächen vermessen",), "what"),
        Field("Worked on", ("2026-06-29",), "day"),
        Field("Your email", ("ines@lantern.example",), "who"),
        Field("Kind of work", ("Design",), "kind"),
        Field("Tags", ("urgent", "on site", "by boat"), "tags"),
        Field("Billable?", ("true",), "bill"),
        Field("Link", ("https://lantern.example/plans/7",), "link"),
        Field("Phone", ("+49301234567",), "phone"),
        Field("project", ("Lighthouse",), "project"),
        Field("score", ("3",), "score"),
        Field("rate", ("standard",), "rate"),
    )
    assert (read.submission_id, read.submitted_at) == ("7f3d5c0a9be24c1fa1c0d7b2e8c94f66", AT)
    assert len(read.files) == 1


def test_typeform_s_choices_without_labels_are_kept_as_unresolved(recorded):
    response = json.loads(recorded("typeform").body)["form_response"]
    response["answers"] = [
        {"type": "choices", "choices": {"ids": ["a", "b"]}, "field": {"id": "Zq2rDhY4gNoC", "ref": "tags"}},
        {"type": "choice", "choice": {"id": "c"}, "field": {"id": "gone", "ref": "kind"}},
        {"type": "choice", "choice": {"other": "by boat"}, "field": {"id": "gone"}},
        {"type": "choice", "choice": {"label": {}}, "field": {"id": "gone", "ref": "odd"}},
        {"type": "payment", "payment": {"amount": "1"}, "field": {"id": "gone", "ref": "paid"}},
    ]
    read = reads("typeform", body_of("typeform", recorded, form_response=response))
    assert read.fields[:5] == (
        Field("Tags", (), "tags", ("a", "b")),
        Field("kind", (), "kind", ("c",)),
        Field("gone", ("by boat",), "gone"),
        Field("odd", (), "odd", (NESTED,)),
        Field("paid", (), "paid", (NESTED,)),
    )


def test_typeform_s_score_comes_from_either_place(recorded):
    response = json.loads(recorded("typeform").body)["form_response"] | {"variables": None}
    assert says(reads("typeform", body_of("typeform", recorded, form_response=response)))["score"] == ("3",)


@pytest.mark.parametrize(
    ("preset", "change"),
    [("typeform", {"event_type": "form_response_partial"}), ("tally", {"eventType": "FORM_UPDATED"})],
)
def test_events_that_are_no_submission_are_unused(preset, change, recorded):
    read = reads(preset, body_of(preset, recorded, **change))
    assert read.unused
    assert not read.fields


def test_tally(submission):
    read = submission("tally")
    assert {field.name: (field.values, field.unresolved) for field in read.fields} == {
        "project": (("Lighthouse",), ()),
        "Minutes": (("90",), ()),
        "What did you do?": (("Grünflächen vermessen",), ()),
        "Your email": (("ines@lantern.example",), ()),
        "Date": (("2026-06-29",), ()),
        "Client": (("Lantern GmbH",), ()),
        "Kind of work": (("Design",), ()),
        "Tags": (("urgent",), ("t9",)),
        "Tags (urgent)": (("true",), ()),
        "Tags (on site)": (("false",), ()),
        "Notes": ((), ()),
        "Score": (("2.50",), ()),
        "Rate it": ((), (NESTED,)),
    }
    assert read.fields[1].key == "question_nr5yNw"
    assert (read.submission_id, read.submitted_at, read.files) == ("2wgx4n", AT, ("site.jpg",))


def test_tally_s_choices_without_options_are_kept_as_unresolved(recorded):
    field = {"key": "q", "label": "Client", "type": "DROPDOWN", "value": ["fd986440"]}
    read = reads("tally", body_of("tally", recorded, data={"responseId": "r", "fields": [field]}))
    assert read.fields == (Field("Client", (), "q", ("fd986440",)),)
    assert (read.submission_id, read.submitted_at) == ("r", None)


def test_formspree(submission):
    read = submission("formspree")
    assert says(read) == {
        "_date": ("2026-06-30T16:01:44.512345+00:00",),
        "email": ("ines@lantern.example",),
        "hours": ("1.5",),
        "what did you do": ("Grünflächen vermessen",),
        "tags": ("urgent", "on site"),
    }
    assert read.submission_id is None


def test_formspree_without_its_envelope_is_flat():
    assert says(reads("formspree", b'{"hours": 2, "submission": "x"}')) == {"hours": ("2",), "submission": ("x",)}


def test_netlify(submission):
    read = submission("netlify")
    assert read.fields == (
        Field("Email", ("ines@lantern.example",), "email"),
        Field("Hours Worked", ("1.5",), "hours-worked"),
        Field("What did you do?", ("Grünflächen vermessen",), "what"),
        Field("Tags", ("urgent", "on site"), "tags"),
    )
    assert (read.submission_id, read.submitted_at) == ("6683c1a8e4b0c90008d1f2aa", AT + 88)


def test_netlify_without_its_order_goes_by_what_was_asked():
    read = reads(
        "netlify", b'{"id": 7, "data": {"hours": "2", "ip": "203.0.113.9", "user_agent": "x", "referrer": "y"}}'
    )
    assert (says(read), read.submission_id) == ({"hours": ("2",)}, "7")


def test_jotform(submission):
    read = submission("jotform")
    assert read.fields == (
        Field("name", ("Ines Falk",), "q3_name"),
        Field("yourEmail", ("ines@lantern.example",), "q4_yourEmail"),
        Field("hoursWorked", ("1.5",), "q5_hoursWorked"),
        Field("workedOn", ("2026-06-29",), "q6_workedOn"),
        Field("whatDid", ("Grünflächen vermessen",), "q7_whatDid"),
        Field("tags", ("urgent", "on site"), "q8_tags"),
        Field("kind", ("Design", "by boat"), "q9_kind"),
        Field("phone", ("(030) 123-4567",), "q10_phone"),
        Field("where", (), "q11_where", (NESTED,)),
        Field("link", (), "q12_link"),
    )
    assert (read.submission_id, read.submitted_at, read.files) == ("6234567890123456789", None, ("site.jpg",))


@pytest.mark.parametrize(
    ("date", "values"),
    [
        ({"year": 2026, "month": 2, "day": 31}, ("2026-02-31",)),
        ({"year": "2026", "month": "", "day": "", "hour": "9", "min": "30", "ampm": "AM"}, ("2026-00-00",)),
        ({"year": "", "month": "", "day": ""}, ()),
    ],
)
def test_jotform_s_date_is_a_date_even_where_there_is_no_such_day(date, values):
    raw = f"submissionID=1&rawRequest={json.dumps({'q1_day': date})}".encode()
    assert reads("jotform", raw, "application/x-www-form-urlencoded").fields[0].values == values


@pytest.mark.parametrize("raw", [b"{", b"[]", b"{}{}", b"[" * 50_000, b'{"q1_a": NaN}', b'{"q1_a": 1, "q1_a": 2}'])
def test_jotform_s_json_is_read_as_strictly_as_a_body(raw):
    assert refusal("jotform", b"submissionID=1&rawRequest=" + raw, "application/x-www-form-urlencoded") != "wrong_shape"


def test_google_forms(submission):
    read = submission("google-forms")
    assert says(read) == {
        "Timestamp": ("30/06/2026 18:01:44",),
        "Email Address": ("ines@lantern.example",),
        "How long?": ("1h30m",),
        "What did you do?": ("Grünflächen vermessen",),
        "Tags": ("urgent, on site",),
        "Link": (),
    }
    assert (read.submission_id[-3:], read.submitted_at) == ("/17", AT)


@pytest.mark.parametrize("preset", ["zapier", "make", "n8n", "power-automate", "static-header", "generic"])
def test_flat_senders(preset, submission):
    read = submission(preset)
    assert read.submission_id is None
    assert any(values[0].endswith("4711") for values in says(read).values() if values)
    assert ("Grünflächen vermessen",) in says(read).values()
    assert ("ines@lantern.example",) in says(read).values()


def test_values_of_a_flat_sender_are_text_as_it_was_written(submission):
    assert says(submission("n8n"))["hours"] == ("1.50",)
    zapier = says(submission("zapier"))
    assert (zapier["minutes"], zapier["billable"], zapier["url"]) == (("90",), ("true",), ())
    assert zapier["tags"] == says(submission("make"))["tags"] == ("urgent", "on site")


def test_standard_webhooks_are_named_by_their_id(submission):
    read = submission("standard-webhooks")
    assert read.submission_id == "msg_2KWPBg"
    assert Field("hours", ("1.5",), "data.hours") in read.fields


@pytest.mark.parametrize("preset", SHAPED)
@pytest.mark.parametrize("raw", [b"{}", b'{"hours": 2}', b'{"data": []}', b'{"id": {}, "eventType": "FORM_RESPONSE"}'])
def test_another_sender_s_body_is_of_the_wrong_shape(preset, raw):
    assert refusal(preset, raw) == "wrong_shape"


@pytest.mark.parametrize("fields", [None, {}, "x", [1], [{"label": "a"}, None]])
def test_a_list_of_anything_but_objects_is_of_the_wrong_shape(fields, recorded):
    assert refusal("tally", body_of("tally", recorded, data={"submissionId": "1", "fields": fields})) == "wrong_shape"


def test_more_options_than_a_form_can_have_are_refused(recorded):
    field = {"label": "Tags", "type": "CHECKBOXES", "value": [str(number) for number in range(501)]}
    raw = body_of("tally", recorded, data={"submissionId": "1", "fields": [field]})
    assert refusal("tally", raw) == "too_many_values"


def test_a_type_of_another_type_is_read_over(recorded):
    field = {"label": "Note", "type": ["DROPDOWN"], "value": "x"}
    read = reads("tally", body_of("tally", recorded, data={"submissionId": "1", "fields": [field]}))
    assert says(read) == {"Note": ("x",)}


@pytest.mark.parametrize("at", [None, "", 5, "2026-06-30T16:01:44", "30/06/2026", "0001-01-01T00:00:00+23:59x", {}])
def test_an_instant_that_is_none_is_left_out(at, recorded):
    read = reads("google-forms", body_of("google-forms", recorded, submittedAt=at, responseId=""))
    assert (read.submitted_at, read.submission_id) == (None, None)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999999-23:59"])
def test_the_ends_of_time_are_instants(at, recorded):
    assert reads("google-forms", body_of("google-forms", recorded, submittedAt=at)).submitted_at is not None


def test_an_id_longer_than_any_sender_s_is_refused(recorded):
    assert refusal("google-forms", body_of("google-forms", recorded, responseId="x" * 257)) == "id_too_long"


@pytest.mark.parametrize("preset", ["typeform", "tally", "netlify", "google-forms"])
def test_senders_of_json_send_nothing_else(preset):
    with pytest.raises(UnsupportedContent):
        reads(preset, b"hours=2", "application/x-www-form-urlencoded")


def test_a_question_that_runs_to_a_paragraph_is_cut_and_not_refused():
    read = reads("google-forms", json.dumps({"namedValues": {"I agree " * 100: ["Yes"], "Minutes": ["5"]}}).encode())
    assert [len(field.name) for field in read.fields] == [MAX_NAME, 7]
