"""The dashboard: what comes in, what becomes of it, what waits, and what it costs. Its numbers are the table's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.domain.metric import DIMENSION, METRICS, NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

STACK = "${AWS::StackName}"
NAME = f"{STACK}-${{AWS::Region}}"
"""Dashboards belong to no region, so that the stacks of two would share one
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-dashboard.html)."""
FUNCTIONS = {"door": "APIHandler", "open": "Open", "post": "Post", "tell": "Tell", "tick": "Tick"}
QUEUES = ("Open", "Post", "Tell")
WIDTH, HEIGHT = 8, 6
USUAL = "Sum"
_NAMES = frozenset(metric.name for metric in METRICS)

Row = list[Any]

HELP = f"""\
## {STACK}
Why is my commit not there? `tallyhook --stage STAGE entry SHA`

What rings, and what to do: ${{DocsUrl}}docs/how-to/when-an-alarm-rings.md"""


def dashboard(resources: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resource; `resources` are those among which the alarms are."""
    alarms = [f"${{{name}.Arn}}" for name, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"]
    widgets: list[dict[str, Any]] = [
        {"type": "text", "width": WIDTH, "height": HEIGHT, "properties": {"markdown": HELP}},
        {"type": "alarm", "width": 2 * WIDTH, "height": HEIGHT, "properties": {"title": "Alarms", "alarms": alarms}},
        *(_graph(title, rows, unit) for title, unit, rows in _graphs()),
    ]
    body = json.dumps({"widgets": widgets}, separators=(",", ":"))
    properties = {"DashboardName": {"Fn::Sub": NAME}, "DashboardBody": {"Fn::Sub": body}}
    return {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}


def _graphs() -> list[tuple[str, str, list[Row]]]:
    door = ["ApiName", STACK, "Stage", "api"]
    return [
        (
            "Door",
            "requests",
            [
                *(["AWS/ApiGateway", name, *door] for name in ("Count", "4XXError", "5XXError")),
                _ours("DeliveriesAccepted"),
                _ours("SignaturesRefused"),
            ],
        ),
        (
            "Entries",
            "entries",
            [_ours(f"Entries{how}") for how in ("Opened", "Held", "Logged", "Refused", "Uncertain")],
        ),
        (
            "Attempts by outcome",
            "attempts",
            [
                _ours("SlotWait", stat="SampleCount", label="all"),
                _ours("EntriesLogged", label="created"),
                _ours("EntriesRefused", label="refused"),
                _ours("EntriesUncertain", label="unknown"),
                _ours("RateLimited", label="throttled"),
                _ours("AttemptsUnavailable", label="unavailable"),
            ],
        ),
        (
            "Waiting",
            "seconds",
            [_ours(name, stat="Maximum") for name in ("OldestWaiting", "OldestUncertain")],
        ),
        (
            "For a person",
            "",
            [
                _ours("NeedsAttention", stat="Maximum"),
                *(_ours(name) for name in ("Differences", "ApprovalsMissed", "TokenRefused")),
            ],
        ),
        (
            "Queues",
            "messages",
            [
                _aws(
                    "AWS/SQS",
                    "ApproximateNumberOfMessagesVisible",
                    "QueueName",
                    f"${{{name}{kind}.QueueName}}",
                    "Maximum",
                )
                for name in QUEUES
                for kind in ("Queue", "DeadLetters")
            ],
        ),
        (
            "Noko's pace",
            "ms",
            [_ours("SlotWait", stat="Average", label="wait"), _ours("SlotWait", stat="Maximum", label="longest wait")],
        ),
        (
            "Cost: functions",
            "ms",
            [
                _aws("AWS/Lambda", "Duration", "FunctionName", f"${{{function}}}", USUAL, name)
                for name, function in FUNCTIONS.items()
            ],
        ),
        (
            "Cost: table and logs",
            "units and bytes",
            [
                *(
                    _aws("AWS/DynamoDB", f"Consumed{kind}CapacityUnits", "TableName", "${Table}", USUAL)
                    for kind in ("Read", "Write")
                ),
                *(
                    _aws("AWS/Logs", "IncomingBytes", "LogGroupName", f"${{{group}LogGroup}}", USUAL, group.lower())
                    for group in ("Api", "Open", "Post", "Tell", "Tick")
                ),
            ],
        ),
    ]


def _ours(name: str, *, stat: str = USUAL, label: str | None = None) -> Row:
    assert name in _NAMES, f"{name} is no metric"
    return _aws(NAMESPACE, name, DIMENSION, STACK, stat, label)


def _aws(namespace: str, name: str, dimension: str, value: str, stat: str, label: str | None = None) -> Row:
    options = {"stat": stat} if stat != USUAL else {}
    options |= {"label": label} if label is not None else {}
    return [namespace, name, dimension, value, *([options] if options else [])]


def _graph(title: str, rows: list[Row], unit: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"title": title, "region": "${AWS::Region}", "metrics": rows, "stat": USUAL}
    properties |= {"period": 300, "yAxis": {"left": {"min": 0, "label": unit}}}
    return {"type": "metric", "width": WIDTH, "height": HEIGHT, "properties": properties}
