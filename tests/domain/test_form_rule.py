"""What the routing file says of a form, and where a form's drafts go."""

import dataclasses

import pytest
from fakes.clock import START
from fakes.house import draft

from chalicelib.domain.directory import Directory, Project, Tags, User
from chalicelib.domain.entry import Author, Held, Route
from chalicelib.domain.form_rule import form_rule, rule_for
from chalicelib.domain.routing import resolve
from chalicelib.domain.routing_table import Defaults, Form, Mode, NewTags, Person, Routing
from chalicelib.domain.tagging import described

DIRECTORY = Directory(
    users=(
        User(1, "jane@acme.example", "Jane", "active"),
        User(2, "sam@acme.example", "Sam", "active"),
        User(3, "old@acme.example", "Old", "disabled"),
    ),
    projects=(Project(7, "Internal", enabled=True), Project(8, "Gear GmbH", enabled=True)),
    fetched_at=START,
)
PEOPLE = (Person("sam@acme.example", emails=("sam@home.example",)),)


def submitted(**changes):
    plain = {"key": "form:timesheet:7", "form": "timesheet", "repository": "", "branch": ""}
    return draft(**{**plain, "author": Author(email="jane@acme.example"), **changes})


def verdict(work=None, defaults=None, directory=DIRECTORY, **options):
    routing = Routing(defaults=defaults or Defaults(), people=PEOPLE, forms=(Form("timesheet", **options),))
    return resolve(work or submitted(), routing, directory, received_at=START)


def test_what_a_form_leaves_out_comes_from_the_defaults():
    defaults = Defaults(mode=Mode.OBSERVE, tags=("x",), max_minutes=60, minutes_per_day=100)
    rule = form_rule(Routing(defaults=defaults, forms=(Form("a"), Form("b", mode=Mode.LIVE, tags=()))), "a")
    assert (rule.mode, rule.tags, rule.max_minutes, rule.minutes_per_day) == (Mode.OBSERVE, ("x",), 60, 100)
    own = form_rule(Routing(defaults=defaults, forms=(Form("b", mode=Mode.LIVE, tags=(), max_minutes=9),)), "b")
    assert (own.mode, own.tags, own.max_minutes) == (Mode.LIVE, (), 9)


def test_the_submission_s_project_goes_first_then_the_form_s_then_the_defaults():
    assert verdict(submitted(project="gear gmbh"), project="Internal").project == "Gear GmbH"
    assert verdict(project=8, defaults=Defaults(project="Internal")).project == "Gear GmbH"
    assert verdict(defaults=Defaults(project="Internal")).project == "Internal"


def test_without_any_it_is_held_in_words_that_speak_of_the_form():
    held = verdict()
    assert (held.code, 'the form "timesheet"' in held.reason) == ("unmapped_project", True)


def test_an_unknown_project_is_held_and_a_guess_is_told():
    held = verdict(submitted(project="Gaer GmbH"))
    assert held.code == "unknown_project"
    assert 'the submission asks for project "Gaer GmbH"' in held.reason
    assert 'did you mean "Gear GmbH"?' in held.reason
    assert '[[forms]] with name = "timesheet"' in verdict(project="Nowhere").reason


@pytest.mark.parametrize(
    ("email", "person", "goes_to"),
    [
        ("JANE@acme.example", "submitter", "jane@acme.example"),
        ("sam@home.example", "submitter", "sam@acme.example"),
        ("jane@acme.example", "sam@acme.example", "sam@acme.example"),
        ("jane@acme.example", "sam@home.example", "sam@acme.example"),
        (None, 2, "sam@acme.example"),
    ],
)
def test_whose_work_it_is(email, person, goes_to):
    assert verdict(submitted(author=Author(email=email)), person=person, project=7).person == goes_to


@pytest.mark.parametrize(
    ("email", "person", "code", "said"),
    [
        (None, "submitter", "unmapped_person", "the submission names no e-mail"),
        ("who@else.example", "submitter", "unmapped_person", 'nobody is mapped to "who@else.example"'),
        ("old@acme.example", "submitter", "inactive_person", "not active"),
        ("jane@acme.example", "gone@acme.example", "unknown_person", '`person` of the form "timesheet"'),
        ("jane@acme.example", 99, "unknown_person", "user 99"),
    ],
)
def test_whoever_is_not_known_is_held_and_never_guessed(email, person, code, said):
    held = verdict(submitted(author=Author(email=email)), person=person, project=7)
    assert (held.code, said in held.reason) == (code, True)


def test_a_form_that_only_observes_or_is_gone_holds_what_comes():
    observed = verdict(project=7, mode=Mode.OBSERVE)
    assert (observed.code, observed.route.project) == ("observed", "Internal")
    assert 'the form "timesheet" is only observed' in observed.reason
    gone = resolve(submitted(), Routing(), DIRECTORY, received_at=START)
    assert (gone.code, "has no form" in gone.reason) == ("unknown_form", True)


def test_the_tag_that_makes_it_unbillable_never_becomes_mere_text():
    work, defaults = submitted(description="Call #unbillable*"), Defaults(new_tags=NewTags.TEXT)
    without = dataclasses.replace(DIRECTORY, tags=Tags(frozenset(), START))
    held = verdict(work, defaults, without, project=7)
    assert isinstance(held, Held)
    assert held.code == "unknown_tag"
    known = dataclasses.replace(DIRECTORY, tags=Tags(frozenset({"unbillable"}), START))
    assert isinstance(verdict(work, defaults, known, project=7), Route)
    rule = rule_for(work, Routing(defaults=defaults, forms=(Form("timesheet"),)))
    assert described(work.description, rule, known.tags) == "Call #unbillable*"
