"""Tags: listed, made, looked at, and the entries that wear them."""

import pytest

from devstack.sandbox import Switches
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, SAM


def names(answer):
    assert answer.status == 200, answer.body
    return [tag["formatted_name"] for tag in answer.json()]


def test_a_tag_has_everything_the_documentation_shows(client, sandbox, clock):
    client.post("/tags", {"names": ["tea*"]})
    clock.pass_ms(1_000)
    client.log(description="#tea")
    (tag,) = client.get("/tags").json()
    url = f"{sandbox.base_url}/tags/249397"
    assert tag == {
        "id": 249397,
        "name": "tea",
        "billable": False,
        "formatted_name": "#tea*",
        "url": url,
        "import": None,
        "entries": 1,
        "entries_url": f"{url}/entries",
        "merge_url": f"{url}/merge",
        "created_at": "2026-01-01T12:00:00Z",
        "updated_at": "2026-01-01T12:00:00Z",
    }
    assert client.get("/tags/249397").json() == tag


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["#tea", "#teatime*", "#cake*"]),
        ("name=TEA", ["#tea", "#teatime*"]),
        ("billable=true", ["#tea"]),
        ("billable=false", ["#teatime*", "#cake*"]),
        ("name=tea&billable=false", ["#teatime*"]),
        ("name=nothing", []),
    ],
)
def test_tags_can_be_filtered(client, query, found):
    client.post("/tags", {"names": ["tea", "teatime*", "cake*"]})
    assert names(client.get(f"/tags?{query}")) == found


def test_a_filter_that_cannot_be_read_is_refused(client):
    assert client.get("/tags?billable=maybe").status == 400


def test_the_list_has_pages(client, sandbox):
    client.post("/tags", {"names": [f"t{number}" for number in range(31)]})
    first = client.get("/tags")
    assert (len(first.json()), len(client.get("/tags/?page=2").json())) == (30, 1)
    assert f'<{sandbox.base_url}/tags?page=2>; rel="next"' in first.header("Link")


def test_new_tags_are_answered_and_existing_and_impossible_ones_ignored(client):
    client.log(description="#tea")
    answer = client.post(
        "/tags", {"names": ["TEA", "cake*", "Cake", "two words", "#hash", "", "*", "x" * 31, "y" * 30]}
    )
    assert answer.status == 201
    assert [tag["formatted_name"] for tag in answer.json()] == ["#cake*", "#" + "y" * 30]
    assert names(client.get("/tags")) == ["#tea", "#cake*", "#" + "y" * 30]


@pytest.mark.parametrize("wanted", [[], ["TEA"]])
def test_nothing_new_is_an_empty_list(client, wanted):
    client.post("/tags", {"names": ["tea"]})
    answer = client.post("/tags", {"names": wanted})
    assert (answer.status, answer.json()) == (201, [])


@pytest.mark.parametrize(("value", "code"), [(None, "missing_field"), ("tea", "invalid"), (["tea", 7], "invalid")])
def test_names_must_be_a_list_of_texts(client, refused, value, code):
    assert refused(client.post("/tags", {"names": value})) == {("Tag", "names", code)}
    assert client.get("/tags").json() == []


def test_a_tag_that_was_made_is_worn_by_its_name_in_any_case(client):
    (made,) = client.post("/tags", {"names": ["Tea*"]}).json()
    entry = client.log(description="#tea").json()
    assert ([tag["id"] for tag in entry["tags"]], entry["billable"]) == ([made["id"]], False)


def test_a_hashtag_over_thirty_characters_is_no_tag(client):
    assert client.log(description="#" + "x" * 31).json()["tags"] == []
    assert client.get("/tags").json() == []


@pytest.mark.parametrize(
    "call", [("GET", "/tags/1"), ("GET", "/tags/1/entries"), ("PUT", "/tags/1"), ("DELETE", "/tags/1")]
)
def test_a_tag_that_is_not_there_is_a_404(client, call):
    assert client.send(*call, b"{}").status == 404


@pytest.fixture
def worn(client):
    """Three entries with #tea: Jane's, Sam's, and one of another day; and one without."""
    numbers = [client.log(**fields, description="have #tea").json()["id"] for fields in (
        {"project_id": GEAR.id}, {"user_id": SAM.id}, {"date": "2026-01-05"},
    )]  # fmt: skip
    client.log(description="#cake")
    return numbers


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [2, 1, 0]),
        ("user_ids=5539", [1]),
        ("project_ids=37397", [0]),
        ("from=2026-01-02", [2]),
        ("description=cake", []),
        ("tag_ids=249398", []),
        (f"user_ids={JANE.id}&to=2026-01-01", [0]),
    ],
)
def test_the_entries_of_a_tag_take_the_filters_of_entries(client, worn, query, found):
    answer = client.get(f"/tags/249397/entries?{query}")
    assert [entry["id"] for entry in answer.json()] == [worn[index] for index in found]
    assert answer.json() == [client.get(f"/entries/{worn[index]}").json() for index in found]


def test_the_entries_of_a_tag_have_pages(client, sandbox, worn):
    answer = client.get("/tags/249397/entries?per_page=2&page=2")
    assert [entry["id"] for entry in answer.json()] == worn[:1]
    assert f'<{sandbox.base_url}/tags/249397/entries?per_page=2&page=1>; rel="prev"' in answer.header("Link")


def test_the_count_follows_the_entries(client, worn):
    assert client.get("/tags/249397").json()["entries"] == 3
    client.delete(f"/entries/{worn[0]}")
    client.put(f"/entries/{worn[1]}", {"description": "have #cake"})
    assert [tag["entries"] for tag in client.get("/tags").json()] == [1, 2]


def test_who_may_create_tags_is_a_setting(client, sandbox, refused):
    sandbox.switches = Switches(tag_roles={"supervisor", "leader"})
    client.log(description="#tea")
    sam = client.under(COWORKER_TOKEN)
    assert sam.log(description="more #TEA").status == 201
    denied = {("Entry", "description", "cannot_create_tags")}
    assert refused(sam.log(description="#tea and #cake")) == denied
    own = sam.log().json()["id"]
    assert refused(sam.put(f"/entries/{own}", {"description": "#cake"})) == denied
    assert sam.post("/tags", {"names": ["cake"]}).json() == []
    assert names(client.get("/tags")) == ["#tea"]
    assert client.post("/tags", {"names": ["cake"]}).json() != []
