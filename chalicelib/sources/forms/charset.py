"""Bytes to text in the charsets that forms are sent in; anything else is refused rather than guessed."""

from __future__ import annotations

from chalicelib.errors import MalformedRequest, UnsupportedContent

_CODECS = {
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **dict.fromkeys(("us-ascii", "ascii"), "ascii"),
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1"), "latin-1"),
    **dict.fromkeys(("iso-8859-2", "iso8859-2", "latin-2", "latin2"), "iso8859-2"),
    **dict.fromkeys(("iso-8859-15", "iso8859-15", "latin-9", "latin9"), "iso8859-15"),
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"cp{page}": f"cp{page}" for page in range(1250, 1259)},
}
"""All of them write ASCII as ASCII, so that `&`, `=` and a boundary can be found before anything is decoded."""


def codec_of(charset: str | None) -> str:
    """Return Python's name of a charset, UTF-8 without one; UnsupportedContent (`unknown_charset`) for others."""
    if not charset:
        return "utf-8"
    codec = _CODECS.get(charset.strip().lower())
    if codec is None:
        raise UnsupportedContent("the charset is not one that forms are read in", code="unknown_charset")
    return codec


def decode(raw: bytes, codec: str) -> str:
    """Return the text; MalformedRequest for bytes that are none (`not_utf8`, `not_decodable`), and for a NUL."""
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        code = "not_utf8" if codec == "utf-8" else "not_decodable"
        raise MalformedRequest("the form is not in the charset that it says", code=code) from None
    if "\x00" in text:
        raise MalformedRequest("the form holds a NUL", code="nul")
    return text
