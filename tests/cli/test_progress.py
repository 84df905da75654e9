import contextlib
import os
import pty
import sys

import pytest

from cli.noko.progress import progress


@pytest.fixture
def drawn(monkeypatch):
    """Count to `total` before a real terminal, or none, and return what was drawn there."""
    monkeypatch.setenv("TERM", "xterm-256color")

    def count(total, *, terminal=True):
        master, slave = pty.openpty()
        os.set_blocking(master, False)
        with os.fdopen(slave, "w", encoding="utf-8") as stream:
            with contextlib.redirect_stderr(stream if terminal else sys.stderr), progress("approve", total) as step:
                for _ in range(total):
                    step(1)
            stream.flush()
            seen = b""
            with contextlib.suppress(BlockingIOError):
                while chunk := os.read(master, 65_536):
                    seen += chunk
            os.close(master)
            return seen.decode()

    return count


def test_a_bar_is_drawn_for_whoever_looks(drawn):
    seen = drawn(200)
    assert "approve" in seen
    assert "100%" in seen


def test_nothing_is_drawn_in_a_pipe_or_for_a_few(drawn, capsys):
    assert drawn(200, terminal=False) == ""
    assert drawn(2) == ""
    assert capsys.readouterr() == ("", "")
