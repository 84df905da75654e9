"""Write the page of who may do what on AWS from the policies themselves: `python -m docs.build.permissions`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from infra.build.template import ROOT, resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = Path(__file__).parents[1] / "reference" / "permissions.md"
POLICIES = {"APIHandler": "api", "Open": "open", "Post": "post", "Tell": "tell", "Tick": "tick"}
"""The file below `.chalice` that makes the role of each function."""

TASKS = {
    "APIHandler": "The door: verifies what comes, stores it, and shows pages.",
    "Open": "Opens deliveries: makes entries of their drafts.",
    "Post": "Posts entries to Noko.",
    "Tell": "Delivers letters.",
    "Tick": "Moves on, every minute, what was left behind.",
}

_OWN = {
    "Log": "What it prints goes into its own log group, which the stack makes.",
    "Source": "Lambda polls the function's queue in its name.",
    "Depth": "It tops the queue up only while few messages are in it.",
}
_SPEAKS = "It speaks to Noko"
_LEDGER = "It reads, puts and moves items on, one by one"

REASONS = {
    **{(function, sid): reason for function in POLICIES for sid, reason in _OWN.items()},
    (
        "APIHandler",
        "Secrets",
    ): "It verifies signatures and passwords, and seals links. The routing file names the forms.",
    ("APIHandler", "Ledger"): f"{_LEDGER}. It deletes the parts of a delivery that another one was faster to store.",
    ("APIHandler", "Send"): "A stored delivery is announced.",
    ("Open", "Secrets"): f"{_SPEAKS}, and asks GitHub what a push does not tell of its commits.",
    ("Open", "Ledger"): f"{_LEDGER}.",
    ("Open", "Send"): "An entry is announced.",
    ("Post", "Secrets"): f"{_SPEAKS}.",
    ("Post", "Ledger"): f"{_LEDGER}. It deletes the oldest attempt of an entry that has more than are kept.",
    ("Post", "Send"): "What has to be tried again is announced for later.",
    ("Tell", "Secrets"): "Addresses of receivers, and secrets to sign with. The routing file names the receivers.",
    ("Tell", "Ledger"): "It notes what became of a letter.",
    ("Tell", "Send"): "A letter that was not taken is announced for later.",
    ("Tick", "Secrets"): f"{_SPEAKS}; it asks GitHub for lost deliveries and tells authors there.",
    ("Tick", "Ledger"): f"{_LEDGER}. It deletes the contents of deliveries that are over.",
    ("Tick", "Lanes"): "What is open, and what a day holds, stand in the indexes.",
    ("Tick", "Send"): "It announces anew what was lost on the way.",
}
"""Why each statement of each function is there."""

_REFUSES = "it refuses, whoever asks and whatever for, what does not come by TLS"
_UNKNOWN = "AWS gives it an id that nobody knows beforehand"

STARS = {
    "APIHandler Secrets": "a form's secrets are called by the name that the routing file gives the form",
    "Tell Secrets": "a receiver's address is called by the name that the routing file gives the receiver",
    "TlsOnly": f"{_REFUSES}; in a queue's own policy `*` is that queue",
    "PackagesTlsOnly": _REFUSES,
    "AlarmTopicPolicy": _REFUSES,
    "AlarmKey": "in a key's own policy `*` is that key, which nobody could change if the account might not",
    "ApiLogWriter": "AWS's own policy for this, on all log groups: API Gateway takes one role for the account",
    "deployer Packages": "CloudFormation reads each side of a bucket by an action of its own",
    "deployer Mappings": "AWS gives a mapping an id that nobody knows beforehand, and an account's settings none",
    "deployer Api": _UNKNOWN,
    "deployer LogsOfAll": "AWS knows no narrower resource for a listing",
    "deployer Key": f"{_UNKNOWN}; only by way of CloudFormation",
    "deployer Budget": "CloudFormation makes its name up",
}
"""Why a `*` stands where it does: by function or `deployer` and statement, or by what the policy belongs to."""

OURS = "tallyhook-*"
"""What stacks of ours are made of is called so, with an end of CloudFormation's: such a `*` needs no more words."""

