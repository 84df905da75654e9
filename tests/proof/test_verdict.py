from types import SimpleNamespace

from fakes.entry import entry

from chalicelib.domain.lifecycle import Status
from proof.verdict import judge


def booked(number, noko_id):
    return SimpleNamespace(source_url=entry(number).draft.source_url, id=noko_id)


def logged(number, noko_id):
    return entry(number, status=Status.LOGGED, noko_id=noko_id)


def wanted(*numbers):
    return [entry(number).draft.source_url for number in numbers]


def test_each_once_and_of_one_mind_is_nothing_wrong():
    assert judge(wanted(1, 2), booked=[booked(1, 7), booked(2, 8)], entries=[logged(1, 7), logged(2, 8)]).wrong == 0


def test_an_entry_that_is_not_in_the_books_is_lost():
    assert judge(wanted(1), booked=[], entries=[logged(1, 7)]).lost == 1


def test_an_entry_that_is_in_the_books_twice_is_doubled():
    assert judge(wanted(1), booked=[booked(1, 7), booked(1, 8)], entries=[logged(1, 8)]).doubled == 1


def test_an_entry_that_nobody_asked_for_is_seen():
    assert judge(wanted(), booked=[booked(1, 7)], entries=[]).uncalled_for == 1


def test_an_entry_that_the_ledger_does_not_call_logged_is_open():
    assert judge(wanted(1), booked=[booked(1, 7)], entries=[entry(1, status=Status.UNCERTAIN)]).open == 1


def test_a_ledger_that_names_another_noko_entry_is_at_odds():
    assert judge(wanted(1), booked=[booked(1, 7)], entries=[logged(1, 9)]).at_odds == 1
