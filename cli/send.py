"""`tallyhook send`: hand a webhook's payload to the running instance, signed as GitHub would."""

from __future__ import annotations

import http.client
import json
import uuid
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode

import click

from chalicelib.errors import Unavailable
from chalicelib.sources.verify import sign
from cli.failure import FAILED
from cli.parameter import json_option
from cli.port import no_instance, running, webhook_secret

if TYPE_CHECKING:
    from cli.desk import Desk

PATIENCE_S = 30
NOT_AUTHENTIC = 4


@click.command(short_help="Send a recorded webhook to the running instance.")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--event", metavar="NAME", default="push", show_default=True, help="The event's name, for X-GitHub-Event."
)
@click.option("--delivery", "delivery_id", metavar="ID", help="The X-GitHub-Delivery; by default a new one.")
@click.option("--form-encoded", is_flag=True, help="Send it as the form field `payload`, as some webhooks do.")
@json_option
@click.pass_context
def send(
    context: click.Context,
    *,
    file: IO[bytes],
    event: str,
    delivery_id: str | None,
    form_encoded: bool,
    as_json: bool,
) -> None:
    """Sign the payload in FILE (`-` is stdin) and post it to the instance on PORT; print its answer.

    Exit code 0 for an answer of 2xx, 4 for a signature that is not accepted, 1 for any other.
    """
    desk: Desk = context.obj
    if desk.stage is not None:
        raise click.UsageError("send works on an instance of this machine, not on a stage")
    card = running(desk.environment)
    if card is None:
        raise no_instance(desk.environment)
    raw = file.read()
    body, kind = raw, "application/json"
    if form_encoded:
        body, kind = urlencode({"payload": raw}).encode("ascii"), "application/x-www-form-urlencoded"
    headers = {
        "Content-Type": kind,
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery_id or str(uuid.uuid4()),
        "X-Hub-Signature-256": sign(body, webhook_secret(desk.environment)),
    }
    status, reason, answer = _post(card.host, card.port, headers, body)
    desk.terminal.say(f"{status} {reason}")
    _print(answer, desk=desk, as_json=as_json)
    context.exit(_exit_code(status))


def _post(host: str, port: int, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        connection.request("POST", "/webhooks/github", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.reason, answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(f"the instance on port {port} gave no answer: {error or type(error).__name__}") from error
    finally:
        connection.close()


def _print(answer: bytes, *, desk: Desk, as_json: bool) -> None:
    try:
        data = json.loads(answer)
    except ValueError:
        data = {"body": answer.decode("utf-8", "replace")}
    if as_json or not desk.terminal.can_draw:
        desk.terminal.record(data)
        return
    for line in json.dumps(data, indent=2).splitlines():
        desk.terminal.show(line)


def _exit_code(status: int) -> int:
    if 200 <= status < 300:
        return 0
    return NOT_AUTHENTIC if status == 401 else FAILED
