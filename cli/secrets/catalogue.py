"""Which secrets a deployment can read, what for, and which of them its routing file needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from chalicelib.aws import parameter_name
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.letter import is_slack
from chalicelib.domain.routing_table import PAGE, DateFrom, Feedback
from chalicelib.routing_file.check import NAME
from cli.secrets.value import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.domain.routing_table import Routing

_PART = NAME.removeprefix("^").removesuffix("$")
_FORM = re.compile(f"form-({_PART})-(secrets|password)")
_RECEIVER = re.compile(f"notify-({_PART})-url")
_STANDARD_PRESET = "standard-webhooks"


@dataclass(frozen=True, slots=True)
class Secret:
    """A parameter, and whether the routing file needs it.

    `without` says what does not work while it is not set, `change` where the other side keeps it, if there is one.
    """

    name: str
    kind: Kind
    without: str
    change: str = ""
    needed: bool = False


def secret(name: str, routing: Routing) -> Secret:
    """Return what a name stands for, whether or not the routing file needs it; raise click.UsageError for none."""
    fixed = {each.name: each for each in _fixed(routing, {})}
    if name in fixed:
        return fixed[name]
    if form := _FORM.fullmatch(name):
        return _form_secrets(form[1], routing) if form[2] == "secrets" else _form_password(form[1])
    if receiver := _RECEIVER.fullmatch(name):
        return _receiver(receiver[1], routing)
    known = [*fixed, "form-NAME-secrets", "form-NAME-password", "notify-NAME-url"]
    raise click.UsageError(f"there is no secret {name!r}: there are {', '.join(known)}")


def catalogue(routing: Routing, values: Mapping[str, str]) -> list[Secret]:
    """Return all that the routing file knows of, and whatever of `values`, by name, a function could read besides."""
    known = list(_fixed(routing, values))
    for form in routing.forms:
        known.append(_form_secrets(form.name, routing))
        if form.preset == PAGE:
            known.append(_form_password(form.name))
    known += [_receiver(name, routing) for name in _receivers(routing) if "://" not in name]
    names = {each.name for each in known}
    others = (name for name in values if name not in names and (_FORM.fullmatch(name) or _RECEIVER.fullmatch(name)))
    return known + [secret(name, routing) for name in others]


def _fixed(routing: Routing, values: Mapping[str, str]) -> Iterator[Secret]:
    yield Secret(
        parameter_name.WEBHOOKS,
        Kind.PLAIN,
        "every push is refused, since none can be believed",
        "at GitHub: the webhook → Edit → Secret",
        needed=True,
    )
    bearer = parameter_name.ACCESS in values and parameter_name.PERSONAL not in values
    without = f"nothing is posted to Noko; {parameter_name.ACCESS} will do, too"
    yield Secret(parameter_name.PERSONAL, Kind.TOKEN, without, needed=not bearer)
    yield Secret(parameter_name.ACCESS, Kind.TOKEN, "nothing is posted to Noko", needed=bearer)
    yield Secret(
        parameter_name.GITHUB,
        Kind.TOKEN,
        "GitHub is asked for nothing: no catching up, no feedback, no author's dates",
        needed=_asks_github(routing),
    )
    yield Secret(
        parameter_name.LETTERS,
        Kind.STANDARD,
        "no letter but those to Slack is sent",
        "at every receiver of letters",
        needed=any(_is_signed(name, values) for name in _receivers(routing)),
    )


def _form_secrets(name: str, routing: Routing) -> Secret:
    form = form_rule(routing, name).form
    preset = None if form is None else form.preset
    kind = {PAGE: Kind.PAGE, _STANDARD_PRESET: Kind.STANDARD}.get(preset or "", Kind.PLAIN)
    return Secret(
        parameter_name.form_secrets(name),
        kind,
        f"form {name} lets nobody in" if preset == PAGE else f"form {name} takes nothing",
        "" if preset == PAGE else f"where form {name} is sent from",
        needed=form is not None,
    )


def _form_password(name: str) -> Secret:
    return Secret(parameter_name.form_password(name), Kind.PASSWORD, f"only links let into form {name}")


def _receiver(name: str, routing: Routing) -> Secret:
    path, without = parameter_name.receiver_url(name), f"no letter to {name} is sent"
    return Secret(path, Kind.URL, without, needed=name in _receivers(routing))


def _receivers(routing: Routing) -> list[str]:
    """Return whom letters go to, each once: URLs, and names of settings that hold one."""
    told = () if routing.digest is None else routing.digest.notify
    return list(dict.fromkeys([*told, *(name for policy in routing.approvals for name in policy.notify)]))


def _is_signed(receiver: str, values: Mapping[str, str]) -> bool:
    url = receiver if "://" in receiver else values.get(parameter_name.receiver_url(receiver))
    return url is not None and not is_slack(url)


def _asks_github(routing: Routing) -> bool:
    dates = {routing.defaults.date_from, *(rule.date_from for rule in routing.repositories)}
    feedback = {routing.defaults.feedback, *(rule.feedback for rule in routing.repositories)} - {None, Feedback.OFF}
    return bool(routing.hooks or feedback) or DateFrom.AUTHOR in dates
