"""GET /entries: each filter, the order, the pages, and how soon a write shows."""

import datetime as dt
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import GEAR, JANE, LEE, SAM, WEBSITE


def ids(answer):
    assert answer.status == 200, answer.body
    return [entry["id"] for entry in answer.json()]


def links(answer):
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="([a-z]+)"', answer.header("Link") or "")}


@pytest.fixture
def three(sandbox, clock):
    """A: Jane, Website, 1 January. B: Sam, Gear, 2 January, a minute later. C: Lee, none, 3 January, an hour later."""
    log = sandbox.books.log
    a = log(user_id=JANE.id, date=dt.date(2026, 1, 1), minutes=9, description="Meet #ab #cd", project_id=WEBSITE.id)
    clock.pass_ms(60_000)
    b = log(user_id=SAM.id, date=dt.date(2026, 1, 2), minutes=9, description="write #cd*", project_id=GEAR.id)
    clock.pass_ms(3_600_000)
    c = log(user_id=LEE.id, date=dt.date(2026, 1, 3), minutes=9)
    return {"A": a.id, "B": b.id, "C": c.id}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "CBA"),
        ("user_ids=5538,5540", "CA"),
        ("user_ids=5538,%205539", "BA"),
        ("description=MEET", "A"),
        ("project_ids=37396,37397", "BA"),
        ("tag_ids=249398", "BA"),
        ("tag_ids=249397,249398", "A"),
        ("tag_ids=249397,249398&tag_filter_type=and", "A"),
        ("tag_ids=249397,249398&tag_filter_type=combination%20of", "BA"),
        ("from=2026-01-02", "CB"),
        ("to=2026-01-02", "BA"),
        ("from=2026-01-02&to=2026-01-02", "B"),
        ("updated_from=2026-01-01T12:01:00Z", "CB"),
        ("updated_from=2026-01-01T12:01:01Z", "C"),
        ("updated_to=2026-01-01T12:01:00Z", "BA"),
        ("billable=true", "CA"),
        ("billable=false", "B"),
        ("invoiced=false", "CBA"),
        ("invoiced=true", ""),
        ("user_ids=5538&project_ids=37397", ""),
        ("from=&user_ids=", "CBA"),
        ("source_url=nothing", "CBA"),
    ],
)
def test_each_filter_narrows_the_list(client, three, query, expected):
    assert ids(client.get(f"/entries?{query}")) == [three[letter] for letter in expected]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("invoiced=true", "A"),
        ("invoiced=false", "CB"),
        ("invoice_ids=7", "A"),
        ("import_ids=8", "C"),
        ("invoiced_at_from=2026-01-01&invoiced_at_to=2026-01-01", "A"),
        ("invoiced_at_from=2026-01-02", ""),
        ("invoiced_at_to=2025-12-31", ""),
        ("approved_at_from=2026-01-01&approved_at_to=2026-01-01", "B"),
        ("approved_at_from=2026-01-02", ""),
        ("approved_at_to=2025-12-31", ""),
        ("approved_by_ids=5538", "B"),
        ("approved_by_ids=5539", ""),
    ],
)
def test_the_filters_on_what_happens_to_entries_later(client, sandbox, three, start, query, expected):
    sandbox.books.edit(three["A"], invoiced_at=start, invoice_id=7)
    sandbox.books.edit(three["B"], approved_at=start, approved_by=JANE.id)
    sandbox.books.edit(three["C"], import_id=8)
    assert ids(client.get(f"/entries?{query}")) == [three[letter] for letter in expected]


