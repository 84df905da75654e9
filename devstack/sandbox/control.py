"""The calls with which a sandbox that runs as a process is read and steered from outside.

They need no token and don't pass the limiter, no fault meets them, and they are not in the log:

GET /_sandbox/books      users, projects, tags and entries, as the API shapes them, not paged
POST /_sandbox/entries   log many: a JSON object whose "entries" have the fields of `seed.Row`; answers their ids
GET /_sandbox/faults     the rules that may still act
POST /_sandbox/faults    add a rule: the fields of `Fault` as JSON
DELETE /_sandbox/faults  forget every rule
GET /_sandbox/limiter    its counts and arrivals; null when there is no limiter
GET /_sandbox/requests   every request that arrived, without header values and tokens
GET /_sandbox/switches   the switches
PATCH /_sandbox/switches set some: fields of `Switches` as JSON; `burst` has been read by then
POST /_sandbox/token     {"action": "revoke" | "restore"}, for all tokens or for the "token" given
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from devstack.sandbox.fault import Fault
from devstack.sandbox.field import read_body
from devstack.sandbox.seed import Rows
from devstack.sandbox.shape import full_entry, full_project, full_tag, full_user
from devstack.sandbox.switch import Switches
from devstack.wire.message import ApiError, Request, Response, failure, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from devstack.sandbox.sandbox import Sandbox

PREFIX = "/_sandbox/"
_FAULT = TypeAdapter(Fault)
_FAULT_FIELDS = {field.name for field in fields(Fault)}
_SWITCHES = TypeAdapter(Switches)
_SWITCH_FIELDS = {field.name for field in fields(Switches)}


class _TokenBody(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    action: Literal["revoke", "restore"]
    token: str | None = None


def concerns(request: Request) -> bool:
    """Tell whether a request steers the sandbox instead of calling the API."""
    return request.path.startswith(PREFIX)


def lasts(request: Request) -> bool:
    """Tell whether what a request steers outlives the sandbox: faults do not."""
    return not request.path.endswith("/faults")


def answer(sandbox: Sandbox, request: Request) -> Response:
    """Do what the request says, and answer it."""
    call = CALLS.get((request.method, request.path.removeprefix(PREFIX)))
    if call is None:
        return failure(404, "The sandbox has no such control")
    try:
        return json_response(200, call(sandbox, request))
    except ApiError as error:
        return error.response
    except ValueError as error:
        return failure(400, str(error))


def _books(sandbox: Sandbox, _: Request) -> Any:
    books, base = sandbox.books, sandbox.base_url
    return {
        "users": [full_user(user, base) for user in books.users()],
        "projects": [full_project(project, base) for project in books.projects()],
        "tags": [full_tag(tag, books, base) for tag in books.tags()],
        "entries": [full_entry(entry, books, base) for entry in books.entries()],
    }


def _log(sandbox: Sandbox, request: Request) -> Any:
    rows = Rows.model_validate_json(request.body).entries
    logged = sandbox.books.log_many([row.arguments(sandbox.books) for row in rows])
    return {"ids": [entry.id for entry in logged]}


def _faults(sandbox: Sandbox, _: Request) -> Any:
    return [asdict(fault) for fault in sandbox.faults.pending]


def _add_fault(sandbox: Sandbox, request: Request) -> Any:
    sandbox.faults.put(_FAULT.validate_python(_given(request, _FAULT_FIELDS, "a fault")))
    return _faults(sandbox, request)


def _clear_faults(sandbox: Sandbox, request: Request) -> Any:
    sandbox.faults.clear()
    return _faults(sandbox, request)


def _limiter(sandbox: Sandbox, _: Request) -> Any:
    limiter = sandbox.limiter
    if limiter is None:
        return None
    return {
        "accepted": limiter.accepted,
        "delayed": limiter.delayed,
        "rejected": limiter.rejected,
        "max_delay_ms": limiter.max_delay_ms,
        "arrivals": [asdict(verdict) for verdict in limiter.arrivals],
    }


def _requests(sandbox: Sandbox, _: Request) -> Any:
    return [asdict(arrival) for arrival in sandbox.journal.arrivals()]


def _switches(sandbox: Sandbox, _: Request) -> Any:
    return _SWITCHES.dump_python(sandbox.switches, mode="json")


def _set_switches(sandbox: Sandbox, request: Request) -> Any:
    given = _given(request, _SWITCH_FIELDS, "the sandbox")
    sandbox.switches = _SWITCHES.validate_python(asdict(sandbox.switches) | given)
    return _switches(sandbox, request)


def _given(request: Request, known: set[str], what: str) -> dict[str, Any]:
    given = read_body(request.body)
    unknown = ", ".join(sorted(given.keys() - known))
    if unknown:
        raise ValueError(f"{what} has no {unknown}")
    return given


def _token(sandbox: Sandbox, request: Request) -> Any:
    body = _TokenBody.model_validate_json(request.body)
    if body.action == "revoke":
        sandbox.credentials.revoke(body.token)
    else:
        sandbox.credentials.restore(body.token)
    return {"action": body.action}


CALLS: dict[tuple[str, str], Callable[[Sandbox, Request], Any]] = {
    ("GET", "books"): _books,
    ("POST", "entries"): _log,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "limiter"): _limiter,
    ("GET", "requests"): _requests,
    ("GET", "switches"): _switches,
    ("PATCH", "switches"): _set_switches,
    ("POST", "token"): _token,
}
