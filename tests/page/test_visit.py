"""Filling in our own form: what is sent once becomes one entry, however often it is sent."""

import dataclasses
import threading

import pytest
from fakes.browser import query_of

from chalicelib.domain.routing_table import Defaults, Mode
from chalicelib.errors import StoreUnavailable

WORK = {"hours": "1.5", "date": "2026-06-29", "project": "Gear GmbH", "description": "Hung the lanterns"}


def test_a_form_that_is_sent_becomes_an_entry_like_any_other(entrance):
    browser = entrance.at()
    page = browser.submit({**WORK, "tags": "coast, night shift"})
    assert page.status == 200
    assert page.text.startswith("Taken It is stored, and will be logged in Noko shortly.")
    (entry,) = entrance.worked_off()
    assert (entry.minutes, entry.date.isoformat()) == (90, "2026-06-29")
    assert entry.description == "Hung the lanterns #coast #night-shift"
    assert entrance.route_of(entry) == ("jane@acme.example", "Gear GmbH")
    page = browser.get(page.address)
    assert page.text.startswith("Logged It is logged in Noko.")


def test_the_receipt_shows_what_was_taken_and_escapes_it(entrance):
    page = entrance.at().submit({**WORK, "description": "<b>R & D</b>"})
    for told in ("1 h 30 min", "2026-06-29", "Gear GmbH", "<b>R & D</b>", "jane@acme.example", "form:timesheet:"):
        assert told in page.text
    assert "<b>" not in page.markup


def test_a_double_click_and_a_reload_are_one_entry(entrance):
    browser = entrance.at()
    first = browser.page
    page = browser.submit(WORK)
    browser.page = first
    again = browser.submit(WORK)
    assert again.address == page.address
    assert len(entrance.worked_off()) == 1
    browser.page = first
    assert browser.submit(WORK).text.startswith("Logged")
    assert len(entrance.worked_off()) == 1


class Locked:
    """Hands a ledger's calls on one by one, and lets all be about to store before any does."""

    def __init__(self, ledger, crowd):
        self._ledger, self._lock, self._all_here = ledger, threading.Lock(), threading.Barrier(crowd)

    def __getattr__(self, name):
        def call(*args, **kwargs):
            if name == "accept":
                self._all_here.wait(5)
            with self._lock:
                return getattr(self._ledger, name)(*args, **kwargs)

        return call


def test_four_clicks_at_once_are_one_entry(entrance):
    browsers = [entrance.at()]
    first = browsers[0]
    entrance.ledger._port = Locked(entrance.house.ledger, 4)
    for _ in range(3):
        twin = entrance.browser()
        twin.cookies, twin.page = dict(first.cookies), first.page
        browsers.append(twin)
    crowd = [threading.Thread(target=browser.submit, args=(WORK,)) for browser in browsers]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert {browser.page.status for browser in browsers} == {200}
    assert len({browser.page.address for browser in browsers}) == 1
    assert len(entrance.worked_off()) == 1


def test_a_page_that_is_sent_again_with_other_answers_says_that_the_first_counts(entrance):
    browser = entrance.at()
    first = browser.page
    browser.submit(WORK)
    assert len(entrance.worked_off()) == 1
    browser.page = first
    page = browser.submit({**WORK, "hours": "8"})
    assert "This page was sent before, with other answers" in page.text
    assert "1 h 30 min" in page.text
    assert len(entrance.worked_off()) == 1


def test_each_page_that_is_opened_anew_is_new_work(entrance):
    browser = entrance.at()
    for _ in range(2):
        browser.get("/forms/timesheet")
        browser.submit(WORK)
    assert len(entrance.worked_off()) == 2


