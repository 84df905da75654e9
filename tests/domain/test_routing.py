"""Where a draft goes, and what a held entry tells its reader."""

import datetime as dt
from dataclasses import replace

import pytest

from chalicelib.domain.directory import Directory, Project, User
from chalicelib.domain.entry import Author, Draft, Held, Route
from chalicelib.domain.person import noreply_login
from chalicelib.domain.routing import DAY_MS, DIRECTORY_CODES, resolve
from chalicelib.domain.routing_table import Defaults, Mode, Person, Repository, Routing

NOW = 1_780_000_000_000
JANE = User(1, "jane@acme.example", "Jane Doe", "active")
SAM = User(2, "Sam@Acme.example", "Sam Roe", "active")
OLIVE = User(3, "olive@acme.example", "Olive Out", "disabled")
PAT = User(4, "pat@acme.example", "Pat Pending", "pending")
WEBSITE = Project(10, "Website", enabled=True)
GEAR = Project(11, "Gear GmbH", enabled=True)
INTERNAL = Project(12, "Internal", enabled=True)
OLD = Project(13, "Old Shop", enabled=False)
DIRECTORY = Directory((JANE, SAM, OLIVE, PAT), (WEBSITE, GEAR, INTERNAL, OLD), NOW)
ROUTING = Routing(
    defaults=Defaults(project="Internal"),
    repositories=(Repository("acme/web*", project="Gear GmbH"),),
    people=(Person("jane@acme.example", emails=("jane@home.example",), github=("jane-dev",)),),
)
DRAFT = Draft(
    key="github:abc",
    minutes=90,
    date=dt.date(2026, 6, 30),
    description="Fix the gears",
    source_url="https://github.com/acme/website/commit/abc",
    author=Author("Jane", "jane@home.example", "jane-dev"),
    repository="acme/website",
    branch="main",
    worked_at=NOW - DAY_MS,
)


def judge(draft=DRAFT, routing=ROUTING, directory=DIRECTORY):
    return resolve(draft, routing, directory, received_at=NOW)


def by(author, routing=ROUTING, directory=DIRECTORY):
    return judge(replace(DRAFT, author=author), routing, directory)


def of(project, **changes):
    return judge(replace(DRAFT, project=project, **changes))


def held(result, code):
    assert isinstance(result, Held)
    assert result.code == code
    return result.reason


def person_of(result):
    assert isinstance(result, Route)
    return result.user_id


def project_of(result):
    assert isinstance(result, Route)
    return result.project_id


def test_a_mapped_person_in_a_mapped_repository_has_a_route():
    assert judge() == Route(project_id=11, project="Gear GmbH", user_id=1, person="jane@acme.example")


# Who


@pytest.mark.parametrize(
    "author",
    [
        Author(email="jane@home.example"),
        Author(email="JANE@Home.Example "),
        Author(email="jane@acme.example"),
        Author(login="Jane-Dev"),
        Author(email="stranger@elsewhere.example", login="jane-dev"),
        Author(email="5538+jane-dev@users.noreply.github.com"),
        Author(email="Jane-Dev@users.noreply.github.com", login="renamed-since"),
    ],
)
def test_a_person_is_known_by_every_name_in_the_routing_file(author):
    assert person_of(by(author)) == JANE.id


def test_an_email_in_the_routing_file_goes_before_a_login():
    routing = replace(ROUTING, people=(Person(2, github=("jane-dev",)), *ROUTING.people))
    assert person_of(by(Author(email="jane@home.example", login="jane-dev"), routing)) == JANE.id


def test_the_routing_file_goes_before_an_email_that_noko_knows():
    routing = Routing(defaults=Defaults(project="Internal"), people=(Person(1, emails=("sam@acme.example",)),))
    assert person_of(by(Author(email="sam@acme.example"), routing)) == JANE.id


def test_a_person_may_be_mapped_by_noko_id():
    routing = replace(ROUTING, people=(Person(2, github=("sam-dev",)),))
    assert person_of(by(Author(login="sam-dev"), routing)) == SAM.id


def test_an_unmapped_author_with_the_email_of_an_active_noko_user_is_that_user():
    assert person_of(by(Author(email="sam@acme.EXAMPLE", login="sam-dev"))) == SAM.id


@pytest.mark.parametrize(
    ("email", "login"),
    [
        ("5538+jane-dev@users.noreply.github.com", "jane-dev"),
        ("jane-dev@users.noreply.github.com", "jane-dev"),
        ("5538+Jane-Dev@Users.NoReply.GitHub.com", "jane-dev"),
        ("49699333+dependabot[bot]@users.noreply.github.com", "dependabot[bot]"),
        ("12+34@users.noreply.github.com", "34"),
        ("jane_acme@users.noreply.github.com", "jane_acme"),
        (" 1+jane@users.noreply.github.com\n", "jane"),
        ("noreply@github.com", None),
        ("jane@acme.example", None),
        ("5538+@users.noreply.github.com", None),
        ("@users.noreply.github.com", None),
        ("jane+tag@users.noreply.github.com", None),
        ("٣+jane@users.noreply.github.com", None),
        ("1+a@b@users.noreply.github.com", None),
        ("jane@users.noreply.github.com.evil.example", None),
        ("jane@evil-users.noreply.github.com", None),
        ("users.noreply.github.com", None),
        ("", None),
        (None, None),
    ],
)
def test_a_noreply_address_holds_a_login(email, login):
    assert noreply_login(email) == login


