"""Tags that Noko does not have yet, from the opening to Noko, under each of the three rules."""

from dataclasses import replace

import pytest
from fakes.house import ROUTING, FakeHouse, delivery, draft

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Defaults, NewTags, Repository
from chalicelib.errors import UserError
from chalicelib.services import replay as people
from chalicelib.services.intake import take
from devstack.sandbox.hashtag import Hashtag

STRANGER = Author(email="stranger@elsewhere.example")


def house_with(new_tags, **changes):
    own = Repository(match="acme/web*", project="Gear GmbH", new_tags=NewTags(new_tags), **changes)
    house = FakeHouse(routing=replace(ROUTING, repositories=(own,)))
    add(house, "Bug")
    return house


def add(house, name):
    house.sandbox.books.add_tag(Hashtag(name, billable=True))


def opened(house, *drafts, name="d1"):
    take(delivery(*drafts, name=name), ports=house.ports)
    house.open_next()
    return [house.ledger.entry(each.key) for each in drafts]


def asked_for_tags(house):
    return sum("/tags" in request.url for request in house.transport.requests)


def tags_of(house):
    return {tag.name for tag in house.sandbox.books.tags()}


def test_unless_the_file_says_otherwise_noko_creates_tags_and_is_not_asked_for_them():
    house = house_with("create")
    opened(house, draft(1, description="Fix #bug and #new"))
    house.run(minutes=2)
    assert tags_of(house) == {"Bug", "new"}
    assert asked_for_tags(house) == 0


def test_as_text_an_unknown_tag_loses_its_sign_and_none_is_created():
    house = house_with("text", tags=("dev",))
    (entry,) = opened(house, draft(1, description="Fix #bug and #new*"))
    assert (entry.status, entry.draft.description) == (Status.QUEUED, "Fix #bug and new* dev")
    house.run(minutes=2)
    assert tags_of(house) == {"Bug"}
    assert house.sandbox.books.entries()[0].description == "Fix #bug and new* dev"


def test_work_without_hashtags_needs_nobody_to_know_noko_s_tags():
    house = house_with("text")
    opened(house, draft(1, description="Fix it"))
    assert asked_for_tags(house) == 0


def test_other_repositories_do_not_wait_for_tags_that_they_may_create():
    house = FakeHouse(
        routing=replace(
            ROUTING,
            defaults=Defaults(project="Internal"),
            repositories=(Repository("acme/web*", new_tags=NewTags.HOLD), Repository("acme/api")),
        )
    )
    (entry,) = opened(house, draft(1, description="Fix #new", repository="acme/api"))
    assert entry.status is Status.QUEUED
    assert asked_for_tags(house) == 0


def test_a_held_entry_says_which_tags_are_missing_and_keeps_what_its_author_wrote():
    house = house_with("hold", tags=("dev",))
    (entry,) = opened(house, draft(1, description="Fix #bug and #new*"))
    assert (entry.status, entry.reason_code) == (Status.HELD, "unknown_tag")
    assert entry.reason.startswith('Noko does not have the tags "new", "dev"; create them there')
    assert "`tallyhook tags create new dev`" in entry.reason
    assert entry.draft.description == "Fix #bug and #new*"
    assert entry.route.project == "Gear GmbH"


def test_a_held_entry_is_logged_with_its_tag_once_noko_has_it():
    house = house_with("hold", tags=("dev",))
    (entry,) = opened(house, draft(1, description="Fix #new*"))
    house.run(minutes=70)
    assert house.ledger.entry(entry.key).status is Status.HELD
    add(house, "New")
    add(house, "DEV")
    house.run(minutes=70)
    assert house.ledger.entry(entry.key).status is Status.LOGGED
    assert house.sandbox.books.entries()[0].description == "Fix #new* #dev"


@pytest.mark.parametrize(("new_tags", "sent"), [("create", "Fix #new #web"), ("text", "Fix new web")])
def test_a_held_entry_is_logged_by_the_new_file_when_that_changes(new_tags, sent):
    house = house_with("hold", tags=("dev",))
    opened(house, draft(1, description="Fix #new"))
    house.run(minutes=2)
    house.routing = house_with(new_tags, tags=("web",)).routing
    house.run(minutes=2)
    assert house.sandbox.books.entries()[0].description == sent


def test_a_later_file_changes_nothing_of_what_is_queued():
    house = house_with("text")
    (entry,) = opened(house, draft(1, description="Fix #new"))
    house.routing = house_with("create", tags=("web",)).routing
    house.run(minutes=2)
    assert house.sandbox.books.entries()[0].description == entry.draft.description == "Fix new"


