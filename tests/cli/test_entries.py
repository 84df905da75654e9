import datetime as dt

import pytest
from fakes.house import delivery, draft, sha

from chalicelib.domain.entry import Author


def test_a_logged_entry_is_listed_with_exactly_the_fields_of_the_contract(run, deliver):
    deliver(delivery(draft(1)))
    result = run("entries", "--json")
    assert result.code == 0
    (line,) = result.lines
    noko_id = line.pop("noko_id")
    assert isinstance(noko_id, int)
    assert line == {
        "key": f"github:{sha(1)}",
        "status": "logged",
        "reason": None,
        "minutes": 45,
        "date": "2026-06-30",
        "description": "Work 1",
        "source_url": f"https://github.com/acme/website/commit/{sha(1)}",
        "project": "Gear GmbH",
        "person": "jane@acme.example",
        "attempts": 1,
    }


def test_a_pipe_gets_json_lines_without_asking_for_them(run, deliver):
    deliver(delivery(draft(1), draft(2)))
    assert len(run("entries").lines) == 2


def test_minutes_are_what_noko_made_of_them_once_it_is_logged(run, deliver):
    deliver(delivery(draft(1, minutes=50, project="Website")))
    assert run("entries").lines[0]["minutes"] == 60


def test_a_held_entry_has_its_reason_and_no_noko_id(run, deliver):
    deliver(delivery(draft(1, author=Author(email="nobody@home.example"))))
    (line,) = run("entries").lines
    assert (line["status"], line["noko_id"], line["project"], line["attempts"]) == ("held", None, None, 0)
    assert "nobody@home.example" in line["reason"]


def test_statuses_can_be_chosen_several_at_once(run, deliver):
    deliver(delivery(draft(1), draft(2, author=Author())))
    assert [line["status"] for line in run("entries", "--status", "held").lines] == ["held"]
    assert len(run("entries", "--status", "held", "--status", "logged").lines) == 2


def test_an_unknown_status_is_a_usage_error(run):
    assert run("entries", "--status", "lost").code == 2


@pytest.mark.parametrize(
    ("options", "days"),
    [
        (["--since", "2026-06-29"], [29, 30]),
        (["--until", "2026-06-29"], [28, 29]),
        (["--since", "2026-06-29", "--until", "2026-06-29"], [29]),
        (["--since", "0001-01-01"], [28, 29, 30]),
    ],
)
def test_since_and_until_mean_the_day_of_the_work_and_include_it(run, deliver, options, days):
    deliver(delivery(*(draft(day, date=dt.date(2026, 6, day)) for day in (28, 29, 30))))
    assert [int(line["date"][-2:]) for line in run("entries", *options).lines] == days


@pytest.mark.parametrize("text", ["yesterday", "2026-02-31", "20260630", "2026-W27-2", "٢٠٢٦-٠٦-٣٠"])
def test_what_is_no_date_is_a_usage_error_that_shows_one(run, text):
    result = run("entries", "--since", text)
    assert result.code == 2
    assert "2026-06-30" in result.err


def test_a_terminal_gets_a_table_with_short_shas_and_reasons(run, deliver):
    deliver(delivery(draft(1), draft(2, author=Author())))
    result = run("entries", draws=True)
    assert not result.lines
    assert sha(1)[:7] in result.out
    assert "held" in result.out
    assert result.err.strip() == "2 entries: 1 held, 1 logged"


def test_json_is_json_on_a_terminal_too(run, deliver):
    deliver(delivery(draft(1)))
    assert len(run("entries", "--json", draws=True).lines) == 1


def test_nothing_to_list_is_no_failure(run):
    result = run("entries")
    assert (result.code, result.out, result.err) == (0, "", "no entries\n")


@pytest.mark.parametrize("draws", [True, False])
def test_hostile_text_reaches_no_terminal(run, deliver, draws):
    hostile = "\x1b[2J\u202e[bold]x[/bold]"
    deliver(delivery(draft(1, description=hostile)))
    result = run("entries", draws=draws)
    assert "\x1b" not in result.out
    assert "\u202e" not in result.out
    if not draws:
        assert result.lines[0]["description"] == hostile


def test_markup_is_text(run, deliver):
    deliver(delivery(draft(1, description="[bold]x[/bold] :smile:")))
    assert "[bold]x" in run("entries", draws=True).out
