"""Keys of the table."""

import datetime as dt
from collections import Counter

from fakes.house import sha
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.table.layout import SHARDS, Layout, expires_at

LAYOUT = Layout("default")
INSTANTS = st.integers(0, 4_000_000_000_000)


def ms(*date):
    return int(dt.datetime(*date, tzinfo=dt.UTC).timestamp() * 1000)


def test_keys_begin_with_the_account():
    assert LAYOUT.pk("entry", "github:a") == "default#entry#github:a"
    assert Layout("other").pk("noko", 17) == "other#noko#17"


def test_a_month_ends_in_utc():
    assert LAYOUT.month("entries", ms(2026, 12, 31, 23, 59, 59)) == "default#entries#2026-12"
    assert LAYOUT.month("entries", ms(2027, 1, 1)) == "default#entries#2027-01"


def test_a_span_covers_its_months_across_a_new_year():
    months = LAYOUT.months("entries", ms(2026, 11, 30, 23), ms(2027, 2, 1))
    assert months == tuple(f"default#entries#{m}" for m in ("2026-11", "2026-12", "2027-01", "2027-02"))


@given(INSTANTS, INSTANTS, INSTANTS)
def test_every_instant_of_a_span_lies_in_one_of_its_months(one, two, three):
    since, between, until = sorted((one, two, three))
    months = LAYOUT.months("e", since, until)
    assert LAYOUT.month("e", between) in months
    assert list(months) == sorted(set(months))


def test_shards_are_shared_fairly_and_all_of_them_are_known():
    lanes = Counter(LAYOUT.lane("due", f"github:{sha(n * 7919)}") for n in range(4000))
    assert set(lanes) == set(LAYOUT.shards("due"))
    assert len(lanes) == SHARDS
    assert min(lanes.values()) > 300


def test_expiry_is_in_seconds():
    assert expires_at(ms(2026, 1, 1), 400) == ms(2027, 2, 5) // 1000
