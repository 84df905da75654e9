from contextlib import suppress
from dataclasses import replace

import pytest
from fakes.house import FakeHouse, delivery, draft

from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import Form, Person, Routing
from chalicelib.errors import StoreUnavailable
from chalicelib.services.intake import take, take_submission
from chalicelib.sources.forms.delivery import read
from chalicelib.sources.forms.submission import Field, Submission


class _DownQueue:
    def send_delivery(self, _key):
        raise StoreUnavailable("down")


def test_a_new_delivery_is_stored_and_announced(house):
    assert take(delivery(draft()), ports=house.ports)
    assert house.queue.receive_open() == delivery().key
    assert house.ledger.delivery(delivery().key).opened_at is None


def test_an_exact_redelivery_is_recognised(house):
    take(delivery(draft()), ports=house.ports)
    assert not take(delivery(draft()), ports=house.ports)


def test_a_redelivery_of_what_was_never_opened_announces_it_again(house):
    take(delivery(draft()), ports=house.ports)
    house.queue.open.clear()  # the crash between storing and announcing
    take(delivery(draft()), ports=house.ports)
    assert house.queue.receive_open() == delivery().key


def test_a_redelivery_of_what_was_opened_announces_nothing(house):
    take(delivery(draft()), ports=house.ports)
    house.open_next()
    take(delivery(draft()), ports=house.ports)
    assert house.queue.receive_open() is None


def test_what_is_stored_is_accepted_even_if_the_queue_is_down(house):
    assert take(delivery(draft()), ports=replace(house.ports, queue=_DownQueue()))
    house.clock.advance(minutes=1)
    house.run(minutes=1)
    assert list(house.statuses().values()) == ["logged"]


def test_what_is_not_stored_is_not_accepted(house):
    class DownLedger:
        def accept(self, *_, **__):
            raise StoreUnavailable("down")

    with pytest.raises(StoreUnavailable):
        take(delivery(draft()), ports=replace(house.ports, ledger=DownLedger()))
    assert house.queue.receive_open() is None


class Crash(BaseException):
    """The process dies: nothing catches it."""


class Dying:
    """Ports of a process that dies at its call number `at`, before it or after it."""

    def __init__(self, house, at, *, after):
        self.calls = 0
        self.at, self.after = at, after
        self.ports = replace(house.ports, ledger=self.wrap(house.ledger), queue=self.wrap(house.queue))

    def wrap(self, port):
        dying = self

        class Wrapped:
            def __getattr__(self, name):
                return lambda *args, **kwargs: dying.call(getattr(port, name), args, kwargs)

        return Wrapped()

    def call(self, do, args, kwargs):
        self.calls += 1
        if self.calls == self.at and not self.after:
            raise Crash
        answer = do(*args, **kwargs)
        if self.calls == self.at:
            raise Crash
        return answer


def submitted(house, *, submission_id=None):
    rule = form_rule(house.routing, "desk")
    submission = Submission((Field("hours", ("1",)),), submission_id=submission_id)
    return read(submission, {}, rule, timezone="UTC", public_url=None, now=house.clock.now())


@pytest.fixture
def desk():
    forms = (Form("desk", person="jane@acme.example", project="Internal"),)
    return FakeHouse(routing=Routing(people=(Person("jane@acme.example"),), forms=forms))


@pytest.mark.parametrize("submission_id", ["7", None])
@pytest.mark.parametrize("after", [False, True])
def test_a_submission_is_one_entry_whichever_call_its_process_dies_at(submission_id, after):
    for at in (1, 2, 3):
        house = FakeHouse(routing=Routing(forms=(Form("desk", person="jane@acme.example", project="Internal"),)))
        with suppress(Crash):
            take_submission(submitted(house, submission_id=submission_id), ports=Dying(house, at, after=after).ports)
        house.clock.advance(seconds=59)
        take_submission(submitted(house, submission_id=submission_id), ports=house.ports)
        house.run(minutes=3)
        assert list(house.statuses().values()) == ["logged"], at


def test_a_note_that_cannot_be_kept_fails_nothing(desk):
    take_submission(submitted(desk), ports=desk.ports)

    class Forgetful:
        def __getattr__(self, name):
            if name == "put_note":
                raise StoreUnavailable("down")
            return getattr(desk.ledger, name)

    delivery, is_new = take_submission(submitted(desk), ports=replace(desk.ports, ledger=Forgetful()))
    assert not is_new
    assert "taken for the equal submission" in delivery.notes[0].reason


def test_what_is_rejected_begins_no_window(desk):
    rule = form_rule(desk.routing, "desk")
    reading = read(Submission(), {}, rule, timezone="UTC", public_url=None, now=desk.clock.now())
    delivery, is_new = take_submission(reading, ports=desk.ports)
    assert is_new
    assert not take_submission(reading, ports=desk.ports)[1]
    assert desk.ledger._windows == {}
    desk.open_next()
    assert desk.ledger.note(delivery.notes[0].key).note == delivery.notes[0]
