"""The machine's clock and its randomness."""

import time

from chalicelib.aws.clock import RandomTokens, SystemClock


def test_the_clock_counts_milliseconds_and_sleeps_until_an_instant():
    clock = SystemClock()
    assert abs(clock.now() - time.time() * 1000) < 1000
    until = clock.now() + 30
    clock.sleep_until(until)
    assert until <= clock.now() < until + 1000


def test_an_instant_that_has_passed_is_not_waited_for():
    clock = SystemClock()
    before = time.monotonic()
    clock.sleep_until(clock.now() - 60_000)
    assert time.monotonic() - before < 1


def test_words_never_come_twice():
    tokens = RandomTokens()
    words = {tokens.fresh() for _ in range(1000)}
    assert len(words) == 1000
    assert {len(bytes.fromhex(word)) for word in words} == {12}