@pytest.mark.parametrize(
    "query",
    [
        "user_ids=x",
        "user_ids=1,,2",
        "from=yesterday",
        "to=2026-02-30",
        "updated_from=2026-01-01",
        "billable=1",
        "tag_filter_type=or",
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(client, query):
    answer = client.get(f"/entries?{query}")
    assert answer.status == 400
    assert query.partition("=")[0] in answer.json()["message"]


def test_the_newest_date_comes_first_and_then_the_newest_entry(client):
    first, second = (client.log(date="2026-01-01").json()["id"] for _ in range(2))
    early = client.log(date="2025-12-31").json()["id"]
    late = client.log(date="2026-01-02").json()["id"]
    assert ids(client.get("/entries")) == [late, second, first, early]


@pytest.fixture
def many(sandbox):
    return [sandbox.books.log(user_id=JANE.id, date=dt.date(2026, 1, 1), minutes=1).id for _ in range(1_001)][::-1]


def test_a_page_holds_thirty_entries_and_links_to_the_next_one(client, sandbox, many):
    answer = client.get("/entries")
    assert ids(answer) == many[:30]
    base = f"{sandbox.base_url}/entries"
    assert links(answer) == {
        "next": f"{base}?page=2",
        "first": f"{base}?page=1",
        "last": f"{base}?page=34",
    }


def test_following_next_visits_every_entry_once_and_ends(client, many):
    target, seen = "/entries?per_page=400&user_ids=5538", []
    while target:
        answer = client.get(target)
        seen += ids(answer)
        target = links(answer).get("next")
    assert seen == many


def test_links_repeat_the_other_parameters(client, many):
    answer = client.get("/entries?description=&updated_from=2026-01-01T00:00:00Z&per_page=10&page=3")
    assert ids(answer) == many[20:30]
    found = links(answer)
    assert set(found) == {"next", "prev", "first", "last"}
    assert dict(parse_qsl(urlsplit(found["prev"]).query)) == {
        "updated_from": "2026-01-01T00:00:00Z",
        "per_page": "10",
        "page": "2",
    }


@pytest.mark.usefixtures("many")
def test_a_page_holds_a_thousand_at_most(client):
    assert len(ids(client.get("/entries?per_page=5000"))) == 1_000


@pytest.mark.usefixtures("many")
def test_a_page_beyond_the_last_is_empty_and_leads_nowhere_on(client):
    answer = client.get("/entries?per_page=1000&page=3")
    assert ids(answer) == []
    assert "next" not in links(answer)


@pytest.mark.parametrize("query", ["per_page=0&page=0", "per_page=-1&page=x", "page="])
def test_senseless_pages_are_the_first(client, three, query):
    assert three["C"] in ids(client.get(f"/entries?{query}"))


@pytest.mark.usefixtures("three")
def test_one_page_needs_no_link(client):
    assert client.get("/entries").header("Link") is None


def test_an_edit_by_a_person_shows_and_moves_updated_at(client, sandbox, clock):
    entry = client.log(minutes=10, project_id=WEBSITE.id, description="#one").json()
    clock.pass_ms(5_000)
    sandbox.books.edit(entry["id"], minutes=16, description="#two")
    edited = client.get(f"/entries/{entry['id']}").json()
    assert (edited["minutes"], edited["updated_at"]) == (30, "2026-01-01T12:00:05Z")
    assert ([tag["name"] for tag in edited["tags"]], edited["created_at"]) == (["two"], entry["created_at"])
    assert ids(client.get("/entries?updated_from=2026-01-01T12:00:05Z")) == [entry["id"]]


def test_a_deleted_entry_is_gone_and_its_id_never_comes_back(client, sandbox):
    first = client.log().json()["id"]
    sandbox.books.delete(first)
    assert client.get(f"/entries/{first}").status == 404
    assert ids(client.get("/entries")) == []
    assert client.log().json()["id"] == first + 1


def test_how_soon_a_write_shows_in_lists_is_a_switch(client, sandbox, clock):
    sandbox.switches = Switches(list_lag_ms=2_000)
    entry = client.log().json()["id"]
    assert client.get(f"/entries/{entry}").status == 200
    clock.pass_ms(1_999)
    assert ids(client.get("/entries")) == []
    clock.pass_ms(1)
    assert ids(client.get("/entries")) == [entry]


def test_a_stale_list_shows_what_was_there_then(client, sandbox, clock):
    kept, deleted = client.log().json()["id"], client.log().json()["id"]
    clock.pass_ms(10_000)
    sandbox.books.delete(deleted)
    sandbox.books.edit(kept, description="new")
    fresh = client.log().json()["id"]
    clock.pass_ms(1_000)
    sandbox.faults.add("stale", ms=5_000)
    stale = client.get("/entries")
    assert ids(stale) == [deleted, kept]
    assert {entry["description"] for entry in stale.json()} == {None}
    assert ids(client.get("/entries")) == [fresh, kept]


def test_a_stale_list_leaves_out_what_was_deleted_before_then(client, sandbox, clock):
    sandbox.books.delete(client.log().json()["id"])
    clock.pass_ms(10_000)
    sandbox.faults.add("stale", ms=5_000)
    assert ids(client.get("/entries")) == []
