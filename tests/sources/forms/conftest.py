"""Recorded payloads of every sender, signed the way its documentation says."""

import pytest
from fakes import sender
from fakes.sender import SECRET, base64url, jws, mac, stamped

from chalicelib.errors import NotAuthentic
from chalicelib.sources.forms.preset import PRESETS
from chalicelib.sources.forms.reading import read
from chalicelib.sources.forms.verification import verify

NOW = 1_782_835_305_000


def sent_by(preset, *, secret=SECRET, seconds=NOW // 1000, body=None):
    """Return the recorded request of a sender, or one with another body, vouched for with a secret."""
    return sender.sent_by(preset, seconds=seconds, secret=secret, body=body)


@pytest.fixture(scope="session")
def recorded():
    return sent_by


@pytest.fixture(scope="session")
def is_authentic():
    def check(preset, sent, *, secrets=(SECRET,), now=NOW):
        try:
            verify(PRESETS[preset], sent.headers, sent.body, query=sent.query, secrets=secrets, now=now)
        except NotAuthentic:
            return False
        return True

    return check


@pytest.fixture(scope="session")
def submission():
    """Read a request of a sender's, the recorded one unless another is given."""
    return lambda preset, sent=None: read(PRESETS[preset], *_parts(sent or sent_by(preset)))


def _parts(sent):
    return sent.headers, sent.body


@pytest.fixture(scope="session")
def read_flat():
    """Read a body of a plain form by its content type."""
    return lambda raw, kind="application/json": read(PRESETS["generic"], {"Content-Type": kind}, raw)


@pytest.fixture(scope="session")
def signing():
    """Give the means to make other signatures than a sender makes."""
    return {"jws": jws, "stamped": stamped, "mac": mac, "base64url": base64url}
