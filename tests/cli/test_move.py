import dataclasses

import pytest
from fakes.house import ROUTING, delivery, draft, sha

from chalicelib.domain.entry import Author, commit_key
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Mode, Person, Repository
from chalicelib.errors import StoreUnavailable

NOBODY = Author(email="nobody@home.example")
KEY = commit_key(sha(1))


@pytest.fixture
def status_of(house):
    return lambda number: house.ledger.entry(commit_key(sha(number))).status.value


@pytest.fixture
def held(deliver):
    """Three entries, held for want of a person."""
    deliver(delivery(*(draft(number, author=NOBODY) for number in (1, 2, 3))))


@pytest.fixture
def observed(deliver, house):
    """Two entries of a repository that is only observed, and one that is too old."""
    house.routing = dataclasses.replace(
        ROUTING, repositories=(Repository(match="acme/web*", project="Gear GmbH", mode=Mode.OBSERVE),)
    )
    old = house.clock.now() - 40 * 86_400_000
    deliver(delivery(draft(1), draft(2), draft(3, worked_at=old)))


@pytest.fixture
def put(deliver, house):
    """Put the entry of commit 1 into a status."""
    deliver(delivery(draft(1)))

    def change(status, **changes):
        entry = house.ledger.entry(KEY)
        after = dataclasses.replace(entry, status=status, stamp="put", noko_id=None, logged_minutes=None, **changes)
        house.ledger.swap(entry, after)

    return change


@pytest.mark.usefixtures("held")
def test_a_person_gives_a_held_entry_its_route_and_it_is_logged(run, house, status_of):
    result = run("route", sha(1), "--project", "website", "--person", "sam@acme.example", "--yes", "--json")
    assert result.code == 0
    (line,) = result.lines
    assert (line["status"], line["project"], line["person"]) == ("queued", "Website", "sam@acme.example")
    house.run(minutes=2)
    assert status_of(1) == "logged"


@pytest.mark.parametrize(("project", "person"), [("Nowhere", "sam@acme.example"), ("Website", "kim@acme.example")])
@pytest.mark.usefixtures("held")
def test_a_route_to_what_noko_does_not_have_changes_nothing(run, status_of, project, person):
    result = run("route", sha(1), "--project", project, "--person", person, "--yes")
    assert (result.code, result.out) == (1, "")
    assert status_of(1) == "held"


@pytest.mark.usefixtures("held")
def test_nothing_changes_without_a_terminal_or_yes(run, status_of):
    result = run("dismiss", sha(1))
    assert (result.code, result.out) == (2, "")
    assert "--yes" in result.err
    assert status_of(1) == "held"


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    ("answer", "code", "status"), [("y\n", 0, "dismissed"), ("n\n", 1, "held"), ("\n", 1, "held"), ("", 1, "held")]
)
def test_the_plan_is_shown_and_only_a_yes_is_a_yes(run, status_of, answer, code, status):
    result = run("dismiss", sha(1), attended=True, typed=answer)
    assert result.code == code
    assert "1 entry, 45 min in all: given up for good" in result.err
    assert "Work 1" in result.err
    assert status_of(1) == status


@pytest.mark.usefixtures("held")
def test_several_are_dismissed_and_each_is_told(run, status_of):
    result = run("dismiss", sha(1), sha(2), sha(1), "--yes", "--json")
    assert result.code == 0
    assert [line["status"] for line in result.lines] == ["dismissed", "dismissed"]
    assert status_of(3) == "held"


@pytest.mark.usefixtures("held")
def test_when_only_some_worked_the_exit_code_is_5_and_the_others_are_told(run, deliver, status_of):
    deliver(delivery(draft(4), name="d2"))
    result = run("dismiss", sha(1), sha(4), sha(9), "--yes", "--json")
    assert result.code == 5
    assert status_of(1) == "dismissed"
    errors = {line["key"]: line["error"] for line in result.lines if "error" in line}
    assert set(errors) == {commit_key(sha(4)), sha(9)}
    assert "is logged" in errors[commit_key(sha(4))]


def test_when_none_can_be_moved_nobody_is_asked(run, deliver):
    deliver(delivery(draft(4)))
    result = run("dismiss", sha(4), attended=True)
    assert result.code == 1
    assert "[y/N]" not in result.err


@pytest.mark.usefixtures("held")
def test_an_outage_in_the_middle_keeps_what_was_done_and_tells_the_rest(run, house, status_of):
    swap = house.ledger.swap

    def swap_once(before, after):
        house.ledger.swap = down
        return swap(before, after)

    def down(_before, _after):
        raise StoreUnavailable("the table did not answer")

    house.ledger.swap = swap_once
    result = run("dismiss", sha(1), sha(2), sha(3), "--yes")
    assert result.code == 5
    assert [status_of(n) for n in (1, 2, 3)] == ["dismissed", "held", "held"]
    assert result.err.count("the table did not answer") == 2


@pytest.mark.usefixtures("observed")
def test_what_was_observed_is_logged_by_one_command(run, house, status_of):
    result = run("replay", "--observed", "--yes")
    assert result.code == 0
    house.run(minutes=2)
    assert [status_of(n) for n in (1, 2, 3)] == ["logged", "logged", "held"]


