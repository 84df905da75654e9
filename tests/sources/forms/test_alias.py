"""Which question means what."""

import pytest

from chalicelib.sources.forms.alias import ALIASES, sort_out, unit_of
from chalicelib.sources.forms.rejection import Rejection
from chalicelib.sources.forms.submission import Field


def words(*fields, labels=None):
    found = sort_out(fields, labels or {})
    return found if isinstance(found, Rejection) else {word: [f.name for f in each] for word, each in found.items()}


@pytest.mark.parametrize(("word", "alias"), [(word, alias) for word, aliases in ALIASES.items() for alias in aliases])
def test_every_alias_is_understood_in_any_case_and_punctuation(word, alias):
    for name in (alias, alias.upper(), f"{alias.title()}?", alias.replace(" ", "_"), f"  {alias}: *"):
        assert list(words(Field(name, ("1",)))) == [word], name


@pytest.mark.parametrize(
    "name", ["E-Mail", "e_mail", "EMAIL", "\uff25mail", "Your e-mail:"]
)  # the last but one is wide
def test_an_e_mail_is_one_however_it_is_written(name):
    assert list(words(Field(name, ("x",)))) == ["email"]


@pytest.mark.parametrize(
    "name", ["Opening hours", "Submission date", "First name", "Tags (urgent)", "Minutes of meeting", ""]
)
def test_a_name_that_only_holds_one_of_the_words_means_nothing(name):
    assert words(Field(name, ("1",))) == {}


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Time spent (minutes)", "minutes"),
        ("Duration in mins", "minutes"),
        ("How many hours did you work?", "hours"),
        ("Number of hours", "hours"),
        ("Hours and minutes", None),
        ("Time spent", None),
        ("Opening hours", None),
        ("Rush hour", None),
    ],
)
def test_a_name_says_its_unit_or_it_does_not(name, unit):
    assert unit_of(name) == unit


def test_the_sender_s_own_name_is_understood_where_the_question_is_not():
    assert words(Field("How much of your life?", ("1",), key="hours")) == {"hours": ["How much of your life?"]}


def test_a_label_of_the_file_is_looked_for_alone():
    fields = Field("Notes", ("a",)), Field("What, exactly?", ("b",))
    assert words(*fields, labels={"description": "what exactly"}) == {"description": ["What, exactly?"]}
    assert words(*fields, labels={"description": "not there"}) == {}
    assert words(Field("Notes", ("a",)), labels={"project": "notes"}) == {"project": ["Notes"]}


def test_the_very_word_goes_before_its_other_names_but_texts_are_told_together():
    assert words(Field("Client", ("a",)), Field("Project", ("b",))) == {"project": ["Project"]}
    assert words(Field("Task", ("a",)), Field("Notes", ("b",))) == {"description": ["Task", "Notes"]}


def test_what_the_sender_adds_itself_is_not_what_a_person_answered():
    both = Field("_date", ("2026-06-30T16:01:44+00:00",)), Field("date", ("2026-06-29",))
    assert words(*both) == {"date": ["date"]}
    assert words(*both, labels={"id": "_date"}) == {"id": ["_date"], "date": ["date"]}


def test_a_question_left_open_is_none():
    assert words(Field("Client"), Field("Hours", ("1",))) == {"hours": ["Hours"]}


def test_an_answer_known_by_its_id_alone_is_rejected_where_it_is_needed():
    assert words(Field("Kind", (), unresolved=("x1",))) == {}
    rejected = words(Field("Client", (), unresolved=("x1",)))
    assert (rejected.field, rejected.value) == ("Client", "x1")


def test_what_is_in_several_parts_is_rejected_rather_than_left_out():
    parts = Field("name", ("Gear",), "client.name"), Field("client.id", ("7",), "client.id")
    assert words(*parts).field == "client.name"
    assert words(*parts, labels={"project": "client.name"}) == {"project": ["name"]}


def test_the_id_of_a_part_is_not_the_submission_s():
    assert words(Field("id", ("7",), "person.id"), Field("hours", ("1",))) == {"hours": ["hours"]}
    assert words(Field("id", ("7",), "person.id"), labels={"id": "person.id"}) == {"id": ["id"]}
