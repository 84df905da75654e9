"""A run through every call of the sandbox, every status and every error code, and the document that judges it."""

import datetime as dt
import json
import re
from functools import cache
from pathlib import Path

import yaml
from fuzzing.contract import Contract

from devstack.sandbox import Request, Sandbox, Switches, control
from devstack.sandbox.account import COWORKER_TOKEN, GEAR, JANE, OLD_SITE, SAM, TOKEN
from devstack.sandbox.limiter import NginxLimiter
from devstack.sandbox.seed import past

DOCUMENT = Path(__file__).parents[3] / "docs" / "reference" / "sandbox-openapi.yaml"
START = 1_767_268_800_000  # 2026-01-01T12:00:00Z
CONTROL = "/_sandbox/"


class SandboxContract(Contract):
    """Our judge of documents, for calls that are named by their template and answers without a body."""

    def response(self, method, path, status):
        said = self.operations[path, method]["responses"].get(str(status))
        return said and self.resolved(said)

    def resolved(self, node):
        while "$ref" in node:
            node = self.document["components"][node["$ref"].split("/")[-2]][node["$ref"].split("/")[-1]]
        return node

    def complaints(self, method, path, answer):
        response = self.response(method, path, answer.status)
        if response is not None and "content" not in response:
            if answer.body:
                yield f"{answer.status} has a body"
            return
        for name, header in (response or {}).get("headers", {}).items():
            value = answer.headers.get(name)
            if value is not None and not re.search(self.resolved(header)["schema"].get("pattern", ""), value):
                yield f"{name} is {value!r}"
        yield from super().complaints(method, path, answer)

    def codes(self, method, path):
        """Every error code that is promised for an operation."""
        responses = self.operations[path, method]["responses"].values()
        return {code for said in responses for code in self._codes(self.resolved(said))}

    def _codes(self, node):
        if isinstance(node, dict):
            code = node.get("code", {}) if isinstance(node.get("code"), dict) else {}
            yield from code.get("enum", [code["const"]] if "const" in code else [])
            for value in node.values():
                yield from self._codes(value)


