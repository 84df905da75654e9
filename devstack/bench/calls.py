"""What one entry asks of AWS: pushes of one commit, one by one, each through the door and the queue to Noko."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from chalicelib import bootstrap
from chalicelib.handlers import webhooks
from chalicelib.services.intake import take
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Workbench, workbench
from devstack.push import headers, push

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

ENTRIES = 12
MOST_CALLS = 15
"""All that is billed for an entry: our calls, and what Lambda asks of the queues for us."""
FREE = "AmazonSSM.GetParameter"
"""Secrets are cached for five minutes, and reading them costs nothing."""


def measure() -> Iterator[Figure]:
    """Count every request that reaches the emulator, after the first entry has warmed the process."""
    with workbench(interval_ms=1) as bench:
        _through(bench, seed="warm")
        bench.aws.calls.clear()
        for number in range(ENTRIES):
            _through(bench, seed=f"calls-{number}")
        assert len(bench.sandbox.books.entries()) == ENTRIES + 1, "not everything was logged"
        name = f"AWS calls per entry, {ENTRIES} that arrive one by one"
        yield Figure(name, billed(bench.aws.calls) / ENTRIES, MOST_CALLS)


def billed(calls: Counter[str]) -> int:
    """Return how many requests are billed: looks at an empty queue are not the entries'."""
    received, deleted = calls["AmazonSQS.ReceiveMessage"], calls["AmazonSQS.DeleteMessage"]
    return calls.total() - received + deleted - calls[FREE]


def _through(bench: Workbench, *, seed: str) -> None:
    """Push one commit, and do as Lambda's event source does with the message that follows."""
    import app  # noqa: PLC0415 - after the environment is set

    raw, client, url = push(1, seed=seed), bootstrap.client("sqs"), bench.house.settings.open_queue_url
    take(webhooks.read(headers(raw, SECRET), raw, bench.house), ports=bench.house.ports)
    (message,) = client.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    record = {"body": message["Body"], "receiptHandle": message["ReceiptHandle"], "messageId": message["MessageId"]}
    context = SimpleNamespace(aws_request_id="calls", get_remaining_time_in_millis=lambda: 300_000)
    app.open_delivery({"Records": [record]}, context)
    client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
