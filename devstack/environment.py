"""The environment without what is the user's own: so demo, tests and bench see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standalone.environment import ON_THE_CARD

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = {"HOST", "PORT", "LOG_FORMAT", "GITHUB_WEBHOOK_SECRETS", "GITHUB_TOKEN", "CREDENTIALS_DIRECTORY", *ON_THE_CARD}


def without_noko(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without a Noko, ports and stores of the user's."""
    return {
        name: value
        for name, value in env.items()
        if not name.startswith(("NOKO_", "AWS_", "FORM_")) and name not in OURS
    }
