"""A real instance with a form of our own, and Chromium in front of it; what the page is worth, only a browser tells."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from devstack.sandbox.account import TOKEN
from standalone.run_file import read

ROOT = Path(__file__).parents[2]
ROUTING = """
[defaults]
timezone = "Europe/Berlin"
[[forms]]
name = "timesheet"
preset = "page"
[[forms]]
name = "team"
preset = "page"
projects = ["Gear GmbH", "Website"]
"""
FAST = {"SWEEP_SECONDS": "1", "THROTTLE_INTERVAL_MS": "40", "FORM_TEAM_PASSWORD": "correct horse battery"}
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB"),
)
NO_SCRIPTS = {"profile.managed_default_content_settings.javascript": 2}
REQUIRED = "BROWSER_TESTS"
"""Set to `required`, it makes a missing browser a failure: so in CI."""


@pytest.fixture(scope="session")
def programs():
    """Return where Chromium and its driver are; skip where they are not."""
    found = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        said = f"{' and '.join(missing)} not found: the page was NOT tried in a browser (Debian: chromium-driver)"
        (pytest.fail if os.environ.get(REQUIRED) == "required" else pytest.skip)(said)
    return found


class Instance:
    """A running instance, as somebody at a terminal has it."""

    def __init__(self, data):
        routing = data / "routing.toml"
        routing.write_text(ROUTING, encoding="utf-8")
        self.environment = {
            **os.environ,
            **FAST,
            "ROUTING_FILE": str(routing),
            "TALLYHOOK_DATA": str(data),
            "PORT": "0",
        }
        log = (data / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
        )
        log.close()
        self._card = eventually(lambda: self._find_card(data), seconds=60)
        self.url = f"http://127.0.0.1:{self._card.port}"
        self.environment["PORT"] = str(self._card.port)

    def _find_card(self, data):
        assert self._process.poll() is None, (data / "log").read_text(encoding="utf-8")
        cards = (read(data, int(path.stem.removeprefix("run-"))) for path in data.glob("run-*.json"))
        return next((card for card in cards if card is not None), None)

    def link(self, person="jane@acme.example", form="timesheet"):
        """Have the command line make a link, as whoever runs the form does."""
        program = "from cli.main import main; main()"
        words = [sys.executable, "-c", program, "forms", "link", form, "--for", person, "--days", "1"]
        ran = subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def books(self):
        """Return the entries that the sandbox holds."""
        url = self._card.environment["NOKO_BASE_URL"] + "/entries"
        return requests.get(url, headers={"X-NokoToken": TOKEN}, timeout=10).json()

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=40)


def eventually(probe, *, seconds=30):
    """Return what `probe` returns once it is true, or fail."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := probe():
            return found
        time.sleep(0.1)
    return pytest.fail(f"not within {seconds} seconds")


@pytest.fixture
def patience():
    return eventually


@pytest.fixture(scope="module")
def instance(programs, tmp_path_factory):
    assert programs
    running = Instance(tmp_path_factory.mktemp("instance"))
    yield running
    running.stop()


@pytest.fixture
def chromium(programs, tmp_path):
    """Start browsers, each with a profile of its own."""
    with contextlib.ExitStack() as closing:

        def start(*, width=1000, height=900, scripts=True, dark=False):
            options = webdriver.ChromeOptions()
            options.binary_location = programs["chromium"]
            for flag in (*QUIET, f"--window-size={width},{height}", f"--user-data-dir={tmp_path / f'p{width}{dark}'}"):
                options.add_argument(flag)
            if dark:
                options.add_argument("--force-dark-mode")
            if not scripts:
                options.add_experimental_option("prefs", NO_SCRIPTS)
            driver = webdriver.Chrome(options=options, service=Service(executable_path=programs["chromedriver"]))
            closing.callback(driver.quit)
            driver.set_page_load_timeout(30)
            return driver

        yield start
