"""Who gets in: by a link that names them, or by the team's password, and nobody else; nothing is read before that."""

import dataclasses
import re

import pytest
from fakes.browser import parsed

from chalicelib.errors import ConfigurationError, NotAuthentic, SourceClosed
from chalicelib.page import session
from chalicelib.page.link import Link, link_key, read_link
from chalicelib.page.seal import MIN_SECRET
from chalicelib.page.session import PASSWORD_DAYS, Lock
from chalicelib.settings import Settings

NEXT = "another-secret-of-more-than-thirty-two-characters"
SECRET = "lighthouse-lantern-keeper-of-the-coast"
PASSWORD = "correct horse battery"
WORK = {"hours": "1", "project": "Website"}
DAY_MS = 86_400_000


def log_in(browser, password=PASSWORD, form="timesheet"):
    browser.get(f"/forms/{form}")
    return browser.submit({"password": password})


@pytest.fixture
def guarded(entrance):
    entrance.house.secrets.passwords = {"timesheet": PASSWORD}
    return entrance


def test_a_link_lets_its_person_in_and_does_not_stay_in_the_address(entrance):
    browser = entrance.at()
    assert browser.page.address == "/forms/timesheet"
    assert "For jane@acme.example" in browser.page.text
    assert "email" not in browser.page.values()


def test_whoever_has_a_link_logs_for_its_person_and_for_nobody_else(entrance):
    browser = entrance.at()
    browser.submit({**WORK, "email": "sam@acme.example", "person": "sam@acme.example"})
    (entry,) = entrance.worked_off()
    assert entrance.route_of(entry)[0] == "jane@acme.example"


def test_a_link_expires_and_so_does_what_it_opened(entrance):
    browser, key = entrance.at(), entrance.key(days=30)
    entrance.house.clock.advance(days=30, ms=-1)
    assert browser.get("/forms/timesheet").status == 200
    entrance.house.clock.advance(ms=1)
    assert browser.get("/forms/timesheet").status == 401
    page = entrance.browser().get(f"/forms/timesheet?key={key}")
    assert (page.status, "This link has expired" in page.text) == (401, True)


@pytest.mark.parametrize("at", range(0, 90, 7))
def test_a_link_that_was_changed_opens_nothing(entrance, at):
    key = entrance.key()
    changed = key[:at] + ("A" if key[at] != "A" else "B") + key[at + 1 :]
    browser = entrance.browser()
    assert browser.get(f"/forms/timesheet?key={changed}").status == 401
    assert browser.set_cookies == []
    assert entrance.calls == []


def test_a_link_opens_its_own_form_only(entrance):
    assert entrance.browser().get(f"/forms/few?key={entrance.key()}").status == 401
    browser = entrance.at()
    browser.cookies["tallyhook-few"] = browser.cookies["tallyhook-timesheet"]
    assert browser.get("/forms/few").status == 401


def test_a_link_without_a_person_opens_no_form_that_needs_one(entrance):
    browser = entrance.browser()
    page = browser.get(f"/forms/timesheet?key={entrance.key(person='')}")
    assert (page.status, page.document.all("form"), entrance.calls) == (401, [], [])


def test_a_retired_secret_takes_its_links_and_sessions_along(entrance):
    browser = entrance.at()
    entrance.house.secrets.forms["timesheet"] = (NEXT, SECRET)
    assert browser.get("/forms/timesheet").status == 200
    assert browser.submit(WORK).status == 200
    entrance.house.secrets.forms["timesheet"] = (NEXT,)
    assert browser.get("/forms/timesheet").status == 401
    assert entrance.browser().get(f"/forms/timesheet?key={entrance.key()}").status == 401


def test_the_cookie_is_kept_from_scripts_other_sites_and_open_lines(entrance, entrance_of):
    flags = entrance.at().set_cookies[0].split("; ")[1:]
    assert flags == [f"Max-Age={30 * 86_400}", "HttpOnly", "SameSite=Lax", "Secure"]
    assert "Secure" not in entrance.at(host="127.0.0.1:8000").set_cookies[0]
    assert "Secure" in entrance.at(host="127.0.0.1.acme.example").set_cookies[0]
    behind_a_proxy = entrance_of(public_url="https://time.acme.example")
    assert "Secure" in behind_a_proxy.at(host="127.0.0.1:8000").set_cookies[0]