def test_a_noreply_login_that_nobody_maps_is_told_with_the_line_to_add():
    reason = held(by(Author(email="7+kim@users.noreply.github.com")), "unmapped_person")
    assert 'add `github = ["kim"]`' in reason
    assert "tallyhook route github:abc" in reason


def test_an_email_that_nobody_maps_is_told_with_the_line_to_add():
    assert 'add `emails = ["kim@x.example"]`' in held(by(Author(email="kim@x.example")), "unmapped_person")


@pytest.mark.parametrize("author", [Author(), Author(name="Jane Doe"), Author(email="", login="")])
def test_an_author_without_email_and_login_is_held_and_not_matched_by_name(author):
    assert "neither an e-mail nor a GitHub login" in held(by(author), "unmapped_person")


def test_an_empty_email_matches_no_user_without_one():
    directory = replace(DIRECTORY, users=(User(9, "", "Nobody", "active"),))
    held(by(Author(email=" "), directory=directory), "unmapped_person")


def test_an_email_that_reads_like_a_noko_id_maps_to_nobody():
    routing = replace(ROUTING, people=(Person(1),))
    held(by(Author(email="1"), routing), "unmapped_person")


BOT = Author(email="sam@acme.example", login="renovate[bot]")


def test_a_bot_that_nobody_mapped_is_held_even_with_the_email_of_a_user():
    assert 'add `github = ["renovate[bot]"]`' in held(by(BOT), "unmapped_person")


def test_a_bot_counts_once_it_is_mapped():
    routing = replace(ROUTING, people=(Person(2, github=("renovate[bot]",)),))
    assert person_of(by(BOT, routing)) == SAM.id


def test_a_mapped_person_whom_noko_lacks_is_unknown_and_a_near_one_is_named():
    routing = replace(ROUTING, people=(Person("jame@acme.example", github=("jane-dev",)),))
    reason = held(by(Author(login="jane-dev"), routing), "unknown_person")
    assert 'did you mean "jane@acme.example"?' in reason
    assert 'noko = "jame@acme.example"' in reason


def test_a_mapped_id_that_noko_lacks_is_unknown():
    routing = replace(ROUTING, people=(Person(99, github=("jane-dev",)),))
    assert "`noko = 99`" in held(by(Author(login="jane-dev"), routing), "unknown_person")


@pytest.mark.parametrize("user", [OLIVE, PAT])
def test_a_user_who_is_not_active_is_held_mapped_or_not(user):
    routing = replace(ROUTING, people=(Person(user.id, github=("them",)),))
    assert user.state in held(by(Author(login="them"), routing), "inactive_person")
    assert user.state in held(by(Author(email=user.email)), "inactive_person")


def test_of_two_users_with_one_email_the_active_one_is_meant():
    directory = replace(DIRECTORY, users=(replace(JANE, id=8, state="disabled"), JANE))
    assert person_of(judge(directory=directory)) == JANE.id


# Where


def test_the_project_of_the_author_goes_before_that_of_the_repository():
    assert project_of(of("Website")) == WEBSITE.id


def test_the_project_of_the_repository_goes_before_that_of_the_defaults():
    assert project_of(judge()) == GEAR.id


def test_a_repository_without_project_goes_to_that_of_the_defaults():
    assert project_of(of(None, repository="acme/else")) == INTERNAL.id
    routing = replace(ROUTING, repositories=(Repository("acme/*"),))
    assert project_of(judge(routing=routing)) == INTERNAL.id


def test_without_any_project_in_the_file_the_one_named_like_the_repository_counts():
    assert project_of(judge(routing=Routing(people=ROUTING.people))) == WEBSITE.id


@pytest.mark.parametrize("written", ["website", " WEBSITE ", 10, "10"])
def test_a_project_is_named_in_any_case_or_by_its_id(written):
    routing = replace(ROUTING, repositories=(Repository("acme/*", project=written),))
    assert project_of(judge(routing=routing)) == WEBSITE.id


def test_a_name_made_of_digits_goes_before_an_id():
    directory = replace(DIRECTORY, projects=(WEBSITE, Project(77, "10", enabled=True)))
    assert project_of(judge(replace(DRAFT, project="10"), directory=directory)) == 77


