"""The account that a fresh sandbox holds. Nobody in it is real: every address ends in `.example`."""

from __future__ import annotations

from dataclasses import dataclass

from devstack.sandbox.record import Project, User

TOKEN = "sandbox-token"  # noqa: S105 - a made-up one, printed on purpose
"""The supervisor's token, which the devstack uses."""
LEADER_TOKEN = "sandbox-token-leader"  # noqa: S105 - likewise
COWORKER_TOKEN = "sandbox-token-coworker"  # noqa: S105 - likewise

_OPENED = 1_577_836_800_000  # 2020-01-01

JANE = User(5538, "jane@acme.example", "Jane", "Doe", "supervisor", created_at=_OPENED)
SAM = User(5539, "sam@acme.example", "Sam", "Field", "coworker", created_at=_OPENED)
LEE = User(5540, "lee@acme.example", "Lee", "Park", "leader", created_at=_OPENED)
KIM = User(5541, "kim@acme.example", "Kim", "Berg", "contractor", "suspended", created_at=_OPENED)
ALEX = User(5542, "alex@acme.example", "Alex", "Moss", "coworker", "disabled", created_at=_OPENED)

WEBSITE = Project(37396, "Website", billing_increment=15, group_id=3768, created_at=_OPENED)
GEAR = Project(37397, "Gear GmbH", billing_increment=1, color="#9898ff", created_at=_OPENED)
INTERNAL = Project(37398, "Internal", billing_increment=5, billable=False, created_at=_OPENED)
OLD_SITE = Project(37399, "Old Site", enabled=False, group_id=3768, created_at=_OPENED)


@dataclass(frozen=True, slots=True)
class Account:
    """Whom and what a sandbox starts with; `tokens` maps each token to the id of its user."""

    users: tuple[User, ...]
    projects: tuple[Project, ...]
    tokens: tuple[tuple[str, int], ...]


ACME = Account(
    users=(JANE, SAM, LEE, KIM, ALEX),
    projects=(WEBSITE, GEAR, INTERNAL, OLD_SITE),
    tokens=((TOKEN, JANE.id), (LEADER_TOKEN, LEE.id), (COWORKER_TOKEN, SAM.id)),
)
