"""`forms link`: what it prints lets exactly that person in, for exactly that long."""

from urllib.parse import parse_qs, urlsplit

import pytest
from fakes.house import FakeHouse

from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.errors import NotAuthentic
from chalicelib.page.link import read_link
from chalicelib.services.directory import fetch
from standalone.environment import form_secret_file

SECRET = "lighthouse-lantern-keeper-of-the-coast"
PUBLIC = {"PUBLIC_URL": "https://time.acme.example/api"}
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin"),
    people=(Person(noko="jane@acme.example", emails=("jane@home.example",)),),
    forms=(Form("desk", preset="page"), Form("sam", preset="page", person="sam@acme.example"), Form("typed")),
)
DAY_MS = 86_400_000


@pytest.fixture
def house():
    house = FakeHouse(routing=ROUTING)
    house.secrets.forms = dict.fromkeys(("desk", "sam", "typed"), (SECRET, "the-previous-secret-of-the-same-length!"))
    return house


def key_of(url):
    return parse_qs(urlsplit(url).query)["key"][0]


@pytest.mark.parametrize("email", ["jane@acme.example", "jane@home.example", "sam@acme.example"])
def test_the_link_is_for_one_person_and_expires(run, house, email):
    fetch(ports=house.ports)
    result = run("forms", "link", "desk", "--for", email, "--days", 7, environment=PUBLIC)
    assert result.code == 0
    assert result.out.startswith("https://time.acme.example/api/forms/desk?key=")
    assert email in result.err
    key, ends = key_of(result.out.strip()), house.clock.now() + 7 * DAY_MS
    link = read_link(key, form="desk", secrets=(SECRET,), now=ends - 1)
    assert (link.person, link.expires_at) == (email, ends)
    with pytest.raises(NotAuthentic, match="expired"):
        read_link(key, form="desk", secrets=(SECRET,), now=ends)


def test_in_json_it_says_whose_it_is_and_until_when(run):
    result = run("forms", "link", "desk", "--for", "jane@acme.example", "--json", environment=PUBLIC)
    (line,) = result.lines
    assert (line["form"], line["person"]) == ("desk", "jane@acme.example")
    assert line["expires_at"].startswith("2026-07-30")
    assert key_of(line["url"])


def test_a_form_of_one_person_takes_no_other(run):
    refused = run("forms", "link", "sam", "--for", "jane@acme.example")
    assert (refused.code, "always logs for sam@acme.example" in refused.err) == (2, True)
    result = run("forms", "link", "sam")
    assert read_link(key_of(result.out.strip()), form="sam", secrets=(SECRET,), now=0).person == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("desk",), 2, "--for EMAIL"),
        (("desk", "--for", "jane"), 2, "no e-mail address"),
        (("desk", "--for", "j" * 320 + "@acme.example"), 2, "no e-mail address"),
        (("desk", "--for", "jane@acme.example", "--days", "0"), 2, "1<=x<=366"),
        (("desk", "--for", "nobody@acme.example"), 1, "[[people]]"),
        (("typed", "--for", "jane@acme.example"), 1, 'preset = "page"'),
        (("nothing", "--for", "jane@acme.example"), 1, 'preset = "page"'),
    ],
)
def test_what_would_let_nobody_in_is_refused(run, house, words, code, said):
    fetch(ports=house.ports)
    result = run("forms", "link", *words)
    assert (result.code, result.out, said in result.err) == (code, "", True)


def test_whom_nobody_can_ask_about_is_taken_with_a_word(run):
    result = run("forms", "link", "desk", "--for", "new@acme.example")
    assert (result.code, "is not known yet" in result.err) == (0, True)


def test_a_secret_that_cannot_sign_makes_no_link(run, house):
    house.secrets.forms["desk"] = ("short",)
    result = run("forms", "link", "desk", "--for", "jane@acme.example")
    assert (result.code, "at least 32 characters" in result.err) == (1, True)


def test_the_secret_that_an_instance_made_up_signs_too(run, house, tmp_path):
    house.secrets.forms = {}
    path = form_secret_file(tmp_path / "data", "desk")
    path.parent.mkdir(parents=True)
    path.write_text(f"{SECRET}\n", encoding="ascii")
    result = run("forms", "link", "desk", "--for", "jane@acme.example")
    assert result.out.startswith("/forms/desk?key=")
    assert read_link(key_of(result.out.strip()), form="desk", secrets=(SECRET,), now=0).person == "jane@acme.example"


def test_a_page_is_listed_with_its_own_address_and_cannot_be_tried_with_a_file(run, tmp_path):
    addresses = {line["form"]: line["address"] for line in run("forms", "list", environment=PUBLIC).lines}
    assert addresses == {
        "desk": "https://time.acme.example/api/forms/desk",
        "sam": "https://time.acme.example/api/forms/sam",
        "typed": "https://time.acme.example/api/webhooks/forms/typed",
    }
    routing, body = tmp_path / "routing.toml", tmp_path / "body.json"
    routing.write_text('[[forms]]\nname = "desk"\npreset = "page"\n', encoding="utf-8")
    body.write_text("{}", encoding="utf-8")
    result = run("forms", "test", "desk", str(body), environment={"ROUTING_FILE": str(routing)})
    assert (result.code, "open it in a browser" in result.err) == (1, True)