@cache
def contract():
    return SandboxContract(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")))


class Seen:
    """An answer, as the judge wants it."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, dict(response.headers), response.body


class Driver:
    """Calls a sandbox by templates, and keeps what it answered."""

    def __init__(self):
        self.now = START
        self.sandbox = Sandbox(clock=lambda: self.now)
        self.sandbox.limiter = None
        self.seen = []

    def __call__(self, method, template, value=None, *ids, query="", token=TOKEN, agent="Tests/1"):
        path = template.replace("{id}", str(ids[0] if ids else 1))
        body = value if isinstance(value, bytes) else b"" if value is None else json.dumps(value).encode()
        headers = (("User-Agent", agent), ("X-NokoToken", token))
        response = self.sandbox.handle(Request.from_http(method, path + query, headers, body))
        self.seen.append((method, template, Seen(response)))
        return response.json() if response.body else None

    def switch(self, **switches):
        self.sandbox.switches = Switches(**switches)

    def log(self, **fields):
        return self("POST", "/v2/entries", {"date": "2026-01-01", "minutes": 5} | fields)["id"]


@cache
def driven():
    """One run through every call, every status and every code."""
    do = Driver()
    do.sandbox.books.log_many(past(do.sandbox.books, 100, until=dt.date(2026, 1, 1)))
    for step in (reading, creating, changing, deleting, invoicing, approving, tagging, merging, steering, refusing):
        step(do)
    return do.seen


def reading(do):
    for path in ("entries", "tags", "users", "projects", "tags/{id}/entries"):
        do("GET", f"/v2/{path}", None, 249397, query="?per_page=2&page=2")
    for path, number in (("entries", 1711001), ("tags", 249397), ("users", JANE.id), ("projects", GEAR.id)):
        do("GET", f"/v2/{path}/{{id}}", None, number)
        do("GET", f"/v2/{path}/{{id}}")
    do("GET", "/v2/tags/{id}/entries")
    do("GET", "/v2/current_user")


def creating(do):
    fields = {"date": "2026-01-01", "minutes": 5}
    wrong = ({}, fields | {"minutes": "x"}, fields | {"user_id": 1}, fields | {"project_id": OLD_SITE.id}, b"{", b"[]")
    for body in wrong:
        do("POST", "/v2/entries", body)
    do.log(description="#new*", project_id=GEAR.id, source_url="https://x.example/1")
    do.switch(duplicate="refused", max_description=9)
    for body in (fields | {"description": "x" * 10}, fields, fields):
        do("POST", "/v2/entries", body)
    do.switch(unknown_project="cannot_create_projects", numeric_hashtag="refused")
    do("POST", "/v2/entries", fields | {"project_name": "New", "description": "#1"})
    for status in (400, 403):
        do.switch(unknown_project="reached_project_limit", for_others_status=status)
        do("POST", "/v2/entries", fields | {"project_name": "New"})
        do("POST", "/v2/entries", fields | {"user_id": JANE.id}, token=COWORKER_TOKEN)
    do.switch()


def changing(do):
    path, number, own = "/v2/entries/{id}", do.log(), do.log(user_id=SAM.id)
    for body in ({"minutes": 1, "description": "#a"}, {"date": 1}, {"user_id": 1}, {"project_id": OLD_SITE.id}):
        do("PUT", path, body, number)
    do("PUT", path, {}, 1)
    do("PUT", path, {}, number, token=COWORKER_TOKEN)
    for code in ("cannot_create_projects", "reached_project_limit"):
        do.switch(unknown_project=code, for_others_status=400, max_source_url=1, tag_roles=())
        do("PUT", path, {"project_name": "New", "source_url": "xx"}, number)
        do("PUT", path, {"user_id": JANE.id}, own, token=COWORKER_TOKEN)
        do("PUT", path, {"description": "#unknown"}, own, token=COWORKER_TOKEN)
    do.switch()
    do.sandbox.books.edit(number, approved_at=START)
    do("PUT", path, {}, number)


def deleting(do):
    path, number = "/v2/entries/{id}", do.log()
    do("DELETE", path, None, number, token=COWORKER_TOKEN)
    do.sandbox.books.edit(number, approved_at=START, invoiced_at=START, project_id=OLD_SITE.id)
    do("DELETE", path, None, number)
    do("DELETE", path, None, do.log())
    do("DELETE", path)


def invoicing(do):
    path, number, billed = "/v2/entries/{id}/marked_as_invoiced", do.log(), do.log()
    do.sandbox.books.edit(billed, invoiced_at=START, invoice_id=7)
    for body in ({"date": "2026-01-01"}, {}, {"date": 1}):
        do("PUT", path, body, number)
    do("PUT", path, {"date": "2026-01-01"}, billed)
    do("PUT", path, {"date": "2026-01-01"})
    do("PUT", path, {"date": "2026-01-01"}, number, token=COWORKER_TOKEN)
    bulk(do, "/v2/entries/marked_as_invoiced", number, "invoicing")


def bulk(do, path, number, feature):
    ids = {"date": "2026-01-01", "entry_ids": [number]}
    do.switch(max_entry_ids=1)
    for body in (ids, {}, {"date": "2026-01-01", "entry_ids": "x"}, ids | {"entry_ids": [1, 2]}):
        do("PUT", path, body)
    do.switch(missing_features={feature})
    do("PUT", path, ids)
    do.switch()
    do("PUT", path, ids, token=COWORKER_TOKEN)


def approving(do):
    archived = do.log()
    do.sandbox.books.edit(archived, project_id=OLD_SITE.id)
    for action in ("approved", "unapproved"):
        path, number = f"/v2/entries/{{id}}/{action}", do.log()
        for which in (number, number, archived, 1):
            do("PUT", path, None, which)
        do("PUT", path, {"approved_at": "x"}, number)
        do("PUT", path, {}, number, token=COWORKER_TOKEN)
        bulk(do, f"/v2/entries/{action}", number, "approvals")


def tagging(do):
    one, two, three = (each["id"] for each in do("POST", "/v2/tags", {"names": ["one", "two*", "three"]}))
    for body in ({}, {"names": "x"}):
        do("POST", "/v2/tags", body)
    for name in ("uno", "two", "x" * 31, 7):
        do("PUT", "/v2/tags/{id}", {"name": name}, one)
    do("PUT", "/v2/tags/{id}", {})
    for body in ({"tag_id": two}, {}, {"tag_id": 1}, {"tag_id": "x"}):
        do("PUT", "/v2/tags/{id}/merge", body, one)
    do("PUT", "/v2/tags/{id}/merge", {})
    for which in (one, 1):
        do("DELETE", "/v2/tags/{id}", None, which)
    for body in ({"tag_ids": [three]}, {}, {"tag_ids": "x"}):
        do("PUT", "/v2/tags/delete", body)


def merging(do):
    one, two = (each["id"] for each in do("POST", "/v2/tags", {"names": ["one", "two"]}))
    do.log(description="#one")
    do.switch(large_merge=0, tag_roles={"supervisor"})
    do("PUT", "/v2/tags/{id}/merge", {"tag_id": one}, two)
    calls = (("PUT", ""), ("DELETE", ""), ("PUT", "/merge"))
    for token in (TOKEN, COWORKER_TOKEN):
        for method, action in calls:
            do(method, f"/v2/tags/{{id}}{action}", {"tag_id": one}, two, token=token)
    do("PUT", "/v2/tags/delete", {"tag_ids": [one]}, token=COWORKER_TOKEN)
    do.switch()
    do.now += 60_000
    do("GET", "/v2/tags/{id}", None, one)


def steering(do):
    row = {"user_id": JANE.id, "date": "2026-01-01", "minutes": 5}
    bodies = {
        "entries": {"entries": [row]},
        "faults": {"kind": "slow", "ms": 1},
        "switches": {"merge_ms": 1},
        "token": {"action": "restore"},
    }
    for method, name in control.CALLS:
        do(method, CONTROL + name, bodies.get(name))
        if method in {"POST", "PATCH"}:
            do(method, CONTROL + name, {"x": 1})
    do.sandbox.limiter = NginxLimiter()
    do.sandbox.faults.add("drop_before")
    do.sandbox.handle(Request("GET", "/v2/users"))
    for name in ("faults", "limiter", "requests"):
        do("GET", CONTROL + name)
    do.sandbox.limiter = None
    do.sandbox.faults.clear()


def refusing(do):
    """What can befall every call to the API: no agent, no token, too many, an account that is being moved."""
    api = [(method, path) for path, method in contract().operations if path.startswith("/v2/")]
    for method, path in api:
        do(method, path, agent="")
        do(method, path, token="wrong")
        do.sandbox.faults.add("locked")
        do(method, path)
        do.sandbox.limiter = NginxLimiter(burst=0)
        do.sandbox.limiter.arrive(do.now)
        do(method, path)
        do.sandbox.limiter = None
