"""An authentic request becomes a submission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.sources.forms.content import read_content
from chalicelib.sources.forms.submission import bounded

if TYPE_CHECKING:
    from chalicelib.sources.forms.preset import Preset
    from chalicelib.sources.forms.submission import Submission
    from chalicelib.sources.header import Headers


def read(preset: Preset, headers: Headers, raw: bytes) -> Submission:
    """Return what an authentic request says, in the one shape that all senders' submissions are brought to.

    Raise MalformedRequest, UnsupportedContent or TooLarge, each with a code (`wrong_shape` where the body is
    well-formed, but nothing that the preset's sender sends), and nothing else. Linear in the length of `raw`.
    Not promised: that the request is authentic (see `verification`), or that any field means anything.
    """
    return bounded(preset.read(read_content(headers, raw)))
