"""A house with work in the books, to be audited."""

import datetime as dt

from fakes.house import draft

from chalicelib.domain.audit_json import report_from_text

DAY = dt.date(2026, 6, 30)
LISTS = ("GET", "/entries")


def noko_id(house, number=1):
    return house.ledger.entry(draft(number).key).noko_id


def log_by_hand(house, url, *, who="jane@acme.example", date=DAY):
    user = next(u for u in house.sandbox.books.users() if u.email == who)
    return house.sandbox.books.log(date=date, minutes=30, user_id=user.id, source_url=url).id


def told(report):
    return [(str(finding.kind), finding.noko_id) for finding in report.findings]


def report(house, day=DAY):
    return report_from_text(house.ledger.run("audit", day.isoformat()).body)


def singles(house):
    return [r for r in house.transport.requests if r.method == "GET" and r.url.rpartition("/")[2].isdigit()]
