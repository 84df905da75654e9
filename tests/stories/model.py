"""A repository of which the truth is known: branches in memory, and the payloads of what is done to them.

Only what nobody could tell apart is left out: titles belong to one branch and one life of it, and after work was
folded or dropped no equal commit is added in a push that rewrites the branch.
"""

import collections
import dataclasses
import datetime as dt
import hashlib

from stories import message as written

REPOSITORY = "acme/website"
MAIN, RELEASE = "main", "release/1.x"
PEOPLE = ("jane", "sam")
MINUTES = (15, 30, 45)
_BEGAN = 1_782_810_000


@dataclasses.dataclass(frozen=True)
class Made:
    """A commit. `parents` are SHAs; `authored_at` (seconds) stays when it is made again."""

    sha: str
    message: str
    author: str
    files: tuple
    parents: tuple
    authored_at: int


class Model:
    """What people do to it are its public methods; each is ignored where it makes no sense. `pushes` are payloads."""

    def __init__(self):
        self.commits = {}
        self.pushes = []
        self.worked = collections.Counter()
        self.held = 0
        self._local = {}
        self._remote = {}
        self._lives = collections.Counter()
        self._thinned = set()
        self._picked = set()
        self._now = _BEGAN
        self._number = 0
        self._local[MAIN] = self._local[RELEASE] = self._make((), "Begin", "jane", ("README",)).sha
        self.push(MAIN)
        self.push(RELEASE)
        self.pushes.clear()

    def work(self, branch, *, title, minutes, author, file, style):
        """Commit to a branch that is pushed later."""
        if branch not in self._local:
            self._lives[branch] += 1
            self._local[branch] = self._local[MAIN]
        subject = f"{branch} {self._lives[branch]}: {title}"
        directive = f"[f:{minutes}m]"
        text = {
            "subject": f"{subject} {directive}",
            "trailer": f"{subject}\n\nTime-Spent: {minutes}m",
            "none": subject,
        }[style]
        made = self._make((self._local[branch],), text, author, (f"{branch}/{file}",))
        self._local[branch] = made.sha
        if style != "none":
            self.worked[author, minutes, subject] += 1

    def push(self, branch):
        after, before = self._local.get(branch), self._remote.get(branch)
        if after is None or after == before:
            return
        known = self._reach([before] if before else self._remote.values())
        new = [self.commits[sha] for sha in self._line(after) if sha not in known]
        self._now += 60
        self._remote[branch] = after
        if before is None and not new:
            return
        self.pushes.append(
            {
                "ref": f"refs/heads/{branch}",
                "before": before or "0" * 40,
                "after": after,
                "created": before is None,
                "deleted": False,
                "forced": before is not None and before not in self._reach([after]),
                "repository": {"full_name": REPOSITORY, "default_branch": MAIN, "pushed_at": self._now},
                "commits": [self._told(commit) for commit in new],
            }
        )

    def rebase(self, branch, *, by_force=True):
        """Make the branch's commits again on top of main, and push them."""
        if branch not in self._local:
            return
        self.push(branch)
        mine = self._mine(branch)
        self._local[branch] = self._local[MAIN]
        for commit in mine:
            self._again(branch, commit)
        if by_force:
            self.push(branch)

    def rebase_and_go_on(self, branch, **work):
        """Rebase, and add an equal or another commit before it is pushed."""
        if self._mine(branch) and branch not in self._thinned:
            self.rebase(branch, by_force=False)
            self.work(branch, **work)
            self.push(branch)

    def rebase_merge(self, branch):
        self.push(branch)
        for commit in self._mine(branch):
            self._again(MAIN, commit)
        self.push(MAIN)
        self._delete(branch)

    def squash_merge(self, branch, *, opened_by, is_titled_alike):
        self.push(branch)
        mine = self._mine(branch)
        if not mine:
            return
        self._number += 1
        first = mine[0].message.partition("\n")[0]
        title = first if is_titled_alike or len(mine) == 1 else f"Merge of {branch} {self._number}"
        pairs = [(commit.author, commit.message) for commit in mine]
        message = written.squash(pairs, author=opened_by, title=title, number=self._number)
        files = tuple(dict.fromkeys(file for commit in mine for file in commit.files))
        self._local[MAIN] = self._make((self._local[MAIN],), message, opened_by, files).sha
        self.push(MAIN)
        self._delete(branch)

    def merge(self, branch):
        self.push(branch)
        mine = self._mine(branch)
        if mine:
            message = written.merge(branch, title=mine[0].message, number=1, owner="acme")
            self._local[MAIN] = self._make((self._local[MAIN], self._local[branch]), message, "jane", ()).sha
            self.push(MAIN)
            self._delete(branch)

    def update(self, branch):
        """Merge main into the branch, as GitHub's button does."""
        if branch in self._local and self._local[MAIN] not in self._reach([self._local[branch]]):
            message = f"Merge branch 'main' into {branch}"
            self._local[branch] = self._make((self._local[branch], self._local[MAIN]), message, "jane", ()).sha
            self.push(branch)

    def fold(self, branch):
        """Squash by hand, and push by force."""
        self.push(branch)
        mine = self._mine(branch)
        if len(mine) < 2 or not any(all(word in c.message for c in mine) for word in ("[f:", "Time-Spent:")):
            return  # of two kinds of directives in one message, only one counts
        message = "\n\n".join(commit.message for commit in mine)
        files = tuple(dict.fromkeys(file for commit in mine for file in commit.files))
        made = self._make(mine[0].parents[:1], message, mine[0].author, files, authored_at=mine[0].authored_at)
        self._local[branch] = made.sha
        self._thinned.add(branch)
        self.push(branch)

    def drop(self, branch):
        """Drop the last commit, and push by force."""
        self.push(branch)
        mine = self._mine(branch)
        if len(mine) > 1 and self._local[branch] == mine[-1].sha:
            self._local[branch] = mine[-1].parents[0]
            self._thinned.add(branch)
            self.push(branch)

    def pick(self, branch, *, names_source):
        """Pick the branch's last commit for the release."""
        self.push(branch)
        for commit in self._mine(branch)[-1:]:
            if commit.authored_at in self._picked:
                return
            self._picked.add(commit.authored_at)
            text = written.picked(commit.message, commit.sha) if names_source else None
            self._again(RELEASE, commit, message=text)
            self.push(RELEASE)

    def amend(self, branch):
        """Give the last commit other minutes, and push by force: a person has to be asked."""
        self.push(branch)
        mine = self._mine(branch)
        if mine and self._local[branch] == mine[-1].sha and "45m" not in mine[-1].message and "m]" in mine[-1].message:
            self._local[branch] = mine[-1].parents[0]
            self._again(branch, mine[-1], message=mine[-1].message.replace("[f:", "[f:1h"))
            self.push(branch)

    # Below

    def _make(self, parents, message, author, files, *, authored_at=None):
        self._now += 60
        sha = hashlib.sha1(f"{len(self.commits)} {message}".encode()).hexdigest()
        made = Made(sha, message, author, tuple(files), tuple(parents), authored_at or self._now)
        self.commits[sha] = made
        return made

    def _again(self, branch, commit, *, message=None):
        text = message or commit.message
        parents = (self._local[branch],)
        self._local[branch] = self._make(parents, text, commit.author, commit.files, authored_at=commit.authored_at).sha

    def _delete(self, branch):
        self._local.pop(branch, None)
        self._remote.pop(branch, None)
        self._thinned.discard(branch)

    def _mine(self, branch):
        """Return the branch's commits that main has not, without merges."""
        if branch not in self._local:
            return []
        theirs = self._reach([self._local[MAIN]])
        mine = [self.commits[sha] for sha in self._line(self._local[branch]) if sha not in theirs]
        return [commit for commit in mine if len(commit.parents) < 2]

    def _line(self, sha):
        """Return all that a commit reaches, parents first: here, in the order of making."""
        reached = self._reach([sha])
        return [made for made in self.commits if made in reached]

    def _reach(self, heads):
        found, stack = set(), list(heads)
        while stack:
            sha = stack.pop()
            if sha not in found:
                found.add(sha)
                stack += self.commits[sha].parents
        return found

    def _told(self, commit):
        return {
            "id": commit.sha,
            "message": commit.message,
            "timestamp": dt.datetime.fromtimestamp(self._now, dt.UTC).isoformat(),
            "url": f"https://github.com/{REPOSITORY}/commit/{commit.sha}",
            "author": {"name": commit.author, "email": f"{commit.author}@acme.example"},
            "added": [],
            "removed": [],
            "modified": list(commit.files),
        }
