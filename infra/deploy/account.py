"""What the account allows, and what it needs once before the first stage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.deploy.stack import DeployError

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.deploy.stack import Stack

NAME = "tallyhook-account"
TEMPLATE = Path(__file__).parent.parent / "account.yaml"
RESERVED = 21
"""How much the functions of a stage reserve: 20 for the door, 1 for the tick."""
LEFT_FREE = 100
"""What Lambda wants to stay unreserved (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html)."""


def prepare(stack: Stack, api_gateway: Any, *, mark: str, agree: Callable[[], bool]) -> str:
    """Make what all stages share, unless it stands; return the bucket for packages. Raises as `Stack.apply` does."""
    state = stack.state()
    if not state.exists:
        present = bool(api_gateway.get_account().get("cloudwatchRoleArn"))
        parameters = {"ApiLogRole": "present" if present else "create"}
        state = stack.apply(TEMPLATE.read_text(encoding="utf-8"), parameters, mark=mark, agree=agree)
    if "Packages" not in state.outputs:
        raise DeployError(f"{stack.name} is {state.status} and names no bucket: look at it in CloudFormation first")
    return state.outputs["Packages"]


def may_reserve(lambda_: Any) -> bool:
    """Tell whether the account lets enough functions run at once for some to be reserved; new accounts often don't."""
    limit = lambda_.get_account_settings()["AccountLimit"]
    return bool(limit["UnreservedConcurrentExecutions"] - RESERVED >= LEFT_FREE)
