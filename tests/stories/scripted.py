"""A repository that is scripted: what people do on their machines and on GitHub, as real git objects.

Branches of the local clones live here in memory; those of GitHub are the references of the repository. Only what
changes the latter makes a payload. Contents never conflict: a commit is the files that it writes or removes.
"""

import dataclasses
import datetime as dt

from cli.git.command import git
from cli.git.repository import NOTHING, refs
from devstack.git.push import push_payload
from stories import message as written
from stories.person import JANE, LOGINS, merge_queue_bot, web_flow

START = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Push:
    """A payload, and the instant at which GitHub sent it."""

    at: dt.datetime
    payload: dict


@dataclasses.dataclass(frozen=True)
class _Change:
    """A commit as it was made, so that it can be made again elsewhere."""

    sha: str
    author: object
    message: str
    files: dict
    tree: dict
    parents: tuple


class ScriptedRepository:
    """Begins with one commit on `main`. Each step takes ten minutes, unless `wait` says otherwise."""

    def __init__(self, path, *, full_name="acme/website", default_branch="main"):
        self.path = path
        self.full_name = full_name
        self.default_branch = default_branch
        self.now = START - dt.timedelta(days=1)
        self.pushes = []
        self.heads = {}
        self._changes = {}
        path.mkdir(parents=True, exist_ok=True)
        git(path, "init", "--quiet", "--bare", f"--initial-branch={default_branch}")
        self.commit(default_branch, "Begin", files={"README": "A website\n"})
        self.push(default_branch)
        self.pushes.clear()
        self.now = START

    # On people's machines

    def wait(self, **time):
        """Let time pass, as in `timedelta`."""
        self.now += dt.timedelta(**time)

    def branch(self, name, *, of=None):
        """Make a branch where `of`, the default branch, is."""
        self.heads[name] = self.heads[of or self.default_branch]

    def commit(self, branch, message, *, by=JANE, files=None):
        """Commit to a local branch; without `files` one of the commit's own."""
        files = files or {f"part_{len(self._changes)}": f"{message}\n"}
        return self._make(branch, message, files, author=by.at(self.now), committer=by.at(self.now))

    def amend(self, branch, message, *, by=JANE, files=None):
        """Replace the last commit: `git commit --amend` keeps the author and the author's date."""
        old = self._changes[self.heads[branch]]
        self.heads[branch] = old.parents[0]
        return self._make(branch, message, files or old.files, author=old.author, committer=by.at(self.now))

    def rebase(self, branch, *, onto=None, by=JANE):
        """Make the branch's commits again on top of `onto`: new committer dates, same authors and their dates."""
        onto = onto or self.default_branch
        mine = self.commits_of(branch, without=onto)
        self.heads[branch] = self.heads[onto]
        return [self._again(branch, change, committer=by.at(self.now)) for change in mine]

    def fold(self, branch, *, onto=None, by=JANE):
        """Squash the branch's commits by hand: git proposes their messages one after the other."""
        onto = onto or self.default_branch
        mine = self.commits_of(branch, without=onto)
        files = {path: text for change in mine for path, text in change.files.items()}
        message = "\n\n".join(change.message for change in mine)
        self.heads[branch] = mine[0].parents[0]
        return self._make(branch, message, files, author=mine[0].author, committer=by.at(self.now))

    def cherry_pick(self, sha, branch, *, by=JANE, names_source=False):
        """Make a commit again on another branch; `names_source` is `-x`."""
        change = self._changes[sha]
        message = written.picked(change.message, sha) if names_source else None
        return self._again(branch, change, committer=by.at(self.now), message=message)

    def revert(self, sha, branch, *, by=JANE):
        """Undo a commit by another; undoing that one is a `Reapply`."""
        change = self._changes[sha]
        old = self._changes[change.parents[0]].tree
        files = {path: old.get(path) for path in change.files}
        return self._make(
            branch, written.revert(change.message, sha), files, author=by.at(self.now), committer=by.at(self.now)
        )

    def push(self, branch, *, by=JANE):
        """Push a local branch, by force if it has to be."""
        self._move(branch, self.heads[branch], by.at(self.now))

    force_push = push

    # On GitHub

    def squash_merge(self, branch, *, number, title=None, into=None, opened_by=JANE, by=None, message=None):
        """Press "Squash and merge": the author is who opened the pull request, the committer GitHub."""
        into = into or self.default_branch
        sha = self._squash(branch, number=number, title=title, into=into, opened_by=opened_by, by=by, message=message)
        self._move(into, sha, (by or opened_by).on_github(self.now))
        return sha

    def merge_commit(self, branch, *, number, title, into=None, by=JANE):
        """Press "Create a merge commit"."""
        into = into or self.default_branch
        files = {path: text for c in self.commits_of(branch, without=into) for path, text in c.files.items()}
        owner = self.full_name.partition("/")[0]
        message = written.merge(branch, title=title, number=number, owner=owner)
        committer = web_flow(self.now, by.offset)
        self._make(into, message, files, author=by.on_github(self.now), committer=committer, merged=self.heads[branch])
        self._move(into, self.heads[into], by.on_github(self.now))

    def rebase_merge(self, branch, *, into=None, by=JANE):
        """Press "Rebase and merge": all commits are made again, even on top of where they are."""
        into = into or self.default_branch
        for change in self.commits_of(branch, without=into):
            self._again(into, change, committer=by.on_github(self.now))
        self._move(into, self.heads[into], by.on_github(self.now))

    def merge_queue(self, branch, *, number, title=None, opened_by=JANE):
        """Let the merge queue squash: its own branch first, then, checked, the same commit on the default branch."""
        into = self.default_branch
        queue = f"gh-readonly-queue/{into}/pr-{number}-{self.heads[into]}"
        sha = self._squash(branch, number=number, title=title, into=into, opened_by=opened_by, by=None, message=None)
        self._move(queue, sha, merge_queue_bot(self.now))
        self.wait(minutes=8)
        self._move(into, sha, merge_queue_bot(self.now))
        self.delete(queue)
        return sha

    def delete(self, branch, *, by=JANE):
        """Delete a branch of GitHub's."""
        self._move(branch, NOTHING, by.on_github(self.now))
        self.heads.pop(branch, None)

    # Below

    def commits_of(self, branch, *, without):
        """Return the commits of a local branch that another has not, oldest first, without merges."""
        theirs, mine, sha = self._ancestors(self.heads[without]), [], self.heads[branch]
        while sha not in theirs:
            mine.append(self._changes[sha])
            sha = self._changes[sha].parents[0]
        return [change for change in reversed(mine) if len(change.parents) == 1]

    def _squash(self, branch, *, number, title, into, opened_by, by, message):
        mine = self.commits_of(branch, without=into)
        files = {path: text for change in mine for path, text in change.files.items()}
        author = opened_by.on_github(self.now)
        ours = {opened_by.at(self.now).email, author.email}
        name = f"{author.name} <{author.email}>"
        pairs = [(name if c.author.email in ours else f"{c.author.name} <{c.author.email}>", c.message) for c in mine]
        message = message or written.squash(pairs, author=name, title=title, number=number)
        return self._make(into, message, files, author=author, committer=web_flow(self.now, (by or opened_by).offset))

    def _again(self, branch, change, *, committer, message=None):
        return self._make(branch, message or change.message, change.files, author=change.author, committer=committer)

    def _make(self, branch, message, files, *, author, committer, merged=None):
        parent = self.heads.get(branch)
        tree = {**self._changes[parent].tree, **files} if parent else dict(files)
        tree = {path: text for path, text in tree.items() if text is not None}
        parents = tuple(sha for sha in (parent, merged) if sha)
        sha = _import(self.path, author, committer, message, tree, parents)
        self._changes[sha] = _Change(sha, author, message, files, tree, parents)
        self.heads[branch] = sha
        self.now += dt.timedelta(minutes=10)
        return sha

    def _move(self, branch, after, pusher):
        known = refs(self.path)
        before = known.get(branch, NOTHING)
        payload = push_payload(
            self.path,
            full_name=self.full_name,
            branch=branch,
            before=before,
            after=after,
            default_branch=self.default_branch,
            pushed_at=pusher.at,
            known=known,
            pusher=pusher,
            logins=LOGINS,
        )
        self.pushes.append(Push(self.now, payload))
        name = f"refs/heads/{branch}"
        git(self.path, "update-ref", *(["-d", name] if after == NOTHING else [name, after]))
        self.now += dt.timedelta(minutes=1)

    def _ancestors(self, sha):
        found, stack = set(), [sha]
        while stack:
            sha = stack.pop()
            if sha not in found:
                found.add(sha)
                stack.extend(self._changes[sha].parents)
        return found


def _import(path, author, committer, message, tree, parents):
    """Write a commit with exactly these dates, and all that it holds, in one call to git."""
    lines = [b"commit refs/tallyhook/last\nmark :1\n"]
    lines += [_signed(b"author", author), _signed(b"committer", committer), _data(message)]
    lines += [b"%s %s\n" % (word, sha.encode()) for word, sha in zip((b"from", *[b"merge"] * 9), parents, strict=False)]
    lines += [b"deleteall\n", *(b"M 100644 inline %s\n%s" % (p.encode(), _data(t)) for p, t in sorted(tree.items()))]
    git(path, "fast-import", "--quiet", "--force", stdin=b"".join(lines))
    return git(path, "rev-parse", "refs/tallyhook/last").decode().strip()


def _signed(word, who):
    sign, offset = "-" if who.offset < 0 else "+", abs(who.offset)
    return b"%s %s <%s> %d %s%02d%02d\n" % (
        word,
        who.name.encode(),
        who.email.encode(),
        who.at,
        sign.encode(),
        *divmod(offset, 60),
    )


def _data(text):
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)