def test_a_tag_that_is_new_in_noko_is_found_without_waiting_for_the_cache():
    house = house_with("text")
    opened(house, draft(1, description="Fix #bug"))
    house.clock.advance(minutes=10)
    add(house, "fresh")
    (entry,) = opened(house, draft(2, description="Fix #fresh"), name="d2")
    assert entry.draft.description == "Fix #fresh"
    assert asked_for_tags(house) == 2


def test_tags_are_asked_for_once_for_many_deliveries():
    house = house_with("text")
    for number in range(1, 6):
        opened(house, draft(number, description="Fix #bug #new"), name=f"d{number}")
    assert asked_for_tags(house) == 1


@pytest.mark.parametrize("new_tags", ["text", "hold"])
def test_stale_tags_find_what_they_know_and_what_they_do_not_know_waits(new_tags):
    house = house_with(new_tags)
    opened(house, draft(1, description="Fix #bug"))
    house.clock.advance(days=1)
    house.transport.unreachable = True
    new = draft(2, description="Fix #new", worked_at=house.clock.now())
    known = draft(3, description="Fix #bug", worked_at=house.clock.now())
    entries = opened(house, new, known, name="d2")
    assert entries[0] is None
    assert entries[1].draft.description == "Fix #bug"
    assert house.ledger.delivery(delivery(name="d2").key).opened_at is None


def test_looking_people_up_again_keeps_the_tags():
    house = house_with("text")
    opened(house, draft(1, description="Fix #bug"))
    house.clock.advance(minutes=30)
    opened(house, draft(2, author=STRANGER), name="d2")
    opened(house, draft(3, description="Fix #bug"), name="d3")
    assert asked_for_tags(house) == 1


def test_five_thousand_tags_are_read_page_by_page_in_slots():
    house = house_with("text")
    for number in range(5_000):
        add(house, f"sprint-{number}")
    (entry,) = opened(house, draft(1, description="Fix #sprint-4999 #sprint-5000"))
    assert entry.draft.description == "Fix #sprint-4999 sprint-5000"
    assert asked_for_tags(house) == 6
    assert len(house.throttle.slots) == len(house.transport.requests)


def test_a_person_can_log_a_held_entry_without_its_tag():
    house = house_with("hold")
    (entry,) = opened(house, draft(1, description="Fix #new"))
    with pytest.raises(UserError, match="no route: Noko does not have the tag"):
        people.replay(entry.key, anyway=False, ports=house.ports, routing=house.routing)
    people.route(entry.key, project="Website", person="sam@acme.example", ports=house.ports, routing=house.routing)
    assert house.ledger.entry(entry.key).draft.description == "Fix new"


def test_nobody_logs_it_without_while_noko_cannot_be_asked():
    house = house_with("hold")
    (entry,) = opened(house, draft(1, description="Fix #new"))
    house.clock.advance(days=1)
    house.transport.unreachable = True
    with pytest.raises(UserError, match="Noko does not answer"):
        people.replay(entry.key, anyway=False, ports=house.ports, routing=house.routing)
    with pytest.raises(UserError, match="Noko does not answer"):
        people.route(entry.key, project="Website", person="sam@acme.example", ports=house.ports, routing=house.routing)
    assert house.ledger.entry(entry.key).status is Status.HELD


def test_what_noko_refused_for_its_tags_is_replayed_as_text():
    house = house_with("create")
    house.sandbox.faults.add("status_before", status=422, match=("POST", "/entries"))
    (entry,) = opened(house, draft(1, description="Fix #new"))
    house.run(minutes=1)
    assert house.ledger.entry(entry.key).status is Status.REFUSED
    routing = house_with("text").routing
    people.replay(entry.key, anyway=False, ports=house.ports, routing=routing)
    assert house.ledger.entry(entry.key).draft.description == "Fix new"


def test_what_was_held_when_the_table_was_restored_is_posted_by_the_same_rule():
    house = house_with("hold")
    (entry,) = opened(house, draft(1, description="Fix #new"))
    doubtful = replace(entry, status=Status.NEEDS_ATTENTION, stamp="put")
    house.ledger.swap(entry, doubtful)
    people.resolve_again(entry.key, ports=house.ports, routing=house.routing)
    assert house.ledger.entry(entry.key).draft.description == "Fix new"


def test_a_tag_is_missing_before_work_is_too_old_or_only_observed():
    house = house_with("hold")
    old = house.clock.now() - 40 * 86_400_000
    (entry,) = opened(house, draft(1, description="Fix #new", worked_at=old))
    assert entry.reason_code == "unknown_tag"
    add(house, "new")
    house.run(minutes=70)
    assert house.ledger.entry(entry.key).reason_code == "too_old"
