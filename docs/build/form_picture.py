"""Take the picture of our own form, with Chromium, off a fresh instance: `python -m docs.build.form_picture`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from chalicelib.page.link import Link, link_key
from devstack.environment import without_noko
from devstack.stand_in import DevstackStandIns
from standalone.console import ConsoleTelemetry
from standalone.stack import Stack

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "form.png"
SIZE = "560,660"
ROUTING = '[defaults]\ntimezone = "UTC"\n[[forms]]\nname = "timesheet"\npreset = "page"\n'
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB"),
)


def main() -> int:
    """Write the picture; return the exit code."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not installed\n")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        routing = data / "routing.toml"
        routing.write_text(ROUTING, encoding="utf-8")
        environment = {**without_noko(os.environ), "ROUTING_FILE": str(routing), "SWEEP_SECONDS": "1"}
        stack = Stack(environment, port=0, data=data, telemetry=ConsoleTelemetry(), stand_ins=DevstackStandIns())
        try:
            _take(chromium, _link(stack), data)
        finally:
            stack.close()
    return 0


def _link(stack: Stack) -> str:
    """Make a link once the instance knows Noko's projects."""
    ports = stack.house.ports
    while ports.ledger.directory() is None:
        time.sleep(0.2)
    link = Link("jane@acme.example", ports.clock.now() + 86_400_000)
    key = link_key(link, form="timesheet", secret=stack.form_secrets["timesheet"])
    return f"{stack.url}/forms/timesheet?{urlencode({'key': key})}"


def _take(chromium: str, url: str, data: Path) -> None:
    flags = [*QUIET, f"--user-data-dir={data / 'profile'}", f"--window-size={SIZE}", f"--screenshot={PICTURE}"]
    subprocess.run([chromium, *flags, url], check=True, timeout=120, stderr=subprocess.DEVNULL)  # noqa: S603 - ours


if __name__ == "__main__":
    sys.exit(main())
