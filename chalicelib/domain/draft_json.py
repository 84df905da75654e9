"""Drafts as JSON objects and back: the one form in which deliveries and entries keep them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from chalicelib.domain.content import Content, Piece
from chalicelib.domain.entry import Author, Draft

if TYPE_CHECKING:
    from collections.abc import Mapping


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """Return a draft as an object of strings, integers and objects, without what is None."""
    record = {field.name: getattr(draft, field.name) for field in fields(draft)}
    author = {"name": draft.author.name, "email": draft.author.email, "login": draft.author.login}
    record |= {"date": draft.date.isoformat(), "author": _without_none(author)}
    record |= {"content": None if draft.content is None else asdict(draft.content), "is_merge": draft.is_merge or None}
    return _without_none(record)


def draft_from_json(record: Mapping[str, Any]) -> Draft:
    """Return the draft that `draft_to_json` made `record` of, exactly.

    Numbers may come back as any integral type (DynamoDB's are Decimal).
    """
    return Draft(
        key=record["key"],
        minutes=int(record["minutes"]),
        date=dt.date.fromisoformat(record["date"]),
        description=record["description"],
        source_url=record["source_url"],
        author=Author(**record["author"]),
        worked_at=int(record["worked_at"]),
        repository=record.get("repository", ""),
        branch=record.get("branch", ""),
        form=record.get("form"),
        project=record.get("project"),
        copy_of=record.get("copy_of"),
        is_merge=bool(record.get("is_merge", False)),
        content=_content(record["content"]) if "content" in record else None,
    )


def _content(record: Mapping[str, Any]) -> Content:
    pieces = tuple(Piece(int(piece["minutes"]), tuple(piece["titles"])) for piece in record["pieces"])
    return Content(**{**record, "pieces": pieces})


def _without_none(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}
