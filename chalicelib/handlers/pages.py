"""A form of our own, answered with pages. What it takes is imported when the first one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.handlers.reply import guarded

if TYPE_CHECKING:
    from chalice import Response
    from chalice.app import Request

    from chalicelib.bootstrap import House

CONTENT_TYPES = ["application/x-www-form-urlencoded"]


def page(request: Request, name: str, submission_id: str | None, house: House) -> Response:
    """Show the form `name`, take it in, or show the receipt of a submission. Never raises."""
    from chalicelib.handlers.page_reply import message_reply  # noqa: PLC0415 - webhooks must not wait for pages
    from chalicelib.handlers.visit import Visit  # noqa: PLC0415 - likewise

    return guarded(lambda: Visit(request, name, house).answer(submission_id), request, house, refuse=message_reply)
