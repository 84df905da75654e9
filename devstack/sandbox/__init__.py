"""The sandbox: a stand-in for Noko's API v2 that keeps books which tests and people can read.

`Sandbox.handle` is the whole of it, without sockets and without sleeping; `server` puts it behind a real one.
What it serves follows https://developer.nokotime.com/v2/; where that is silent, `Switches` says what is assumed.
"""

from devstack.sandbox.fault import Fault, Kind
from devstack.sandbox.sandbox import Sandbox
from devstack.sandbox.server import Server, serve
from devstack.sandbox.switch import Switches
from devstack.wire.message import Answer, Dropped, Request, Response

__all__ = ["Answer", "Dropped", "Fault", "Kind", "Request", "Response", "Sandbox", "Server", "Switches", "serve"]
