"""CloudFormation as far as deploying sees it, in memory; arguments are held against boto3's own model of the service.

moto's leaves the outputs of a stack out that was made by a change set, and knows no change set without changes.
"""

import boto3
import yaml
from botocore.exceptions import ClientError, WaiterError
from botocore.validate import validate_parameters

from devstack.aws import CREDENTIALS

MISSING = "Stack with id {} does not exist"


class FakeCloudFormation:
    """`fails` names a resource that cannot be made; `replaces` one that each change makes anew."""

    def __init__(self, *, fails=None, replaces=None):
        self.stacks = {}
        self.fails = fails
        self.replaces = replaces
        self._sets = {}
        self._model = boto3.client("cloudformation", region_name=CREDENTIALS["AWS_DEFAULT_REGION"]).meta.service_model

    def _checked(self, operation, arguments):
        validate_parameters(arguments, self._model.operation_model(operation).input_shape)

    def _stack(self, name):
        if name not in self.stacks:
            error = {"Error": {"Code": "ValidationError", "Message": MISSING.format(name)}}
            raise ClientError(error, "DescribeStacks")
        return self.stacks[name]

    def describe_stacks(self, **arguments):
        self._checked("DescribeStacks", arguments)
        stack = self._stack(arguments["StackName"])
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in stack["outputs"].items()]
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in stack["parameters"].items()]
        return {"Stacks": [{"StackStatus": stack["status"], "Outputs": outputs, "Parameters": parameters}]}

    def create_change_set(self, **arguments):
        self._checked("CreateChangeSet", arguments)
        name = arguments["StackName"]
        template = yaml.safe_load(arguments["TemplateBody"])
        if arguments["ChangeSetType"] == "CREATE":
            assert self.stacks.get(name, {"status": "REVIEW_IN_PROGRESS"})["status"] == "REVIEW_IN_PROGRESS"
            assert not any("UsePreviousValue" in each for each in arguments["Parameters"]), "there is no previous value"
            self.stacks[name] = {
                "status": "REVIEW_IN_PROGRESS",
                "outputs": {},
                "parameters": {},
                "resources": {},
                "text": "",
            }
        stack = self._stack(name)
        if stack["status"] == "ROLLBACK_COMPLETE":
            message = f"Stack:{name} is in ROLLBACK_COMPLETE state and can not be updated."
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "CreateChangeSet")
        values = {key: each.get("Default", "") for key, each in template.get("Parameters", {}).items()}
        for each in arguments["Parameters"]:
            key = each["ParameterKey"]
            assert key in values, f"{key} is no parameter of the template"
            values[key] = stack["parameters"][key] if each.get("UsePreviousValue") else each["ParameterValue"]
        unchanged = (stack["text"], stack["parameters"]) == (arguments["TemplateBody"], values)
        made = {"template": template, "text": arguments["TemplateBody"], "parameters": values, "unchanged": unchanged}
        self._sets[name, arguments["ChangeSetName"]] = made
        if arguments["ChangeSetType"] == "CREATE":
            stack["parameters"] = values  # whether AWS tells of them this early it does not say

    def describe_change_set(self, **arguments):
        self._checked("DescribeChangeSet", arguments)
        made = self._sets[arguments["StackName"], arguments["ChangeSetName"]]
        if made["unchanged"]:
            reason = "The submitted information didn't contain changes. Submit different information to create one."
            return {"Status": "FAILED", "StatusReason": reason}
        before, after = self._stack(arguments["StackName"])["resources"], made["template"]["Resources"]
        changes = [
            self._change("Add" if n not in before else "Remove" if n not in after else "Modify", n, kind)
            for n, kind in {**_kinds(before), **_kinds(after)}.items()
            if before.get(n) != after.get(n) or n == self.replaces
        ]
        return {"Status": "CREATE_COMPLETE", "Changes": changes}

    def _change(self, action, name, kind):
        replaced = {"Replacement": "True" if name == self.replaces else "False"} if action == "Modify" else {}
        return {"ResourceChange": {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **replaced}}

    def delete_change_set(self, **arguments):
        self._checked("DeleteChangeSet", arguments)
        del self._sets[arguments["StackName"], arguments["ChangeSetName"]]

    def execute_change_set(self, **arguments):
        self._checked("ExecuteChangeSet", arguments)
        made = self._sets.pop((arguments["StackName"], arguments["ChangeSetName"]))
        stack, template = self._stack(arguments["StackName"]), made["template"]
        if self.fails in template["Resources"]:
            stack["status"] = "UPDATE_ROLLBACK_COMPLETE" if stack["resources"] else "ROLLBACK_COMPLETE"
            return
        outputs = {key: each["Value"] for key, each in template.get("Outputs", {}).items()}
        stack["outputs"] = {k: v if isinstance(v, str) else f"the-{v['Ref'].lower()}" for k, v in outputs.items()}
        stack.update(parameters=made["parameters"], text=made["text"], resources=template["Resources"])
        stack["status"] = "UPDATE_COMPLETE"

    def delete_stack(self, **arguments):
        self._checked("DeleteStack", arguments)
        self.stacks.pop(arguments["StackName"], None)

    def describe_stack_events(self, **arguments):
        self._checked("DescribeStackEvents", arguments)
        failed = {"ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "no such luck"}
        return {"StackEvents": [{"LogicalResourceId": self.fails, **failed}]}

    def get_paginator(self, operation):
        return _Once(getattr(self, operation))

    def get_waiter(self, event):
        return _Wait(self, event)


class _Once:
    def __init__(self, operation):
        self._operation = operation

    def paginate(self, **arguments):
        return [self._operation(**arguments)]


class _Wait:
    def __init__(self, fake, event):
        self._fake, self._event = fake, event

    def wait(self, *, WaiterConfig, **arguments):  # noqa: N803 - boto3's name
        assert set(WaiterConfig) == {"Delay", "MaxAttempts"}
        failed = (
            self._fake.describe_change_set(**arguments)["Status"] == "FAILED"
            if self._event == "change_set_create_complete"
            else self._fake.stacks.get(arguments["StackName"], {}).get("status", "").endswith("ROLLBACK_COMPLETE")
        )
        if failed:
            raise WaiterError(self._event, "terminal failure", {})


def _kinds(resources):
    return {name: each["Type"] for name, each in resources.items()}
