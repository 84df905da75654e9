from dataclasses import replace

import pytest
from fakes.house import delivery, draft

from chalicelib.errors import StoreUnavailable
from chalicelib.services.intake import take


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
