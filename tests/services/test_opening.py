import dataclasses

from fakes.house import FakeHouse, delivery, draft, sha

from chalicelib.domain.entry import Author, Note
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.routing_table import Defaults, Mode, Person, Repository, Routing
from chalicelib.services.intake import take
from chalicelib.services.opening import open_delivery

DAY_MS = 86_400_000
STRANGER = Author(name="Stranger", email="stranger@elsewhere.example")


def opened(house, *drafts, **changes):
    take(delivery(*drafts, **changes), ports=house.ports)
    assert house.open_next()
    return [house.ledger.entry(d.key) for d in drafts]


def test_each_draft_becomes_one_queued_entry_with_its_route(house):
    entries = opened(house, draft(1), draft(2))
    assert [e.status for e in entries] == [Status.QUEUED, Status.QUEUED]
    assert {e.route.project for e in entries} == {"Gear GmbH"}
    assert {e.route.person for e in entries} == {"jane@acme.example"}
    assert sorted(key for _, key in house.queue.post) == sorted(e.key for e in entries)


def test_the_same_commit_from_another_delivery_is_no_new_entry(house):
    first = opened(house, draft(1), name="d1")
    second = opened(house, draft(1, branch="feature"), name="d2")
    assert first == second
    assert len(house.queue.post) == 1


def test_opening_twice_changes_nothing(house):
    before = opened(house, draft(1))
    house.ledger._heads[delivery().key].opened_at = None  # as if the mark had been lost
    open_delivery(delivery().key, ports=house.ports, routing=house.routing, deadline=house.clock.now() + 300_000)
    assert [house.ledger.entry(draft(1).key)] == before
    assert len(house.queue.post) == 1


def test_an_unmapped_author_is_held_with_a_reason(house):
    (entry,) = opened(house, draft(1, author=STRANGER))
    assert entry.status is Status.HELD
    assert entry.reason_code == "unmapped_person"
    assert "stranger@elsewhere.example" in entry.reason
    assert not house.queue.post


def test_an_unknown_project_is_held_and_not_created(house):
    projects = len(house.sandbox.books.projects())
    (entry,) = opened(house, draft(1, project="No Such Project"))
    assert (entry.status, entry.reason_code) == (Status.HELD, "unknown_project")
    assert len(house.sandbox.books.projects()) == projects


def test_old_work_is_held_by_its_age_at_delivery(house):
    old = draft(1, worked_at=house.clock.now() - 32 * DAY_MS)
    (entry,) = opened(house, old)
    assert (entry.status, entry.reason_code) == (Status.HELD, "too_old")


def test_in_observe_mode_everything_is_routed_and_nothing_posted():
    routing = Routing(defaults=Defaults(mode=Mode.OBSERVE), people=(Person(noko="jane@acme.example"),))
    house = FakeHouse(routing=dataclasses.replace(routing, repositories=(Repository("acme/*", project="Website"),)))
    (entry,) = opened(house, draft(1))
    assert (entry.status, entry.reason_code, entry.route.project) == (Status.HELD, "observed", "Website")
    house.run(minutes=3)
    assert house.sandbox.books.entries() == []


def test_a_branch_that_is_not_logged_leaves_a_note():
    rules = (Repository(match="acme/*", project="Website", branches=("main",)),)
    house = FakeHouse(routing=Routing(repositories=rules, people=(Person(noko="jane@acme.example"),)))
    (entry,) = opened(house, draft(1, branch="wip"))
    assert entry is None
    assert "branch 'wip'" in house.ledger.note(sha(1)).note.reason


def test_notes_of_a_delivery_are_kept(house):
    opened(house, notes=(Note(sha(9), "malformed", "zero minutes", "f:0"),))
    assert house.ledger.note(sha(9)).note.reason == "zero minutes"


def test_the_tags_of_a_repository_are_added_to_the_description():
    rules = (Repository(match="acme/*", project="Website", tags=("dev",)),)
    house = FakeHouse(routing=Routing(repositories=rules, people=(Person(noko="jane@acme.example"),)))
    (entry,) = opened(house, draft(1, description="Fix login"))
    assert entry.draft.description == "Fix login #dev"


def test_a_cherry_pick_of_work_in_the_ledger_is_a_skipped_copy(house):
    _, copy = opened(house, draft(1), draft(2, copy_of=sha(1)))
    assert copy.status is Status.SKIPPED
    assert sha(1)[:7] in copy.reason


def test_a_cherry_pick_of_work_that_is_not_in_the_ledger_is_work(house):
    (entry,) = opened(house, draft(2, copy_of=sha(1)))
    assert entry.status is Status.QUEUED


def test_without_any_directory_the_delivery_waits_and_is_not_held(house):
    house.transport.unreachable = True
    assert opened(house, draft(1)) == [None]
    house.transport.unreachable = False
    house.run(minutes=4)
    assert list(house.statuses().values()) == ["logged"]


def test_a_stale_directory_finds_whom_it_knows_while_noko_is_away(house):
    opened(house, draft(1), name="d1")
    house.clock.advance(days=2)
    house.transport.unreachable = True
    (entry,) = opened(house, draft(2, worked_at=house.clock.now()), name="d2")
    assert entry.status is Status.QUEUED


def test_a_stale_directory_holds_nobody(house):
    opened(house, draft(1), name="d1")
    house.clock.advance(days=2)
    house.transport.unreachable = True
    stranger = draft(2, author=STRANGER, worked_at=house.clock.now())
    known = draft(3, worked_at=house.clock.now())
    assert opened(house, stranger, known, name="d2")[0] is None
    assert house.ledger.entry(known.key).status is Status.QUEUED
    assert house.ledger.delivery(delivery(name="d2").key).opened_at is None


def test_somebody_new_in_noko_is_found_without_waiting_for_the_cache(house):
    opened(house, draft(1), name="d1")
    house.clock.advance(minutes=10)
    house.sandbox.books.add_project("Fresh")
    (entry,) = opened(house, draft(2, project="Fresh"), name="d2")
    assert entry.route.project == "Fresh"


def test_people_and_projects_are_looked_up_once_for_many_deliveries(house):
    for number in range(5):
        opened(house, draft(number + 1), name=f"d{number}")
    asked = [request.url for request in house.transport.requests]
    assert sum("/users" in url for url in asked) == 1
    assert sum("/projects" in url for url in asked) == 1


def test_of_a_large_delivery_only_a_share_is_sent_at_once_and_the_tick_sends_the_rest(house):
    drafts = [draft(n) for n in range(1, 251)]
    opened(house, *drafts)
    assert len(house.queue.post) == 150
    house.tick()
    assert len(house.queue.post) == 250


def test_opening_that_runs_out_of_time_goes_on_later(house):
    drafts = [draft(n) for n in range(1, 6)]
    take(delivery(*drafts), ports=house.ports)
    open_delivery(delivery().key, ports=house.ports, routing=house.routing, deadline=house.clock.now() + 15_500)
    assert house.ledger.delivery(delivery().key).opened_at is None
    house.run(minutes=5)
    assert list(house.statuses().values()) == ["logged"] * 5


def test_a_key_that_no_delivery_has_is_acknowledged(house):
    open_delivery("github:nothing:0", ports=house.ports, routing=house.routing, deadline=house.clock.now() + 300_000)
