"""Ctrl-C while a single change is under way: nobody knows of it, and that is said."""

import datetime as dt

import pytest

from devstack.sandbox.account import JANE

CHANGES = {
    "edit": ("noko", "edit", "ID", "--minutes", "5"),
    "rename": ("tags", "rename", "one", "three"),
    "merge": ("tags", "merge", "one", "--into", "two"),
    "create": ("tags", "create", "three"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_was_interrupted_is_said_to_be_in_doubt(run, house, change):
    number = house.sandbox.books.log(user_id=JANE.id, date=dt.date(2026, 6, 30), minutes=30, description="#one #two").id
    send = house.transport.send

    def pressed(request, guard):
        answer = send(request, guard)
        if request.method != "GET":
            raise KeyboardInterrupt
        return answer

    house.transport.send = pressed
    result = run(*(str(number) if word == "ID" else word for word in CHANGES[change]), "--yes")
    assert (result.code, result.out) == (130, "")
    assert "nobody knows whether Noko did it: look before you do it again" in result.err


@pytest.mark.parametrize("change", CHANGES)
def test_before_it_was_sent_there_is_no_doubt(run, house, change):
    def pressed(*_):
        raise KeyboardInterrupt

    house.transport.send = pressed
    result = run(*("1" if word == "ID" else word for word in CHANGES[change]), "--yes")
    assert (result.code, result.err) == (130, "")
