import pytest
from fakes.house import delivery, draft, sha

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import Status
from chalicelib.errors import UserError
from chalicelib.services import replay as people
from chalicelib.services.intake import take

STRANGER = Author(email="stranger@elsewhere.example")
POST = ("POST", "/entries")
KEY = draft(1).key


def opened(house, *drafts):
    take(delivery(*drafts), ports=house.ports)
    house.open_next()


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def replay(house, key=KEY, *, anyway=False):
    return people.replay(key, anyway=anyway, ports=house.ports, routing=house.routing)


def needing_attention(house):
    house.sandbox.faults.add("drop_before", times=4, match=POST)
    opened(house, draft(1))
    house.run(minutes=40)
    assert entry(house).status is Status.NEEDS_ATTENTION


def test_old_work_is_logged_after_all_when_a_person_says_so(house):
    opened(house, draft(1, worked_at=house.clock.now() - 40 * 86_400_000))
    replay(house)
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED


def test_what_has_no_route_stays_held_with_the_reason(house):
    opened(house, draft(1, author=STRANGER))
    with pytest.raises(UserError, match=r"stranger@elsewhere\.example"):
        replay(house)
    assert entry(house).status is Status.HELD


def test_a_person_can_name_the_route(house):
    opened(house, draft(1, author=STRANGER))
    people.route(KEY, project="website", person="sam@acme.example", ports=house.ports, routing=house.routing)
    house.run(minutes=1)
    assert (entry(house).route.project, entry(house).route.person) == ("Website", "sam@acme.example")
    assert entry(house).status is Status.LOGGED


@pytest.mark.parametrize(
    ("project", "person"),
    [("No Such", "sam@acme.example"), ("Website", "nobody@acme.example"), ("Old Site", "sam@acme.example")],
)
def test_a_route_to_nowhere_is_refused(house, project, person):
    opened(house, draft(1, author=STRANGER))
    with pytest.raises(UserError):
        people.route(KEY, project=project, person=person, ports=house.ports, routing=house.routing)
    assert entry(house).status is Status.HELD


def test_a_refused_entry_is_replayed_after_the_fix(house):
    house.sandbox.faults.add("status_before", status=422, match=POST)
    opened(house, draft(1))
    house.run(minutes=1)
    assert entry(house).status is Status.REFUSED
    replay(house)
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_a_copy_needs_anyway(house):
    opened(house, draft(1), draft(2, copy_of=sha(1)))
    house.run(minutes=1)
    with pytest.raises(UserError, match="--anyway"):
        replay(house, draft(2).key)
    replay(house, draft(2).key, anyway=True)
    house.run(minutes=1)
    assert len(house.sandbox.books.entries()) == 2


def test_a_logged_entry_is_not_replayed(house):
    opened(house, draft(1))
    house.run(minutes=1)
    with pytest.raises(UserError, match="logged"):
        replay(house)


def test_an_unknown_key_is_said_to_be_unknown(house):
    with pytest.raises(UserError, match="no entry"):
        replay(house, "github:nothing")


def test_resolving_as_a_noko_entry_logs_it(house):
    needing_attention(house)
    jane = entry(house).route.user_id
    held = house.sandbox.books.log(date=draft(1).date, minutes=45, user_id=jane, source_url="https://x.example")
    people.resolve_as(KEY, noko_id=held.id, ports=house.ports)
    assert (entry(house).status, entry(house).noko_id) == (Status.LOGGED, held.id)


def test_resolving_as_an_entry_that_noko_does_not_have_is_refused(house):
    needing_attention(house)
    with pytest.raises(UserError, match="no entry 424242"):
        people.resolve_as(KEY, noko_id=424242, ports=house.ports)


def test_resolving_as_an_entry_of_another_key_is_refused(house):
    needing_attention(house)
    jane = entry(house).route.user_id
    held = house.sandbox.books.log(date=draft(1).date, minutes=45, user_id=jane, source_url="https://x.example")
    house.ledger.take_noko_id(held.id, "github:other")
    with pytest.raises(UserError, match="belongs to github:other"):
        people.resolve_as(KEY, noko_id=held.id, ports=house.ports)


def test_resolving_as_absent_posts_it_again(house):
    needing_attention(house)
    people.resolve_again(KEY, ports=house.ports, routing=house.routing)
    house.run(minutes=1)
    assert entry(house).status is Status.LOGGED
    assert len(house.sandbox.books.entries()) == 1


def test_a_held_entry_can_be_dismissed_and_stays_so(house):
    opened(house, draft(1, author=STRANGER))
    people.dismiss(KEY, ports=house.ports)
    house.run(minutes=3)
    assert entry(house).status is Status.DISMISSED
    with pytest.raises(UserError):
        replay(house)


def test_what_is_under_way_cannot_be_dismissed(house):
    opened(house, draft(1))
    with pytest.raises(UserError, match="queued"):
        people.dismiss(KEY, ports=house.ports)


def test_two_people_at_once_move_it_once(house):
    opened(house, draft(1, author=STRANGER))
    swap = house.ledger.swap

    def overtaken(before, after):
        house.ledger.swap = swap
        people.dismiss(KEY, ports=house.ports)
        return swap(before, after)

    house.ledger.swap = overtaken
    with pytest.raises(UserError, match="changed meanwhile"):
        people.route(KEY, project="Website", person="sam@acme.example", ports=house.ports, routing=house.routing)
    assert entry(house).status is Status.DISMISSED


def test_of_many_replayed_at_once_only_some_are_sent_and_the_tick_sends_the_rest(house):
    old = house.clock.now() - 40 * 86_400_000
    opened(house, *(draft(n, worked_at=old) for n in range(1, 401)))
    for number in range(1, 401):
        replay(house, draft(number).key)
    assert house.queue.depth() == 300
    house.tick()
    assert house.queue.depth() == 300
    house.run(minutes=5)
    assert set(house.statuses().values()) == {"logged"}
