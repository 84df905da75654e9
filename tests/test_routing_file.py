"""Reading the routing file: what it says, and everything that is wrong with it at once."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chalicelib
from chalicelib.domain.repository_rule import repository_rule
from chalicelib.domain.routing_table import Approval, Defaults, Form, Mode, NewTags, Person, Repository, Routing
from chalicelib.errors import ConfigurationError
from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import Problem, RoutingFileError

SHIPPED = (Path(chalicelib.__file__).parent / "routing.toml").read_text(encoding="utf-8")


def problems(text):
    with pytest.raises(RoutingFileError) as caught:
        load(text, name="routing.toml")
    return str(caught.value).splitlines()


def problem(text):
    (only,) = problems(text)
    return only


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
        ("repository = []", "unknown section 'repository'; did you mean 'repositories'?"),
        ("zzz = 1", "unknown section 'zzz'; known sections are defaults, repositories, people,"),
        ("[defaults]\nzzz = 1", "unknown key 'zzz' in [defaults]; known keys are mode, timezone,"),
        ("[defaults]\npace = 1", "unknown key 'pace' in [defaults]; known keys are"),
        ('[defaults]\n"a\\nb" = 1', "unknown key 'a\\ufffdb' in [defaults]".replace("\\ufffd", "\ufffd")),
        ("[repositories]", "repositories has too few brackets; write [[repositories]]"),
        ("[[defaults]]", "defaults has too many brackets; write [defaults]"),
        ("defaults = 5", "defaults is the number 5, not a section; write [defaults]"),
        ("people = [5]", "people is the number 5, not a section; write [[people]]"),
        ('[[forms]]\nname = "t"\nfields = []', "fields in [[forms]] has too many brackets; write [forms.fields]"),
    ],
)
def test_a_section_or_key_that_is_not_known_is_told_with_those_that_are(text, said):
    assert said in problem(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mode = 5", 'is the number 5, not a string; write mode = "live"'),
        ('mode = "watch"', 'there is no "watch"; write one of "live", "observe"'),
        ('mode = "Live"', 'there is no "Live"; did you mean "live"?'),
        ('timezone = "Berlin"', 'there is no time zone "Berlin"; did you mean "Europe/Berlin"?'),
        ('timezone = "europe/berlin"', 'did you mean "Europe/Berlin"?'),
        ('timezone = "America/New York"', 'did you mean "America/New_York"?'),
        ('timezone = "../etc/passwd"', "there is no time zone"),
        ('timezone = "Europe"', "there is no time zone"),
        ('timezone = ""', 'write a name such as "Europe/Berlin" or "UTC"'),
        ('project = ""', '"" is no Noko project; write its name or id'),
        ("project = 0", "0 is no Noko project"),
        ("project = -1", "-1 is no Noko project"),
        ("project = true", "true is no Noko project"),
        ("project = 2147483648", "ids go up to 2147483647"),
        ("project = 1.5", "1.5 is no Noko project"),
        ('branches = "main"', 'is the string "main", not a list; write branches = ["main", "release/*"]'),
        ('branches = ["refs/heads/main"]', 'is a ref, not a branch; write "main"'),
        ('branches = ["!main"]', "nothing can be excluded"),
        ('branches = ["v[0-9]"]', '"v[0-9]" matches no branch; write a pattern such as "release/*"'),
        ('branches = [""]', '"" matches no branch'),
        ('branches = ["main\\n"]', "matches no branch"),
        ('tags = ["12*"]', '"12*" is the number of an issue, and no tag; write a word, such as "sprint-12"'),
        ('tags = ["#dev"]', 'the # of "#dev" is added by itself; write "dev"'),
        ('tags = ["two words"]', '"two words" is no tag'),
        ('tags = ["a*b"]', '"a*b" is no tag'),
        (f'tags = ["{"x" * 31}"]', "write 1 to 30 characters"),
        (f"tags = {[str(n) for n in range(11)]}", "tags in [defaults] has more than 10 entries; keep 10"),
        ("require_brackets = 1", "is the number 1, not true or false; write require_brackets = true"),
        ('require_brackets = "yes"', 'is the string "yes", not true or false'),
        ('max_minutes = "90"', 'is the string "90", not a whole number'),
        ("max_minutes = 90.0", "is the number 90.0, not a whole number"),
        ("max_minutes = true", "is true, not a whole number"),
        ("max_minutes = 07:30:00", "is a date or time, not a whole number"),
        ("max_minutes = 1441", "is more than 1440; write 1440 or less"),
        ("minutes_per_day = 0", "is less than 1; write 1 or more"),
        ("max_age_days = 0", "is less than 1; write 1 or more"),
    ],
)
def test_a_default_of_the_wrong_kind_is_told_with_what_would_be_right(line, said):
    assert said in problem(f"[defaults]\n{line}\n")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("website", 'write "owner/website" or "*/website"'),
        ("https://github.com/acme/website.git", 'is an address; write "acme/website"'),
        ("git@github.com:acme/website.git", 'is an address; write "acme/website"'),
        ("acme/{web,api}", "only * and ? are special"),
        ("acme/[a-z]*", "only * and ? are special"),
        ("acme/web/site", "matches no owner/name"),
        ("acme/", "matches no owner/name"),
        ("/website", "matches no owner/name"),
        ("acme/web site", "matches no owner/name"),
        ("", "matches no owner/name"),
    ],
)
def test_a_pattern_that_can_match_no_repository_is_a_problem(pattern, said):
    assert said in problem(f'[[repositories]]\nmatch = "{pattern}"\n')


@pytest.mark.parametrize("pattern", ["acme/website", "acme/*", "*/website", "*", "acme*", "a?me/web-?.js_*"])
def test_a_pattern_that_can_match_a_repository_is_taken(pattern):
    assert load(f'[[repositories]]\nmatch = "{pattern}"\n', name="r").repositories[0].match == pattern


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('github = ["@jane"]', '"@jane" has an @ before the login; write "jane"'),
        ('github = ["jane@acme.example"]', "an e-mail belongs into emails"),
        ('github = ["jane doe"]', '"jane doe" is no GitHub login'),
        ('emails = ["jane"]', '"jane" is no e-mail address'),
        ('emails = ["jane@"]', '"jane@" is no e-mail address'),
        ('emails = ["a@b@c"]', "is no e-mail address"),
        ('name = "Jane"', "unknown key 'name' in [[people]]"),
    ],
)
def test_a_name_that_nobody_can_commit_under_is_a_problem(line, said):
    assert said in problem(f"[[people]]\nnoko = 1\n{line}\n")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ('noko = "a@x.example"', 'noko = "A@X.example"', 'e-mail "A@X.example" is mapped to two [[people]]'),
        ('noko = "a@x.example"', 'noko = 1\nemails = ["a@x.example"]', 'e-mail "a@x.example" is mapped to two'),
        ('noko = 1\ngithub = ["jane"]', 'noko = 2\ngithub = ["Jane"]', 'GitHub login "Jane" is mapped to two'),
        ("noko = 1", "noko = 1", 'user "1" is mapped to two [[people]]'),
    ],
)
def test_a_name_that_two_people_share_is_a_problem_that_names_both_lines(first, second, said):
    text = f"[[people]]\n{first}\n[[people]]\n{second}\n"
    told = problem(text)
    assert said in told
    first_line = 1 + len(first.splitlines())
    assert f"(the other is in line {first_line})" in told
    assert told.startswith(f"routing.toml:{len(text.splitlines())}:")


def test_a_name_that_one_person_has_twice_is_none():
    load('[[people]]\nnoko = "a@x.example"\nemails = ["a@x.example", "A@x.example"]\n', name="r")


def test_a_login_may_read_like_an_id():
    load('[[people]]\nnoko = 1\n[[people]]\nnoko = 2\ngithub = ["1"]\n', name="r")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[forms]]\nname = "Time Sheet"', 'write one such as "time-sheet"'),
        ('[[forms]]\nname = "t"\npreset = "tipeform"', 'did you mean "typeform"?'),
        ('[[forms]]\nname = "t"\npreset = 1', "preset in [[forms]] is the number 1, not a string"),
        ('[[forms]]\nname = "t"\nperson = "submiter"', 'did you mean "submitter"?'),
        ('[[forms]]\nname = "t"\nperson = "x"', 'write "submitter", or the e-mail or id'),
        ('[[forms]]\nname = "t"\nperson = 0', "0 is no Noko user"),
        ('[[forms]]\nname = "t"\n[forms.fields]\nminute = "x"', "did you mean 'minutes'?"),
        ('[[forms]]\nname = "t"\n[forms.fields]\nminutes = ""', "minutes in [forms.fields] is empty"),
        ('[[forms]]\npreset = "tally"', '[[forms]] has no name; add name = "timesheet"'),
        ('[[forms]]\nname = "t"\n[[forms]]\nname = "t"', 'name "t" is used by two [[forms]]'),
        ('[[approvals]]\nname = "w"', '[[approvals]] has no when; add when = "monday 06:00"'),
    ],
)
def test_a_form_or_policy_out_of_shape_is_a_problem(text, said):
    assert said in problem(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lookback_days = 2", "no entry is both older than 3 days and younger than 2; let lookback_days be more"),
        ("older_than_days = 93", "no entry is both older than 93 days and younger than 92"),
        ("older_than_days = -1", "older_than_days in [[approvals]] is less than 0; write 0 or more"),
        ("lookback_days = 3661", "lookback_days in [[approvals]] is more than 3660"),
        ("projects = []", "projects in [[approvals]] is empty; leave it out, or name at least one"),
        ("people = []", "people in [[approvals]] is empty"),
        ('people = ["jane"]', '"jane" is no e-mail address'),
        ("tags = []", "tags in [[approvals]] is empty"),
        ('tags = ["dev", "Ops"]\nwithout_tags = ["ops*"]', 'the tag "ops*" is both wanted and not'),
        ("billable = 1", "billable in [[approvals]] is the number 1, not true or false"),
        ("max_minutes = 0", "max_minutes in [[approvals]] is less than 1"),
        ('approved_at = "later"', 'there is no "later"; write one of "now", "due"'),
        ("limit = 0", "limit in [[approvals]] is less than 1"),
        ("limit = 10001", "limit in [[approvals]] is more than 10000"),
        ('notify = ["http://hooks.acme.example/x"]', "is no address to notify"),
        ('notify = ["https://jane:secret@acme.example/x"]', "is no address to notify"),
        ('notify = ["ftp://acme.example/x"]', "is no address to notify"),
    ],
)
def test_a_policy_that_asks_for_what_cannot_be_is_a_problem(line, said):
    assert said in problem(f'[[approvals]]\nname = "w"\nwhen = "monday 06:00"\n{line}\n')


@pytest.mark.parametrize("url", ["https://hooks.acme.example:8443/a?b=c", "http://localhost:9000/x", "http://[::1]/"])
def test_an_address_over_https_or_on_this_machine_can_be_notified(url):
    text = f'[[approvals]]\nname = "w"\nwhen = "monday 06:00"\nnotify = ["{url}"]\n'
    assert load(text, name="r").approvals[0].notify == (url,)


@pytest.mark.parametrize(
    "when", ["monday 06:00", "sunday 23:59", "day 1 09:00", "day 31 00:00", "last working day 18:00"]
)
def test_a_schedule_in_one_of_three_shapes_is_taken(when):
    text = f'[[approvals]]\nname = "w"\nwhen = "{when}"\n'
    assert load(text, name="r").approvals[0].when == when


@pytest.mark.parametrize(
    "when",
    ["monday", "monday 6:00", "monday 24:00", "mon 06:00", "day 0 09:00", "day 32 09:00", "06:00", "day ١ 09:00", ""],
)
def test_another_schedule_is_a_problem(when):
    assert "is no schedule" in problem(f'[[approvals]]\nname = "w"\nwhen = "{when}"\n')


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
