"""Noko's objects as its answers hold them, read leniently: unknown fields are kept, optional ones may be null.

Shapes: the page of each resource under https://developer.nokotime.com/v2/. `object.own()` is Noko's own object again.
"""

from chalicelib.noko.models.base import Lenient, NokoId, parse
from chalicelib.noko.models.entry import NokoEntry
from chalicelib.noko.models.project import NokoProject
from chalicelib.noko.models.reference import NokoGroup, NokoImport, NokoInvoice
from chalicelib.noko.models.tag import NokoTag
from chalicelib.noko.models.user import NokoCurrentUser, NokoUser

__all__ = [
    "Lenient",
    "NokoCurrentUser",
    "NokoEntry",
    "NokoGroup",
    "NokoId",
    "NokoImport",
    "NokoInvoice",
    "NokoProject",
    "NokoTag",
    "NokoUser",
    "parse",
]
