r"""The parameters of a header such as Content-Type: `text/plain; charset=utf-8; name="a\"b"`."""

from __future__ import annotations

import re

from chalicelib.errors import MalformedRequest

MAX_LENGTH = 2000
_PARAMETER = re.compile(r';[ \t]*([^\s=;"]+)=("(?:[^"\\]|\\.)*"|[^;"]*)[ \t]*')
_PERCENT = {"%22": '"', "%0D": "\r", "%0A": "\n"}


def parameters(value: str) -> dict[str, str]:
    r"""Return what follows the first `;` of a header's value, by names in lower case.

    Quotes are taken off, backslashes before `"` and `\` too, and the three characters that browsers write in
    percent (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data) are put
    back. Raise MalformedRequest (`malformed_header`) if that is not its form, for a name twice, or over 2,000
    characters. Linear.
    """
    if len(value) > MAX_LENGTH:
        raise MalformedRequest("a header is too long", code="malformed_header")
    start = value.find(";")
    rest = value[start:].rstrip(" \t;") if start >= 0 else ""
    found: dict[str, str] = {}
    at = 0
    while at < len(rest):
        match = _PARAMETER.match(rest, at)
        if match is None or match[1].lower() in found:
            raise MalformedRequest("a header's parameters cannot be read", code="malformed_header")
        found[match[1].lower()] = _unquoted(match[2])
        at = match.end()
    return found


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text.rstrip(" \t")
    text = re.sub(r'\\(["\\])', r"\1", text[1:-1])
    for written, meant in _PERCENT.items():
        text = text.replace(written, meant)
    return text
