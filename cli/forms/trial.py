"""`tallyhook forms test`: what a recorded submission would become. Needs no instance, and sends nothing."""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING, Any

import click

from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import PAGE
from chalicelib.errors import RequestError, UserError
from chalicelib.routing_file.document import load
from chalicelib.settings import Settings
from chalicelib.sources.forms.alias import word_of
from chalicelib.sources.forms.delivery import answer, read
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.reading import read as read_body
from cli.failure import FAILED
from cli.parameter import json_option

if TYPE_CHECKING:
    from chalicelib.domain.form_rule import FormRule
    from chalicelib.sources.forms.submission import Field, Submission
    from cli.desk import Desk
    from cli.terminal import Terminal

_LABEL = 12


@click.command("test", short_help="Show what a recorded submission would become.")
@click.argument("form")
@click.argument("file", type=click.File("rb"))
@click.option("--content-type", metavar="TYPE", help="The request's content type; by default what the body looks like.")
@click.option(
    "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the request; may be repeated."
)
@json_option
@click.pass_context
def trial(
    context: click.Context,
    *,
    form: str,
    file: IO[bytes],
    content_type: str | None,
    headers: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show, field by field, what the body in FILE (`-` is stdin) would become as a submission of FORM.

    Reads the routing file that ROUTING_FILE names. Its signature is not looked at, nothing is sent, and nobody is asked
    whether Noko has the project and the person. Exit code 1 for what could not become an entry.
    """
    desk: Desk = context.obj
    settings = Settings.from_env({"ROUTING_FILE": desk.environment.get("ROUTING_FILE", "")})
    routing = load(settings.routing_file.read_text(encoding="utf-8"), name=settings.routing_file.name)
    rule = form_rule(routing, form)
    if rule.form is None:
        raise UserError(f"the routing file {settings.routing_file} has no form {form!r}")
    if rule.form.preset == PAGE:
        raise UserError(f"the form {form!r} is a page of our own, to which nothing is sent; open it in a browser")
    raw = file.read()
    given = {"Content-Type": content_type or _kind(raw), **dict(map(_header, headers))}
    try:
        submission = read_body(PRESETS[rule.form.preset], given, raw)
        now = int(time.time() * 1000)
        reading = read(
            submission, given, rule, timezone=routing.defaults.timezone, public_url=settings.public_url, now=now
        )
    except RequestError as error:
        raise UserError(f"it would be answered {error.status}, {error.code}: {error}") from error
    fields = [_field(field, rule) for field in submission.fields]
    result = answer(reading.delivery(now if reading.window else None))
    if as_json:
        desk.terminal.record({"fields": fields, "unused": submission.unused, **result})
    else:
        _show(submission, fields, result, desk.terminal)
    context.exit(FAILED if result["malformed"] and submission.unused is None else 0)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.UsageError(f"{text!r} is no header: write it like Idempotency-Key:7")
    return name.strip(), value.strip()


def _kind(raw: bytes) -> str:
    """Return the content type that a body looks like."""
    start = raw.lstrip()[:1000]
    if start.startswith(b"--"):
        boundary = start[2:].splitlines()[0].decode("ascii", "replace")
        return f'multipart/form-data; boundary="{boundary}"'
    return "application/json" if start.startswith((b"{", b"[")) or not start else "application/x-www-form-urlencoded"


def _field(field: Field, rule: FormRule) -> dict[str, Any]:
    labels = dict(rule.form.fields) if rule.form is not None else {}
    values = {"values": list(field.values), "unresolved": list(field.unresolved)}
    return {"name": field.name, "key": field.key, "meaning": word_of(field, labels), **values}


def _show(submission: Submission, fields: list[dict[str, Any]], result: dict[str, Any], terminal: Terminal) -> None:
    if submission.unused is not None:
        terminal.show(("nothing", "bold"), f": {submission.unused}")
        return
    for field in fields:
        told = ", ".join([*field["values"], *(f"{each} (an id only)" for each in field["unresolved"])])
        meaning = field["meaning"]
        style = "dim" if meaning is None else "cyan"
        terminal.show((f"{meaning or '(not used)':<{_LABEL}}", style), "  ", (field["name"], "bold"), "  ", told)
    terminal.show()
    for draft in result["drafts"]:
        terminal.show((f"{draft['minutes']} minutes", "bold green"), f" on {draft['date']}  ", draft["description"])
        terminal.show(f"  {'key':<{_LABEL}}", draft["key"])
        terminal.show(f"  {'link':<{_LABEL}}", draft["source_url"])
        if result.get("weak"):
            terminal.show("  It has no id: an equal submission within ten minutes would be taken for the same.")
    for wrong in result["malformed"]:
        terminal.show(("no entry", "bold yellow"), f": {wrong['field']}: {wrong['reason']}")
