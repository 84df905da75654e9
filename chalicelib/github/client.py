"""The only code that talks to GitHub's API. Never repeats a request, and rests when GitHub asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.errors import AuthenticationError, ConfigurationError, GitHubError, GitHubUnavailable
from chalicelib.exchange.message import Answer
from chalicelib.github import protocol
from chalicelib.github.cache import AnswerCache
from chalicelib.github.commit import CommitAnswer, Comparison, facts
from chalicelib.github.models import CommitComment, Hook, HookDelivery, HookDeliveryDetail
from chalicelib.noko.protocol import elsewhere, next_page, without_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.domain.commit_facts import CommitFacts
    from chalicelib.exchange.message import Request, Result
    from chalicelib.exchange.transport import Transport
    from chalicelib.ports import Clock, Secrets, Telemetry

REQUEST_TIMEOUT_MS = 10_000
"""Bound of one whole request to GitHub, connecting excluded."""
WRITE_INTERVAL_MS = 1_000
"""GitHub asks for a second between requests that write."""
TOKEN_REST_MS = 300_000
"""How long a token that was refused is not tried again: as long as it may be cached."""
COMPARE_PER_PAGE = 25
"""So few that all their files can be looked up in the time of one tick."""
DESCRIPTION_LENGTH = 140
"""GitHub takes no longer description of a status."""

Model = TypeVar("Model", bound=BaseModel)


class GitHubClient:
    """The `GitHub` port over HTTP. What it knows of rate limits and answers lives in this process alone."""

    def __init__(
        self, *, base_url: str, transport: Transport, clock: Clock, secrets: Secrets, telemetry: Telemetry
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._clock = clock
        self._secrets = secrets
        self._telemetry = telemetry
        self._cache = AnswerCache()
        self._rests_until = 0
        self._rests_because = ""
        self._wrote_at = 0

    def commit(self, repository: str, sha: str) -> CommitFacts | None:
        """Get a commit, and the further pages of its files."""
        try:
            pages = [_parse(CommitAnswer, data) for data in self._pages(protocol.commit_path(repository, sha))]
        except GitHubError as error:
            if error.status in {404, 409, 422}:  # none there, an empty repository, or no such object
                return None
            raise
        return facts(pages[0], [file for page in pages for file in page.files or ()])

    def compare(self, repository: str, base: str, head: str, *, page: int = 1) -> Iterator[Sequence[CommitFacts]]:
        """Compare from a page on."""
        path = protocol.compare_path(repository, base, head)
        for data in self._pages(path, per_page=COMPARE_PER_PAGE, page=page):
            yield [facts(commit) for commit in _parse(Comparison, data).commits]

    def hooks(self, place: str) -> Sequence[Hook]:
        """List all of them."""
        return list(self._items(Hook, f"{protocol.place_path(place)}/hooks"))

    def deliveries(self, place: str, hook_id: int, *, since: int) -> Iterator[HookDelivery]:
        """List until one is older."""
        for delivery in self._items(HookDelivery, f"{_hook(place, hook_id)}/deliveries"):
            if delivery.delivered_at.timestamp() * 1000 < since:
                return
            yield delivery

    def delivery(self, place: str, hook_id: int, delivery_id: int) -> HookDeliveryDetail | None:
        """Get one."""
        try:
            data = protocol.read(self._get(f"{_hook(place, hook_id)}/deliveries/{delivery_id}"))
        except GitHubError as error:
            if error.status == 404:
                return None
            raise
        return _parse(HookDeliveryDetail, data)

    def redeliver(self, place: str, hook_id: int, delivery_id: int) -> None:
        """Ask; 202 is the yes."""
        self._post(f"{_hook(place, hook_id)}/deliveries/{delivery_id}/attempts", expected=(202,))

    def set_status(self, repository: str, sha: str, *, state: str, context: str, description: str) -> None:
        """Put a status."""
        path = protocol.commit_path(repository, sha).replace("/commits/", "/statuses/")
        body = {"state": state, "context": context, "description": _cut(description)}
        self._post(path, body, expected=(201,))

    def comments(self, repository: str, sha: str) -> Iterator[CommitComment]:
        """List all of them."""
        return self._items(CommitComment, f"{protocol.commit_path(repository, sha)}/comments")

    def comment(self, repository: str, sha: str, body: str) -> None:
        """Comment."""
        self._post(f"{protocol.commit_path(repository, sha)}/comments", {"body": body}, expected=(201,))

    def _items(self, model: type[Model], path: str) -> Iterator[Model]:
        for data in self._pages(path, per_page=protocol.PER_PAGE):
            if not isinstance(data, list):
                raise GitHubUnavailable("GitHub's answer is not a list")
            yield from (_parse(model, item) for item in data)

    def _pages(self, path: str, **query: int) -> Iterator[Any]:
        request = protocol.get(self._base_url, path, self._token(), query)
        seen: set[str] = set()
        while True:
            seen.add(request.url)
            result = self._ask(request)
            yield protocol.read(result)
            url = next_page(result) if isinstance(result, Answer) else None
            if url is None:
                return
            following = elsewhere(request, url, allowed_hosts=())
            if following is None:
                raise GitHubUnavailable("GitHub's next page lies where the token must not go")
            if following.url in seen:
                raise GitHubUnavailable("GitHub's pages lead in a circle")
            request = following

    def _get(self, path: str) -> Result:
        return self._ask(protocol.get(self._base_url, path, self._token()))

    def _post(self, path: str, body: dict[str, str] | None = None, *, expected: Sequence[int]) -> None:
        request = protocol.post(self._base_url, path, self._token(), body)
        self._raise_if_resting()
        self._clock.sleep_until(self._wrote_at + WRITE_INTERVAL_MS)
        self._wrote_at = self._clock.now()
        result = self._ask(request)
        if isinstance(result, Answer) and result.status in expected:
            return  # what the answer says is of no use, so it need not be readable
        protocol.read(result, expected=expected)

    def _token(self) -> str:
        token = self._secrets.github_token()
        if token is None:
            raise ConfigurationError("no GitHub token is configured: set GITHUB_TOKEN")
        return token

    def _ask(self, request: Request) -> Result:
        """Send, follow redirects on the same origin, and learn from each answer; raises what a limit raises."""
        result = self._send(request)
        for _ in range(protocol.MAX_REDIRECTS):
            following = protocol.redirected(request, result)
            if following is None:
                break
            request = following
            result = self._send(request)
        return result

    def _send(self, request: Request) -> Result:
        self._raise_if_resting()
        sent = self._transport.send(self._cache.conditional(request), lambda: None)
        result = without_token(sent, request)
        if not isinstance(result, Answer):
            return result
        now = self._clock.now()
        limited = protocol.limited_until(result, now=now)
        if limited is not None:
            self._telemetry.event("github_limit", status=result.status, until=limited)
            self._rest(limited, f"GitHub answered {result.status}: its rate limit is used up")
            self._raise_if_resting()
        reserved = protocol.reserved_until(result, now=now)
        if reserved is not None:
            self._rest(reserved, "of GitHub's rate limit only a reserve is left")
        if result.status == 401:
            self._rest(now + TOKEN_REST_MS, "GitHub does not accept the token (401)")
            raise AuthenticationError("GitHub does not accept the token (401)")
        return self._cache.settled(request, result)

    def _rest(self, until: int, because: str) -> None:
        if until > self._rests_until:
            self._rests_until, self._rests_because = until, because

    def _raise_if_resting(self) -> None:
        if self._clock.now() < self._rests_until:
            raise GitHubUnavailable(self._rests_because, until=self._rests_until)


def _hook(place: str, hook_id: int) -> str:
    return f"{protocol.place_path(place)}/hooks/{hook_id}"


def _cut(description: str) -> str:
    return description if len(description) <= DESCRIPTION_LENGTH else description[: DESCRIPTION_LENGTH - 1] + "…"


def _parse(model: type[Model], data: Any) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise GitHubUnavailable(f"GitHub's answer is not a {model.__name__}: {error.error_count()} fields") from None
