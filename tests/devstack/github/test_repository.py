"""A repository by its names, and what the API says about it."""

import pytest

from devstack.github import Repository

SHOP = "/repos/acme/website-shop"


def test_a_repository_tells_its_default_branch(client, shop):
    told = client.get(SHOP).json()
    assert (told["id"], told["full_name"], told["default_branch"]) == (shop.id, "acme/website-shop", "main")
    assert (told["private"], told["owner"]["login"]) == (True, "acme")
    assert told["permissions"] == {"admin": True, "push": True, "pull": True}


@pytest.mark.parametrize("name", ["/repos/ACME/Website-Shop", "/repositories/{id}", SHOP])
def test_a_repository_goes_by_its_id_and_by_its_name_in_any_case(client, shop, name):
    assert client.get(name.format(id=shop.id)).json()["full_name"] == "acme/website-shop"


@pytest.mark.parametrize(
    "path",
    [
        "/repos/acme/other",
        "/repos/acme",
        "/repositories/1",
        SHOP + "/",
        SHOP + "/commits/",
        SHOP + "/hooks/x/deliveries",
        SHOP + "/nothing",
        "/orgs/nobody/hooks",
        "/organizations/1/hooks",
        "/",
        "",
    ],
)
def test_what_is_not_there_is_a_404_with_githubs_shape(client, path):
    answer = client.get(path)
    assert (answer.status, answer.json()["message"], answer.json()["status"]) == (404, "Not Found", "404")
    assert answer.json()["documentation_url"].startswith("https://docs.github.com/")


def test_another_method_is_a_404_as_well(client):
    assert [client.send(method, SHOP).status for method in ("POST", "DELETE", "HEAD")] == [404, 404, 404]


def test_every_repository_has_an_id_of_its_own_and_keeps_the_one_it_brings(github):
    first, second = (github.forge.put(Repository(f"acme/{name}")).id for name in ("a", "b"))
    assert len({first, second, github.forge.put(Repository("acme/c", id=7)).id}) == 3
    assert github.forge.repository(7).full_name == "acme/c"


def test_refs_stand_for_commits(shop, play):
    old, new = play.line(2)
    shop.add(old, new)
    shop.branches["release/1"] = old.sha
    assert {shop.resolve(ref) for ref in ("HEAD", "main", "refs/heads/main", new.sha, new.sha.upper())} == {new}
    assert shop.resolve("release/1") == shop.resolve(old.sha[:7]) == old
    assert {shop.resolve(ref) for ref in ("gone", "f" * 40, "fff", "")} == {None}


def test_the_start_of_two_shas_stands_for_neither(shop, play):
    shop.add(play.commit("a", sha="ab12" + "0" * 36), play.commit("b", sha="ab12" + "1" * 36))
    assert shop.resolve("ab12") is None
    assert shop.resolve("ab121").sha == "ab12" + "1" * 36
