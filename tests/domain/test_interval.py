"""How long a claim lasts, and until when its first byte may leave."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.interval import (
    LEASE_MARGIN_MS,
    MIN_LEASE_MS,
    MIN_REMAINING_MS,
    REQUEST_TIMEOUT_MS,
    Intervals,
    last_byte_out,
    lease_until,
)

NOW = 1_782_820_800_000
PLAIN = Intervals()


def test_a_lease_lasts_thirty_seconds_and_five_more():
    assert lease_until(now=NOW, deadline=NOW + 60_000, intervals=PLAIN) == NOW + 35_000


def test_a_lease_lasts_five_seconds_beyond_a_shorter_invocation():
    assert lease_until(now=NOW, deadline=NOW + 16_000, intervals=PLAIN) == NOW + 21_000


def test_no_first_byte_leaves_twelve_seconds_before_the_lease_ends():
    assert last_byte_out(NOW) == NOW - 12_000


@given(st.integers(MIN_REMAINING_MS, 900_000), st.integers(MIN_LEASE_MS, 60_000))
def test_whatever_is_claimed_can_be_sent_and_is_over_when_the_lease_ends(remaining, lease_ms):
    lease = lease_until(now=NOW, deadline=NOW + remaining, intervals=Intervals(lease_ms=lease_ms))
    assert last_byte_out(lease) > NOW, "there is time to send"
    assert last_byte_out(lease) + REQUEST_TIMEOUT_MS <= lease, "no byte moves after the lease"
    assert lease <= NOW + remaining + LEASE_MARGIN_MS


def test_a_message_may_be_on_its_way_for_five_sweeps():
    assert PLAIN.resend_ms == 300_000
    assert Intervals(sweep_ms=1_000).resend_ms == 5_000
