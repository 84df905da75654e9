"""What `forms` and `entry` tell of forms."""

import json
from pathlib import Path

import pytest
from fakes.house import FakeHouse

from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.services import intake
from chalicelib.sources.forms.delivery import read
from chalicelib.sources.forms.submission import Field, Submission

PAYLOADS = Path(__file__).parents[1] / "payloads" / "forms"
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin", project="Internal"),
    people=(Person(noko="jane@acme.example"),),
    forms=(Form("timesheet", preset="typeform"), Form("desk", person="jane@acme.example")),
)
FILE = """
[defaults]
timezone = "Europe/Berlin"
[[forms]]
name = "desk"
preset = "{preset}"
"""


@pytest.fixture
def house():
    return FakeHouse(routing=ROUTING)


@pytest.fixture
def submit(house):
    """Take a submission in, and let everything run."""

    def take(form="desk", submission_id="7", **answers):
        fields = tuple(Field(name, (text,)) for name, text in answers.items())
        submission = Submission(fields, submission_id=submission_id)
        rule, now = form_rule(ROUTING, form), house.clock.now()
        reading = read(submission, {}, rule, timezone="Europe/Berlin", public_url=None, now=now)
        delivery, _ = intake.take_submission(reading, ports=house.ports)
        house.run(minutes=3)
        return delivery

    return take


@pytest.fixture
def routing_file(tmp_path):
    def write(preset="generic"):
        path = tmp_path / "routing.toml"
        path.write_text(FILE.format(preset=preset), encoding="utf-8")
        return {"ROUTING_FILE": str(path)}

    return write


def test_the_forms_are_listed_with_address_secret_and_last_submission(run, house, submit, tmp_path):
    submit(hours="1")
    house.secrets.forms = {"timesheet": ("s",)}
    result = run("forms", "list", environment={"PUBLIC_URL": "https://time.acme.example/"})
    assert result.code == 0
    timesheet, desk = result.lines
    assert timesheet == {
        "form": "timesheet",
        "preset": "typeform",
        "person": "submitter",
        "address": "https://time.acme.example/webhooks/forms/timesheet",
        "has_secret": True,
        "last_submission": None,
    }
    assert (desk["has_secret"], desk["last_submission"]) == (False, "2026-06-30T12:00:00Z")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "form-desk-secret").write_text("made-up\n", encoding="ascii")
    assert run("forms", "list").lines[1]["has_secret"] is True
    assert "made-up" not in run("forms", "list", draws=True).out


def test_a_form_s_project_and_person_are_checked_like_others(run, tmp_path):
    path = tmp_path / "routing.toml"
    table = '[[people]]\nnoko = "jane@acme.example"\nemails = ["jane@home.example"]\n[[forms]]\nname = "desk"\n'
    path.write_text(table + 'person = "jane@home.example"\nproject = "Gear Gbmh"\n', encoding="utf-8")
    result = run("check", environment={"ROUTING_FILE": str(path)})
    assert 'Noko has no project "Gear Gbmh"' in result.out
    assert "Noko has no user" not in result.out


def test_a_submission_is_told_from_its_arrival_to_its_id_in_noko(run, submit, house):
    key = submit(hours="1.5", notes="Call").drafts[0].key
    result = run("entry", key)
    assert result.code == 0
    assert "by the form desk" in result.out
    assert f"entry {house.ledger.entry(key).noko_id}" in result.out
    (line,) = run("entry", key, "--json").lines
    assert (line["found"], line["form"], line["minutes"]) == ("entry", "desk", 90)
    (listed,) = run("entries", "--json").lines
    assert listed["key"] == key


def test_a_rejected_submission_is_told_with_the_field_and_listed(run, submit):
    submit(hours="1")
    key = submit(submission_id="8", hours="1", date="03/04/2026").notes[0].key
    result = run("entry", key)
    assert result.code == 0
    assert "date: 03/04/2026" in result.out
    assert "tallyhook forms test FORM FILE" in result.out
    (line,) = run("forms", "rejected").lines
    assert (line["key"], line["field"], line["text"]) == (key, "date", "03/04/2026")
    assert "1 of forms that could not become entries" in run("entries").err
    assert run("forms", "rejected", "timesheet").lines == []
    assert "form:desk:8" in run("forms", "rejected", "desk", draws=True).out


def test_what_was_rejected_and_became_an_entry_since_is_listed_no_more(run, submit):
    submit(hours="1", date="03/04/2026")
    key = submit(hours="1", date="2026-04-03").drafts[0].key
    assert run("forms", "rejected").lines == []
    assert "a submission was malformed: which number" in run("entry", key).out


def test_an_equal_submission_without_an_id_is_told_with_the_entry_it_was_taken_for(run, submit):
    key = submit(submission_id=None, hours="1").drafts[0].key
    submit(submission_id=None, hours="1")
    assert "a submission was skipped: taken for the equal submission of" in run("entry", key).out
    assert run("forms", "rejected").lines == []


def test_a_key_with_blanks_is_quoted_in_the_commands_to_type(run, submit, house):
    house.routing = Routing(people=ROUTING.people, forms=ROUTING.forms)
    key = submit(submission_id="a b", hours="1").drafts[0].key
    assert f"tallyhook route '{key}' --project" in run("entry", key).out


@pytest.mark.parametrize(
    ("preset", "file"), [("generic", "generic.json"), ("jotform", "jotform.txt"), ("make", "make.txt")]
)
def test_a_recorded_submission_is_tried_out_without_an_instance(run, nowhere, routing_file, preset, file):
    words = "forms", "test", "desk", PAYLOADS / file
    result = run(*words, environment=routing_file(preset), connect=nowhere)
    assert (result.code, "90 minutes on 20" in result.out) == (0, True)
    (line,) = run(*words, "--json", environment=routing_file(preset), connect=nowhere).lines
    assert line["drafts"][0]["minutes"] == 90
    assert "email" in {field["meaning"] for field in line["fields"]}


def test_what_could_not_become_an_entry_says_so_and_exits_with_1(run, routing_file):
    result = run("forms", "test", "desk", "-", typed=json.dumps({"time": 30}), environment=routing_file())
    assert result.code == 1
    assert "no entry: time: a bare number: add h or m" in result.out
    broken = run("forms", "test", "desk", "-", typed="{", environment=routing_file())
    assert (broken.code, "400, not_json" in broken.err) == (1, True)
    unknown = run("forms", "test", "nobody", "-", typed="{}", environment=routing_file())
    assert (unknown.code, "no form 'nobody'" in unknown.err) == (1, True)


def test_headers_can_be_given_and_a_submission_without_an_id_is_called_weak(run, routing_file):
    words = "forms", "test", "desk", "-"
    keyed = run(*words, "--header", "Idempotency-Key: 7", typed='{"hours": 1}', environment=routing_file())
    assert "form:desk:7" in keyed.out
    assert "It has no id" in run(*words, typed='{"hours": 1}', environment=routing_file()).out
    assert run(*words, "--header", "nonsense", typed="{}", environment=routing_file()).code == 2
