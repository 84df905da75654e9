"""Write the page of what AWS costs from the calls as counted: `python -m docs.build.cost`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.interval import Intervals
from chalicelib.domain.metric import METRICS
from chalicelib.domain.retention import Retention
from docs.build.alarms import looked_at
from docs.build.cost_count import COUNTS, MOST_CALLS, ONE_BY_ONE, STANDING_BACKLOG, STORED_BYTES, TICK
from infra.build.template import ROOT
from standalone.instance import POST_CONCURRENCY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docs.build.cost_count import Asked, Count

PAGE = Path(__file__).parents[1] / "explanation" / "cost.md"
WORDS = Path(__file__).with_suffix(".txt")

MONTH_S = 365.25 * 86_400 / 12
MINUTES = MONTH_S / 60
MILLION = 1_000_000
VOLUMES = (1_000, 100_000, 10_000_000)
NOKO_PER_S = 2

PRICES = {
    "API Gateway, a REST request": 3.50 / MILLION,
    "Lambda, a request": 0.20 / MILLION,
    "Lambda, a GB-second on x86": 0.0000166667,
    "DynamoDB, a write unit on demand": 0.625 / MILLION,
    "DynamoDB, a read unit on demand": 0.125 / MILLION,
    "DynamoDB, a GB for a month": 0.25,
    "DynamoDB, point-in-time recovery of a GB for a month": 0.20,
    "SQS, a standard request": 0.40 / MILLION,
    "CloudWatch, a GB of logs": 0.50,
    "CloudWatch, a metric for a month": 0.30,
    "CloudWatch, an alarm for a month": 0.10,
    "CloudWatch, a dashboard for a month": 3.00,
    "KMS, a decryption": 0.03 / 10_000,
}
"""List prices in dollars, us-east-1, before any free tier."""

AWS_MS = 8
"""A call to DynamoDB or SQS, from a function of 256 or 512 MB."""
NOKO_MS = 300
OWN_MS = 15
"""What an invocation does beside calls."""
LOG_BYTES = 450
"""A line of ours, or the three that Lambda writes for an invocation."""
LIVES_MONTHS = Retention().entries_days * 86_400 / MONTH_S
"""How long an entry and its delivery are kept."""
POLLERS, POLLS_A_MINUTE, QUEUES = 5, 3, 3
"""An event source looks at an idle queue with five long polls of twenty seconds at once, as far as AWS says."""
FUNCTIONS = {"door": "api_handler", "open": "open", "post": "post", "tick": "tick"}
SOURCES = {"source of open": "open", "source of post": "post"}


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars by service."""

    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """Return the sum."""
        return sum(self.parts.values())


def per_entry(count: Count) -> Cost:
    """Return what one entry of a count costs, idling aside."""
    asked, n = count.asked, count.entries
    invocations = {"door": asked["door"].calls["put head"] / n}
    invocations |= {name: asked[source].calls["delete"] / n for source, name in SOURCES.items() if source in asked}
    seconds = {name: _seconds(asked[name], invocations[name], n) for name in invocations}
    if "post" in seconds:  # whoever waits for a slot is billed for waiting
        seconds["post"] = max(seconds["post"], POST_CONCURRENCY * Intervals().throttle_ms / 1000)
    memory = _memory_gb()
    lines = sum(invocations.values()) + 4 * (1 if "post" in invocations else invocations["door"])
    parts = {
        "API Gateway": invocations["door"] * PRICES["API Gateway, a REST request"],
        "Lambda": sum(invocations.values()) * PRICES["Lambda, a request"]
        + sum(seconds[name] * memory[name] for name in seconds) * PRICES["Lambda, a GB-second on x86"],
        "DynamoDB: units": _units(asked, n),
        "DynamoDB: keeping it": STORED_BYTES / 1e9 * LIVES_MONTHS * _gb_month(),
        "SQS": _queue_calls(asked) / n * PRICES["SQS, a standard request"],
        "CloudWatch": lines * LOG_BYTES / 1e9 * PRICES["CloudWatch, a GB of logs"],
    }
    return Cost(parts)


def idle() -> Cost:
    """Return what a stack costs in a month in which nothing comes."""
    tick_s = (sum(TICK.calls.values()) * AWS_MS + OWN_MS) / 1000
    polls = POLLERS * POLLS_A_MINUTE * QUEUES
    parts = {
        "CloudWatch: metrics": len(METRICS) * PRICES["CloudWatch, a metric for a month"],
        "CloudWatch: dashboard": PRICES["CloudWatch, a dashboard for a month"],
        "CloudWatch: alarms": looked_at() * PRICES["CloudWatch, an alarm for a month"],
        "CloudWatch: logs": MINUTES * LOG_BYTES / 1e9 * PRICES["CloudWatch, a GB of logs"],
        "SQS: event sources that look": polls * MINUTES * PRICES["SQS, a standard request"],
        "Lambda: the tick": MINUTES
        * (PRICES["Lambda, a request"] + tick_s * _memory_gb()["tick"] * PRICES["Lambda, a GB-second on x86"]),
        "DynamoDB: the tick's reads": MINUTES * TICK.reads * PRICES["DynamoDB, a read unit on demand"],
        "SQS: the tick's look": MINUTES * TICK.calls["depth of post"] * PRICES["SQS, a standard request"],
        "KMS: a secret and the table's key, every five minutes": 2 * MINUTES / 5 * PRICES["KMS, a decryption"],
    }
    return Cost(parts)


