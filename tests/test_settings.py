"""The environment, read in one place, with every problem at once and no secret shown."""

import itertools
from pathlib import Path

import pytest

from chalicelib.domain.interval import Intervals
from chalicelib.domain.retention import Retention
from chalicelib.errors import ConfigurationError
from chalicelib.noko.protocol import Token
from chalicelib.settings import PACKAGED_ROUTING_FILE, Settings, form_setting, token_from_env


def read(**env):
    return Settings.from_env(env)


def problems(**env):
    with pytest.raises(ConfigurationError) as raised:
        read(**env)
    return str(raised.value).split("\n")


def test_an_empty_environment_is_enough():
    settings = read()
    assert settings.noko_base_url == "https://api.nokotime.com/v2"
    assert settings.table == "tallyhook"
    assert settings.routing_file == PACKAGED_ROUTING_FILE
    assert (settings.github_secrets, settings.noko_token, settings.secrets_prefix) == ((), None, None)
    assert settings.intervals == Intervals()
    assert settings.intervals.throttle_ms == 501


def test_what_is_set_is_read(tmp_path):
    routing = tmp_path / "routing.toml"
    routing.touch()
    settings = read(
        TALLYHOOK_TABLE="t",
        TALLYHOOK_OPEN_QUEUE_URL="http://o",
        TALLYHOOK_POST_QUEUE_URL="http://p",
        TALLYHOOK_SECRETS_PREFIX="/tallyhook/dev",
        NOKO_BASE_URL="http://127.0.0.1:8100/v2/",
        NOKO_REDIRECT_HOSTS="EU.nokotime.com , us.nokotime.com,",
        NOKO_TOKEN=" personal\n",
        GITHUB_WEBHOOK_SECRETS="new, old,",
        ROUTING_FILE=str(routing),
    )
    assert (settings.table, settings.open_queue_url, settings.post_queue_url) == ("t", "http://o", "http://p")
    assert settings.secrets_prefix == "/tallyhook/dev"
    assert settings.noko_base_url == "http://127.0.0.1:8100/v2"
    assert settings.noko_redirect_hosts == {"eu.nokotime.com", "us.nokotime.com"}
    assert settings.noko_token == Token("personal")
    assert settings.github_secrets == ("new", "old")
    assert settings.routing_file == Path(routing)


def test_the_real_environment_is_read_unless_another_is_given(monkeypatch):
    monkeypatch.setenv("TALLYHOOK_TABLE", "from-the-environment")
    assert Settings.from_env().table == "from-the-environment"


def test_a_personal_token_goes_before_an_oauth_one():
    assert token_from_env({"NOKO_TOKEN": "p", "NOKO_ACCESS_TOKEN": "a"}) == Token("p")
    assert token_from_env({"NOKO_ACCESS_TOKEN": "a"}) == Token("a", bearer=True)
    assert token_from_env({"NOKO_TOKEN": " ", "NOKO_ACCESS_TOKEN": ""}) is None


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("LEASE_SECONDS", "8", "lease_ms", 8_000),
        ("LEASE_SECONDS", " 30 ", "lease_ms", 30_000),
        ("SETTLE_SECONDS", "0.5", "settle_ms", 500),
        ("SECOND_LOOK_SECONDS", "1", "second_look_ms", 1_000),
        ("SWEEP_SECONDS", "86400", "sweep_ms", 86_400_000),
        ("THROTTLE_INTERVAL_MS", "1", "throttle_ms", 1),
        ("THROTTLE_INTERVAL_MS", "2000", "throttle_ms", 2_000),
        ("THROTTLE_INTERVAL_MS", "", "throttle_ms", 501),
    ],
)
def test_intervals_can_be_shortened(name, text, field, value):
    assert getattr(read(**{name: text}).intervals, field) == value


@pytest.mark.parametrize("name", ["LEASE_SECONDS", "SETTLE_SECONDS", "SWEEP_SECONDS", "THROTTLE_INTERVAL_MS"])
@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e3", "1_0", "٣٠", "soon", "86400001000", "1.", "0x10"])
def test_an_interval_that_is_no_positive_number_of_a_day_at_most_is_a_problem(name, text):
    assert any(problem.startswith(f"{name} ") for problem in problems(**{name: text}))


def test_how_long_things_are_kept_can_be_set():
    assert read().retention == Retention(30, 400, 90)
    kept = read(KEEP_CONTENTS_DAYS="7", KEEP_ENTRIES_DAYS=" 3660 ", KEEP_NOTES_DAYS="365").retention
    assert kept == Retention(7, 3_660, 365)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *itertools.product(("KEEP_CONTENTS_DAYS", "KEEP_NOTES_DAYS"), ("6", "0", "-7", "7.5", "3661", "٣٠", "1e2")),
        *(("KEEP_ENTRIES_DAYS", text) for text in ("399", "30", "3661", "-400", "for ever")),
    ],
)
def test_days_that_are_too_few_or_no_number_are_a_problem(name, text):
    (problem,) = problems(**{name: text})
    assert problem.startswith(f"{name} is {text!r}: it must be a whole number of days from ")


