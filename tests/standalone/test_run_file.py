import os
import socket
import subprocess
import sys

import pytest

from standalone.run_file import RunFile, port_of, read


@pytest.fixture
def port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def card(port, pid=None):
    return RunFile(pid or os.getpid(), port, sandbox=True, environment={"TALLYHOOK_TABLE": "t"})


def test_a_card_comes_back_as_it_was_written(tmp_path, port):
    card(port).write(tmp_path)
    assert read(tmp_path, port) == card(port)


def test_nobody_else_may_write_it_whatever_the_umask(tmp_path, port):
    mask = os.umask(0)
    try:
        path = card(port).write(tmp_path)
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_card_is_no_instance(tmp_path, port):
    assert read(tmp_path, port) is None


def test_the_card_of_a_process_that_ended_is_ignored(tmp_path, port):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    card(port, ended.pid).write(tmp_path)
    assert read(tmp_path, port) is None


def test_the_card_of_a_port_that_nobody_listens_on_is_ignored(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        free = closed.getsockname()[1]
    card(free).write(tmp_path)
    assert read(tmp_path, free) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"unknown": 1}'])
def test_a_card_that_cannot_be_read_is_ignored(tmp_path, port, text):
    (tmp_path / f"run-{port}.json").write_text(text)
    assert read(tmp_path, port) is None


@pytest.mark.parametrize(("env", "port"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "0"}, 0), ({"PORT": "81"}, 81)])
def test_the_port_is_the_one_named(env, port):
    assert port_of(env) == port


@pytest.mark.parametrize("value", ["x", "-1", "65536", "8000.5"])
def test_what_is_no_port_is_refused(value):
    with pytest.raises(ValueError, match=r".*"):
        port_of({"PORT": value})
