import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from devstack.push import push

pytestmark = pytest.mark.journey


def logged(world, count):
    return lambda: len(world.sandbox.books.entries()) >= count


def test_one_push_delivered_five_times_at_once_and_on_a_second_branch_is_one_entry_each(world, patience):
    instance = world.start()
    raw = push(3, seed="five")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: instance.push(raw=raw), range(5)))
    assert {answer.status_code for answer in answers} <= {200, 202}
    patience(logged(world, 3))
    assert instance.push(3, seed="five", branch="feature").status_code == 202
    instance.push(1, seed="marker")
    patience(logged(world, 4))
    urls = world.source_urls()
    assert len(urls) == len(set(urls)) == 4
    assert {json.loads(raw)["commits"][n]["url"] for n in range(3)} < set(urls)


def test_another_noko_gets_the_entries_and_nothing_that_no_delivery_asked_for(world, patience):
    instance = world.start()
    instance.push(1, seed="asked")
    patience(logged(world, 1))
    assert instance.stop() == 0
    arrivals = [(a.method, a.path.rpartition("/")[2]) for a in world.sandbox.journal.arrivals()]
    assert sorted(arrivals) == [("GET", "projects"), ("GET", "users"), ("POST", "entries")]


def test_lost_late_and_broken_answers_make_neither_duplicates_nor_losses(world, patience):
    faults = world.sandbox.faults
    faults.add("drop_after", times=4, match=("POST", "/entries"))
    faults.add("status_after", status=500, times=4, match=("POST", "/entries"))
    faults.add("late", ms=1500, times=2, match=("POST", "/entries"))
    instance = world.start()
    assert instance.push(20, seed="lost").status_code == 202
    patience(logged(world, 20), seconds=90)
    patience(world.settled, seconds=90)
    instance.stop()
    urls = world.source_urls()
    assert len(urls) == len(set(urls)) == 20


def test_a_store_of_another_noko_is_refused_with_exit_code_3(world, patience):
    instance = world.start()
    instance.stop()
    other = world.spawn(NOKO_BASE_URL=world.noko.url.replace("127.0.0.1", "localhost"))
    _, errors = other.communicate(timeout=30)
    assert other.returncode == 3
    assert b"belongs to" in errors
    assert patience


@pytest.mark.parametrize(
    ("setting", "value"),
    [("LEASE_SECONDS", "7"), ("PORT", "nonsense"), ("NOKO_BASE_URL", "http://api.example/v2"), ("ROUTING_FILE", "/no")],
)
def test_a_setting_that_cannot_be_used_ends_with_exit_code_3_and_its_name(world, setting, value):
    process = world.spawn(**{setting: value})
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert setting.encode() in errors
    assert b"Traceback" not in errors
