"""Which events were lost, and what is to be done about each."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.github.models import HookDelivery
from chalicelib.github.redelivery import MAX_TRIES, Remedy, lost

BEGIN = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def attempt(minute, code, *, guid="g", event="push", number=None):
    at = BEGIN + dt.timedelta(minutes=minute)
    return HookDelivery(
        id=number or minute + 1, guid=guid, delivered_at=at, redelivery=minute > 0, status_code=code, event=event
    )


def remedy(*attempts):
    (only,) = [each for each in lost(attempts) if each.guid == "g"]
    return only.remedy


def test_an_event_with_one_success_is_not_lost_whatever_came_before_or_after():
    for codes in ((200,), (502, 202), (202, 502), (0, 299, 0)):
        assert lost([attempt(minute, code) for minute, code in enumerate(codes)]) == []


def test_of_several_tries_the_last_is_the_one_to_repeat():
    (found,) = lost([attempt(2, 0), attempt(0, 504), attempt(1, 500)])
    assert (found.tries, found.latest.id, found.first_at) == (3, 3, int(BEGIN.timestamp() * 1000))


def test_only_pushes_count_and_the_oldest_comes_first():
    attempts = [attempt(3, 0, guid="b"), attempt(1, 0, guid="a"), attempt(0, 0, guid="c", event="issues")]
    assert [each.guid for each in lost(attempts)] == ["a", "b"]


def test_a_413_is_repeated_once_and_then_read():
    assert remedy(attempt(0, 413)) is Remedy.REDELIVER
    assert remedy(attempt(0, 413), attempt(15, 413)) is Remedy.READ
    assert remedy(attempt(0, 503), attempt(15, 413)) is Remedy.READ
    assert remedy(attempt(0, 413), attempt(15, 503)) is Remedy.REDELIVER


def test_an_outage_is_no_reason_to_suspect_a_push():
    failing = [attempt(15 * number, 502) for number in range(50)]
    assert remedy(*failing) is Remedy.REDELIVER
    assert remedy(*failing, attempt(0, 200, guid="other", number=999)) is Remedy.REDELIVER


@pytest.mark.parametrize("event", ["push", "ping"])
def test_a_5xx_while_others_succeed_is_a_push_that_does_not_fit(event):
    failing = [attempt(0, 502), attempt(15, 500), attempt(30, 504)]
    assert remedy(*failing[:2], attempt(5, 200, guid="other", event=event)) is Remedy.REDELIVER
    assert remedy(*failing, attempt(5, 200, guid="other", event=event)) is Remedy.READ


def test_what_is_refused_again_and_again_while_others_succeed_is_given_up():
    failing = [attempt(15 * number, 400) for number in range(MAX_TRIES)]
    served = attempt(20, 202, guid="other")
    assert remedy(*failing[1:], served) is Remedy.REDELIVER
    assert remedy(*failing, served) is Remedy.GIVE_UP
    assert remedy(*failing) is Remedy.REDELIVER, "a wrong secret: nothing succeeds, and it will be mended"


codes = st.sampled_from([0, 200, 202, 299, 301, 400, 401, 413, 500, 502, 504])
attempts_ = st.lists(st.tuples(st.integers(0, 300), codes, st.sampled_from("abc"), st.sampled_from(["push", "ping"])))


@settings(max_examples=200)
@given(attempts_, st.randoms())
def test_lost_is_what_has_no_success_in_whatever_order_it_is_listed(rows, random):
    attempts = [
        attempt(minute, code, guid=guid, event=event, number=number + 1)
        for number, (minute, code, guid, event) in enumerate(rows)
    ]
    found = lost(attempts)
    pushes = [each for each in attempts if each.event == "push"]
    taken = {each.guid for each in pushes if 200 <= each.status_code < 300}
    assert {each.guid for each in found} == {each.guid for each in pushes} - taken
    assert [each.first_at for each in found] == sorted(each.first_at for each in found)
    random.shuffle(attempts)
    assert lost(attempts) == found
