"""How much is fuzzed: a fast share, unless the environment asks for more."""

import os

import hypothesis

SHARE = int(os.environ.get("FUZZ_SHARE", "1"))
"""Multiplies every number of examples; 1 takes seconds."""


def some(examples):
    """Return settings for a test with about so many examples in the fast share."""
    return hypothesis.settings(
        max_examples=examples * SHARE,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
    )
