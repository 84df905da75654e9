"""What is written to the log: one JSON line for each event, and the metrics in it."""

import io
import json
import threading

import pytest

from chalicelib.aws.telemetry import LogTelemetry
from chalicelib.domain.lifecycle import Status

NOW = 1_782_820_800_123  # 2026-06-30T12:00:00.123Z


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def telemetry(said):
    return LogTelemetry(now=lambda: NOW, stack="tallyhook-dev", stream=said)


def only(said):
    (line,) = said.getvalue().splitlines()
    return json.loads(line)


def test_an_event_is_a_line_with_its_fields_and_without_those_that_are_none(telemetry, said):
    telemetry.event("claim_lost", entry="github:1", attempt=2, status=Status.QUEUED, reason=None)
    assert only(said) == {
        "at": "2026-06-30T12:00:00.123+00:00",
        "level": "INFO",
        "event": "claim_lost",
        "entry": "github:1",
        "attempt": 2,
        "status": "queued",
    }


def test_an_alarm_is_an_error(telemetry, said):
    telemetry.alarm("crashed")
    assert (only(said)["level"], only(said)["event"]) == ("ERROR", "crashed")


def test_what_may_quote_others_is_not_written(telemetry, said):
    telemetry.alarm("delivery_given_up", hook=1, detail="Jane wrote: hello")
    assert "detail" not in only(said)
    assert "Jane" not in said.getvalue()


def test_lines_are_ascii_and_never_broken(telemetry, said):
    telemetry.event("x", reason="Grün\nlich\u2028\ud800")
    assert said.getvalue().isascii()
    assert only(said)["reason"] == "Grün\nlich\u2028\ud800"


def test_what_a_line_is_about_is_on_all_of_them_until_it_is_over(telemetry, said):
    with telemetry.about(function="post", entry="github:1"):
        with telemetry.about(attempt=1, entry="github:2"):
            telemetry.event("inner")
        telemetry.event("outer", function="mine")
    telemetry.event("after")
    inner, outer, after = (json.loads(line) for line in said.getvalue().splitlines())
    assert (inner["function"], inner["entry"], inner["attempt"]) == ("post", "github:2", 1)
    assert (outer["function"], outer["entry"]) == ("mine", "github:1")
    assert not {"function", "entry", "attempt"} & set(after)


def test_it_is_over_after_a_failure_too_and_no_other_thread_hears_of_it(telemetry, said):
    def fail():
        with telemetry.about(entry="github:1"):
            thread = threading.Thread(target=telemetry.event, args=("elsewhere",))
            thread.start()
            thread.join()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    telemetry.event("after")
    assert not any("entry" in json.loads(line) for line in said.getvalue().splitlines())


def test_a_line_that_counts_carries_its_metrics_as_cloudwatch_reads_them(telemetry, said):
    telemetry.event("attempt", status=Status.LOGGED, outcome="created", waited_ms=250)
    line = only(said)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert line["_aws"]["Timestamp"] == NOW
    assert directive == {
        "Namespace": "Tallyhook",
        "Dimensions": [["Stack"]],
        "Metrics": [{"Name": "EntriesLogged", "Unit": "Count"}, {"Name": "SlotWait", "Unit": "Milliseconds"}],
    }
    assert (line["Stack"], line["EntriesLogged"], line["SlotWait"]) == ("tallyhook-dev", 1, 250)


def test_a_line_that_counts_nothing_carries_none(telemetry, said):
    telemetry.event("resumed")
    assert "_aws" not in only(said)


def test_without_a_stack_there_are_no_metrics(said):
    LogTelemetry(now=lambda: NOW, stream=said).event("delivery_accepted")
    assert set(only(said)) == {"at", "level", "event"}


def test_lines_go_to_standard_output_unless_told_otherwise(capsys):
    LogTelemetry(now=lambda: NOW).event("resumed")
    assert json.loads(capsys.readouterr().out)["event"] == "resumed"


class Broken(io.StringIO):
    """A pipe that nobody reads, or a file on a disk that is full."""

    def write(self, _):
        raise BrokenPipeError


def test_a_log_that_cannot_be_written_stops_nobody():
    LogTelemetry(now=lambda: NOW, stream=Broken()).alarm("paused")