def _seconds(asked: Asked, invocations: float, entries: int) -> float:
    noko = asked.calls.get("put noko", 0) / entries * NOKO_MS
    return (sum(asked.calls.values()) / entries * AWS_MS + noko + invocations * OWN_MS) / 1000


def _units(asked: Mapping[str, Asked], entries: int) -> float:
    reads, writes = (sum(getattr(each, kind) for each in asked.values()) for kind in ("reads", "writes"))
    read, write = PRICES["DynamoDB, a read unit on demand"], PRICES["DynamoDB, a write unit on demand"]
    return float(reads * read + writes * write) / entries


def _gb_month() -> float:
    return PRICES["DynamoDB, a GB for a month"] + PRICES["DynamoDB, point-in-time recovery of a GB for a month"]


def _queue_calls(asked: Mapping[str, Asked]) -> float:
    names = ("send to", "depth of", "receive", "delete")
    return sum(count for each in asked.values() for name, count in each.calls.items() if name.startswith(names))


def _memory_gb() -> dict[str, float]:
    config: dict[str, Any] = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return {name: config["lambda_functions"][key]["lambda_memory_size"] / 1024 for name, key in FUNCTIONS.items()}


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}"


def page_text() -> str:
    """Return what `docs/explanation/cost.md` holds."""
    costs = {count.name: per_entry(count) for count in COUNTS}
    return WORDS.read_text(encoding="utf-8").format(
        calls="\n".join(_calls_row(count) for count in COUNTS),
        most=MOST_CALLS,
        units="\n".join(_units_row(count) for count in COUNTS),
        parts="\n".join(_parts_row(service, costs) for service in costs[ONE_BY_ONE.name].parts),
        sum_parts=" | ".join(f"**{_dollars(MILLION * cost.total)}**" for cost in costs.values()),
        names=" | ".join(costs),
        rule="|---" * (len(costs) + 1),
        volumes="\n".join(_volume_row(volume) for volume in VOLUMES),
        idle="\n".join(f"| {name} | {_dollars(cost)} |" for name, cost in idle().parts.items()),
        idle_sum=_dollars(idle().total),
        tick_calls=f"{sum(TICK.calls.values()):g}",
        tick_queries=f"{TICK.calls['query due']:g}",
        tick_month=f"{sum(TICK.calls.values()) * MINUTES / MILLION:.1f}",
        metrics=len(METRICS),
        alarms=looked_at(),
        days=Retention().entries_days,
        stored=f"{STORED_BYTES / 1000:.1f}",
        prices="\n".join(f"| {name} | {_price(price)} |" for name, price in PRICES.items()),
        aws_ms=AWS_MS,
        noko_ms=NOKO_MS,
        own_ms=OWN_MS,
        log_bytes=LOG_BYTES,
        noko_most=f"{NOKO_PER_S * MONTH_S / MILLION:.1f}",
    )


def _calls_row(count: Count) -> str:
    def calls(*callers: str) -> str:
        found = sum(count.by_caller[caller] for caller in callers) / count.entries
        return f"{found:.1f}" if found else "–"

    ours = [calls("door"), calls("open"), calls("post"), calls("tick"), calls("retire")]
    return f"| {count.name} | {' | '.join(ours)} | {calls(*SOURCES)} | **{count.calls:.1f}** |"


def _units_row(count: Count) -> str:
    writes, reads = (sum(getattr(each, kind) for each in count.asked.values()) for kind in ("writes", "reads"))
    return f"| {count.name} | {writes / count.entries:.1f} | {reads / count.entries:.1f} |"


def _parts_row(service: str, costs: Mapping[str, Cost]) -> str:
    return f"| {service} | {' | '.join(_dollars(MILLION * cost.parts[service]) for cost in costs.values())} |"


def _volume_row(volume: int) -> str:
    fixed = idle().total
    single, backlog = (fixed + volume * per_entry(count).total for count in (ONE_BY_ONE, STANDING_BACKLOG))
    return f"| {volume:,} | {_dollars(single)} | {_dollars(backlog)} | {fixed / single:.0%} |"


def _price(price: float) -> str:
    if price >= 0.01:
        return f"${price:.2f}"
    return f"${price * MILLION:,.3f} for a million" if price < 1e-5 else f"${price:.10f}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
