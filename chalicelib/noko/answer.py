"""What Noko's answer to a call means: something to read, something done, or why not.

The line that matters for a change runs between "it did not happen" (NokoError, AuthenticationError, NokoUnavailable)
and "nobody knows" (Uncertain), as for the outcomes of creating an entry in `protocol.classify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.errors import AuthenticationError, NokoError, NokoUnavailable, Uncertain
from chalicelib.exchange.message import Answer, Failure, Result
from chalicelib.noko.error_code import advice
from chalicelib.noko.protocol import DEFINITE, REDIRECT, Call, errors_of, json_of, sentence, speaks_of_duplicate

_DONE = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Done:
    """Noko did it. After a bulk call: Noko took it, and ignored without a word what could not be done."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Noko will do it in the background, and tell the token's owner by e-mail. `message` is Noko's own."""

    message: str


Reply = Done | Accepted


@dataclass(frozen=True, slots=True)
class Portion:
    """One call of a bulk action: the ids that it carried, and Noko's reply, which never says which it ignored."""

    ids: tuple[int, ...]
    reply: Reply


def receive(result: Result, call: Call) -> Answer:
    """Return the answer to a call that Noko did or will do, complete if it was a question.

    Raises NokoUnavailable, AuthenticationError or NokoError for what did not happen, and Uncertain for a change of
    which nobody knows. A question never raises Uncertain: asking again is harmless.
    """
    if isinstance(result, Failure):
        if result.sent and not call.only_asks:
            raise Uncertain(result.reason, request=str(call))
        raise NokoUnavailable(f"Noko did not answer: {result.reason}", request=str(call))
    return _asked(result, call) if call.only_asks else _changed(result, call)


def _asked(answer: Answer, call: Call) -> Answer:
    if answer.status == 429 or answer.status >= 500:
        raise NokoUnavailable(_told(answer), request=str(call), quotes=bool(_message(answer)))
    if answer.status != 200:
        raise _no(answer, call)
    if not answer.complete or json_of(answer) is None:
        raise NokoUnavailable("Noko's answer could not be read", request=str(call))
    return answer


def _changed(answer: Answer, call: Call) -> Answer:
    status = answer.status
    if status in _DONE:
        return answer
    if not answer.complete:
        raise Uncertain(f"the answer {status} was cut off", request=str(call))
    if status == 429 and not answer.body.strip():
        raise NokoUnavailable("Noko's rate limit turned it away (429)", request=str(call))
    if status in DEFINITE and not (call.makes_an_entry and speaks_of_duplicate(answer)):
        raise _no(answer, call)
    if status in REDIRECT:
        where = "redirected too often, or to a place that the token must not go to"
        raise NokoError(status, where, request=str(call))
    raise Uncertain(_told(answer), request=str(call))


def _no(answer: Answer, call: Call) -> NokoError | AuthenticationError:
    if answer.status == 401:
        return AuthenticationError("Noko does not accept the token (401)", request=str(call))
    errors = errors_of(answer)
    told = advice(answer.status, _message(answer), errors)
    return NokoError(answer.status, sentence(answer), errors, request=str(call), advice=told)


def _told(answer: Answer) -> str:
    """Say with which status Noko answered, and what it said to that."""
    message = _message(answer)
    words = [f"Noko answered {answer.status}" + (f": {sentence(answer)}" if message else "")]
    return ". ".join([*words, *advice(answer.status, message, ())])


def _message(answer: Answer) -> str:
    data = json_of(answer)
    message = data.get("message") if isinstance(data, dict) else None
    return message if isinstance(message, str) else ""


def reply(answer: Answer) -> Reply:
    """Tell whether a change is done, or will be."""
    return Accepted(sentence(answer)) if answer.status == 202 else Done()


def content(answer: Answer) -> Any:
    """Return the JSON of an answer; raises NokoUnavailable when it holds none."""
    data = json_of(answer)
    if not answer.complete or data is None:
        raise NokoUnavailable("Noko's answer could not be read")
    return data


def items(answer: Answer) -> list[Any]:
    """Return the items of a page; raises NokoUnavailable when it is none."""
    data = content(answer)
    if not isinstance(data, list):
        raise NokoUnavailable("Noko's answer is not a list")
    return data
