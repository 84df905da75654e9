"""How the door answers people: with pages."""

from __future__ import annotations

from http import HTTPStatus

from chalice import Response

from chalicelib.page.layout import message_page, page_headers

_TITLES = {
    HTTPStatus.UNAUTHORIZED: "This page stays closed",
    HTTPStatus.NOT_FOUND: "Nothing is here",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now",
}
_MESSAGES = {HTTPStatus.SERVICE_UNAVAILABLE: "Nothing is known to be stored; please try again in a minute"}


def html_reply(status: int, markup: str) -> Response:
    """Answer with a page."""
    return Response(body=markup, status_code=int(status), headers=dict(page_headers()))


def see_other(address: str, *, cookie: str | None = None) -> Response:
    """Send a browser on to another address, relative to the one it asked for."""
    headers = {**page_headers(), "Location": address}
    if cookie is not None:
        headers["Set-Cookie"] = cookie
    return Response(body="", status_code=int(HTTPStatus.SEE_OTHER), headers=headers)


def message_reply(status: int, code: str, message: str, **facts: str) -> Response:  # noqa: ARG001 - as errors are told
    """Answer with a page that says what is wrong."""
    said = _MESSAGES.get(HTTPStatus(status), message)
    title = _TITLES.get(HTTPStatus(status), "This cannot be taken")
    return html_reply(status, message_page(title, f"{said[:1].upper()}{said[1:]}."))
