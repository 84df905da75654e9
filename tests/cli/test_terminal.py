import contextlib
import io
import os
import pty
import re
import sys

import pytest

from cli.terminal import Column, Terminal

COLUMNS = (Column("key"), Column("text", ratio=1))


@pytest.fixture
def screen(monkeypatch):
    """Print to a real terminal of 60 columns, and return what it got."""
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    master, slave = pty.openpty()
    os.set_blocking(master, False)  # nothing printed is a failure, not a wait

    def seen(act):
        with os.fdopen(slave, "w", encoding="utf-8") as stream, contextlib.redirect_stdout(stream):
            act(Terminal())
            stream.flush()
            return os.read(master, 65_536).decode()

    yield seen
    os.close(master)


def test_a_terminal_gets_colours(screen):
    assert "\x1b[32mlogged" in screen(lambda terminal: terminal.show(("logged", "green")))


def test_no_color_switches_every_style_off(screen, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    def act(terminal):
        terminal.show(("logged", "bold green"), ("x", "dim"))
        terminal.table(COLUMNS, [["a", ("b", "bold")]])

    assert "\x1b" not in screen(act)


def test_the_only_escapes_that_reach_a_terminal_are_our_own(screen):
    got = screen(lambda terminal: terminal.show(("\x1b[2Jevil\u202e", "red"), "[bold]\x07:smile:"))
    assert re.sub(r"\x1b\[[0-9;]*m", "", got).strip() == r"\x1b[2Jevil\u202e[bold]\x07:smile:"


def test_what_does_not_fit_a_table_ends_with_an_ellipsis(screen):
    lines = screen(lambda terminal: terminal.table(COLUMNS, [["8f3c2d1", "x" * 500]])).splitlines()
    assert len(lines) == 2
    assert lines[1].rstrip().endswith("…")


def test_a_long_line_is_not_broken(screen):
    assert screen(lambda terminal: terminal.show("x" * 200)).strip() == "x" * 200


def test_a_pipe_gets_no_styles(capsys):
    Terminal().show(("logged", "green"), " and ", ("more", "bold"))
    Terminal().say(("words", "red"))
    assert capsys.readouterr() == ("logged and more\n", "words\n")


def test_records_are_ascii_and_exact(capsys):
    Terminal().record({"text": "ü\u202e\x1b"})
    assert capsys.readouterr().out == '{"text": "\\u00fc\\u202e\\u001b"}\n'


@pytest.mark.parametrize(
    ("typed", "yes"), [("y\n", True), (" YES \n", True), ("n\n", False), ("yep\n", False), ("", False)]
)
def test_only_a_yes_is_a_yes(capsys, monkeypatch, typed, yes):
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    assert Terminal().ask("Really?") is yes
    assert capsys.readouterr() == ("", "Really? [y/N] ")


def test_pipes_can_neither_be_asked_nor_drawn_on(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert (Terminal().can_ask, Terminal().can_draw) == (False, False)
