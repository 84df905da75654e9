import pytest
from fakes.house import delivery, draft

from chalicelib.errors import AuthenticationError, ConfigurationError, NokoError, StoreUnavailable, UserError
from cli.instance import connect as connect_for_real


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("set PORT"), 3),
        (AuthenticationError("Noko does not accept the token"), 4),
        (StoreUnavailable("the table did not answer"), 1),
        (UserError("no such entry"), 1),
        (NokoError(422, "no"), 1),
    ],
)
def test_an_expected_error_is_a_sentence_on_stderr_and_its_own_exit_code(run, error, code):
    def connect(*_, **__):
        raise error

    result = run("entries", connect=connect)
    assert (result.code, result.out) == (code, "")
    assert result.err == f"tallyhook: {error}\n"


def test_every_line_of_an_error_is_shown_and_harmless(run):
    def connect(*_, **__):
        raise ConfigurationError("first\n\x1b[31msecond")

    assert run("entries", connect=connect).err == "tallyhook: first\ntallyhook: \\x1b[31msecond\n"


def test_ctrl_c_is_130(run):
    def connect(*_, **__):
        raise KeyboardInterrupt

    assert run("entries", connect=connect).code == 130


def test_without_an_instance_or_a_stage_the_way_to_start_one_is_told(run):
    result = run("entries", connect=connect_for_real)
    assert result.code == 3
    assert "make run" in result.err
    assert "--stage" in result.err


def test_a_port_that_is_none_is_a_configuration_error(run):
    assert run("entries", connect=connect_for_real, environment={"PORT": "http"}).code == 3


def test_the_stage_reaches_whoever_connects(run, nowhere):
    asked = []

    def connect(environment, *, stage, telemetry):
        asked.append(stage)
        return nowhere(environment, stage=stage, telemetry=telemetry)

    run("--stage", "prod", "entries", connect=connect)
    assert asked == ["prod"]


def test_telemetry_is_silent_unless_asked_for(run, nowhere):
    def connect(environment, *, stage, telemetry):
        telemetry.event("something", key="k", none=None)
        telemetry.alarm("worse")
        return nowhere(environment, stage=stage, telemetry=telemetry)

    said = run("entries", connect=connect).err
    assert "something" not in said
    loud = run("--verbose", "entries", connect=connect).err
    assert "  something key=k\n! worse\n" in loud


def test_an_unknown_command_is_a_usage_error(run):
    assert run("frobnicate").code == 2


def test_help_lists_every_command_and_exit_code_without_an_instance(run, nowhere):
    result = run("--help", connect=nowhere)
    assert result.code == 0
    for word in ("explain", "entries", "entry", "replay", "route", "resolve", "dismiss", "check", "send", "130"):
        assert word in result.out


def test_results_and_words_do_not_mix(run, deliver):
    deliver(delivery(draft(1)))
    result = run("entries")
    assert len(result.out.splitlines()) == len(result.lines) == 1
    assert "1 entry: 1 logged" in result.err
