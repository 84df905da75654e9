"""What of a commit message is not read: code, quotations, and the quoted subject of a revert."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.directive import Nothing, Time, read
from chalicelib.domain.directive_mask import FILLER, mask


def is_read(message):
    reading = read(message, today=dt.date(2026, 6, 30))
    assert isinstance(reading, Time | Nothing), reading
    return isinstance(reading, Time)


@pytest.mark.parametrize(
    "message",
    [
        "Document `f:15m`",
        "Document `x [f:15m] y`",
        "Document ``a ` [f:15m]``",
        "Fix\n\n`` [f:15m] ``",
        "Fix\n\n```\n[f:15m]\n```",
        "Fix\n\n```sh\n[f:15m]\n```  ",
        "Fix\n\n~~~ `x`\n[f:15m]\n```\n[f:15m]\n~~~~\n",
        "Fix\n\n````\n```\n[f:15m]\n````",
        "Fix\n\n   ```\nTime-Spent: 1h\n   ```",
        "Fix\n\n```\n/spend 1h",
        "Fix\r\n\r\n```\r\nf:15m\r\n```\r\n",
        "Fix\n\n> [f:15m]",
        "Fix\n\n>Time-Spent: 1h",
        "Fix\n\n  > > f:15m",
        "> [f:15m]",
        "Fix\n\n    [f:15m]",
        "Fix\n\n\tf:15m",
        "Fix\n\n  \tTime-Spent: 1h",
        "    f:15m",
        'Say "f:15m"',
        'Say "use [f:15m] here", please',
        'Say ("f:15m or [f:15m]").',
        'Say msg="use f:15m"',
        'Say " f:15m "',
        "Say “use f:15m”",
        "Sag „f:15m dazu“",
        'Revert "Fix [f:15m]"',
        'Reapply "Fix [f:15m]"',
        'Revert "Revert "Fix [f:15m] it""',
        'Revert "Fix 5" screen [f:15m]"',
        'Revert "Fix the long [f:15m] subj…\n\n…ect"',
    ],
)
def test_code_and_quotations_are_not_read(message):
    assert not is_read(message)


@pytest.mark.parametrize(
    "message",
    [
        "Don`t [f:15m]",
        "Fix `a` [f:15m] `b`",
        "Fix ``a` [f:15m] b",
        "Fix ` one\n[f:15m] `",
        "Fix\n\n```\nx\n```\n[f:15m]",
        "Fix\n\n``` x ``` [f:15m]",
        "Fix\n\n~~~\nx\n~~~\nf:15m",
        "Fix -> [f:15m] > y",
        "Fix\n\n   [f:15m]",
        "Fix\n   \n[f:15m]",
        'Fit 5" screen [f:15m] and 6" panel',
        'Fit 5" screen [f:15m]',
        'Say "hello [f:15m]',
        'Say "a" [f:15m] "b"',
        'Say "one\n[f:15m] two"',
        'Fit "big" 5" [f:15m] 6" "small"',
        'Revert "Fix" [f:15m]',
        'Revert "Fix [f:1h]"\n\nf:15m',
        "Revert 'Fix' [f:15m]",
        'Reverts "Fix" [f:15m]',
    ],
)
def test_what_only_resembles_them_is_read(message):
    assert is_read(message)


def test_code_is_found_before_quotations_in_it():
    assert is_read('Escape `"` here [f:15m] and `"` there')


@pytest.mark.parametrize(
    "line", ["Noko-Project: x", "Noko-Skip: yes", "[skip noko]", "(cherry picked from commit 0123456)"]
)
def test_companions_and_marks_are_not_read_there_either(line):
    assert is_read(f"Fix [f:15m]\n\n> {line}\n\n    {line}\n\nas `{line}` says")


@given(st.text(st.sampled_from("`~\"'>\n\t a5[f:1h]“”")) | st.text())
def test_masking_keeps_every_place_and_line_end_and_only_hides(text):
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in {old, FILLER} for old, new in zip(text, masked, strict=True))
    assert masked.count("\n") == text.count("\n")
