"""The actions on tags (https://developer.nokotime.com/v2/tags/)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import UserError
from chalicelib.noko import check
from chalicelib.noko.action import TAGS
from chalicelib.noko.models import NokoEntry, NokoTag
from chalicelib.noko.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chalicelib.noko.answer import Portion, Reply
    from chalicelib.noko.filter import EntryFilter, TagFilter
    from chalicelib.ports.noko import Carrier


class Tags(Resource):
    """Noko's tags. Names stand without `#`; a star at the end makes a tag unbillable, none makes it billable."""

    def __init__(self, noko: Carrier) -> None:
        super().__init__(noko, TAGS)

    def list(self, wanted: TagFilter | None = None, *, per_page: int = check.MAX_PER_PAGE) -> Iterator[NokoTag]:
        """Yield the tags that pass the filter, a page at a time; raises in the middle as `Entries.list` does."""
        return self._listed("list", NokoTag, wanted, per_page)

    def create(self, names: Iterable[str]) -> Sequence[NokoTag]:
        """Create tags at once and return the new ones: Noko ignores those that exist, and those that cannot be."""
        checked = [check.tag_name(name) for name in names]
        if not checked:
            raise UserError("names must name at least one tag")
        return self._made_several("create", NokoTag, {"names": checked})

    def get(self, tag_id: int) -> NokoTag:
        """Get one tag; raises NokoError with status 404 when there is none."""
        return self._got("get", NokoTag, tag_id)

    def entries(
        self, tag_id: int, wanted: EntryFilter | None = None, *, per_page: int = check.MAX_PER_PAGE
    ) -> Iterator[NokoEntry]:
        """Yield the entries that have a tag and pass the filter, as `Entries.list` does."""
        return self._listed("entries", NokoEntry, wanted, per_page, check.noko_id(tag_id))

    def rename(self, tag_id: int, name: str) -> NokoTag:
        """Give a tag another name, or the same with or without its star."""
        return self._made("rename", NokoTag, {"name": check.tag_name(name)}, tag_id)

    def merge(self, tag_id: int, *, into: int) -> Reply:
        """Merge a tag into another one, for good: it is gone afterwards, and its entries have the other.

        With many entries Noko does it in the background (Accepted), and both tags are locked until then.
        """
        if check.noko_id(tag_id, "tag_id") == check.noko_id(into, "into"):
            raise UserError("a tag cannot be merged into itself")
        return self._changed("merge", into, {"tag_id": tag_id})

    def delete(self, tag_id: int) -> Reply:
        """Delete a tag. After a lost answer, a second try may well say 404."""
        return self._changed("delete", tag_id)

    def delete_many(self, tag_ids: Iterable[int]) -> Iterator[Portion]:
        """Delete tags, by portions when iterated; Noko ignores those that cannot be deleted."""
        return self._in_portions("delete_many", "tag_ids", check.some_ids(tag_ids, "tag_ids"))
