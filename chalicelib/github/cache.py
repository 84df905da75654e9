"""Answers that GitHub need not send again: it says whether they changed, which costs nothing of the allowance."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.exchange.message import Answer, Request

MAX_ANSWERS = 256
MAX_BYTES = 4_000_000
"""All kept answers together; none of them is over a sixteenth of it."""


class AnswerCache:
    """The last answers that came with an ETag, by URL; the longest unused one goes first.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
    """

    def __init__(self, *, max_answers: int = MAX_ANSWERS, max_bytes: int = MAX_BYTES) -> None:
        self._max_answers = max_answers
        self._max_bytes = max_bytes
        self._bytes = 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def conditional(self, request: Request) -> Request:
        """Ask only for what changed since it was last answered, if it was."""
        known = self._answers.get(request.url)
        if request.method != "GET" or known is None:
            return request
        return replace(request, headers={**request.headers, "If-None-Match": known.headers["etag"]})

    def settled(self, request: Request, answer: Answer) -> Answer:
        """Return the answer in full: the known one for a 304, else this one, which is then kept if it may be."""
        if request.method != "GET":
            return answer
        known = self._answers.get(request.url)
        if answer.status == 304 and known is not None:
            self._answers.move_to_end(request.url)
            return known
        if answer.status == 200 and answer.complete and "etag" in answer.headers:
            self._keep(request.url, answer)
        return answer

    def _keep(self, url: str, answer: Answer) -> None:
        old = self._answers.pop(url, None)
        self._bytes -= len(old.body) if old is not None else 0
        if len(answer.body) > self._max_bytes // 16 or not _is_readable(answer):
            return
        self._answers[url] = answer
        self._bytes += len(answer.body)
        while len(self._answers) > self._max_answers or self._bytes > self._max_bytes:
            _, dropped = self._answers.popitem(last=False)
            self._bytes -= len(dropped.body)


def _is_readable(answer: Answer) -> bool:
    """Tell garbage, which a 304 would bring back for ever."""
    try:
        json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return True
