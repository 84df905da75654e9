"""A CloudFormation stack, changed only by change sets that somebody saw.

(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from botocore.exceptions import ClientError, WaiterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
"""Our templates make roles, and SAM's transform makes more resources of theirs."""
UNCHANGED = ("didn't contain changes", "No updates are to be performed")
NEVER_MADE = "ROLLBACK_COMPLETE"
"""What a stack is called whose making failed: it holds nothing, and can be deleted but not updated."""
KEPT = ("Table",)
"""Resources that no change may remove or replace: the ledger."""
POLL_S = 5
MAX_POLLS = 360


class DeployError(Exception):
    """AWS refused, or what it was told would do harm."""


class DeclinedError(Exception):
    """The changes were shown, and not wanted."""


@dataclass(frozen=True, slots=True)
class State:
    """What stands: `status` as CloudFormation calls it, None without a stack."""

    status: str | None
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    @property
    def exists(self) -> bool:
        """Tell whether there is something to be updated; a stack in review has never been made."""
        return self.status not in {None, "REVIEW_IN_PROGRESS", NEVER_MADE}


class Stack:
    """One stack by its name; `client` is boto3's for CloudFormation, `say` tells a person what goes on."""

    def __init__(self, client: Any, name: str, *, say: Callable[[str], None], poll_s: float = POLL_S) -> None:
        self._client = client
        self._say = say
        self._waiting = {"Delay": poll_s, "MaxAttempts": MAX_POLLS}
        self.name = name

    def state(self) -> State:
        """Look. Raises ClientError for anything but that there is none."""
        try:
            stack = self._client.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in error.response["Error"].get("Message", ""):
                raise
            return State(None, {}, {})
        return State(
            stack["StackStatus"],
            {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())},
            {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())},
        )

    def apply(self, template: str, parameters: Mapping[str, str], *, mark: str, agree: Callable[[], bool]) -> State:
        """Show what `template` would change, ask, and do it; return what stands then.

        `parameters` are those that change; all others keep their values. `mark` makes the change set's name. Raises
        DeclinedError, and DeployError for what failed or would touch the ledger.
        """
        before = self.state()
        if before.status == NEVER_MADE:
            self._say(f"{self.name} was never made: what is left of the attempt goes first")
            self._client.delete_stack(StackName=self.name)
            self._wait("stack_delete_complete")
            before = self.state()
        known = before.parameters.keys() if before.exists else set()
        change_set = {"StackName": self.name, "ChangeSetName": f"deploy-{mark}"}
        self._client.create_change_set(
            **change_set,
            ChangeSetType="UPDATE" if before.exists else "CREATE",
            TemplateBody=template,
            Parameters=[
                *({"ParameterKey": name, "ParameterValue": value} for name, value in sorted(parameters.items())),
                *(
                    {"ParameterKey": name, "UsePreviousValue": True}
                    for name in sorted(known & _parameters(template) - parameters.keys())
                ),
            ],
            Capabilities=CAPABILITIES,
        )
        if not self._is_worth_doing(change_set):
            self._say(f"{self.name}: nothing to change")
            return before
        harmed = self._harmed(change_set)
        if harmed or not agree():
            self._withdraw(change_set, before)
            if harmed:
                raise DeployError(f"{self.name}: this would take {', '.join(harmed)} away: nothing was done")
            raise DeclinedError(f"{self.name} stays as it is")
        self._client.execute_change_set(**change_set)
        self._wait(f"stack_{'update' if before.exists else 'create'}_complete")
        return self.state()

    def confirm_and_delete(self, agree: Callable[[], bool]) -> None:
        """Ask, and delete it but for what it retains. Raises DeclinedError and DeployError."""
        if not agree():
            raise DeclinedError(f"{self.name} stays as it is")
        self._client.delete_stack(StackName=self.name)
        self._wait("stack_delete_complete")

    def _is_worth_doing(self, change_set: Mapping[str, str]) -> bool:
        """Wait until the changes are known; tell whether there are any. Raises DeployError."""
        try:
            self._client.get_waiter("change_set_create_complete").wait(**change_set, WaiterConfig=self._waiting)
        except WaiterError as error:
            answer = self._client.describe_change_set(**change_set)
            reason = answer.get("StatusReason", str(error))
            self._client.delete_change_set(**change_set)
            if any(sign in reason for sign in UNCHANGED):
                return False
            raise DeployError(f"{self.name}: {reason}") from None
        return True

    def _harmed(self, change_set: Mapping[str, str]) -> list[str]:
        """Say what would change; return what is to be kept, and would be removed or begun anew."""
        harmed = []
        pages = self._client.get_paginator("describe_change_set").paginate(**change_set)
        for change in (each["ResourceChange"] for page in pages for each in page["Changes"]):
            action, name = change["Action"], change["LogicalResourceId"]
            replaced = change.get("Replacement", "False")
            told = "" if replaced == "False" else f" (replaced: {replaced.lower()})"
            self._say(f"  {action:<7} {change['ResourceType']:<40} {name}{told}")
            if name in KEPT and (action == "Remove" or (action == "Modify" and replaced != "False")):
                harmed.append(name)
        return harmed

    def _withdraw(self, change_set: Mapping[str, str], before: State) -> None:
        """Leave nothing behind of changes that were not wanted, nor of a stack that was never made."""
        self._client.delete_change_set(**change_set)
        if not before.exists:
            self._client.delete_stack(StackName=self.name)

    def _wait(self, event: str) -> None:
        try:
            self._client.get_waiter(event).wait(StackName=self.name, WaiterConfig=self._waiting)
        except WaiterError:
            raise DeployError("\n".join([f"{self.name}: failed", *self._failures()])) from None

    def _failures(self) -> list[str]:
        """Name the resources that failed, the newest first, as far as one page goes."""
        try:
            events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        except ClientError:
            return []
        return [
            f"  {each['LogicalResourceId']}: {each.get('ResourceStatusReason', each['ResourceStatus'])}"
            for each in events
            if each["ResourceStatus"].endswith("_FAILED")
        ]


def _parameters(template: str) -> set[str]:
    return set(yaml.safe_load(template).get("Parameters", ()))
