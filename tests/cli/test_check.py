import dataclasses
import datetime as dt

import pytest
from fakes.house import delivery, draft

from chalicelib.domain.directory import Directory, Project
from chalicelib.domain.routing_table import Defaults, Routing
from chalicelib.noko.protocol import Token
from cli.naming import unfit_names
from devstack.sandbox.account import COWORKER_TOKEN
from devstack.sandbox.hashtag import Hashtag

GOOD = """\
[defaults]
timezone = "Europe/Berlin"
project = "internal"

[[repositories]]
match = "acme/web*"
project = "Gear GmbH"

[[people]]
noko = "jane@acme.example"
"""
UNFIT = """\
[defaults]
project = "Interal"

[[repositories]]
match = "acme/old*"
project = "Old Site"

[[repositories]]
match = "acme/x*"
project = 12

[[people]]
noko = "jane@acme.exmaple"

[[people]]
noko = "kim@acme.example"

[[people]]
noko = 77

[[approvals]]
name = "weekly"
when = "monday 06:00"
projects = ["Old Site", "Websit"]
people = ["alex@acme.example", "jo@acme.example"]
"""
ACTIVATE = "activate them there, or name another"
BROKEN = """\
[defaults]
porject = "Internal"
max_minutes = 0

[[people]]
noko = "nobody"
"""


@pytest.fixture
def check(run, tmp_path):
    path = tmp_path / "routing.toml"

    def invoke(*words, text=GOOD, environment=None, **more):
        path.write_text(text, encoding="utf-8")
        return run("check", *words, environment={"ROUTING_FILE": str(path), **(environment or {})}, **more)

    return invoke


def _problems(result, topic=None):
    return [x["text"] for x in result.lines if x["level"] == "problem" and topic in (None, x["check"])]


def test_a_good_setup_is_confirmed_point_by_point(check):
    result = check("--json")
    assert result.code == 0
    assert [(line["check"], line["level"]) for line in result.lines] == [
        ("settings", "ok"),
        ("instance", "ok"),
        ("routing file", "ok"),
        ("token", "ok"),
        ("names", "ok"),
        ("other integrations", "ok"),
    ]
    assert "jane@acme.example, supervisor" in result.out


def test_every_name_that_noko_does_not_have_is_told_with_its_line_and_what_was_meant(check):
    result = check("--json", text=UNFIT)
    assert result.code == 3
    assert _problems(result, "names") == [
        'routing.toml:2: Noko has no project "Interal"; did you mean "Internal"?',
        'routing.toml:6: the project "Old Site" is archived in Noko; reactivate it there, or name another',
        "routing.toml:10: Noko has no project 12; create it there, or name another",
        'routing.toml:24: Noko has no project "Websit"; did you mean "Website"?',
        'routing.toml:13: Noko has no user "jane@acme.exmaple"; did you mean "jane@acme.example"?',
        f'routing.toml:16: the user "kim@acme.example" is "suspended" in Noko, not active; {ACTIVATE}',
        "routing.toml:19: Noko has no user 77; invite them there, or name another",
        'routing.toml:25: Noko has no user "jo@acme.example"; did you mean "jane@acme.example"?',
    ]


def test_every_problem_of_the_routing_file_is_told_and_the_token_is_looked_at_all_the_same(check):
    result = check("--json", text=BROKEN)
    assert result.code == 3
    lines = [text.split(":")[:2] for text in _problems(result, "routing file")]
    assert lines == [["routing.toml", "2"], ["routing.toml", "3"], ["routing.toml", "6"]]
    assert any(line["check"] == "token" for line in result.lines)


def test_a_refused_token_is_exit_code_4(check, house):
    house.secrets.token = Token("revoked")
    result = check("--json")
    assert result.code == 4
    assert _problems(result, "token")


def test_what_has_to_be_configured_goes_before_a_refused_token(check, house):
    house.secrets.token = Token("revoked")
    assert check(text=BROKEN).code == 3


def test_no_token_at_all_is_a_matter_of_configuration(check, house):
    house.secrets.token = None
    assert check().code == 3


def test_noko_away_is_exit_code_1(check, house):
    house.transport.unreachable = True
    assert check().code == 1


def test_a_token_that_can_log_for_its_owner_only_is_a_warning(check, house):
    house.secrets.token = Token(COWORKER_TOKEN)
    result = check("--json")
    assert result.code == 0
    assert [line["text"] for line in result.lines if line["level"] == "warning"] == [
        "a coworker may log time for sam@acme.example only; use a leader's or supervisor's token"
    ]


def test_a_pause_is_told_and_names_are_compared_with_what_noko_told_before_it(check, house):
    assert check().code == 0
    house.clock.advance(hours=2)
    house.throttle.pause("Noko could not be reached", now=house.clock.now())
    result = check("--json", text=GOOD.replace("Gear", "Gaer"))
    warnings = [line["text"] for line in result.lines if line["level"] == "warning"]
    assert "posting is paused since just now: Noko could not be reached" in warnings
    assert any("2 h ago" in text for text in warnings)
    assert len(_problems(result, "names")) == 1


def test_noko_is_asked_through_the_throttle(check, house):
    check()
    assert len(house.throttle.slots) == len(house.transport.requests) == 4


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (UNFIT, 0), (BROKEN, 3)])
def test_offline_looks_at_settings_and_file_only_and_connects_to_nothing(check, text, code):
    def connect(*_, **__):
        raise AssertionError("connected")

    assert check("--offline", text=text, connect=connect).code == code


