import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.harmless import harmless


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\rb\nc", r"a\rb\nc"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\x9b2J", r"\x9b2J"),
        ("bell\x07", r"bell\x07"),
        ("\ud800", r"\ud800"),
        ("no\u00a0break", "no break"),
    ],
)
def test_what_a_terminal_might_obey_is_written_out(hostile, shown):
    assert harmless(hostile) == shown


@pytest.mark.parametrize("text", ["Größe", "👩\u200d💻 emoji", "میشود", "[bold]not markup[/bold]", "<script>"])
def test_what_people_write_stays_as_it_is(text):
    assert harmless(text) == text


@given(st.text())
def test_nothing_that_moves_a_cursor_or_turns_the_writing_is_left(text):
    kept = {unicodedata.category(c) for c in harmless(text) if c not in "\u200c\u200d"}
    assert kept.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@given(st.text())
def test_a_text_that_is_harmless_is_not_changed_again(text):
    assert harmless(harmless(text)) == harmless(text)
