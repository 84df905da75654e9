"""Fetching entries by id, for which Noko has no list: as few calls as it can be done with."""

import datetime as dt

import pytest

from devstack.sandbox.account import GEAR, JANE

DAY = dt.date(2026, 6, 30)


@pytest.fixture
def log(house):
    def log(count=1, *, days_ago=0):
        row = {"user_id": JANE.id, "date": DAY - dt.timedelta(days=days_ago), "minutes": 5, "project_id": GEAR.id}
        return [entry.id for entry in house.sandbox.books.log_many([row] * count)]

    return log


@pytest.fixture
def looked(run, house):
    """Look a number of ids up, and tell how many entries and how many lists were asked for."""

    def look(numbers):
        house.transport.requests.clear()
        result = run("noko", "approve", *numbers, "--dry-run", "--json")
        assert [line["id"] for line in result.lines] == list(dict.fromkeys(numbers))
        urls = [request.url for request in house.transport.requests]
        lists = sum("?" in url for url in urls)
        return len(urls) - lists, lists

    return look


def test_three_are_asked_for_singly(log, looked):
    assert looked(log(3)) == (3, 0)


def test_those_of_a_month_come_with_the_newest(log, looked):
    assert looked(log(3, days_ago=30) + log(3)) == (1, 1)


def test_a_list_is_read_as_long_as_its_pages_hold_some(log, looked):
    assert looked(log(2_500)) == (1, 3)


def test_a_list_is_read_no_further_than_the_page_that_holds_none(log, looked):
    few = log(5)
    log(6_000)
    assert looked(few + log(5)) == (1 + 5, 2 + 1)


def test_ids_far_apart_are_fetched_singly_once_a_list_was_not_worth_it(log, looked):
    numbers = [log(days_ago=60 * n)[0] for n in range(6)]
    assert looked(numbers) == (6, 1)


def test_what_is_not_there_brings_no_list_and_is_asked_for_once(looked):
    assert looked([7, 8, 9, 10, 11, 11]) == (5, 0)