def test_every_unusable_setting_is_told(check):
    result = check("--offline", "--json", environment={"LEASE_SECONDS": "1", "NOKO_BASE_URL": "ftp://x"})
    assert result.code == 3
    assert len(_problems(result, "settings")) == 2


def test_an_unusable_setting_does_not_hide_the_problems_of_the_routing_file(check):
    result = check("--json", text=BROKEN, environment={"LEASE_SECONDS": "1"})
    assert len(_problems(result, "routing file")) == 3


def test_a_routing_file_that_is_not_there_is_told_once(run):
    result = run("check", "--offline", "--json", environment={"ROUTING_FILE": "nowhere.toml"})
    assert result.code == 3
    assert len(_problems(result)) == 1


def test_without_an_instance_the_file_is_looked_at_and_offline_is_named(check, nowhere):
    result = check("--json", text=BROKEN, connect=nowhere)
    assert result.code == 3
    assert len(_problems(result, "routing file")) == 3
    assert "no instance" in _problems(result, "instance")[0]
    assert "--offline" in check(connect=nowhere).out


def test_a_routing_file_that_cannot_be_read_is_a_problem_of_its_own(run, tmp_path):
    path = tmp_path / "routing.toml"
    path.write_bytes(b"\xff\xfe")
    assert run("check", "--offline", environment={"ROUTING_FILE": str(path)}).code == 3


def test_a_person_sees_marks_and_sentences(check):
    result = check(text=UNFIT)
    assert "✓ token: accepted" in result.out
    assert "✗ names: routing.toml:2: " in result.out


def test_a_form_that_is_always_one_persons_is_checked_too(check):
    form = '\n[[forms]]\nname = "timesheet"\nperson = "{}"\n'
    assert check(text=GOOD + form.format("submitter")).code == 0
    assert check(text=GOOD + form.format("nobody@acme.example")).code == 3


TAGS = """[defaults]
project = "internal"
tags = ["dev"]

[[repositories]]
match = "acme/a*"
new_tags = "hold"

[[repositories]]
match = "acme/b*"
tags = ["Bog*", "bug"]
new_tags = "text"

[[repositories]]
match = "acme/c*"
tags = ["whatever"]
"""


def test_tags_that_are_not_to_be_created_have_to_exist(check, house):
    house.sandbox.books.add_tag(Hashtag("Bug", billable=True))
    result = check("--json", text=TAGS)
    assert result.code == 3
    right = "`tallyhook tags create dev`, or name another"
    assert _problems(result, "names") == [
        f'routing.toml:3: Noko has no tag "dev", and new_tags lets none be created; {right}',
        'routing.toml:11: Noko has no tag "Bog", and new_tags lets none be created; did you mean "bug"?',
    ]
    assert len(house.throttle.slots) == len(house.transport.requests) == 5


def test_tags_that_noko_did_not_tell_are_said_to_be_unchecked(check, house):
    house.sandbox.faults.add("status_before", status=500, match=("GET", "/tags"))
    result = check("--json", text=TAGS)
    assert result.code == 1
    assert _problems(result, "names") == ["Noko did not tell its tags, so those are not checked"]


def test_a_name_that_fits_several_projects_wants_an_id():
    twins = Directory((), (Project(1, "Site", True), Project(2, "Site", True)), 0)
    (found,) = unfit_names(Routing(Defaults(project="site")), twins)
    assert found.right == "name one by its id: 1, 2"
    assert list(unfit_names(Routing(Defaults(project=2)), twins)) == []


def log(house, number, repository="acme/website"):
    """Have something else log a commit in Noko."""
    url = f"https://github.com/{repository}/commit/{number:040x}"
    user = house.sandbox.books.users()[0].id
    house.sandbox.books.log(date=dt.date(2026, 6, 29), minutes=30, user_id=user, source_url=url)


def test_what_else_logs_the_commits_of_a_repository_of_the_file_is_a_warning(check, house):
    log(house, 1), log(house, 2), log(house, 3, repository="somebody/else")
    result = check("--json")
    assert result.code == 0
    (warning,) = [line["text"] for line in result.lines if line["level"] == "warning"]
    assert warning.startswith("2 entries of the last 31 days that link to commits of acme/website are not Tallyhook's")
    assert "the newest of 2026-06-29" in warning


def test_a_repository_that_only_a_push_named_counts_as_well(check, house, deliver):
    deliver(dataclasses.replace(delivery(draft(1)), repository="acme/tool"))
    log(house, 2, repository="acme/tool")
    assert "commits of acme/tool are not" in check().out


def test_what_tallyhook_logged_itself_is_no_warning(check, deliver):
    deliver(delivery(draft(1)))
    assert [line["level"] for line in check("--json").lines if line["check"] == "other integrations"] == ["ok"]


def test_in_restore_mode_what_the_ledger_forgot_is_not_taken_for_another_integration(check, house):
    log(house, 1)
    house.throttle.enter_restore(house.clock.now(), now=house.clock.now())
    assert "other integrations" not in {line["check"] for line in check("--json").lines}


def test_a_month_that_cannot_be_listed_is_exit_code_1(check, house):
    house.sandbox.faults.add("not_json", match=("GET", "/entries"))
    result = check("--json")
    assert result.code == 1
    assert _problems(result, "other integrations")
