"""The machine's clock and its randomness."""

import threading
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


class SetBack(SystemClock):
    """A clock that is set back by an hour as soon as it was looked at once."""

    def __init__(self):
        self._off_ms = 0

    def now(self):
        now = super().now() - self._off_ms
        self._off_ms = 3_600_000
        return now


def test_a_clock_that_is_set_back_meanwhile_holds_nobody_up():
    began = time.monotonic()
    sleeper = threading.Thread(target=SetBack().sleep_until, args=[SystemClock().now() + 30], daemon=True)
    sleeper.start()
    sleeper.join(timeout=10)
    assert not sleeper.is_alive()
    assert time.monotonic() - began >= 0.02


def test_words_never_come_twice():
    tokens = RandomTokens()
    words = {tokens.fresh() for _ in range(1000)}
    assert len(words) == 1000
    assert {len(bytes.fromhex(word)) for word in words} == {12}
