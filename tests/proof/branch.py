"""The life of a branch: pushed, rebased, squashed by GitHub, and rebased once more; each piece of it is one work.

Which of its commits are logged depends on what is opened first, so that the sum is what must be right: no other
choice of its commits has the same.
"""

import hashlib
import json
from dataclasses import dataclass

WORKS = (15, 100, 15, 240, 15)
"""The minutes of its works: two are pushed, each rebase brings one like the first, and one is only in the squash."""
_REPOSITORY = "acme/website"
_TITLE = "Draw the gallery"
_AGAIN_MS = 480_000
"""Longer than a process is frozen: what that wrote too late must show."""


@dataclass(frozen=True, slots=True)
class Life:
    """`pushes` are bodies by the time of their push in ms; `urls` are those of all commits in them."""

    pushes: dict
    urls: frozenset
    minutes: int

    def wrong(self, books):
        """Say what is wrong with the books, which hold only what Tallyhook logged."""
        logged = sum(entry.minutes for entry in books if entry.source_url in self.urls)
        return [] if logged == self.minutes else [f"{logged} minutes of a branch are in the books, not {self.minutes}"]


def life(seed, *, when, now, is_whole=True):
    """Return a life that begins at `now` (ms); its commits have the date `when` and the same title.

    Unless it `is_whole`, it ends with the squash. Only then all of it may be opened in any order: a rebase that was
    pushed after the squash, but is opened when that is all that is known, looks like new work.
    """
    messages = tuple(f"{_TITLE} [f:{minutes}m]" for minutes in WORKS)
    listed = "\r\n\r\n".join(f"* {messages[number]}" for number in (0, 1, 3))
    branch = f"refs/heads/gallery-{seed}"
    told = {
        0: ({"ref": branch, "created": True}, messages[:2]),
        5_000: ({"ref": branch, "forced": True}, messages[:3]),
        10_000: ({"ref": "refs/heads/main"}, (f"The gallery ({seed}) (#7)\n\n{listed}",)),
        _AGAIN_MS: ({"ref": branch, "forced": True}, (*messages[:3], messages[4])),
    }
    if not is_whole:
        del told[_AGAIN_MS]
    pushes, urls = {}, []
    for later, (how, texts) in told.items():
        commits = [_commit(f"{seed} {later} {place}", text, when) for place, text in enumerate(texts)]
        urls += [commit["url"] for commit in commits]
        repository = {"full_name": _REPOSITORY, "default_branch": "main", "pushed_at": (now + later) // 1000}
        body = {"before": "1" * 40, "after": commits[-1]["id"], "repository": repository, "commits": commits, **how}
        pushes[now + later] = json.dumps(body).encode()
    return Life(pushes, frozenset(urls), sum(WORKS if is_whole else WORKS[:-1]))


def _commit(seed, message, when):
    sha = hashlib.sha1(seed.encode()).hexdigest()
    author = {"name": "Jane Doe", "email": "jane@acme.example", "username": "jane-dev"}
    url = f"https://github.com/{_REPOSITORY}/commit/{sha}"
    place = {"added": [], "removed": [], "modified": ["gallery.py"]}
    return {"id": sha, "message": message, "timestamp": when, "url": url, "author": author, **place}
