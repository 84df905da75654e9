"""`tallyhook forms link`: a link that lets one person fill a form of our own in, until it expires."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import PAGE, SUBMITTER
from chalicelib.errors import UserError
from chalicelib.page.link import MAX_DAYS, Link, link_key
from chalicelib.page.question import is_known
from chalicelib.page.seal import signing_secrets
from chalicelib.routing_file.check import EMAIL
from chalicelib.sources.forms.mapping import MAX_ADDRESS
from cli.forms.address import address, secrets_of
from cli.moment import iso, spoken
from cli.parameter import json_option

if TYPE_CHECKING:
    from chalicelib.domain.routing_table import Form
    from cli.desk import Desk, Site

DAY_MS = 86_400_000


@click.command(short_help="Make a link that lets somebody fill a form of ours in.")
@click.argument("form")
@click.option("--for", "person", metavar="EMAIL", help="For whom the link logs time; needed unless the form says it.")
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=30,
    show_default=True,
    help="How long the link, and what it opened, stays good.",
)
@json_option
@click.pass_obj
def link(desk: Desk, *, form: str, person: str | None, days: int, as_json: bool) -> None:
    """Print a link to the page of FORM (`preset = "page"`). Whoever has it logs time for that person.

    Nothing is stored: the form's secret signs the link, and retiring the secret withdraws every link made with it.
    Without PUBLIC_URL the address is that on this machine, or of a stage the path alone.
    """
    site = desk.site()
    found = form_rule(site.routing(), form).form
    if found is None or found.preset != PAGE:
        raise UserError(f'the routing file has no form {form!r} with preset = "page"')
    email = _person(found, person, desk, site)
    expires_at = site.ports.clock.now() + days * DAY_MS
    key = link_key(Link(email, expires_at), form=form, secret=signing_secrets(secrets_of(found, desk, site))[0])
    url = f"{address(found, desk, site)}?{urlencode({'key': key})}"
    if as_json:
        desk.terminal.record({"form": form, "person": email or found.person, "expires_at": iso(expires_at), "url": url})
    else:
        desk.terminal.show(url)
    desk.terminal.say(f"logs time for {email or found.person}, until {spoken(expires_at)}; give it to nobody else")


def _person(form: Form, given: str | None, desk: Desk, site: Site) -> str:
    """Return the e-mail to bind into the link; empty where the routing file says whose work it is."""
    if form.person != SUBMITTER:
        if given is not None:
            raise click.UsageError(f"{form.name} always logs for {form.person}: leave --for out")
        return ""
    if given is None:
        raise click.UsageError(f"{form.name} logs for whoever sends it: say for whom with --for EMAIL")
    if not re.fullmatch(EMAIL, given) or len(given) > MAX_ADDRESS:
        raise click.UsageError(f"{given!r} is no e-mail address")
    known = site.ports.ledger.directory()
    if not is_known(given, site.routing(), known):
        if known is not None:
            raise UserError(f"neither the routing file nor Noko's active users have {given}; add it to [[people]]")
        desk.terminal.say(f"whether Noko has {given} is not known yet; if it does not, what is sent will be held")
    return given
