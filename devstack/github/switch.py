"""What GitHub's documentation leaves open, each as a switch, so that both answers can be tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Switches:
    """How the fake behaves where the documentation is silent or allows two answers.

    limit_status: the answer when a rate limit is exceeded; 403 and 429 are both documented.
    unknown_sha_status: the answer about a commit that does not exist.
    refused_code, timed_out_code, hung_up_code: the `status_code` of a delivery that nobody answered, because no
        connection came about, because ten seconds passed, or because it was closed. The documentation has one
        example (502); people have recorded 502, 504 and 500, and 0.
    """

    limit_status: Literal[403, 429] = 403
    unknown_sha_status: Literal[404, 422] = 422
    refused_code: int = 502
    timed_out_code: int = 504
    hung_up_code: int = 500
