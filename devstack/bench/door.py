"""The door: how much longer it takes than the least that a door could do, and what a giant push costs."""

from __future__ import annotations

import hashlib
import hmac
import json
import statistics
import time
import uuid
from typing import TYPE_CHECKING

import requests
from chalice import Chalice, Response

from chalicelib import bootstrap
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Workbench, workbench
from devstack.push import headers, push
from standalone.gateway import Gateway
from standalone.wsgi import WsgiServer

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 300
WARM_UP = 30
GITHUB_MAX_COMMITS = 2048
PART_BYTES = 350_000


def measure() -> Iterator[Figure]:
    """Measure in one run, ours and the bare one by turns."""
    import app  # noqa: PLC0415 - after the environment is set

    with workbench() as bench:
        ours, bare = WsgiServer(Gateway(app.app)), WsgiServer(Gateway(_bare(bench)))
        try:
            yield from _one_commit(f"{ours.url}/webhooks/github", f"{bare.url}/bare")
            yield from _giant(bench, f"{ours.url}/webhooks/github")
        finally:
            ours.close()
            bare.close()


def _one_commit(ours: str, bare: str) -> Iterator[Figure]:
    times: dict[str, list[float]] = {ours: [], bare: []}
    with requests.Session() as session:
        for number in range(ROUNDS + WARM_UP):
            raw = push(1, seed=f"door-{number}")
            for url, taken in times.items():
                start = time.perf_counter()
                answer = session.post(url, data=raw, headers=headers(raw, SECRET), timeout=30)
                taken.append(time.perf_counter() - start)
                assert answer.status_code == 202, answer.text
    ours_ms, bare_ms = (1000 * statistics.median(taken[WARM_UP:]) for taken in times.values())
    name = f"door, one commit, p50 ({ours_ms:.1f} ms) to a bare route ({bare_ms:.1f} ms)"
    yield Figure(name, ours_ms / bare_ms, 1.3, "×")


def _giant(bench: Workbench, url: str) -> Iterator[Figure]:
    raw = push(GITHUB_MAX_COMMITS, seed="giant")
    bench.aws.calls.clear()
    start = time.perf_counter()
    answer = requests.post(url, data=raw, headers=headers(raw, SECRET), timeout=30)
    taken = time.perf_counter() - start
    assert answer.status_code == 202, answer.text
    assert len(answer.json()["drafts"]) == GITHUB_MAX_COMMITS
    assert answer.json()["incomplete"] is True
    calls = bench.aws.calls.total()
    yield Figure(f"door, {GITHUB_MAX_COMMITS} commits ({len(raw) / 1e6:.1f} MB)", taken, 1.0, "s")
    stored = bench.house.ports.ledger.delivery(answer.json()["delivery"])
    assert stored is not None
    further = bench.aws.calls["DynamoDB_20120810.GetItem"] - 1  # reading it back took one call a part
    yield Figure(f"door, {GITHUB_MAX_COMMITS} commits, AWS calls (2, and {further} further parts)", calls, 2 + further)


def _bare(bench: Workbench) -> Chalice:
    """Make the least that a door could be: check the HMAC, put an item, send a message."""
    dynamodb, sqs = bootstrap.client("dynamodb"), bootstrap.client("sqs")
    table = bench.house.settings.table
    queue = sqs.create_queue(QueueName="bare")["QueueUrl"]
    bare = Chalice("bare", configure_logs=False)

    @bare.route("/bare", methods=["POST"])
    def door() -> Response:
        raw = bare.current_request.raw_body
        digest = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, bare.current_request.headers["x-hub-signature-256"]):
            return Response({}, status_code=401)
        key = str(uuid.uuid4())
        dynamodb.put_item(
            TableName=table,
            Item={"PK": {"S": f"bare#{key}"}, "SK": {"S": "head"}, "body": {"B": raw}},
            ConditionExpression="attribute_not_exists(PK)",
        )
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"key": key}))
        return Response({"delivery": key}, status_code=202)

    return bare
