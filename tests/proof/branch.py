"""The life of a branch: pushed, rebased and pushed by force, and squashed by GitHub; each piece of it is one work.

Which of its commits are logged depends on what is opened first, so that the sum is what must be right: no other
choice of its commits has the same.
"""

import hashlib
import json
from dataclasses import dataclass

WORKS = (15, 100, 15, 240)
"""The minutes of its works: two are pushed, an equal one of the first is added in the rebase, the last in the squash."""
_REPOSITORY = "acme/website"
_TITLE = "Draw the gallery"


@dataclass(frozen=True, slots=True)
class Life:
    """`pushes` are bodies in the order in which they were pushed; `urls` are those of all their commits."""

    pushes: tuple
    urls: frozenset
    minutes: int = sum(WORKS)

    def wrong(self, books):
        """Say what is wrong with the books, which hold only what Tallyhook logged."""
        logged = sum(entry.minutes for entry in books if entry.source_url in self.urls)
        return [] if logged == self.minutes else [f"{logged} minutes of a branch are in the books, not {self.minutes}"]


def life(seed, *, when, now):
    """Return a life that begins at `now` (ms); its commits have the date `when` and the same title."""
    messages = tuple(f"{_TITLE} [f:{minutes}m]" for minutes in WORKS)
    listed = "\r\n\r\n".join(f"* {message}" for message in messages)
    branch = f"refs/heads/gallery-{seed}"
    told = (
        ({"ref": branch, "created": True}, messages[:2]),
        ({"ref": branch, "forced": True}, messages[:3]),
        ({"ref": "refs/heads/main"}, (f"The gallery ({seed}) (#7)\n\n{listed}",)),
    )
    pushes, urls = [], []
    for number, (how, texts) in enumerate(told):
        commits = [_commit(f"{seed} {number} {place}", text, when) for place, text in enumerate(texts)]
        urls += [commit["url"] for commit in commits]
        repository = {"full_name": _REPOSITORY, "default_branch": "main", "pushed_at": now // 1000 + 60 * number}
        body = {"before": "1" * 40, "after": commits[-1]["id"], "repository": repository, "commits": commits, **how}
        pushes.append(json.dumps(body).encode())
    return Life(tuple(pushes), frozenset(urls))


def _commit(seed, message, when):
    sha = hashlib.sha1(seed.encode()).hexdigest()
    author = {"name": "Jane Doe", "email": "jane@acme.example", "username": "jane-dev"}
    url = f"https://github.com/{_REPOSITORY}/commit/{sha}"
    place = {"added": [], "removed": [], "modified": ["gallery.py"]}
    return {"id": sha, "message": message, "timestamp": when, "url": url, "author": author, **place}