@pytest.mark.parametrize("project", ["1" * 5000, "²", "١٠", "-10"])
def test_odd_digits_are_a_name_that_noko_lacks(project):
    held(of(project), "unknown_project")


def test_a_repository_that_nothing_maps_is_told_with_the_table_to_add():
    draft = replace(DRAFT, repository="acme/webside")
    reason = held(judge(draft, Routing(people=ROUTING.people)), "unmapped_project")
    assert '[[repositories]] with match = "acme/webside"' in reason
    assert 'did you mean "Website"?' in reason


def test_an_unknown_project_of_the_author_is_held_even_if_the_repository_has_one():
    reason = held(of("Gear Gmb"), "unknown_project")
    assert 'its author asks for project "Gear Gmb"' in reason
    assert 'did you mean "Gear GmbH"?' in reason
    assert "tallyhook route github:abc" in reason


@pytest.mark.parametrize(
    ("routing", "line"),
    [
        (
            Routing(repositories=(Repository("acme/*", project="Gears"),)),
            '`project = "Gears"` in the [[repositories]] with match = "acme/*"',
        ),
        (Routing(defaults=Defaults(project=99)), "`project = 99` in [defaults]"),
    ],
)
def test_an_unknown_project_of_the_file_is_told_with_the_line_to_correct(routing, line):
    routing = replace(routing, people=ROUTING.people)
    assert line in held(judge(routing=routing), "unknown_project")


def test_an_archived_project_is_never_suggested():
    assert "did you mean" not in held(of("Old Shap"), "unknown_project")


def test_an_archived_project_is_held():
    assert "archived in Noko" in held(of("Old Shop"), "archived_project")


def test_of_two_projects_with_one_name_the_one_that_is_not_archived_is_meant():
    directory = replace(DIRECTORY, projects=(replace(GEAR, id=5, enabled=False), GEAR))
    assert project_of(judge(directory=directory)) == GEAR.id


def test_of_two_projects_that_differ_in_case_the_one_spelt_so_is_meant():
    directory = replace(DIRECTORY, projects=(replace(GEAR, id=5, name="GEAR GMBH"), GEAR))
    assert project_of(judge(directory=directory)) == GEAR.id


def test_two_active_projects_with_one_name_are_not_guessed_between():
    directory = replace(DIRECTORY, projects=(replace(GEAR, id=5), GEAR))
    assert "ids 5, 11" in held(judge(directory=directory), "ambiguous_project")


# When, and in what order


def test_a_commit_of_exactly_the_greatest_age_is_not_too_old():
    assert isinstance(judge(replace(DRAFT, worked_at=NOW - 31 * DAY_MS)), Route)


def test_a_commit_a_millisecond_older_is_held_with_its_route_and_a_command():
    result = judge(replace(DRAFT, worked_at=NOW - 31 * DAY_MS - 1))
    assert "tallyhook replay github:abc" in held(result, "too_old")
    assert result.route == judge()


def test_a_commit_from_the_future_is_not_too_old():
    assert isinstance(judge(replace(DRAFT, worked_at=NOW + DAY_MS)), Route)


OBSERVING = replace(ROUTING, defaults=Defaults(mode=Mode.OBSERVE, project="Internal"))


def test_an_observed_entry_is_held_with_the_route_it_would_take():
    result = judge(routing=OBSERVING)
    assert "tallyhook replay --observed" in held(result, "observed")
    assert result.route == judge()


def test_one_repository_may_be_live_while_the_rest_is_observed():
    routing = replace(OBSERVING, repositories=(Repository("acme/website", project="Website", mode=Mode.LIVE),))
    assert isinstance(judge(routing=routing), Route)


def test_a_missing_person_is_told_before_a_missing_project_before_age_before_observing():
    draft = replace(DRAFT, author=Author(), project="No such", worked_at=0)
    held(judge(draft, OBSERVING), "unmapped_person")
    held(judge(replace(draft, author=DRAFT.author), OBSERVING), "unknown_project")
    held(judge(replace(draft, author=DRAFT.author, project=None), OBSERVING), "too_old")


def test_only_what_a_newer_directory_may_mend_counts_as_a_look_up_that_failed():
    assert {"too_old", "observed"}.isdisjoint(DIRECTORY_CODES)
    assert by(Author()).code in DIRECTORY_CODES
    assert of("No such").code in DIRECTORY_CODES
    assert of("Old Shop").code in DIRECTORY_CODES


@pytest.mark.parametrize(
    "result",
    [
        by(Author(email="a" * 100_000 + "@x.example\n\u202egpj")),
        by(Author(login="x" * 100_000)),
        of("P" * 100_000 + "\x1b[31m"),
        judge(replace(DRAFT, repository="acme/" + "r" * 100_000), Routing(people=ROUTING.people)),
    ],
)
def test_hostile_texts_are_bounded_and_tamed_in_a_reason(result):
    assert len(result.reason) < 600
    assert result.reason.isprintable()
