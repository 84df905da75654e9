"""Where a form of the routing file is reached, and the secrets by which it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.routing_table import PAGE
from cli.port import running
from standalone.environment import form_secret_file
from standalone.run_file import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.domain.routing_table import Form
    from cli.desk import Desk, Site


def address(form: Form, desk: Desk, site: Site) -> str:
    """Return a form's address: below PUBLIC_URL, else on this machine, else of a stage the path alone."""
    path = f"/forms/{form.name}" if form.preset == PAGE else f"/webhooks/forms/{form.name}"
    if site.settings.public_url is not None:
        return site.settings.public_url + path
    card = None if desk.stage is not None else running(desk.environment)
    return path if card is None else card.url + path


def secrets_of(form: Form, desk: Desk, site: Site) -> Sequence[str]:
    """Return a form's secrets, current first: those configured, else the one that the instance made up."""
    configured = site.ports.secrets.form(form.name)
    if configured or desk.stage is not None:
        return configured
    made_up = form_secret_file(data_folder(desk.environment), form.name)
    return [made_up.read_text(encoding="ascii").strip()] if made_up.exists() else []
