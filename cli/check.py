"""`tallyhook check`: is everything set up? All that is not, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from chalicelib.errors import ConfigurationError, TallyhookError
from chalicelib.settings import Settings
from cli import finding
from cli.noko_check import noko
from cli.parameter import json_option
from cli.routing_check import routing_file

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from cli.desk import Desk, Site
    from cli.finding import Finding

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}


@click.command(short_help="Check settings, routing file, token, and the names in the routing file.")
@click.option("--offline", is_flag=True, help="Look at settings and routing file only; needs no instance.")
@json_option
@click.pass_context
def check(context: click.Context, *, offline: bool, as_json: bool) -> None:
    """Check the settings, the routing file, the Noko token, and that Noko has whom and what the routing file names.

    Everything that is wrong is reported at once, problems of the routing file with their line. A warning says if
    something else logs the commits of your repositories in Noko, too. Noko is asked through the running instance's
    throttle: three times, once for each thousand of the newest entries, five thousand at most, and for its tags
    where those of the file have to exist. Exit code 3: something has to be configured; 4: Noko does not accept the
    token; 1: Noko or the store does not answer.
    """
    desk: Desk = context.obj
    findings = []
    for each in _findings(desk, offline=offline):
        findings.append(each)
        if as_json:
            desk.terminal.record({"check": each.topic, "level": each.level, "text": each.text})
        else:
            mark, style = _MARKS[each.level]
            desk.terminal.show((mark, style), f" {each.topic}: ", each.text)
    context.exit(finding.exit_code(findings))


def _findings(desk: Desk, *, offline: bool) -> Iterator[Finding]:
    """Go from the inside out; a problem leaves out only what cannot be looked at because of it."""
    usable = yield from _settings(desk.environment)
    site = None
    if usable and not offline:
        site = yield from _site(desk)
    path = _routing_path(desk.environment) if site is None else site.settings.routing_file
    text = None
    if path is not None:
        text = yield from routing_file(path)
    if site is not None:
        yield from noko(site.ports, text)


def _settings(environment: Mapping[str, str]) -> Generator[Finding, None, bool]:
    try:
        Settings.from_env(environment)
    except ConfigurationError as error:
        yield from finding.problems("settings", error)
        return False
    yield finding.good("settings", "usable")
    return True


def _site(desk: Desk) -> Generator[Finding, None, Site | None]:
    try:
        site = desk.site()
    except TallyhookError as error:
        yield from finding.problems("instance", error)
        yield finding.warning("Noko", "not asked, since that goes through an instance; --offline leaves it out")
        return None
    yield finding.good("instance", f"found; its Noko is {site.settings.noko_base_url}")
    return site


def _routing_path(environment: Mapping[str, str]) -> Path | None:
    """Return the routing file that the environment names, None if it is none: `_settings` says so."""
    try:
        return Settings.from_env({"ROUTING_FILE": environment.get("ROUTING_FILE", "")}).routing_file
    except ConfigurationError:
        return None