def test_the_password_of_the_team_lets_in_and_the_person_is_asked_for(guarded):
    browser = guarded.browser()
    assert log_in(browser).status == 200
    assert browser.page.by_id("email")["type"] == "email"
    browser.submit({**WORK, "email": "Sam@ACME.example"})
    (entry,) = guarded.worked_off()
    assert guarded.route_of(entry)[0] == "sam@acme.example"


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "Write your e-mail"), ("nobody@acme.example", "Nobody is known"), ("jane", "Nobody is known")],
)
def test_an_address_that_is_not_known_is_refused(guarded, email, said):
    browser = guarded.browser()
    log_in(browser)
    page = browser.submit({**WORK, "email": email})
    assert (page.status, said in page.by_id("email-error").text) == (422, True)


def test_a_mapped_address_is_known(guarded):
    browser = guarded.browser()
    log_in(browser)
    assert browser.submit({**WORK, "email": "jane@home.example"}).status == 200
    (entry,) = guarded.worked_off()
    assert guarded.route_of(entry)[0] == "jane@acme.example"


@pytest.mark.parametrize("password", ["", " ", PASSWORD[:-1], PASSWORD + " ", PASSWORD.upper(), "é" * 12, "x" * 60_000])
def test_a_wrong_password_is_told_beside_the_field_and_costs_no_call(guarded, password):
    browser = guarded.browser()
    page = log_in(browser, password)
    assert (page.status, browser.set_cookies, guarded.calls) == (401, [], [])
    field = page.by_id("password")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "password-error")
    assert page.by_id("password-error").text == "This is not the password"
    assert field.get("value") is None


def test_changing_the_password_ends_what_it_opened_and_leaves_links_alone(guarded):
    by_password, by_link = guarded.browser(), guarded.at()
    log_in(by_password)
    guarded.house.secrets.passwords = {"timesheet": PASSWORD + "!"}
    assert by_password.get("/forms/timesheet").status == 401
    assert by_link.get("/forms/timesheet").status == 200
    guarded.house.secrets.passwords = {}
    assert by_password.get("/forms/timesheet").status == 401


def test_a_session_by_password_ends(guarded):
    browser = guarded.browser()
    log_in(browser)
    guarded.house.clock.advance(days=PASSWORD_DAYS)
    assert browser.get("/forms/timesheet").status == 401


def test_a_password_that_is_too_short_opens_nothing(guarded, entrance):
    guarded.house.secrets.passwords = {"timesheet": "elevenchars"}
    page = entrance.browser().get("/forms/timesheet")
    assert (page.status, page.document.all("input")) == (401, [])
    assert ("password_too_short", {"form": "timesheet"}) in entrance.house.telemetry.alarms
    with pytest.raises(ConfigurationError, match="FORM_TIME_SHEET_PASSWORD is too short: it must have at least 12"):
        Settings.from_env({"FORM_TIME_SHEET_PASSWORD": "elevenchars"})
    assert Settings.from_env({"FORM_TIME_SHEET_PASSWORD": PASSWORD}).form_passwords == {"time-sheet": PASSWORD}
    assert PASSWORD not in repr(Settings.from_env({"FORM_TIME_SHEET_PASSWORD": PASSWORD}))


@pytest.mark.parametrize("secrets", [(), ("",), ("x" * (MIN_SECRET - 1),)])
def test_a_form_without_a_secret_that_can_sign_stays_shut(entrance, secrets):
    entrance.house.secrets.forms["timesheet"] = secrets
    page = entrance.browser().get("/forms/timesheet")
    assert (page.status, page.headers["Retry-After"], entrance.calls) == (503, "60", [])
    with pytest.raises(SourceClosed):
        Lock.of("timesheet", secrets=secrets, password=None)


