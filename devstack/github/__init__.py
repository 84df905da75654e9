"""A stand-in for GitHub: the parts of its REST API that Tallyhook calls, and the hooks that call Tallyhook.

`FakeGitHub` is the way in. `FakeGitHub.handle` is the API without sockets; as a context manager it listens. Its
`forge` holds repositories and hooks, `push` plays a push, `courier.outage`, `faults` and `limiter` play trouble,
`journal` tells what was asked. What it serves follows https://docs.github.com/en/rest; where that is silent,
`Switches` says what is assumed.
"""

from devstack.github.courier import Outage
from devstack.github.credential import TOKEN, Token
from devstack.github.delivery import Delivery, Outcome
from devstack.github.fake import FakeGitHub
from devstack.github.fault import Fault, Kind
from devstack.github.limiter import Limits
from devstack.github.record import Author, Commit, Hook, Repository
from devstack.github.switch import Switches

__all__ = [
    "TOKEN",
    "Author",
    "Commit",
    "Delivery",
    "FakeGitHub",
    "Fault",
    "Hook",
    "Kind",
    "Limits",
    "Outage",
    "Outcome",
    "Repository",
    "Switches",
    "Token",
]
