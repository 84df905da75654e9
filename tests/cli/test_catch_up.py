import dataclasses

import pytest
from fakes.github import SITE, GitHubWorld
from fakes.house import ROUTING

from chalicelib.domain.routing_table import Hook
from chalicelib.services.catch_up import round_by_hand
from devstack.github import Kind


@pytest.fixture
def world():
    world = GitHubWorld()
    yield world
    world.close()


@pytest.fixture
def house(world):
    return world.house


@pytest.fixture
def lost(world):
    """Two pushes that did not arrive."""
    with world.outage():
        first = world.push()
        world.clock.advance(minutes=1)
        return first + world.push()


def attempts(world):
    return len(world.asked("POST", "/attempts"))


def test_a_dry_run_lists_what_would_be_delivered_again_and_asks_for_nothing(run, world, lost):
    result = run("catch-up", "--dry-run")
    assert result.code == 0
    assert [line["guid"] for line in result.lines] == [each.guid for each in lost]
    assert {(line["place"], line["hook"], line["tries"], line["status"], line["what"]) for line in result.lines} == {
        (SITE, world.hook.id, 1, 504, None)
    }
    assert "2 deliveries: would be asked for again" in result.err
    assert attempts(world) == 0


def test_what_failed_is_delivered_again(run, world, lost):
    result = run("catch-up", "--yes")
    assert result.code == 0
    assert [(line["guid"], line["what"]) for line in result.lines] == [(each.guid, "asked") for each in lost]
    assert "2 asked for again" in result.err
    world.fake.settle()
    world.house.run(minutes=3)
    assert sorted(world.house.statuses().values()) == ["logged", "logged"]


@pytest.mark.usefixtures("lost")
def test_it_asks_before_it_does_anything(run, world):
    assert run("catch-up").code == 2
    result = run("catch-up", attended=True, typed="n\n")
    assert result.code == 1
    assert attempts(world) == 0
    assert run("catch-up", attended=True, typed="y\n").code == 0
    assert attempts(world) == 2


def test_a_terminal_gets_a_table_and_a_line_for_each(run, lost):
    shown = run("catch-up", "--dry-run", draws=True)
    assert shown.lines == []
    assert lost[0].guid[:8] in shown.out
    done = run("catch-up", "--yes", draws=True)
    assert f"{SITE}  {lost[0].guid}: asked GitHub to deliver it again" in done.out


def test_nothing_to_do_says_so(run, world):
    world.push()
    result = run("catch-up", "--yes")
    assert (result.code, result.out) == (0, "")
    assert "was handed over" in result.err


@pytest.mark.usefixtures("lost")
def test_how_far_back_it_looks_can_be_told(run, world):
    world.clock.advance(hours=2)
    assert run("catch-up", "--dry-run", "--since", "1h").lines == []
    assert len(run("catch-up", "--dry-run", "--since", "3h").lines) == 2
    assert len(run("catch-up", "--dry-run", "--since", "2026-06-30").lines) == 2
    assert run("catch-up", "--dry-run", "--since", "2026-07-01").lines == []


@pytest.mark.parametrize("since", ["h", "-1h", "72", "72hours", "yesterday", "2026-6-30", "99999h"])
def test_a_span_that_cannot_be_read_is_exit_code_2(run, since):
    assert run("catch-up", "--since", since).code == 2


def test_a_large_push_is_read_through_the_api(run, world):
    world.commit("The beginning")
    world.receiver.status = 413
    world.push()
    world.tick()
    shown = run("catch-up", "--dry-run")
    assert "1 delivery: too large" in shown.err
    result = run("catch-up", "--yes")
    assert [line["what"] for line in result.lines] == ["taken_in"]
    assert "1 read through the API" in result.err


@pytest.mark.parametrize("missing", ["token", "hooks"])
def test_without_a_token_or_hooks_it_is_a_matter_of_configuration(run, world, missing):
    if missing == "token":
        world.house.ports = dataclasses.replace(world.house.ports, github=None)
    else:
        world.house.routing = ROUTING
    for words in (("--dry-run",), ("--yes",)):
        result = run("catch-up", *words)
        assert result.code == 3
        assert {"token": "GITHUB_TOKEN", "hooks": "[[hooks]]"}[missing] in result.err


@pytest.mark.usefixtures("lost")
def test_a_hook_that_cannot_be_looked_at_is_told_and_the_rest_is_done(run, world):
    world.house.routing = dataclasses.replace(ROUTING, hooks=(Hook("acme/unknown"), Hook(SITE)))
    result = run("catch-up", "--yes")
    assert result.code == 5
    assert "not looked at: acme/unknown: GitHub answered 404" in result.err
    assert len(result.lines) == 2


def test_when_no_hook_can_be_looked_at_it_failed(run, world):
    world.house.routing = dataclasses.replace(ROUTING, hooks=(Hook("acme/unknown"),))
    assert run("catch-up", "--yes").code == 1
    assert run("catch-up", "--dry-run").code == 1


@pytest.mark.usefixtures("lost")
def test_a_round_that_breaks_off_is_partly_done(run, world):
    world.fake.faults.add(Kind.DROP_BEFORE, times=None, method="POST", skip=1)
    result = run("catch-up", "--yes")
    assert result.code == 5
    assert [line["what"] for line in result.lines] == ["asked"]
    assert "broken off" in result.err


@pytest.mark.usefixtures("lost")
def test_a_token_that_is_refused_is_exit_code_4(run, world):
    world.fake.credentials.revoke()
    assert run("catch-up", "--yes").code == 4
    world.clock.advance(minutes=6)
    world.fake.credentials.restore()
    assert run("catch-up", "--yes").code == 0


@pytest.mark.usefixtures("lost")
def test_while_somebody_else_is_at_it_nothing_is_done(run, world):
    with round_by_hand(ports=world.house.ports, routing=world.house.routing):
        result = run("catch-up", "--yes")
    assert result.code == 1
    assert "under way" in result.err
    assert attempts(world) == 0
