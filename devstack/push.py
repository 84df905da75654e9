"""Pushes of any size, signed, as GitHub would send them now."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from chalicelib.sources.verify import sign


def push(commits: int, *, seed: str, directive: str = "[f:45m]", when: str | None = None) -> bytes:
    """Return the body of a push with `commits` commits of `when` (ISO 8601; now), whose SHAs follow from `seed`."""
    when = when or dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    shas = [hashlib.sha1(f"{seed}-{number}".encode(), usedforsecurity=False).hexdigest() for number in range(commits)]
    name = {"name": "Jane Doe", "email": "jane@acme.example", "username": "jane-dev"}
    return json.dumps(
        {
            "ref": "refs/heads/main",
            "before": "0" * 40,
            "after": shas[-1],
            "created": False,
            "deleted": False,
            "forced": False,
            "repository": {"id": 1, "name": "website-shop", "full_name": "acme/website-shop"},
            "commits": [
                {
                    "id": sha,
                    "tree_id": sha[::-1],
                    "distinct": True,
                    "message": f"Work on part {number} of {seed} {directive}\n\nA few words on why it was done.",
                    "timestamp": when,
                    "url": f"https://github.com/acme/website-shop/commit/{sha}",
                    "author": name,
                    "committer": name,
                    "added": [],
                    "removed": [],
                    "modified": [f"src/part_{number}.py"],
                }
                for number, sha in enumerate(shas)
            ],
        }
    ).encode()


def headers(raw: bytes, secret: str) -> dict[str, str]:
    """Return the headers that GitHub sends with a push."""
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": sign(raw, secret),
    }
