import contextlib
import os
import pty

import pytest

from cli.archive.progress import bar


@pytest.mark.parametrize(("size", "drawn"), [(200, "200"), (None, "200 items")])
def test_a_bar_is_drawn_for_whoever_looks(monkeypatch, size, drawn):
    monkeypatch.setenv("TERM", "xterm-256color")
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        with contextlib.redirect_stderr(stream), bar("importing", size=size) as step:
            for _ in range(200):
                step(1)
        stream.flush()
        seen = b""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(master, 65_536):
                seen += chunk
    os.close(master)
    assert "importing" in seen.decode()
    assert drawn in seen.decode()


def test_nothing_is_drawn_in_a_pipe(capsys):
    with bar("importing", size=3) as step:
        step(3)
    assert capsys.readouterr() == ("", "")
