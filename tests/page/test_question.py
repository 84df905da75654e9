"""What is asked, of whom, and which projects are offered: exactly those that routing would find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directory import Directory, Project, User
from chalicelib.domain.routing_table import Defaults, Form, Routing
from chalicelib.page.question import admits, is_known, questions
from chalicelib.page.session import Session
from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import RoutingFileError

JANE = Session("c", "jane@acme.example", by_link=True, expires_at=1)
TEAM = Session("c", "", by_link=False, expires_at=1)
USERS = (
    User(1, "jane@acme.example", "Jane", "active"),
    User(2, "gone@acme.example", "Gone", "disabled"),
)


def directory(*projects):
    return Directory(users=USERS, projects=projects, fetched_at=0)


def asked(form=None, *, known=None, session=JANE, defaults=None):
    return questions(form or Form("f", preset="page"), Routing(defaults=defaults or Defaults()), known, session)


NAMES = st.sampled_from(["Gear", "gear", " Gear ", "Website", "7", "3", "", "Ünö", "x" * 20])


@given(
    st.lists(st.tuples(NAMES, st.booleans()), max_size=8).map(
        lambda each: [Project(number, name, enabled) for number, (name, enabled) in enumerate(each, 1)]
    )
)
def test_every_project_that_is_offered_leads_to_one_active_project_and_none_is_left_out(projects):
    known = directory(*projects)
    offered = asked(known=known).projects
    found = [known.projects_called(reference) for reference in offered]
    assert all(len(each) == 1 and each[0].enabled for each in found)
    assert len(set(offered)) == len(offered)
    reached = {each[0].id for each in found}
    unclear = {p.id for p in projects if p.enabled and known.projects_called(str(p.id)) != (p,)}
    assert {p.id for p in projects if p.enabled} - reached <= unclear


def test_the_routing_file_may_restrict_the_projects_and_gives_their_order():
    known = directory(Project(1, "Gear", enabled=True), Project(2, "Website", enabled=True), Project(3, "Old", False))
    form = Form("f", preset="page", projects=("website", 1, "Old", "Nowhere"))
    assert asked(form, known=known).projects == ("Website", "Gear")
    assert asked(form).projects == ("website", "1", "Old", "Nowhere")
    assert asked(known=known).projects == ("Gear", "Website")
    assert asked().projects is None


def test_the_usual_project_is_the_form_s_or_the_default_and_goes_by_its_name():
    known = directory(Project(7, "Gear", enabled=True))
    assert asked(defaults=Defaults(project="Internal")).usual == "Internal"
    assert asked(Form("f", project=7), known=known, defaults=Defaults(project="Internal")).usual == "Gear"
    assert asked().usual is None


@pytest.mark.parametrize(
    ("form", "session", "person", "is_let_in"),
    [
        (Form("f"), JANE, "jane@acme.example", True),
        (Form("f"), TEAM, None, True),
        (Form("f"), Session("c", "", by_link=True, expires_at=1), "", False),
        (Form("f", person="sam@acme.example"), JANE, "sam@acme.example", True),
        (Form("f", person=5538), TEAM, "user 5538", True),
    ],
)
def test_for_whom_time_is_logged_is_said_by_the_form_or_the_link_and_asked_of_a_team_only(
    form, session, person, is_let_in
):
    assert asked(form, session=session).person == person
    assert ("email" in asked(form, session=session).words) is (person is None)
    assert admits(form, session) is is_let_in


def test_an_address_is_known_if_it_is_mapped_or_an_active_user_s():
    routing = load('[[people]]\nnoko = 9\nemails = ["nine@acme.example"]', name="routing.toml")
    known = directory()
    assert is_known("Nine@acme.example", routing, None)
    assert is_known("JANE@acme.example", routing, known)
    assert not is_known("jane@acme.example", routing, None)
    assert not is_known("gone@acme.example", routing, known)
    assert not is_known("", routing, known)


@pytest.mark.parametrize(
    ("projects", "said"),
    [
        ('preset = "page"\nprojects = []', "projects"),
        ('preset = "typeform"\nprojects = ["Gear"]', "only our own page offers projects"),
        ('projects = ["Gear"]', 'write preset = "page"'),
        ('preset = "page"\nprojects = [0]', "no Noko project"),
    ],
)
def test_the_routing_file_says_what_is_wrong_with_the_projects_of_a_page(projects, said):
    with pytest.raises(RoutingFileError, match=said):
        load(f'[[forms]]\nname = "f"\n{projects}', name="routing.toml")


def test_the_routing_file_reads_the_projects_of_a_page():
    (form,) = load('[[forms]]\nname = "f"\npreset = "page"\nprojects = ["Gear", 7]', name="r").forms
    assert form.projects == ("Gear", 7)
