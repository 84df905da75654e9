"""Write the page of the alarms from `infra/alarms.yaml`: `python -m docs.build.alarms`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.build.template import alarms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = Path(__file__).parents[1] / "reference" / "alarms.md"

TEXT = """\
<!-- Written by `python -m docs.build.alarms` from `infra/alarms.yaml`. Change that. -->

# Alarms on AWS

Each stage has these alarms. With `--alarm-email` at [deploying](../how-to/deploy-to-aws.md) they tell somebody when
they begin and when they end, by a topic of SNS that is encrypted; without it they only show on the dashboard, which
has the names of stack and region. What to do stands in [When an alarm rings](../how-to/when-an-alarm-rings.md).
Metrics of `Tallyhook` are [our own](logs-and-metrics.md), all others AWS's.

| alarm | metric | rings at | what to do |
|---|---|---|---|
{rows}

## Why so

| alarm | why this threshold | what no data means |
|---|---|---|
{reasons}

No data rings nothing but `TickStandsStill`, of which it is the sign.

## What there is no alarm for

- **The routing file.** On AWS it is part of the package, and checked when that is made. On one machine a change that
  has problems is told on the console.
- **A wrong clock.** A function whose clock is off does nothing and fails, so that `FunctionsFail` rings.
- **An outage of Noko.** Nothing is lost and nobody can help it. What waits for a quarter of an hour rings
  `WaitingForLong`.
- **Cost.** The budget tells of that: `--budget-email`.

## What they cost

By AWS's list prices an alarm costs $0.10 a month for each metric that it looks at, these together ${cost}; the key of
the topic $1, if there is one; a dashboard $3, the first three of an account nothing. Ten alarms and ten metrics are
free (<https://aws.amazon.com/cloudwatch/pricing/>).
"""


def page_text() -> str:
    """Return what `docs/reference/alarms.md` holds."""
    found = _alarms()
    return TEXT.format(
        rows="\n".join(_row(name, each["Properties"]) for name, each in found.items()),
        reasons="\n".join(
            f"| `{name}` | {each['Metadata']['Why']} | {each['Metadata']['Missing']} |" for name, each in found.items()
        ),
        cost=f"{looked_at() / 10:.2f}",
    )


def looked_at() -> int:
    """Return how many metrics all alarms look at: for each of them AWS bills an alarm."""
    return sum(len(list(_metrics(each["Properties"]))) for each in _alarms().values())


def _alarms() -> dict[str, Mapping[str, Any]]:
    return {n: each for n, each in alarms()["Resources"].items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def _row(name: str, properties: Mapping[str, Any]) -> str:
    description = properties["AlarmDescription"]["Fn::Sub"]
    says, file, anchor = re.fullmatch(r"(.*) \$\{DocsUrl\}docs/(.*)#(.*)", description).groups()  # type: ignore[union-attr] # tests hold it
    namespaces = {metric["Namespace"] for metric in _metrics(properties)}
    names = {metric["MetricName"] for metric in _metrics(properties)}
    return (
        f"| `{name}`: {says} | {', '.join(sorted(namespaces))} `{', '.join(sorted(names))}`{_of(properties)} |"
        f" {_threshold(properties)} | [{anchor}](../{file}#{anchor}) |"
    )


def _metrics(properties: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "Namespace" in properties:
        yield properties
    yield from (each["MetricStat"]["Metric"] for each in properties.get("Metrics", ()) if "MetricStat" in each)


def _of(properties: Mapping[str, Any]) -> str:
    """Name the resources that AWS's own metrics are of."""
    values = [dimension["Value"] for metric in _metrics(properties) for dimension in metric["Dimensions"]]
    names = [v.get("Ref") or v["Fn::GetAtt"][0] for v in values if isinstance(v, dict)]
    return f" of {', '.join(f'`{name}`' for name in names)}" if "AWS::StackName" not in names else ""


def _threshold(properties: Mapping[str, Any]) -> str:
    stats = [each["MetricStat"] for each in properties.get("Metrics", ()) if "MetricStat" in each]
    statistic, period = (
        (properties["Statistic"], properties["Period"]) if not stats else (stats[0]["Stat"], stats[0]["Period"])
    )
    sign = "≥" if properties["ComparisonOperator"].startswith("GreaterThanOrEqual") else "<"
    needed = properties.get("DatapointsToAlarm", properties["EvaluationPeriods"])
    times = f", {needed} of {properties['EvaluationPeriods']} times" if properties["EvaluationPeriods"] > 1 else ""
    return f"{statistic.lower()} of {period // 60} min {sign} {properties['Threshold']}{times}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
