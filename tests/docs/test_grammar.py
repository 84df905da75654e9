"""The page of the grammar tells what is really read."""

import datetime as dt
import re
from typing import assert_never

import pytest

from chalicelib.domain.directive import Malformed, Nothing, Skipped, Time, read
from chalicelib.domain.duration import Limits, Unreadable, parse

PAGE = "docs/reference/grammar.md"
TODAY = dt.date(2026, 6, 30)


def message_of(cell):
    """Take a message out of its code span."""
    ticks = re.match("`+", cell)[0]
    return cell.removeprefix(ticks).removesuffix(ticks).strip().replace("⏎", "\n")


def told(reading):
    """Say a reading in the page's words."""
    match reading:
        case Time():
            parts = [f"{reading.minutes} min", f"`{reading.description}`" if reading.description else "no text"]
            parts += [f"on {reading.date}"] if reading.date else []
            parts += [f"project `{reading.project}`"] if reading.project else []
            return ", ".join(parts)
        case Nothing():
            return "nothing"
        case Malformed():
            return f"malformed: {reading.reason}"
        case Skipped():
            return f"skipped: {reading.reason}"
        case _:
            assert_never(reading)


def test_every_example_is_read_as_the_page_says(page):
    examples = list(page(PAGE).rows("message", "is read as"))
    assert len(examples) > 40
    wrong = [
        (cells, actual) for cells in examples if (actual := told(read(message_of(cells[0]), today=TODAY))) != cells[1]
    ]
    assert wrong == []


def test_the_examples_show_every_kind_of_reading(page):
    kinds = {type(read(message_of(cells[0]), today=TODAY)) for cells in page(PAGE).rows("message", "is read as")}
    assert kinds == {Time, Nothing, Malformed, Skipped}


def test_every_duration_that_is_listed_can_be_read_and_six_to_fourteen_cannot(page):
    rows = {cells[0]: cells[1] for cells in page(PAGE).rows("written", "means")}
    for written, means in rows.items():
        for duration in re.findall(r"`([^`]+)`", written):
            amount = parse(duration, Limits(), bare=True)
            assert isinstance(amount, Unreadable) is means.startswith("refused"), duration


@pytest.mark.parametrize(("where", "header"), [("README.md", ("write", "for"))])
def test_the_forms_to_teach_all_log_time(page, where, header):
    rows = list(page(where).rows(*header))
    assert message_of(rows[0][0]).endswith("[f:45m]")
    for cells in rows:
        line = message_of(cells[0])
        beside = "Speed up search [f:45m]" if line.startswith("Noko-") else "Speed up search"
        message = line if "search" in line or line.startswith("JRA") else f"{beside}\n\n{line}"
        assert isinstance(read(message, today=TODAY), Time), line
