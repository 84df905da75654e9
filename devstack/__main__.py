"""`python -m devstack`: serve everything until Ctrl-C. Settings come from the environment; see the README."""

from __future__ import annotations

import os
import signal
import sys
import threading

from chalicelib.domain.routing_table import PAGE
from chalicelib.errors import ConfigurationError
from devstack.stack import Stack
from standalone.console import ConsoleTelemetry
from standalone.run_file import data_folder, port_of


def main() -> int:
    """Serve; return the exit code: 0 after Ctrl-C, 3 for what is wrong with the configuration."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        stack = Stack(os.environ, port=_port(), data=data_folder(os.environ), telemetry=ConsoleTelemetry())
    except ConfigurationError as error:
        sys.stderr.write(f"tallyhook: {error}\n")
        return error.exit_code
    sys.stdout.write(banner(stack))
    sys.stdout.flush()
    stop.wait()
    sys.stderr.write("stopping: what is under way may finish\n")
    stack.close()
    return 0


def _port() -> int:
    try:
        return port_of(os.environ)
    except ValueError:
        raise ConfigurationError("PORT must be a number from 0 to 65535") from None


def banner(stack: Stack) -> str:
    """Say what runs where, and what to do next."""
    lines = {
        "webhook URL": f"{stack.url}/webhooks/github",
        "webhook secret": f"{stack.webhook_secret} (made up)" if stack.makes_up_secret else "as set",
        **_forms(stack),
        "Noko": "the sandbox: nothing leaves this machine" if stack.sandbox else "as set: entries are logged there",
        "  at": stack.house.settings.noko_base_url,
        "store": "in memory: gone when this stops" if stack.aws else os.environ["AWS_ENDPOINT_URL"],
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


if __name__ == "__main__":
    sys.exit(main())
