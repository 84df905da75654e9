"""Where a draft goes, when, and what is told of what is held."""

from dataclasses import replace

import pytest
from domain.routing_case import DIRECTORY, DRAFT, GEAR, INTERNAL, NOW, ROUTING, WEBSITE, by, held, judge

from chalicelib.domain.directory import Project
from chalicelib.domain.entry import Author, Route
from chalicelib.domain.routing import DAY_MS, DIRECTORY_CODES
from chalicelib.domain.routing_table import Defaults, Mode, Repository, Routing


def of(project, **changes):
    return judge(replace(DRAFT, project=project, **changes))


def project_of(result):
    assert isinstance(result, Route)
    return result.project_id


def test_a_mapped_person_in_a_mapped_repository_has_a_route():
    assert judge() == Route(project_id=11, project="Gear GmbH", user_id=1, person="jane@acme.example")


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
