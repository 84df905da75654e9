"""Links from page to page."""

import pytest


@pytest.fixture
def comments(github, shop, play):
    shop.add(play.commit("a"))
    for n in range(5):
        github.forge.comment(shop, play.sha("a"), body=str(n), author="x")
    return f"/repos/acme/website-shop/commits/{play.sha('a')}/comments"


@pytest.mark.parametrize(
    ("page", "bodies", "rels"),
    [
        (1, ["0", "1"], {"next": 2, "last": 3}),
        (2, ["2", "3"], {"prev": 1, "next": 3, "last": 3, "first": 1}),
        (3, ["4"], {"prev": 2, "first": 1}),
        (9, [], {"prev": 8, "first": 1}),
    ],
)
def test_a_page_links_to_those_around_it(client, comments, play, page, bodies, rels):
    answer = client.get(f"{comments}?per_page=2&page={page}")
    assert [comment["body"] for comment in answer.json()] == bodies
    assert {rel: url.rpartition("page=")[2] for rel, url in play.links(answer).items()} == {
        rel: str(number) for rel, number in rels.items()
    }


def test_links_name_the_repository_by_its_id_and_keep_the_size_of_a_page(github, client, shop, comments, play):
    url = play.links(client.get(f"{comments}?per_page=2"))["next"]
    assert url.startswith(f"{github.base_url}/repositories/{shop.id}/commits/")
    assert url.endswith("?per_page=2&page=2")


def test_one_page_has_no_links(client, comments):
    assert client.get(comments).header("Link") is None
    assert client.get(f"{comments}?per_page=5").header("Link") is None


@pytest.mark.parametrize("query", ["?page=x", "?page=0", "?page=-1", "?page=", "?per_page=x", "?per_page=", "?page=٣"])
def test_a_number_that_makes_no_sense_is_not_looked_at(client, comments, query):
    assert len(client.get(comments + query).json()) == 5


def test_a_page_of_nothing_holds_one(client, comments):
    assert len(client.get(f"{comments}?per_page=0").json()) == 1
