"""What a person is told at the start: what runs where, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.routing_table import PAGE

if TYPE_CHECKING:
    from standalone.stack import Stack


def banner(stack: Stack) -> str:
    """Return it, with a line's end."""
    lines = {
        "webhook URL": f"{stack.url}/webhooks/github",
        "webhook secret": f"{stack.webhook_secret} (made up)" if stack.makes_up_secret else "as set",
        **_forms(stack),
        "Noko": "the sandbox: nothing leaves this machine" if stack.sandbox else "as set: entries are logged there",
        "  at": stack.house.settings.noko_base_url,
        "store": stack.store,
        "routing file": str(stack.house.settings.routing_file),
    }
    width = max(map(len, lines))
    said = "".join(f"  {name:<{width}}  {value}\n" for name, value in lines.items())
    return f"Tallyhook is running. Ctrl-C ends it.\n\n{said}\n"


def _forms(stack: Stack) -> dict[str, str]:
    lines = {}
    for form in stack.forms:
        if form.preset == PAGE:
            lines[f"form {form.name}"] = f"{stack.url}/forms/{form.name}"
            lines[f"  {form.name}'s links"] = f"tallyhook forms link {form.name} --for EMAIL"
            continue
        lines[f"form {form.name}"] = f"{stack.url}/webhooks/forms/{form.name}"
        made_up = stack.form_secrets.get(form.name)
        lines[f"  {form.name}'s secret"] = f"{made_up} (made up)" if made_up else "as set"
    return lines