INTRODUCTION = """\
<!-- Written by `python -m docs.build.permissions` from `.chalice/policy-*.json` and `infra/`. Change those. -->

# Permissions on AWS

Each function has a role of its own, which only Lambda can take on, and which may do what stands here and nothing else.
Names are those of the template: `Table/index/due` is an index, `parameter/<stack>/noko-token` a parameter of SSM. Tests
hold each statement to the code: what it can come to ask is allowed, and nothing is allowed that it cannot.
"""

DEPLOYER = """\
What a deployer needs stands in [deployer-policy.json](../how-to/deployer-policy.json): the actions by which
CloudFormation makes, changes and deletes what is in the templates. It names by `tallyhook-*` what the stacks are made
of; where else it has a `*`, the table says why. [Deploy to AWS](../how-to/deploy-to-aws.md) has the rest.
"""


def page_text() -> str:
    """Return what `docs/reference/permissions.md` holds."""
    functions = (f"## {name}\n\n{TASKS[name]}\n\n{_table(_statements(name))}" for name in POLICIES)
    argued = f"## Where a `*` stands\n\n{_table(_argued())}"
    return "\n".join([INTRODUCTION, *functions, argued, f"## Whoever deploys\n\n{DEPLOYER}"])


def policy(function: str) -> list[dict[str, Any]]:
    """Return the statements of a function's role."""
    path = ROOT / ".chalice" / f"policy-{POLICIES[function]}.json"
    statements: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["Statement"]
    return statements


def stars() -> Iterator[tuple[str, str]]:
    """Yield where in all policies a `*` stands, as in STARS, and in what."""
    for function in POLICIES:
        for statement in policy(function):
            yield from ((f"{function} {statement['Sid']}", text) for text in _starred(statement))
    account = yaml.safe_load((ROOT / "infra" / "account.yaml").read_text(encoding="utf-8"))["Resources"]
    for name, resource in {**resources("dev")["Resources"], **account}.items():
        for statement in _within(resource):
            yield from ((name, text) for text in _starred(statement))
        yield from ((name, _short(each)) for each in resource.get("Properties", {}).get("ManagedPolicyArns", ()))
    deployer = json.loads((ROOT / "docs" / "how-to" / "deployer-policy.json").read_text(encoding="utf-8"))
    for statement in deployer["Statement"]:
        found = (text for text in _starred(statement) if OURS not in text)
        yield from ((f"deployer {statement['Sid']}", text) for text in found)


def _argued() -> Iterator[tuple[str, ...]]:
    yield ("where", "what", "because")
    found: dict[str, list[str]] = {}
    for where, text in stars():
        found.setdefault(where, []).append(f"`{text}`")
    for where, texts in found.items():
        yield where, ", ".join(dict.fromkeys(texts)), STARS[where]


def _statements(function: str) -> Iterator[tuple[str, ...]]:
    yield ("statement", "may", "on", "because")
    for each in policy(function):
        may, on = (", ".join(f"`{_short(one)}`" for one in _several(each[key])) for key in ("Action", "Resource"))
        yield each["Sid"], may, on, REASONS[function, each["Sid"]]


def _table(rows: Iterator[tuple[str, ...]]) -> str:
    head = next(rows)
    lines = [f"| {' | '.join(line)} |\n" for line in (head, *rows)]
    return "".join([lines[0], "|---" * len(head) + "|\n", *lines[1:]])


def _starred(statement: Mapping[str, Any]) -> Iterator[str]:
    for key in ("Principal", "Action", "Resource"):
        texts = [_short(each) for each in _several(statement.get(key, ()))]
        yield from (f"{key} *" if text == "*" else text for text in texts if "*" in text)


def _within(value: Any) -> Iterator[dict[str, Any]]:
    """Find the statements in a resource's properties."""
    if isinstance(value, dict) and {"Effect", "Action"} <= value.keys():
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _within(each)


def _several(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _short(value: Any) -> str:
    """Write a resource as the page names it."""
    match value:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return str(name)
        case {"Ref": name}:
            return str(name)
        case {"Fn::Sub": text}:
            return _short(str(text).replace("${AWS::StackName}", "<stack>").replace(".Arn}", "}"))
        case str(text) if ":parameter/" in text:
            return "parameter/" + text.partition(":parameter/")[2]
        case str(text) if ":iam::aws:policy/" in text:
            return text.rpartition("/")[2]
        case str(text):
            return text.replace("${", "").replace("}", "")
    return json.dumps(value)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
