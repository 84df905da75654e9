"""What forms and automations send. What reads it is imported when the first one comes: pushes must not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.handlers.reply import guarded

if TYPE_CHECKING:
    from chalice import Response
    from chalice.app import Request

    from chalicelib.bootstrap import House

CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]


def submit(request: Request, name: str, house: House) -> Response:
    """Take a submission of the form `name` in, and answer with its receipt, or why there is none. Never raises."""
    from chalicelib.handlers.submission import take  # noqa: PLC0415 - see above

    return guarded(lambda: take(request, name, house), request, house)
