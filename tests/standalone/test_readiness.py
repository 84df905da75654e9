import io
import json
import resource
import time
from types import SimpleNamespace

import pytest
from fakes.telemetry import FakeTelemetry
from fakes.throttle import MemoryThrottle

from chalicelib import bootstrap
from chalicelib.domain.interval import Intervals
from chalicelib.errors import StoreUnavailable
from standalone.database import Database
from standalone.instance import Instance
from standalone.readiness import Readiness, disk_has_room, store_answers


def get(app, path="/readyz", method="GET"):
    said = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "wsgi.input": io.BytesIO()}
    body = b"".join(app(environ, lambda status, headers: said.append((status, dict(headers)))))
    return said[0][0][:3], body


def behind(_, start_response):
    start_response("418 Behind", [])
    return [b"behind"]


def test_everything_that_is_wrong_is_told_at_once():
    status, body = get(Readiness(behind, [lambda: "one", lambda: None, lambda: "two"]))
    assert status == "503"
    assert json.loads(body) == {"status": "not ready", "reasons": ["one", "two"]}


def test_nothing_wrong_is_ready():
    assert get(Readiness(behind, [lambda: None])) == ("200", b'{"status": "ready"}')
    assert get(Readiness(behind, [lambda: None]), method="HEAD") == ("200", b"")


@pytest.mark.parametrize(("path", "method"), [("/readyz/", "GET"), ("/", "GET"), ("/readyz", "POST")])
def test_all_else_goes_to_the_app(path, method):
    assert get(Readiness(behind, [lambda: "wrong"]), path, method) == ("418", b"behind")


def test_asking_often_looks_once():
    looks = []
    app = Readiness(behind, [lambda: looks.append(1)])
    assert {get(app)[0] for _ in range(50)} == {"200"}
    assert len(looks) <= 2


def test_a_store_that_does_not_answer_is_not_quoted():
    def state():
        raise StoreUnavailable("/some/path is broken")

    house = SimpleNamespace(ports=SimpleNamespace(throttle=SimpleNamespace(state=state)))
    assert store_answers(house)() == "the store does not answer"


def test_a_store_that_can_only_be_read_is_not_ready(tmp_path):
    house = SimpleNamespace(ports=SimpleNamespace(throttle=MemoryThrottle(interval_ms=1)))
    database = Database(tmp_path / "store.db")
    probe = store_answers(house, database.touch)
    assert probe() is None
    log = tmp_path / "store.db-wal"
    before = log.stat().st_size
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before, was[1]))
    try:
        assert probe() == "the store takes no writes"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert probe() is None
    database.close()


def test_a_disk_with_room_is_fine_and_a_folder_that_is_gone_is_not(tmp_path):
    assert disk_has_room(tmp_path)() is None
    assert disk_has_room(tmp_path / "gone")() == "the data folder is gone"


class Mailbox:
    """Empty, until it breaks as nobody foresaw."""

    def __init__(self):
        self.broken = False

    def of(self, _):
        return self

    def receive(self):
        time.sleep(0.02)
        if self.broken:
            raise ZeroDivisionError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_instance_whose_workers_ended_knows_it():
    house = SimpleNamespace(
        telemetry=FakeTelemetry(),
        settings=SimpleNamespace(intervals=Intervals(sweep_ms=3_600_000)),
        ports=SimpleNamespace(throttle=MemoryThrottle(interval_ms=1)),
    )
    bootstrap.move_in(house)
    mailbox = Mailbox()
    with Instance(house, mailbox, port=0) as instance:
        assert instance.dead == []
        mailbox.broken = True
        ends = time.monotonic() + 10
        while len(instance.dead) < 7 and time.monotonic() < ends:
            time.sleep(0.05)
        assert instance.dead == ["open-0", "open-1", "post-0", "post-1", "post-2", "post-3", "tell-0"]
    assert instance.close() == []