def test_no_key_may_go_before_its_contents():
    (problem,) = problems(KEEP_CONTENTS_DAYS="401")
    assert "outlives its contents" in problem
    assert read(KEEP_CONTENTS_DAYS="401", KEEP_ENTRIES_DAYS="401").retention.contents_days == 401


@pytest.mark.parametrize("text", ["7.9", "1", "0.1"])
def test_a_lease_below_eight_seconds_is_a_problem(text):
    assert problems(LEASE_SECONDS=text)[0].startswith("LEASE_SECONDS must be at least 8")


def test_an_interval_that_no_slot_fits_into_is_a_problem():
    assert problems(THROTTLE_INTERVAL_MS="2001")[0].startswith("THROTTLE_INTERVAL_MS must be at most 2000")


@pytest.mark.parametrize(
    "url",
    [
        "api.nokotime.com/v2",
        "https://",
        "ftp://api.nokotime.com/v2",
        "https://api.nokotime.com/v2?token=s3cret",
        "https://api.nokotime.com/v2#x",
        "https://s3cret@api.nokotime.com/v2",
        "https://:s3cret@api.nokotime.com/v2",
        "https://[::1/v2",
        "https://api.nokotime.com:port/v2",
    ],
)
def test_what_is_no_base_url_is_a_problem_and_is_not_repeated(url):
    (problem,) = problems(NOKO_BASE_URL=url)
    assert problem.startswith("NOKO_BASE_URL is not a base URL")
    assert "s3cret" not in problem


@pytest.mark.parametrize("url", ["http://api.nokotime.com/v2", "http://10.0.0.1/v2", "http://127.0.0.1.evil.example"])
def test_the_token_is_not_sent_unencrypted_beyond_this_machine(url):
    (problem,) = problems(NOKO_BASE_URL=url)
    assert "unencrypted" in problem


@pytest.mark.parametrize("url", ["http://127.0.0.1:8100/v2", "http://localhost/v2", "http://[::1]:8100/v2"])
def test_this_machine_may_be_spoken_to_in_the_clear(url):
    assert read(NOKO_BASE_URL=url).noko_base_url == url


def test_a_base_url_loses_blanks_and_slashes_around_it():
    assert read(NOKO_BASE_URL=" https://api.nokotime.com/v2/ \n").noko_base_url == "https://api.nokotime.com/v2"
    assert read(NOKO_BASE_URL="  ").noko_base_url == "https://api.nokotime.com/v2"


def test_a_routing_file_that_is_not_there_is_a_problem():
    assert problems(ROUTING_FILE="/nowhere/routing.toml") == [
        "ROUTING_FILE names /nowhere/routing.toml, which is no file"
    ]


def test_all_problems_are_named_at_once():
    found = problems(NOKO_BASE_URL="nonsense", ROUTING_FILE="/nowhere", LEASE_SECONDS="1", SWEEP_SECONDS="x")
    assert [problem.split()[0] for problem in found] == [
        "NOKO_BASE_URL",
        "ROUTING_FILE",
        "LEASE_SECONDS",
        "SWEEP_SECONDS",
    ]


def test_settings_show_no_secret():
    shown = repr(read(NOKO_TOKEN="s3cret-token", GITHUB_WEBHOOK_SECRETS="s3cret-hook"))
    assert "s3cret" not in shown


def test_the_secrets_of_forms_are_found_by_their_names():
    env = {
        "FORM_TIMESHEET_SECRETS": "new, old,",
        "FORM_TIME_SHEET_2_SECRETS": "s",
        "FORM_X": "no",
        "FORM_EMPTY_SECRETS": "",
    }
    settings = Settings.from_env(env)
    assert settings.form_secrets == {"timesheet": ("new", "old"), "time-sheet-2": ("s",), "empty": ()}
    assert form_setting("time-sheet-2") == "FORM_TIME_SHEET_2_SECRETS"
    assert "old" not in repr(settings)


@pytest.mark.parametrize(
    "url", ["https://time.acme.example", "https://time.acme.example/hook/", "http://127.0.0.1:8000"]
)
def test_a_public_url_is_taken_without_its_last_slash(url):
    assert Settings.from_env({"PUBLIC_URL": url}).public_url == url.rstrip("/")


@pytest.mark.parametrize("url", ["time.acme.example", "http://time.acme.example", "ftp://x", "https://", "https://a b"])
def test_a_public_url_that_leads_nowhere_is_told(url):
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        Settings.from_env({"PUBLIC_URL": url})
