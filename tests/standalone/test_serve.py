"""`tallyhook serve` as a supervisor sees it: ready, watched, stopped, and started again."""

import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from devstack.sandbox import Sandbox, serve
from devstack.sandbox.account import TOKEN

pytestmark = pytest.mark.journey


def logged(served, count):
    return lambda: [entry["status"] for entry in served.entries()] == ["logged"] * count


def test_a_restart_goes_on_where_it_was_also_in_the_sandbox(start, patience):
    first = start()
    assert first.push("one", commits=2).status_code == 202
    patience(logged(first, 2))
    before = first.entries()
    assert first.stop() == 0
    second = start()
    assert second.card.environment["NOKO_BASE_URL"] == first.card.environment["NOKO_BASE_URL"]
    assert second.entries() == before
    assert second.push("one", commits=2).json()["drafts"]
    second.push("two")
    patience(logged(second, 3))
    books = second.tallyhook("noko", "entries", "--json")
    assert len(books.stdout.splitlines()) == 3
    assert second.stop() == 0


def test_what_was_answered_survives_a_kill(start, patience):
    for number in range(3):
        served = start()
        assert served.push(f"kill-{number}").status_code == 202
        served.kill()
    served = start(LEASE_SECONDS="8", SETTLE_SECONDS="1", SECOND_LOOK_SECONDS="1")
    patience(logged(served, 3), seconds=90)
    assert len({entry["noko_id"] for entry in served.entries()}) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_finished_before_it_ends(start, patience, number):
    noko = serve(Sandbox(latency_ms=1500))
    try:
        served = start(NOKO_BASE_URL=noko.url, NOKO_TOKEN=TOKEN)
        served.push()
        patience(lambda: noko.sandbox.journal.arrivals("POST", "/entries"))
        assert served.stop(number) == 0
        assert "outcome=created status=logged" in served.said()
        assert "cut_off" not in served.said()
    finally:
        noko.close()


def test_what_takes_longer_than_its_patience_is_cut_off_named_and_done_by_the_next(start, patience):
    noko = serve(Sandbox(latency_ms=11_000))
    try:
        settings = {"NOKO_BASE_URL": noko.url, "NOKO_TOKEN": TOKEN}
        served = start(**settings)
        served.push()
        patience(noko.sandbox.journal.arrivals)
        assert served.stop() == 1
        assert "cut_off threads=open-" in served.said()
        noko.sandbox.latency_ms = 0
        patience(logged(start(**settings), 1), seconds=60)
    finally:
        noko.close()


def test_a_second_signal_ends_it_at_once(start, patience):
    noko = serve(Sandbox(latency_ms=10_000))
    try:
        served = start(NOKO_BASE_URL=noko.url, NOKO_TOKEN=TOKEN)
        served.push()
        patience(noko.sandbox.journal.arrivals)
        served.process.send_signal(signal.SIGTERM)
        patience(lambda: "stopping" in served.said())
        assert served.stop() == -signal.SIGTERM
    finally:
        noko.close()


def test_it_is_ready_and_says_why_it_is_not(start, data, patience):
    served = start()
    assert (served.get("/readyz").status_code, served.get("/readyz").json()) == (200, {"status": "ready"})
    assert served.get("/healthz").status_code == 200
    for path in data.glob("sandbox.db*"):
        path.write_bytes(b"not a database any more, but long enough to be looked at" * 500)

    def unready():
        answer = served.get("/readyz")
        return answer.status_code == 503 and answer.json()["reasons"]

    assert patience(unready) == ["the store does not answer"]
    assert served.get("/healthz").status_code == 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_log_that_nobody_can_write_stops_nothing(start, patience, form):
    served = start(before=["sh", "-c", 'exec "$@" >/dev/full 2>&1', "sh"], LOG_FORMAT=form)
    assert served.push().status_code == 202
    patience(logged(served, 1))
    assert served.process.poll() is None


def test_logs_can_be_json_line_by_line(start):
    served = start("--log-format", "json")
    served.push()
    served.get("/nowhere")
    assert served.stop() == 0
    lines = [json.loads(line) for line in served.said().splitlines()]
    assert {"serving", "delivery_accepted", "stopping"} <= {line["event"] for line in lines}
    assert all({"at", "level"} <= line.keys() for line in lines)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORT", "x"),
        ("HOST", "example"),
        ("LOG_FORMAT", "xml"),
        ("STORE", "paper"),
        ("CREDENTIALS_DIRECTORY", "/no"),
        ("TALLYHOOK_DATA", "/dev/null"),
    ],
)
def test_what_cannot_be_used_is_named_and_ends_with_3(spawn, setting, value):
    process, _, output = spawn(**{setting: value})
    assert process.wait(timeout=30) == 3
    said = output.read_text(encoding="utf-8")
    assert setting in said
    assert "Traceback" not in said


def test_a_second_one_on_the_same_port_ends_with_3(start, spawn, data):
    noko = serve(Sandbox())
    try:
        settings = {"NOKO_BASE_URL": noko.url, "NOKO_TOKEN": TOKEN}
        first = start(**settings)
        process, _, output = spawn(**{**settings, "PORT": str(first.card.port)})
        assert process.wait(timeout=30) == 3
        assert "set PORT" in output.read_text(encoding="utf-8")
        assert first.get("/readyz").status_code == 200
        assert (data / f"run-{first.card.port}.json").exists()
    finally:
        noko.close()


def test_two_share_a_folder_and_a_noko_but_not_a_sandbox(start, spawn, patience):
    noko = serve(Sandbox())
    try:
        settings = {"NOKO_BASE_URL": noko.url, "NOKO_TOKEN": TOKEN}
        first, second = start(**settings), start(**settings)
        assert first.push("a").status_code == second.push("b").status_code == 202
        patience(logged(second, 2))
        assert first.entries() == second.entries()
    finally:
        noko.close()
    start()
    process, _, output = spawn()
    assert process.wait(timeout=30) == 3
    assert "TALLYHOOK_DATA" in output.read_text(encoding="utf-8")


def test_systemd_is_told_when_it_is_ready_alive_and_stopping(start, tmp_path, patience):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(10)
        served = start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
        assert listener.recv(100) == b"READY=1"
        assert listener.recv(100) == b"WATCHDOG=1"
        assert served.stop() == 0
        told = []
        listener.settimeout(0)
        while not told or told[-1] != b"STOPPING=1":
            told.append(listener.recv(100))
    assert patience


def test_a_socket_that_systemd_holds_keeps_callers_waiting_instead_of_turning_them_away(start):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        as_three = "import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = str(os.getpid()); "
        before = [sys.executable, "-c", f"{as_three}os.execv(sys.argv[2], sys.argv[2:])", str(listener.fileno())]
        settings = {"before": before, "pass_fds": [listener.fileno()], "LISTEN_FDS": "1"}
        first = start(**settings)
        assert first.card.port == port
        assert first.stop() == 0
        with socket.create_connection(("127.0.0.1", port), timeout=30) as caller:
            caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            start(**settings)
            assert b" 200 " in caller.recv(100)
