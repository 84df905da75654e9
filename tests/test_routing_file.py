"""The routing file is read whole, or refused with all its problems."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from routing_text import problem, problems

import chalicelib
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.domain.routing_table import Approval, Defaults, Form, Mode, NewTags, Person, Repository, Routing
from chalicelib.errors import ConfigurationError
from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import Problem, RoutingFileError

SHIPPED = (Path(chalicelib.__file__).parent / "routing.toml").read_text(encoding="utf-8")


def test_an_empty_file_is_all_defaults():
    assert load("", name="routing.toml") == Routing()


def test_every_key_arrives():
    text = """
        [defaults]
        mode = "observe"
        timezone = "Europe/Berlin"
        project = "Internal"
        branches = ["main"]
        tags = ["dev"]
        require_brackets = true
        max_minutes = 600
        minutes_per_day = 450
        max_age_days = 7
        new_tags = "text"
        [[repositories]]
        match = "acme/web*"
        project = 12345
        mode = "live"
        branches = ["main", "release/*"]
        tags = ["web*"]
        require_brackets = false
        max_minutes = 60
        new_tags = "hold"
        [[repositories]]
        match = "*"
        [[people]]
        noko = "jane@acme.example"
        emails = ["jane@home.example"]
        github = ["jane-dev", "renovate[bot]"]
        [[people]]
        noko = 5538
        [[forms]]
        name = "timesheet"
        preset = "typeform"
        person = 5538
        [forms.fields]
        minutes = "minutes spent"
        id = "token"
        [[approvals]]
        name = "weekly"
        when = "last working day 18:00"
        older_than_days = 0
        lookback_days = 31
        projects = ["Gear GmbH", 7]
        scope = "all"
        [[approvals]]
        name = "all-keys"
        when = "day 1 09:00"
        people = ["jane@acme.example", 5539]
        tags = ["dev"]
        without_tags = ["draft*"]
        billable = true
        max_minutes = 600
        require_description = true
        approved_at = "due"
        limit = 500
        notify = ["https://hooks.acme.example/approvals", "http://127.0.0.1:9000/told"]
    """
    assert load(text, name="routing.toml") == Routing(
        Defaults(
            mode=Mode.OBSERVE,
            timezone="Europe/Berlin",
            project="Internal",
            branches=("main",),
            tags=("dev",),
            require_brackets=True,
            max_minutes=600,
            minutes_per_day=450,
            max_age_days=7,
            new_tags=NewTags.TEXT,
        ),
        (
            Repository(
                "acme/web*",
                project=12345,
                mode=Mode.LIVE,
                branches=("main", "release/*"),
                tags=("web*",),
                require_brackets=False,
                max_minutes=60,
                new_tags=NewTags.HOLD,
            ),
            Repository("*"),
        ),
        (
            Person("jane@acme.example", ("jane@home.example",), ("jane-dev", "renovate[bot]")),
            Person(5538),
        ),
        (Form("timesheet", "typeform", 5538, fields=(("minutes", "minutes spent"), ("id", "token"))),),
        (
            Approval("weekly", "last working day 18:00", 0, 31, ("Gear GmbH", 7), "all"),
            Approval(
                "all-keys",
                "day 1 09:00",
                people=("jane@acme.example", 5539),
                tags=("dev",),
                without_tags=("draft*",),
                billable=True,
                max_minutes=600,
                require_description=True,
                approved_at="due",
                limit=500,
                notify=("https://hooks.acme.example/approvals", "http://127.0.0.1:9000/told"),
            ),
        ),
    )


def test_what_a_form_and_a_policy_leave_out_has_the_defaults_of_the_domain():
    text = '[[forms]]\nname = "t"\n[[approvals]]\nname = "w"\nwhen = "monday 06:00"\n'
    routing = load(text, name="routing.toml")
    assert routing.forms == (Form("t"),)
    assert routing.approvals == (Approval("w", "monday 06:00"),)


def test_a_result_can_be_hashed_so_nothing_in_it_can_be_changed():
    assert isinstance(hash(load(SHIPPED, name="routing.toml")), int)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm():
    assert load("\ufeff" + SHIPPED.replace("\n", "\r\n"), name="r") == load(SHIPPED, name="r")


def test_the_file_that_ships_fits_the_sandbox():
    routing = load(SHIPPED, name="routing.toml")
    assert routing.defaults.mode is Mode.LIVE
    assert routing.defaults.project == "Internal"
    assert {person.noko for person in routing.people} == {"jane@acme.example", "sam@acme.example"}
    assert repository_rule(routing, "acme/website").project == "Gear GmbH"
    assert repository_rule(routing, "acme/web-blog").project == "Website"


def test_what_the_file_that_ships_shows_in_comments_is_valid_too():
    shown = re.sub(r"^# (\[|[a-z_]+ = )", r"\1", SHIPPED, flags=re.MULTILINE)
    routing = load(shown, name="routing.toml")
    assert [form.name for form in routing.forms] == ["timesheet"]
    assert [approval.name for approval in routing.approvals] == ["weekly"]


def test_a_broken_file_is_the_operators_to_mend():
    assert issubclass(RoutingFileError, ConfigurationError)
    assert RoutingFileError.exit_code == 3


def test_a_problem_is_told_with_its_place_and_what_would_be_right():
    text = '[[repositories]]\nmatch = "acme/web*"\nporject = "Gear GmbH"\n'
    assert problem(text) == ("routing.toml:3: unknown key 'porject' in [[repositories]]; did you mean 'project'?")


def test_a_problem_carries_its_column():
    with pytest.raises(RoutingFileError) as caught:
        load('people = [{ noko = "a@b.example", emails = ["a@c.example", "nobody"] }]', name="r")
    (found,) = caught.value.problems
    assert (found.line, found.column) == (1, 60)
    assert isinstance(found, Problem)


def test_all_problems_are_told_at_once_in_the_order_of_the_lines():
    text = """\
