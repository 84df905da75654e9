import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = json.loads((Path(__file__).parents[1] / "domain" / "grammar_cases.json").read_text(encoding="utf-8"))
TODAY = ("--today", "2026-06-30", "--project", "website", "--project", "api")


def _lines(*messages):
    return "".join(json.dumps(message) + "\n" for message in messages)


def test_a_batch_is_answered_line_by_line_with_exactly_the_fields_of_the_grammar(run):
    result = run("explain", "--batch", *TODAY, typed=_lines(*(case["message"] for case in CASES)))
    assert result.code == 0
    for case, line in zip(CASES, result.lines, strict=True):
        expected = {name: value for name, value in case.items() if name not in {"group", "message", "require_brackets"}}
        assert line == expected, case["message"]


@pytest.mark.parametrize("bad", ["f:90", "90", '["f:90"]', "null", "", "[" * 100_000, '"open'])
def test_an_invalid_line_is_named_and_the_lines_before_it_are_answered(run, bad):
    result = run("explain", "--batch", typed=_lines("Fix f:90", "Fix") + bad + "\n" + _lines("f:15"))
    assert result.code == 2
    assert [line["result"] for line in result.lines] == ["time", "none"]
    assert "line 3 " in result.err


def test_a_line_that_is_no_utf_8_is_invalid(run):
    assert run("explain", "--batch", typed=b'"\xff"\n').code == 2


def test_only_a_line_feed_ends_a_line(run):
    text = json.dumps("Fix f:90\u2028\u0085more", ensure_ascii=False).encode() + b"\r\n"
    assert [line["minutes"] for line in run("explain", "--batch", typed=text).lines] == [90]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(), max_size=5))
def test_every_text_gets_one_line(run, messages):
    result = run("explain", "--batch", typed=_lines(*messages))
    assert (result.code, len(result.lines)) == (0, len(messages))


def test_one_message_is_explained_in_words(run):
    result = run("explain", "Fix the #parser [f:1h30m]")
    assert result.code == 0
    assert "90 minutes" in result.out
    assert "parser" in result.out


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Fix the parser", "nothing"),
        ("Fix f:8", "malformed: '8' is ambiguous"),
        ("Merge branch 'x' f:90", "skipped: "),
        ("Fix f:90\n\nNoko-Date: 2026-01-30\nNoko-Project: website", "2026-01-30"),
    ],
)
def test_why_there_is_no_time_and_what_else_is_read_is_told(run, message, said):
    result = run("explain", message)
    assert result.code == 0
    assert said in result.out


def test_one_message_as_json(run):
    (line,) = run("explain", "--json", "Fix f:90").lines
    assert (line["result"], line["minutes"]) == ("time", 90)


def test_a_message_can_come_from_stdin(run):
    assert "90 minutes" in run("explain", "-", typed="Fix the parser\n\nTime-Spent: 1h30m\n").out


def test_a_later_date_than_today_lies_in_the_future(run):
    message = "Fix [f:1h 2026-07-01]"
    assert "malformed" in run("explain", message, "--today", "2026-06-30").out
    assert "60 minutes" in run("explain", message, "--today", "2026-07-01").out


def test_brackets_can_be_required(run):
    assert "nothing" in run("explain", "Fix f:90", "--require-brackets").out
    assert "90 minutes" in run("explain", "Fix [f:90]", "--require-brackets").out


def test_a_project_that_is_not_named_is_unknown_if_any_is(run):
    message = "Fix f:90\n\nNoko-Project: nosuch"
    assert "malformed" in run("explain", message, "--project", "website").out
    assert "nosuch" in run("explain", message).out


@pytest.mark.parametrize("words", [(), ("Fix f:90", "--batch")])
def test_a_message_and_a_batch_exclude_each_other(run, words):
    assert run("explain", *words).code == 2


def test_hostile_text_is_shown_harmless(run):
    assert "\x1b" not in run("explain", "Fix \x1b[31m\u202e f:90").out


def test_no_instance_is_needed_and_neither_boto3_nor_pydantic_is_loaded():
    program = (
        "import sys\nfrom cli.main import tallyhook\n"
        "tallyhook(['explain', 'Fix f:90'], standalone_mode=False)\n"
        "print(sorted({'boto3', 'botocore', 'pydantic', 'requests', 'rich', 'moto'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
