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
    from collections.abc import Iterator

    from cli.desk import Desk
    from cli.finding import Finding
    from cli.routing_check import RoutingText

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "problem": ("✗", "red")}


@click.command(short_help="Check settings, routing file, token, and the names in the routing file.")
@click.option("--offline", is_flag=True, help="Look at settings and routing file only; needs no instance.")
@json_option
@click.pass_context
def check(context: click.Context, *, offline: bool, as_json: bool) -> None:
    """Check the settings, the routing file, the Noko token, and that Noko has whom and what the routing file names.

    Everything that is wrong is reported at once, problems of the routing file with their line. Noko is asked
    through the running instance's throttle, three times. Exit code 3: something has to be configured; 4: Noko
    does not accept the token; 1: Noko or the store does not answer.
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
    """Go from the inside out; what cannot be looked at because of a problem before it is left out."""
    site = None
    if offline:
        try:
            settings = Settings.from_env(desk.environment)
        except ConfigurationError as error:
            yield from finding.problems("settings", error)
            return
    else:
        try:
            site = desk.site()
        except TallyhookError as error:
            yield from finding.problems("settings", error)
            yield from _what_can_be_seen_without(desk)
            return
        settings = site.settings
    yield finding.good("settings", f"Noko is {settings.noko_base_url}")
    text = yield from routing_file(settings.routing_file)
    if site is not None:
        yield from noko(site.ports, text)


def _what_can_be_seen_without(desk: Desk) -> Iterator[Finding]:
    """Look at the routing file all the same, where the settings say which it is."""
    try:
        settings = Settings.from_env(desk.environment)
    except ConfigurationError:
        return
    text: RoutingText | None = yield from routing_file(settings.routing_file)
    if text is not None:
        yield finding.warning("Noko", "not asked; --offline leaves it out for good")
