"""Hostile text costs time in line with its length, and never much."""

import datetime as dt
import time

import pytest

from chalicelib.domain.directive import MAX_CHARACTERS, Malformed, Nothing, Skipped, Time, read

TODAY = dt.date(2026, 6, 30)
SLACK = 0.005
"""Seconds that a busy machine may add to a measurement."""

REPEATED = {
    "open directives": "[f:",
    "open brackets": "[",
    "mixed brackets": "{(",
    "closed brackets": "x[0]",
    "slices": "a[f:1]",
    "glued brackets": "x(a)(f:1)",
    "braces that mean nothing": "a{f:x} ",
    "blank brackets": "[      ",
    "quotes": '"',
    "opening quotes": ' "a',
    "typographic quotes": "“”„",
    "back-ticks": "`",
    "code": " `a`",
    "fences": "```\n",
    "other fences": "~~~~\nx\n",
    "hashes": "#",
    "hashtags": "#a ",
    "issues": "#1 ",
    "hyphens": "-a",
    "tokens in one word": "f:1",
    "prefixes": "f: ",
    "spaced prefixes": "f:     ",
    "signs": "f:-",
    "foreign letters": " f:é",
    "digits": "9",
    "parts": "1h ",
    "clocks": "1:",
    "dates": "2026-01-30 ",
    "lines": "\n",
    "blank lines": "\n    \n",
    "carriage returns": "\r",
    "spaces": " ",
    "tabs": "\t",
    "quoted lines": ">\n",
    "angles": ">",
    "short trailers": "Time:\n",
    "projects": "Noko-Project: a\n",
    "tag lines": "Noko-Tags: a, b\n",
    "tags": "a,",
    "jira": "#time 1",
    "jira commands without digits": " #time ",
    "reverts": 'Revert "',
    "cherry-picks": "(cherry picked from commit 0",
    "marks": "[skip noko ",
    "surrogates": "\ud800",
}
FRAMES = ("{}", "[f:15m] {}", 'Revert "x #{} f:15m', "x f:1{} #time 1{}", "x [f:\n\nNoko-Tags: {}\n[f:1h]")


def filled(frame, unit, length):
    room = length - len(frame) + 2
    share = room // frame.count("{}")
    return frame.replace("{}", (unit * (share // len(unit) + 1))[:share])


def seconds(message):
    """Return the processor time of the faster of two runs, so that other processes matter little."""

    def once():
        start = time.process_time()
        assert isinstance(read(message, today=TODAY), Time | Nothing | Malformed | Skipped)
        return time.process_time() - start

    return min(once(), once())


@pytest.mark.parametrize("unit", REPEATED.values(), ids=REPEATED.keys())
def test_twice_the_text_takes_about_twice_the_time(unit):
    for frame in FRAMES:
        quarter = seconds(filled(frame, unit, MAX_CHARACTERS // 4))
        whole = seconds(filled(frame, unit, MAX_CHARACTERS))
        # Four times the text: what is linear takes 4 times as long, what is quadratic 16 times.
        assert whole <= 8 * quarter + SLACK, (frame, quarter, whole)


def test_back_ticks_of_every_length_take_linear_time():
    runs = " ".join("`" * length for length in range(1, 400))
    assert seconds(runs[:MAX_CHARACTERS]) <= 8 * seconds(runs[: MAX_CHARACTERS // 4]) + SLACK


def test_a_megabyte_costs_no_more_than_what_is_read_of_it():
    line = "Some prose with words, `code` and a [link](https://example.org/#f:1).\n"
    read_part = filled("Fix it [f:1h]\n\n{}", line, MAX_CHARACTERS)
    megabyte = filled("Fix it [f:1h]\n\n{}", line, 1_000_000)
    assert seconds(megabyte) <= 2 * seconds(read_part) + SLACK
    assert seconds(megabyte) < 0.25  # about 0.01 on an idle machine