@pytest.mark.usefixtures("observed")
def test_what_was_too_old_is_logged_by_one_command(run, house, status_of):
    assert run("replay", "--too-old", "--yes").code == 0
    house.run(minutes=2)
    assert [status_of(n) for n in (1, 2, 3)] == ["held", "held", "logged"]


@pytest.mark.usefixtures("observed")
def test_kinds_add_up(run):
    assert len(run("replay", "--too-old", "--observed", sha(1), "--yes", "--json").lines) == 3


def test_what_noko_refused_is_replayed_by_one_command(run, put, house, status_of):
    put(Status.REFUSED, reason="422: no")
    assert run("replay", "--refused", "--yes").code == 0
    house.run(minutes=2)
    assert status_of(1) == "logged"


def test_nothing_of_a_kind_is_no_failure(run):
    result = run("replay", "--refused")
    assert (result.code, result.out) == (0, "")
    assert "nothing to replay" in result.err


def test_replay_wants_to_know_what(run):
    assert run("replay", "--yes").code == 2


@pytest.mark.usefixtures("held")
def test_what_has_no_route_stays_held_until_the_routing_file_is_mended(run, house, status_of):
    result = run("replay", sha(1), "--yes")
    assert result.code == 1
    assert "nobody@home.example" in result.err
    nobody = Person(noko="sam@acme.example", emails=("nobody@home.example",))
    house.routing = dataclasses.replace(ROUTING, people=(nobody,))
    assert run("replay", sha(1), "--yes").code == 0
    assert status_of(1) == "queued"


def test_a_copy_is_replayed_only_anyway(run, put, status_of):
    put(Status.SKIPPED, reason="cherry-pick of 8f3c2d1")
    refused = run("replay", sha(1), "--yes")
    assert refused.code == 1
    assert "--anyway" in refused.err
    assert status_of(1) == "skipped"
    assert run("replay", sha(1), "--anyway", "--yes").code == 0
    assert status_of(1) == "queued"


def test_a_short_sha_of_several_commits_moves_none(run, deliver, house):
    shas = ["8f3c1" * 8, "8f3c2" * 8]
    deliver(delivery(*(draft(1, key=commit_key(full), author=NOBODY) for full in shas)))
    assert run("dismiss", "8f3c", "--yes").code == 2
    assert set(house.statuses().values()) == {"held"}
    assert run("dismiss", "8f3c2", "--yes").code == 0
    assert house.statuses() == {commit_key(shas[0]): "held", commit_key(shas[1]): "dismissed"}


def test_a_sha_that_nothing_begins_with_points_to_the_command_that_looks_further(run):
    result = run("dismiss", "beef", "--yes")
    assert result.code == 1
    assert "tallyhook entry beef" in result.err


def test_a_person_who_found_it_in_noko_says_which_one_it_is(run, put, house, status_of):
    (there,) = house.noko.entries(updated_from=0, user_ids=())
    put(Status.NEEDS_ATTENTION)
    result = run("resolve", sha(1), "--is", there.id, attended=True, typed="y\n", draws=True)
    assert result.code == 0
    assert f"Noko's entry {there.id}, which is: 45 min on 2026-06-30, jane@acme.example" in result.err
    assert there.source_url in result.err
    assert status_of(1) == "logged"


def test_an_id_that_noko_does_not_have_resolves_nothing(run, put, status_of):
    put(Status.NEEDS_ATTENTION)
    assert run("resolve", sha(1), "--is", 99, "--yes").code == 1
    assert status_of(1) == "needs_attention"


def test_a_person_who_found_none_has_it_sent_again(run, put, status_of):
    put(Status.NEEDS_ATTENTION)
    assert run("resolve", sha(1), "--again", "--yes").code == 0
    assert status_of(1) == "queued"


@pytest.mark.parametrize(
    "options", [(), ("--is", "7", "--again"), ("--is", "0"), ("--is", "٧"), ("--is", "2147483648")]
)
def test_resolve_wants_one_answer_and_a_possible_id(run, options):
    assert run("resolve", sha(1), *options, "--yes").code == 2


def test_a_refused_token_is_exit_code_4(run, put, house):
    put(Status.NEEDS_ATTENTION)
    house.secrets.token = dataclasses.replace(house.secrets.token, value="revoked")
    assert run("resolve", sha(1), "--is", 7, "--yes").code == 4


def test_a_long_plan_is_cut_but_counted(run, deliver):
    deliver(delivery(*(draft(number, author=NOBODY) for number in range(1, 26))))
    result = run("dismiss", *(sha(number) for number in range(1, 26)))
    assert "25 entries, 1125 min in all" in result.err
    assert "and 5 more" in result.err


def test_hostile_text_in_a_plan_is_shown_harmless(run, deliver):
    deliver(delivery(draft(1, author=NOBODY, description="\x1b[2J\u202e")))
    result = run("dismiss", sha(1), "--yes")
    assert "\x1b" not in result.out + result.err
    assert "\\x1b[2J\\u202e" in result.err
