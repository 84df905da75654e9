"""What the actions on entries, tags, users and projects have in common: asking, changing, paging, portions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.domain.throttle import Kind
from chalicelib.errors import NokoUnavailable, Uncertain
from chalicelib.noko import answer as answers
from chalicelib.noko import check
from chalicelib.noko.answer import Portion
from chalicelib.noko.filter import pairs
from chalicelib.noko.models.base import Lenient, parse
from chalicelib.noko.protocol import json_of, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from chalicelib.exchange.message import Answer
    from chalicelib.noko.action import Action
    from chalicelib.noko.answer import Reply
    from chalicelib.noko.filter import Filter
    from chalicelib.noko.protocol import Call
    from chalicelib.ports.noko import Carrier

Model = TypeVar("Model", bound=Lenient)
Made = TypeVar("Made")


class Resource:
    """One kind of Noko's objects. All input is checked before anything is sent, and raises UserError.

    Questions raise NokoUnavailable, AuthenticationError, NokoError, and whatever keeps a slot from being had (Paused,
    StoreUnavailable, …). Changes raise the same when they did not happen, and Uncertain when nobody knows.
    """

    def __init__(self, noko: Carrier, actions: Mapping[str, Action]) -> None:
        self._noko = noko
        self._actions = actions

    def _listed(
        self, name: str, model: type[Model], wanted: Filter | None, per_page: int, number: int | None = None
    ) -> Iterator[Model]:
        """Check the filter now, and ask for each page when its first item is wanted."""
        query = (*pairs(wanted), ("per_page", str(check.per_page(per_page))))
        return self._items(self._actions[name].call(number, query=query), model)

    def _items(self, call: Call, model: type[Model]) -> Iterator[Model]:
        for page in self._noko.pages(call):
            for item in answers.items(page):
                yield parse(model, item)

    def _got(self, name: str, model: type[Model], number: int | None = None, *, kind: Kind = Kind.JOB) -> Model:
        return parse(model, answers.content(self._noko.carry(self._actions[name].call(number), kind=kind)))

    def _changed(self, name: str, number: int | None = None, fields: Mapping[str, Any] | None = None) -> Reply:
        """Change something that Noko only says yes to; raises Uncertain for a page that is none of Noko's."""
        call = self._actions[name].call(number, fields=fields)
        answer = self._noko.carry(call)
        if answer.status not in {202, 204} and answer.body.strip() and json_of(answer) is None:
            raise Uncertain(f"Noko answered {answer.status}, but with something that is not Noko's", request=str(call))
        return answers.reply(answer)

    def _made(self, name: str, model: type[Model], fields: Mapping[str, Any], number: int | None = None) -> Model:
        return self._read(self._actions[name].call(number, fields=fields), lambda a: parse(model, answers.content(a)))

    def _made_several(self, name: str, model: type[Model], fields: Mapping[str, Any]) -> Sequence[Model]:
        return self._read(
            self._actions[name].call(fields=fields), lambda a: [parse(model, item) for item in answers.items(a)]
        )

    def _read(self, call: Call, read: Callable[[Answer], Made]) -> Made:
        """Change something, and read what Noko made of it; raises Uncertain when it does not show that."""
        answer = self._noko.carry(call)
        if answer.status == 202:
            raise Uncertain(f"Noko means to do it later: {sentence(answer)}", request=str(call))
        try:
            return read(answer)
        except NokoUnavailable as error:
            reason = f"Noko answered {answer.status}, so probably it did, but {error}"
            raise Uncertain(reason, request=str(call)) from None

    def _in_portions(
        self, name: str, field: str, ids: tuple[int, ...], fields: Mapping[str, Any] | None = None
    ) -> Iterator[Portion]:
        for start in range(0, len(ids), check.PORTION):
            portion = ids[start : start + check.PORTION]
            yield Portion(portion, self._changed(name, fields={field: list(portion), **(fields or {})}))
