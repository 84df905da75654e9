"""GitHub's API over commits that are at hand: what a token would let a house ask, and nothing that it could change."""

import dataclasses

from chalicelib.domain.commit_facts import CommitFacts
from chalicelib.domain.entry import Author
from cli.git.payload import login
from devstack.git.graph import Graph

_PAGE = 250


class ToldGitHub:
    """Answers about the commits of a Graph, with the messages that `tell` gives them. Counts what it is asked."""

    def __init__(self, graph, *, place, tell=lambda commit: commit.message):
        self._graph = graph
        self._place = place
        self._tell = tell
        self.calls = 0

    @classmethod
    def of(cls, commits, *, place):
        """Answer about these commits, parents first."""
        return cls(Graph(commits), place=place)

    def commit(self, _repository, sha):
        self.calls += 1
        found = self._graph.commits.get(sha)
        if found is None:
            return None
        paths = {name: tuple(sorted(getattr(found, name))) for name in ("added", "removed", "modified")}
        return dataclasses.replace(self._facts(found), **paths, has_files=True)

    def compare(self, _repository, base, head, *, page=1):
        facts = [self._facts(commit) for commit in self._graph.between([base], head)]
        for start in range(_PAGE * (page - 1), len(facts), _PAGE):
            self.calls += 1
            yield facts[start : start + _PAGE]

    def _facts(self, commit):
        return CommitFacts(
            sha=commit.id,
            parents=commit.parents,
            authored_at=1000 * commit.author.at,
            committed_at=1000 * commit.committer.at,
            message=self._tell(commit),
            author=self._person(commit.author),
            committer=self._person(commit.committer),
            url=f"{self._place.url}/commit/{commit.id}",
        )

    def _person(self, signature):
        return Author(name=signature.name, email=signature.email or None, login=login(signature.email, self._place))


def give_token(house, github):
    """Let a house ask `github`; before anything is told to it."""
    house.ports = dataclasses.replace(house.ports, github=github)
