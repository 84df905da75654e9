"""Write the page of logs and metrics from their table and from the code: `python -m docs.build.logs_and_metrics`."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.metric import DIMENSION, METRICS, NAMESPACE, UNMEASURED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.domain.metric import Source

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "logs-and-metrics.md"
TOGETHER = {"told": ("error", "reason"), "_name": ("delivery", "entry", "attempt")}
"""Which fields come together, by the function that makes them."""

TEXT = """\
<!-- Written by `python -m docs.build.logs_and_metrics` from the code and `domain/metric.py`. Change those. -->

# Logs and metrics

On AWS each function writes one JSON line for each event into its log group: `/tallyhook-STAGE/api`, `…/open`,
`…/post`, `…/tell` and `…/tick`. API Gateway's own lines are in `…/access`. On one machine the console tells the same
events.

Why a commit is not in Noko, the logs need not be asked: `tallyhook --stage STAGE entry SHA` answers from the ledger.

## The fields

| field | what it is | on which lines |
|---|---|---|
| `at`, `level`, `event` | when, `INFO` or `ERROR`, and what happened; an `ERROR` is an alarm | all |
| `function` | `door`, `open`, `post`, `tell` or `tick` | all |
| `request_id` | Lambda's, as in its own `START`, `END` and `REPORT` | all |
| `api_request_id`, `route` | API Gateway's, as in the access log, and the route with its braces | all of the door |
| `delivery` | the delivery's key | where one is at hand; all of `open` |
| `entry` | the entry's key | where one is at hand; all of `post` |
| `letter` | the letter's id | all of `tell` |
| `attempt`, `status`, `outcome` | its number, the entry's status after it, what it taught us | all about an attempt |
| `error`, `reason` | the kind of an error, and our own words for it | where something failed |

No line holds the text of a commit or form, a person's name or address, a token, a secret or a body, at whatever
level. Words of others, such as what Noko said to a refusal, are in the ledger, where `tallyhook entry` shows them;
the console shows them too. Names of repositories and forms are there, and so are entry keys: a form whose `id` is an
address of e-mail puts that into the key, so let its `id` be something else.

One entry's way, in CloudWatch Logs Insights over all five groups, and what went wrong lately:

```text
filter entry = "github:<sha>" or delivery = "<key>" | sort @timestamp | display at, function, event, attempt, status
filter level = "ERROR" | sort @timestamp desc | display at, function, event, entry, delivery, reason, @message
```

## The metrics

{count} in the namespace `{namespace}`, with the one dimension `{dimension}`, the name of the stack. They travel in the
lines themselves, in CloudWatch's embedded metric format, so that no function calls CloudWatch. A custom metric costs
$0.30 a month by list price, for the hours in which it has values: in an ordinary hour about five of these do, and those
that tell of trouble cost nothing without any. [Alarms](alarms.md) look at them, and the dashboard shows all.

| metric | unit | it is | from |
|---|---|---|---|
{metrics}

Attempts by outcome: `created` is `EntriesLogged`, which counts those found by a look as well; `refused` is
`EntriesRefused`; `unknown` is `EntriesUncertain`; `throttled` is `RateLimited`, which counts all calls; `unavailable`
is `AttemptsUnavailable`; the number of values of `SlotWait` is that of all attempts. Deliveries that were refused for
another reason than their signature are among AWS's own `4XXError`.

## The events

`ERROR` marks alarms. All lines have the fields above besides.

| event | level | its own fields | it counts for |
|---|---|---|---|
{events}

Alarms that no metric counts, and why:

{unmeasured}
"""


def page_text() -> str:
    """Return what `docs/reference/logs-and-metrics.md` holds."""
    return TEXT.format(
        count=len(METRICS),
        namespace=NAMESPACE,
        dimension=DIMENSION,
        metrics="\n".join(
            f"| `{each.name}` | {each.unit} | {each.says} | {', '.join(map(_from, each.sources))} |" for each in METRICS
        ),
        events="\n".join(_rows()),
        unmeasured="\n".join(f"- `{name}`: {why}." for name, why in UNMEASURED.items()),
    )


def _from(source: Source) -> str:
    where = f" with `{source.where[0]}` {source.where[1]}" if source.where else ""
    return f"`{source.event}`{where}" + (f": its `{source.field}`" if source.field else "")


def _rows() -> Iterator[str]:
    found: dict[str, tuple[str, list[str]]] = {}
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        for name, level, fields in _told(ast.parse(path.read_text(encoding="utf-8"))):
            known = found.get(name, (level, []))[1]
            found[name] = (level, [*known, *(field for field in fields if field not in known and field != "detail")])
    for name, (level, fields) in sorted(found.items()):
        counts = ", ".join(f"`{each.name}`" for each in METRICS if any(s.event == name for s in each.sources))
        yield f"| `{name}` | {level} | {', '.join(f'`{field}`' for field in fields)} | {counts} |"


def _told(tree: ast.Module) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the events that a module tells of, with their levels and the fields that stand in the call."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="event" | "alarm" as how), args=[name], keywords=keywords):
                fields = [field for keyword in keywords for field in _fields(keyword)]
                level = "INFO" if how == "event" else "ERROR"
                names = (each.value for each in ast.walk(name) if isinstance(each, ast.Constant))
                yield from ((each, level, fields) for each in names if isinstance(each, str))


def _fields(keyword: ast.keyword) -> tuple[str, ...]:
    match keyword:
        case ast.keyword(arg=str(name)):
            return (name,)
        case ast.keyword(arg=None, value=ast.Call(func=ast.Name(id=maker))) if maker in TOGETHER:
            return TOGETHER[maker]
    return ()


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
