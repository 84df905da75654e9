"""Once a day people hear what waits for them, with the command that mends it; otherwise they hear nothing."""

import base64
import datetime as dt
import json
from dataclasses import replace

import pytest
from fakes.house import FakeHouse, delivery, draft, sha

from chalicelib.domain.entry import Author, Note
from chalicelib.domain.routing_table import Digest
from chalicelib.errors import StoreUnavailable
from chalicelib.services import telling
from chalicelib.services.digest import tell_digest
from chalicelib.services.intake import take
from chalicelib.sources.delivery import Delivery

HOOK = "https://acme.example/hook"
SLACK = "https://hooks.slack.com/services/T/B/x"
STRANGER = Author(email="stranger@elsewhere.example")


@pytest.fixture
def house():
    house = FakeHouse()
    house.routing = replace(house.routing, digest=Digest("08:00", (HOOK,)))
    house.secrets.notify_secrets = ("whsec_" + base64.b64encode(bytes(32)).decode(),)
    return house


def until(house, hour):
    """Let everything run until an hour of Berlin's tomorrow."""
    berlin = dt.timezone(dt.timedelta(hours=2))
    today = dt.datetime.fromtimestamp(house.clock.now() / 1000, berlin)
    then = (today + dt.timedelta(days=1)).replace(hour=hour, minute=0, second=0)
    house.clock.sleep_until(int(then.timestamp() * 1000))
    house.run(minutes=3)


def bodies(house):
    return [json.loads(envelope.body) for _, envelope in house.messenger.carried]


def with_one_of_each(house):
    malformed = Note(sha(9), "malformed", "'8' is ambiguous", "f:8", who="jane@acme.example")
    take(delivery(draft(1, author=STRANGER)), ports=house.ports)
    house.run(minutes=1)
    house.sandbox.faults.add("status_before", status=422, match=("POST", "/entries"))
    take(delivery(draft(2), name="d2"), ports=house.ports)
    house.run(minutes=1)
    return malformed


def note_now(house, note):
    noted = Delivery(source="github", key=f"github:n{house.clock.now()}:x", event="push", notes=(note,))
    take(noted, ports=house.ports)
    house.run(minutes=1)


def test_what_waits_is_told_by_person_with_a_command_each(house):
    malformed = with_one_of_each(house)
    until(house, 7)
    note_now(house, malformed)
    house.clock.advance(seconds=3600)
    house.run(minutes=2)
    (body,) = bodies(house)
    assert body["type"] == "tallyhook.digest"
    told = {(each["person"], each["what"]): each for each in body["data"]["waiting"]}
    assert set(told) == {
        ("stranger@elsewhere.example", "held"),
        ("jane@acme.example", "refused"),
        ("jane@acme.example", "malformed"),
    }
    assert told["jane@acme.example", "refused"]["command"] == f"tallyhook replay github:{sha(2)}"
    assert told["jane@acme.example", "malformed"]["reason"] == "f:8: '8' is ambiguous"
    assert body["data"]["total"] == 3


def test_it_is_told_once_a_day_and_again_the_next_day(house):
    with_one_of_each(house)
    until(house, 8)
    house.run(minutes=30)
    assert len(bodies(house)) == 1
    until(house, 9)
    assert len(bodies(house)) == 2


def test_not_before_its_hour(house):
    with_one_of_each(house)
    until(house, 7)
    assert bodies(house) == []


def test_where_nothing_waits_nothing_is_told(house):
    take(delivery(draft(1)), ports=house.ports)
    until(house, 9)
    assert bodies(house) == []


def test_a_late_digest_leaves_out_nothing_since_the_hour_of_the_day_before(house):
    malformed = with_one_of_each(house)
    until(house, 9)
    note_now(house, malformed)
    until(house, 11)
    told = [each["what"] for each in bodies(house)[-1]["data"]["waiting"]]
    assert "malformed" in told


def test_after_a_long_standstill_a_letter_is_given_up_with_an_alarm(house):
    house.messenger.failures = ["no connection"] * 1000
    with_one_of_each(house)
    until(house, 8)
    house.queue.tell.clear()
    house.clock.advance(seconds=4 * 86_400)
    house.run(minutes=2)
    assert "letter_given_up" in [name for name, _ in house.telemetry.alarms]