def test_a_mistake_is_told_beside_its_field_and_every_answer_is_kept(entrance):
    browser = entrance.at()
    typed = {**WORK, "hours": 'soon "<', "date": "2027-01-01", "tags": "a#b", "description": "\nx </textarea>"}
    page = browser.submit(typed, without=["billable"])
    assert page.status == 422
    kept = page.values()
    assert {name: kept[name] for name in ("hours", "date", "project", "tags")} == {
        name: typed[name] for name in ("hours", "date", "project", "tags")
    }
    assert kept["description"] == "x </textarea>"
    assert "billable" not in kept
    for name, said in {"hours": "such as 1.5", "date": "in the future", "tags": "commas"}.items():
        field = page.by_id(name)
        assert field["aria-invalid"] == "true"
        assert f"{name}-error" in field["aria-describedby"].split()
        assert said in page.by_id(f"{name}-error").text
    assert "aria-invalid" not in page.by_id("project").attributes
    assert "accept" not in entrance.calls
    page = browser.submit(WORK, without=["tags"])
    assert page.status == 200
    (entry,) = entrance.worked_off()
    assert entry.description == "Hung the lanterns #unbillable*"


def test_what_is_missing_is_told_all_at_once(entrance):
    page = entrance.at().submit({"hours": "", "project": "", "date": ""})
    summary = page.by_id("summary")
    assert summary.text == "There are 2 mistakes; nothing was logged"
    targets = [link["href"] for link in page.document.all("a")]
    assert targets == ["#hours", "#project"]
    assert all(page.by_id(target[1:]).tag in {"input", "select"} for target in targets)
    (box,) = [each for each in page.document.all("div") if "autofocus" in each.attributes]
    assert (box["tabindex"], box["aria-labelledby"]) == ("-1", "summary")
    assert page.document.all("title")[0].text.startswith("Error: ")


def test_a_project_that_was_not_offered_is_refused_by_the_server_too(entrance):
    page = entrance.at("few").submit({**WORK, "project": "Internal"})
    assert (page.status, page.by_id("project-error").text) == (422, "Choose one of the projects in the list")


def test_a_project_that_is_usual_needs_no_choosing(entrance_of):
    plain = entrance_of().house.routing
    routing = dataclasses.replace(plain, defaults=Defaults(timezone="Europe/Berlin", project="Internal"))
    entrance = entrance_of(routing=routing)
    browser = entrance.at()
    assert browser.page.by_id("project").all("option")[0].text == "Internal"
    browser.submit({**WORK, "project": ""})
    (entry,) = entrance.worked_off()
    assert entrance.route_of(entry)[1] == "Internal"


def test_without_a_directory_a_project_is_typed_and_judged_later(entrance_of):
    entrance = entrance_of(is_known=False)
    browser = entrance.at()
    assert browser.page.by_id("project").tag == "input"
    assert browser.submit({**WORK, "project": "gear gmbh"}).status == 200
    (entry,) = entrance.worked_off()
    assert entrance.route_of(entry)[1] == "Gear GmbH"


def test_the_page_never_asks_noko(entrance):
    before = len(entrance.house.sandbox.journal.arrivals())
    browser = entrance.at()
    browser.submit({"hours": "x"})
    browser.get(browser.submit(WORK).address)
    assert len(entrance.house.sandbox.journal.arrivals()) == before


def test_a_form_of_one_person_logs_for_that_person(entrance):
    browser = entrance.at("sam", person="")
    assert "For sam@acme.example" in browser.page.text
    browser.submit(WORK)
    (entry,) = entrance.worked_off()
    assert entrance.route_of(entry)[0] == "sam@acme.example"


def test_the_routing_file_may_name_the_questions(entrance):
    browser = entrance.at("named")
    labels = {label["for"]: label.text.strip() for label in browser.page.document.all("label")}
    assert (labels["minutes"], labels["project"], labels["date"]) == ("Dauer (Min.)", "Kunde", "Tags")
    page = browser.submit({**WORK, "minutes": "45", "date": "2026-06-28"})
    assert page.status == 200
    (entry,) = entrance.worked_off()
    assert (entry.minutes, entry.date.isoformat()) == (45, "2026-06-28")


def test_a_held_entry_says_so_on_its_receipt(entrance):
    plain = entrance.house.routing
    entrance.reroute(dataclasses.replace(plain, defaults=dataclasses.replace(plain.defaults, mode=Mode.OBSERVE)))
    browser = entrance.at()
    page = browser.submit(WORK)
    assert entrance.worked_off() == []
    assert "It is kept, and not logged yet" in browser.get(page.address).text


