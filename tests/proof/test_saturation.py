import pytest

from chalicelib.domain.interval import Intervals
from proof.container import FAIR, Weather
from proof.saturation import BURST, saturate

QUARTER = 0.25
EVEN = 1.5
"""The most excess that jitter alone makes of slots that keep the rate."""


@pytest.fixture(scope="module")
def report():
    return saturate(hours=QUARTER, weather=Weather(kills=0.01, pauses=0.001), backlog=600)


def test_a_saturated_quarter_of_an_hour_loses_and_doubles_nothing(report):
    assert report.killed > 0
    assert report.verdict.wrong == report.dead_letters == report.attention == 0


def test_bad_clocks_and_pauses_stay_within_the_burst(report):
    assert report.paused > 0
    assert report.turned_away == 0
    assert 0 < report.excess <= BURST


def test_nearly_all_of_the_rate_is_used_in_fair_weather():
    report = saturate(hours=0.1, weather=FAIR, backlog=400)
    assert 0.99 <= report.share <= 1
    assert report.excess < EVEN
    assert all(figure.holds for figure in report.figures)


def test_a_throttle_that_is_too_fast_is_noticed():
    report = saturate(hours=0.02, weather=FAIR, backlog=400, intervals=Intervals(throttle_ms=440))
    assert report.excess > 2 * EVEN


def test_the_same_seed_is_the_same_run():
    first, again = (saturate(hours=0.01, seed=7, weather=Weather(pauses=0.01), backlog=100) for _ in range(2))
    assert first == again
    assert first.paused > 0
