"""A house whose ledger is put back to an earlier instant."""

import dataclasses
import datetime as dt
from collections import Counter

from fakes.house import delivery, draft

from chalicelib.domain.lifecycle import Status
from chalicelib.services.intake import take
from chalicelib.services.restore import begin, fill_gap

POSTS = ("POST", "/entries")


def deliveries(numbers, name, **changes):
    return delivery(*(draft(n, **changes) for n in numbers), name=name)


def entry(house, number=1):
    return house.ledger.entry(draft(number).key)


def entries_in_noko(house):
    return Counter(each.source_url for each in house.sandbox.books.entries())


def each_once(house, numbers):
    return entries_in_noko(house) == Counter(draft(n).source_url for n in numbers)


def posts(house):
    return [request for request in house.transport.requests if request.method == "POST"]


def restore(house, instant):
    begin(instant, ports=house.ports)
    return sorted((str(each.what), each.key) for each in fill_gap(ports=house.ports))


def log(house, url, *, who="jane@acme.example"):
    user = next(u for u in house.sandbox.books.users() if u.email == who)
    return house.sandbox.books.log(date=dt.date(2026, 6, 30), minutes=45, user_id=user.id, source_url=url).id


def lose(house, number=1, *, status=Status.QUEUED, **changes):
    """Put an entry of a commit that went on to be posted in a past that the table has lost."""
    take(deliveries([number], f"d{number}"), ports=house.ports)
    house.open_next()
    now = entry(house, number)
    due_at = now.due_at if status in {Status.QUEUED, Status.HELD, Status.UNCERTAIN} else None
    then = dataclasses.replace(now, status=status, due_at=due_at, stamp="then", **changes)
    house.ledger.swap(now, then)
    return then
