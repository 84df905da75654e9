import pytest

from proof.container import Weather
from proof.outage import BY_NEWCOMER, MANNERS, outage


@pytest.mark.parametrize("manner", MANNERS)
def test_an_outage_costs_one_probe_a_minute_and_then_all_of_it_drains(manner):
    report = outage(hours=2, entries=300, manner=manner)
    held = {figure.name: figure.holds for figure in report.figures if "drained" not in figure.name}
    assert all(held.values()), held
    assert report.probes >= 110
    assert report.drain_s < 1.02 * 300 * 0.501 + 10


def test_what_noko_alone_could_tell_waits_unopened():
    report = outage(hours=1, entries=250)
    assert report.unopened == BY_NEWCOMER
    assert report.verdict.wrong == 0


def test_workers_that_die_in_the_drain_make_neither_duplicates_nor_losses():
    report = outage(hours=1, entries=200, weather=Weather(kills=0.05))
    assert report.verdict.wrong == report.attention == report.dead_letters == 0