def test_nobody_who_is_not_in_costs_a_call_or_learns_of_a_submission(entrance):
    browser = entrance.browser()
    for path in ("/forms/timesheet", "/forms/timesheet/t00000099", "/forms/nobody"):
        assert browser.get(path).status in {401, 404}
    browser.request("POST", "/forms/timesheet", b"hours=1", {"Content-Type": "application/x-www-form-urlencoded"})
    assert entrance.calls == []


def test_a_receipt_is_shown_to_its_person_and_to_the_team(guarded):
    address = guarded.at().submit(WORK).address
    assert guarded.at(person="sam@acme.example").get(address).status == 404
    assert guarded.at(person="JANE@acme.example").get(address).status == 200
    teammate = guarded.browser()
    log_in(teammate)
    assert teammate.get(address).status == 200
    assert guarded.at("few").get(address.replace("timesheet", "few")).status == 404


def test_a_page_of_somebody_else_cannot_be_sent(entrance):
    mine, theirs = entrance.at(), entrance.at(person="sam@acme.example")
    page = mine.submit({**WORK, "id": theirs.page.values()["id"], "description": "Hung the lanterns"})
    assert (page.status, page.values()["description"]) == (403, "Hung the lanterns")
    assert "accept" not in entrance.calls
    assert mine.submit().status == 200
    assert len(entrance.worked_off()) == 1


@pytest.mark.parametrize("made_up", ["", "t00000009", "x" * 5_000, "WyJ4Il0.AAAA"])
def test_an_id_that_we_did_not_give_is_not_taken(entrance, made_up):
    page = entrance.at().submit({**WORK, "id": made_up})
    assert page.status == 403
    assert "accept" not in entrance.calls


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 401), ("same-site", 401)]
)
def test_what_another_site_sends_is_refused(entrance, site, status):
    browser = entrance.at()
    assert browser.submit(WORK, **{"Sec-Fetch-Site": site}).status == status
    assert ("accept" in entrance.calls) is (status == 200)


def test_two_sessions_of_one_link_are_told_apart():
    lock = Lock.of("x", secrets=(SECRET,), password=None)
    link = Link("jane@acme.example", 10**13)
    one, other = (session.by_link(lock, link, nonce=nonce) for nonce in ("a", "b"))
    given = session.new_id(one, "fresh1234", lock=lock)
    assert session.read_id(one, given, lock=lock) == "fresh1234"
    assert session.read_id(other, given, lock=lock) is None
    assert session.read_id(one, given, lock=dataclasses.replace(lock, form="y")) is None


def test_the_longest_address_fits_into_a_link_and_a_cookie(entrance):
    address = "ü" * 308 + "@acme.example"
    key = entrance.key(person=address[:320])
    browser = entrance.browser()
    assert browser.get(f"/forms/timesheet?key={key}").status == 200
    assert len(browser.set_cookies[0]) < 4096


def test_what_is_sealed_for_one_purpose_serves_no_other():
    lock = Lock.of("x", secrets=(SECRET,), password=PASSWORD)
    key = link_key(Link("jane@acme.example", 10**13), form="x", secret=SECRET)
    cookie = session.by_password(lock, nonce="n", now=0).cookie
    assert session.find_session(lock, {"Cookie": f"tallyhook-x={key}"}, now=0) is None
    assert session.find_session(lock, {"Cookie": f"a=b; tallyhook-x={cookie};c"}, now=0) is not None
    with pytest.raises(NotAuthentic):
        read_link(cookie, form="x", secrets=(SECRET,), now=0)


def test_the_headers_of_every_page_let_nothing_else_in(entrance):
    browser = entrance.browser()
    pages = [browser.get("/forms/timesheet"), browser.get("/forms/nobody"), entrance.at().page]
    redirect = browser.request("GET", f"/forms/timesheet?key={entrance.key()}")[1]
    assert all(parsed(page.markup).all("script", "img", "iframe") == [] for page in pages)
    for headers in (redirect, *(page.headers for page in pages)):
        policy = headers["Content-Security-Policy"]
        assert re.fullmatch(
            r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; frame-ancestors 'none'; "
            r"base-uri 'none'",
            policy,
        )
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
