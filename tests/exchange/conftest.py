"""What every exchange is held to, a port on which nobody listens, and a server whose certificate is believed."""

import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import requests.adapters
from fakes import certificate as certificates
from fakes.exchange import listening


@pytest.fixture(autouse=True)
def no_thread_survives():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


@pytest.fixture
def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Return a server-side context for 127.0.0.1, and the path of the authority that vouches for it."""
    made = certificates.certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.path, made.key)
    return context, made.path


@pytest.fixture
def vouched(certificate, monkeypatch):
    """Serve over TLS with a certificate that the transport believes."""
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", certificate[1])

    @contextmanager
    def serve(answer):
        with listening(answer, wrap=lambda c: certificate[0].wrap_socket(c, server_side=True)) as noko:
            noko.url = noko.url.replace("http:", "https:")
            yield noko

    return serve