def test_without_a_digest_in_the_routing_file_nobody_is_told_anything(house):
    house.routing = replace(house.routing, digest=None)
    with_one_of_each(house)
    until(house, 9)
    assert bodies(house) == []


def test_slack_is_told_in_words_and_its_address_is_never_written_down(house):
    house.routing = replace(house.routing, digest=Digest("08:00", ("slack",)))
    house.secrets.addresses = {"slack": SLACK}
    with_one_of_each(house)
    until(house, 8)
    ((url, envelope),) = house.messenger.carried
    assert url == SLACK
    assert "1 held, 1 refused" in json.loads(envelope.body)["text"]
    kept = "".join(run.body for run in house.ledger.runs(telling.KIND, since=0, until=2**60))
    assert SLACK not in kept + repr(house.telemetry.events) + repr(house.telemetry.alarms)


def test_what_cannot_be_delivered_is_tried_again_later(house):
    house.messenger.failures = ["no connection", "answered 500"]
    with_one_of_each(house)
    until(house, 8)
    house.run(minutes=20)
    assert len(bodies(house)) == 1
    assert [e for e, _ in house.telemetry.events].count("letter_postponed") == 2


def test_after_three_days_it_is_given_up_with_an_alarm(house):
    house.messenger.failures = ["no connection"] * 10_000
    with_one_of_each(house)
    until(house, 8)
    house.routing = replace(house.routing, digest=Digest("23:59", (HOOK,)))
    for _ in range(3):
        house.run(minutes=24 * 60 + 10)
    assert "letter_given_up" in [name for name, _ in house.telemetry.alarms]
    given_up = [run for run in house.ledger.runs(telling.KIND, since=0, until=2**60) if run.finished_at]
    assert len(given_up) == 1


def test_without_a_secret_nothing_leaves_and_the_reason_is_told(house):
    house.secrets.notify_secrets = ()
    with_one_of_each(house)
    until(house, 8)
    assert house.messenger.carried == []
    reasons = [fields["reason"] for name, fields in house.telemetry.events if name == "letter_postponed"]
    assert "NOTIFY_SECRETS" in reasons[0]


def test_a_lost_message_is_sent_again_by_the_tick(house):
    with_one_of_each(house)
    until(house, 7)
    house.clock.advance(seconds=3600)
    tell_digest(ports=house.ports, routing=house.routing, deadline=house.clock.now() + 60_000)
    house.queue.tell.clear()
    house.run(minutes=40)
    assert len(bodies(house)) == 1


@pytest.mark.parametrize("step", range(1, 12))
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_tells_it_once_all_the_same(house, step, after):
    with_one_of_each(house)
    until(house, 7)
    house.clock.advance(seconds=3600)
    dying = Dying(step, after=after)
    ports = replace(house.ports, ledger=dying.over(house.ledger), queue=dying.over(house.queue))
    try:
        tell_digest(ports=ports, routing=house.routing, deadline=house.clock.now() + 20_000)
        if house.queue.tell:
            telling.deliver(house.queue.receive_tell(), ports=ports)
    except StoreUnavailable:
        pass
    house.run(minutes=70)
    ids = [envelope.headers["webhook-id"] for _, envelope in house.messenger.carried]
    assert len(set(ids)) == 1
    assert len(ids) <= 2, "after a lost answer the same id may come twice, so that the receiver can tell"


class Dying:
    """Counts calls, and dies at one of them, before or after it is done."""

    def __init__(self, step, *, after):
        self.left = step
        self.after = after

    def over(self, port):
        outer = self

        class Port:
            def __getattr__(self, name):
                plain = getattr(port, name)

                def call(*args, **kwargs):
                    outer.left -= 1
                    if outer.left == 0 and not outer.after:
                        raise StoreUnavailable("gone")
                    result = plain(*args, **kwargs)
                    if outer.left == 0:
                        raise StoreUnavailable("gone")
                    return result

                return call

        return Port()
