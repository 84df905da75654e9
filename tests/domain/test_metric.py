"""The table of metrics against the code that tells of events: neither knows anything that the other does not."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.metric import METRICS, UNMEASURED, Source, measured

CODE = Path(__file__).parents[2] / "chalicelib"
SOURCES = [(metric.name, source) for metric in METRICS for source in metric.sources]
MOST = 16


def calls():
    """Yield each call that tells of an event: `event` or `alarm`, its name, and the names of its fields."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="event" | "alarm" as how), args=[name]):
                    fields = {keyword.arg for keyword in node.keywords}
                    names = [each.value for each in ast.walk(name) if isinstance(each, ast.Constant)]
                    yield from ((how, each, fields) for each in names if isinstance(each, str))


def told(how=("event", "alarm")):
    found = {}
    for each, name, fields in calls():
        if each in how:
            found.setdefault(name, set()).update(fields)
    return found


def test_there_are_no_more_than_are_worth_their_price():
    assert len({metric.name for metric in METRICS}) == len(METRICS) <= MOST


@pytest.mark.parametrize(("metric", "source"), SOURCES, ids=[f"{name}-{s.event}" for name, s in SOURCES])
def test_each_source_is_an_event_that_is_told_with_the_fields_it_counts(metric, source):
    assert {source.field, source.where and source.where[0]} - {None} <= told()[source.event], metric


def test_every_alarm_gives_a_metric_a_value_or_says_why_it_need_not():
    counted = {source.event for _, source in SOURCES}
    alarms = set(told(("alarm",)))
    assert alarms - counted - set(UNMEASURED) == set()
    assert set(UNMEASURED) <= alarms


def names(values):
    return {metric.name: value for metric, value in values.items()}


def test_an_event_counts_where_its_fields_say_so():
    assert names(measured("entry_opened", {"status": "held"})) == {"EntriesOpened": 1, "EntriesHeld": 1}
    assert names(measured("entry_opened", {"status": "queued"})) == {"EntriesOpened": 1}
    assert names(measured("request_refused", {"status": 401})) == {"SignaturesRefused": 1}
    assert measured("request_refused", {"status": 404}) == {}
    assert measured("unheard_of", {}) == {}


def test_a_field_that_is_not_there_gives_no_value():
    assert names(measured("attempt", {"status": "queued", "waiting_s": None, "waited_ms": 7})) == {"SlotWait": 7}


@given(st.dictionaries(st.sampled_from(["status", "count", "waited_ms"]), st.none() | st.integers() | st.text()))
def test_whatever_the_fields_are_a_value_is_a_whole_number(fields):
    for event in {source.event for _, source in SOURCES}:
        assert all(isinstance(value, int) for value in measured(event, fields).values())


def test_a_source_counts_one_or_what_its_field_holds():
    assert Source("x").value({}) == 1
    assert Source("x", field="n").value({"n": 3}) == 3
    assert Source("x", ("status", "held"), "n").value({"n": 3, "status": "queued"}) is None