[[people]]
noko = "jane"
emails = ["jane@home.example", 5]
[defaults]
mode = "lve"
max_minutes = 0
[[people]]
emails = ["JANE@home.example"]
"""
    assert problems(text) == [
        'routing.toml:2: noko in [[people]]: "jane" is no e-mail address; write one such as "jane@acme.example"',
        'routing.toml:3: emails in [[people]] is the number 5, not a string; write emails = ["jane@home.example"]',
        'routing.toml:5: mode in [defaults]: there is no "lve"; did you mean "live"?',
        "routing.toml:6: max_minutes in [defaults] is less than 1; write 1 or more",
        'routing.toml:7: [[people]] has no noko; add noko = "jane@acme.example"',
        (
            'routing.toml:8: e-mail "JANE@home.example" is mapped to two [[people]]; '
            "keep it with one of them (the other is in line 3)"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[defaults]\nproject = Internal", "routing.toml:2: this is not TOML: Invalid value; put words in quotes"),
        ("[defaults]\nproject", "routing.toml:2: this is not TOML: Expected '=' after a key"),
        ("a = 1\n\nb = [1,\n", "routing.toml:3: this is not TOML"),
        ('[defaults]\nmode = "live\n', "routing.toml:2: this is not TOML: Illegal character '\\n'; close the quotes"),
        ("[defaults]\n[defaults]", "routing.toml:2: this is not TOML: Cannot declare"),
        ("[defaults]\nmode = 1\nmode = 2", "routing.toml:3: this is not TOML: Cannot overwrite a value"),
        ("\x00", "routing.toml:1: this is not TOML"),
        ("a = " + "1" * 5_000, "routing.toml:1: this is not TOML"),
        ("a = " + "[" * 100_000, "routing.toml:1: this is nested too deeply"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text, said):
    assert problems(text)[0].startswith(said)


sections = ["defaults", "repositories", "people", "forms", "approvals", "fields"]


keys = ["mode", "project", "tags", "require_brackets", "max_minutes", "match", "noko", "emails", "name", "projects"]


words = st.sampled_from([*sections, *keys])


values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.sampled_from(['"x"', '"a@b.example"', "07:30:00"])),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(map(str, items))}]"),
    max_leaves=5,
).map(lambda value: str(value).replace("True", "true").replace("False", "false"))


@given(st.lists(st.tuples(st.sampled_from(["{}", "[{}]", "[[{}]]", "{} = "]), words, values), max_size=8))
def test_whatever_a_file_holds_it_is_read_or_refused_with_lines(statements):
    text = "\n".join(shape.format(word) + (value if "=" in shape else "") for shape, word, value in statements)
    said = "routing.toml:1: nothing; fine"
    try:
        load(text, name="routing.toml")
    except RoutingFileError as error:
        said = str(error)
    assert all(re.match(r"routing\.toml:[1-9][0-9]*: .+; .+", line) for line in said.split("\n"))