def test_with_a_public_address_the_entry_leads_back_to_its_receipt(entrance_of):
    entrance = entrance_of(public_url="https://time.acme.example/api", prefix="/api")
    browser = entrance.at()
    page = browser.submit(WORK)
    (entry,) = entrance.worked_off()
    path, _, mark = entry.source_url.partition("#")
    assert path == f"https://time.acme.example{page.address.partition('?')[0]}"
    assert mark.startswith("th-")
    assert browser.get(path.removeprefix("https://time.acme.example")).text.startswith("Logged")


def test_every_address_is_relative_so_that_a_stage_s_prefix_does_no_harm(entrance_of):
    entrance = entrance_of(prefix="/api")
    browser = entrance.at()
    assert browser.page.address == "/api/forms/timesheet"
    page = browser.submit(WORK)
    assert page.address.startswith("/api/forms/timesheet/")
    look, more = (link["href"] for link in page.document.all("a"))
    assert browser.get(look).address == page.address
    assert browser.get(more).address == "/api/forms/timesheet"


def test_a_slash_at_the_end_leads_to_the_page(entrance):
    browser = entrance.browser()
    assert browser.get(f"/forms/timesheet/?key={entrance.key()}").address == "/forms/timesheet"
    page = browser.submit(WORK)
    assert browser.get(page.address.replace("?", "/?")).address == page.address


def test_what_cannot_be_stored_is_told_and_can_be_sent_again(entrance):
    browser = entrance.at()
    first, accept = browser.page, entrance.house.ledger.accept

    def down(*_, **__):
        raise StoreUnavailable("down")

    entrance.house.ledger.accept = down
    page = browser.submit(WORK)
    assert (page.status, page.headers["Retry-After"]) == (503, "60")
    assert "Nothing is known to be stored" in page.text
    entrance.house.ledger.accept, browser.page = accept, first
    assert browser.submit(WORK).status == 200
    assert len(entrance.worked_off()) == 1


def test_a_submission_costs_one_read_one_write_and_one_message(entrance):
    browser = entrance.at()
    entrance.ledger.called.clear()
    browser.page.address = "/forms/timesheet"
    status, headers, _ = browser.request(
        "POST",
        "/forms/timesheet",
        "&".join(
            f"{name}={value.replace(' ', '+')}" for name, value in {**browser.page.values(), **WORK}.items()
        ).encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert status == 303
    assert query_of(headers["Location"]).keys() == {"sent"}
    assert entrance.calls == ["directory", "accept", "send_delivery"]


@pytest.mark.parametrize(
    "path", ["/forms/nobody", "/forms/zapier", "/forms/timesheet/t00000099", "/forms/timesheet/%00"]
)
def test_what_is_not_there_is_a_page_that_says_so(entrance, path):
    browser = entrance.at()
    page = browser.get(path)
    assert (page.status, page.document.all("h1")[0].text) == (404, "Nothing is here")


def test_a_form_of_our_own_takes_no_webhooks(entrance):
    headers = {"X-Webhook-Secret": "lighthouse-lantern-keeper-of-the-coast", "Content-Type": "application/json"}
    status, _, body = entrance.browser().request("POST", "/webhooks/forms/timesheet", b'{"hours": 1}', headers)
    assert (status, "unknown_form" in body, entrance.calls) == (404, True, [])


def test_the_tick_keeps_the_projects_known_while_there_is_a_page_and_only_then(entrance_of):
    entrance = entrance_of(is_known=False)
    entrance.house.tick()
    assert entrance.at().page.by_id("project").tag == "select"
    asked = len(entrance.house.sandbox.journal.arrivals("GET", "/projects"))
    entrance.house.run(minutes=59)
    assert len(entrance.house.sandbox.journal.arrivals("GET", "/projects")) == asked == 1
    entrance.house.run(minutes=3)
    assert len(entrance.house.sandbox.journal.arrivals("GET", "/projects")) == 2
    without = entrance_of(routing=dataclasses.replace(entrance.house.routing, forms=()), is_known=False)
    without.house.tick()
    assert without.house.ledger.directory() is None
