"""The wheel, installed into an environment that has nothing else, serves for good."""

import json
import os
import socket
import subprocess
import sys
import time
import zipfile

import pytest
import requests

from devstack.push import headers, push
from infra.build.command import run
from infra.build.template import ROOT
from infra.standalone import wheel

pytestmark = pytest.mark.journey
SECRET = "wheel-secret"
START_S = 2.0
STARTS = 3
"""The quickest counts: what else the machine does at that moment is not the program's."""
PATIENCE_S = 30
NOT_INSTALLED = {"moto", "pytest", "hypothesis", "ruff", "mypy"}


@pytest.fixture(scope="module")
def built(fetch, tmp_path_factory):
    return fetch(lambda: wheel.make(tmp_path_factory.mktemp("wheel")))


@pytest.fixture(scope="module")
def installed(built, fetch, tmp_path_factory):
    """The folder of programs of a clean environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("clean")
    run([sys.executable, "-m", "venv", folder], cwd=folder)
    words = ["install", "--quiet", "--disable-pip-version-check", built]
    fetch(lambda: run([folder / "bin" / "python", "-m", "pip", *words], cwd=folder))
    return folder / "bin"


@pytest.fixture
def surroundings(tmp_path):
    """An environment with folders of its own for everything, and nothing of this one's."""
    for name in ("home", "tmp", "empty"):
        (tmp_path / name).mkdir()
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "TALLYHOOK_DATA": str(tmp_path / "data"),
        "GITHUB_WEBHOOK_SECRETS": SECRET,
        "SWEEP_SECONDS": "1",
    }


@pytest.fixture
def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def serve(installed, surroundings, tmp_path):
    """Serve on a port; return the process, and the seconds until it answered."""
    processes = []

    def begin(port):
        began = time.monotonic()
        with (tmp_path / "output").open("ab") as output:
            process = subprocess.Popen(
                [installed / "tallyhook", "serve", "--port", str(port)],
                cwd=tmp_path / "empty",
                env=surroundings,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        processes.append(process)
        while time.monotonic() - began < PATIENCE_S:
            try:
                assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
                return process, time.monotonic() - began
            except requests.ConnectionError:
                assert process.poll() is None, (tmp_path / "output").read_text(encoding="utf-8")
                time.sleep(0.01)
        return pytest.fail("it did not answer")

    yield begin
    for process in processes:
        process.kill()
        process.wait(timeout=10)


def files(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def resident_mb(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:  # noqa: PTH123 - no path of ours
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def test_a_clean_environment_serves_logs_and_stops_and_writes_nowhere_else(
    installed, serve, surroundings, tmp_path, unused_port
):
    before = files(installed.parent)
    taken = []
    for _ in range(STARTS):
        process, seconds = serve(unused_port)
        taken.append(seconds)
        if len(taken) < STARTS:
            process.terminate()
            assert process.wait(timeout=PATIENCE_S) == 0
    sys.stdout.write(f"answers after {', '.join(f'{1000 * seconds:.0f}' for seconds in taken)} ms\n")
    if os.path.exists("/proc/self/status"):  # noqa: PTH110 - on Linux
        sys.stdout.write(f"holds {resident_mb(process):.0f} MB at rest\n")
    assert min(taken) < START_S

    raw = push(1, seed="wheel")
    url = f"http://127.0.0.1:{unused_port}/webhooks/github"
    assert requests.post(url, data=raw, headers=headers(raw, SECRET), timeout=10).status_code == 202

    def entries():
        command = [installed / "tallyhook", "entries", "--json"]
        environment = {**surroundings, "PORT": str(unused_port)}
        told = subprocess.run(
            command, cwd=tmp_path / "empty", env=environment, capture_output=True, text=True, check=True
        )
        return [json.loads(line)["status"] for line in told.stdout.splitlines()]

    ends = time.monotonic() + PATIENCE_S
    while (found := entries()) != ["logged"] and time.monotonic() < ends:
        time.sleep(0.2)
    assert found == ["logged"]
    process.terminate()
    assert process.wait(timeout=PATIENCE_S) == 0
    assert [list((tmp_path / name).iterdir()) for name in ("home", "tmp", "empty")] == [[], [], []]
    assert files(installed.parent) == before


def test_nothing_of_the_workshop_is_installed(installed):
    listed = run([installed / "python", "-m", "pip", "list", "--format=json"], cwd=installed)
    assert not NOT_INSTALLED & {package["name"] for package in json.loads(listed.splitlines()[0])}


def test_what_belongs_to_a_clone_is_named_where_it_is_missing(installed, surroundings, tmp_path):
    told = subprocess.run(
        [installed / "tallyhook", "serve", "--port", "0"],
        cwd=tmp_path / "empty",
        env={**surroundings, "STORE": "aws"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 3
    assert "moto" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_same_files_make_the_same_wheel(built, fetch, tmp_path):
    again = fetch(lambda: wheel.make(tmp_path))
    assert again.read_bytes() == built.read_bytes()


def test_the_wheel_holds_every_module_and_all_they_read(built):
    with zipfile.ZipFile(built) as zipped:
        held = set(zipped.namelist())
    tracked = {
        path.relative_to(ROOT).as_posix()
        for folder in wheel.FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(tracked - held) == []
    assert "app.py" in held
