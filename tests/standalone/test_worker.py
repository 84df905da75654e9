"""Queue pollers and ticker do what Lambda's event sources do."""

import json
import threading
import time

import boto3
import pytest
from fakes.telemetry import FakeTelemetry

from chalicelib.errors import StoreUnavailable
from devstack.aws import CREDENTIALS, EmbeddedAws
from devstack.mailbox import SqsMailbox
from standalone.worker import Poller, Ticker


@pytest.fixture(scope="module")
def sqs():
    aws = EmbeddedAws()
    client = boto3.client(
        "sqs",
        endpoint_url=aws.url,
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    yield client
    client.close()
    aws.close()


@pytest.fixture
def queue(sqs, request):
    name = str(abs(hash(request.node.name)))
    return sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "1"})["QueueUrl"]


def polling(sqs, queue, handler, *, concurrency=1):
    mailbox = SqsMailbox(sqs, queue)
    return Poller(
        handler, name="post", mailbox=mailbox, concurrency=concurrency, timeout_s=60, telemetry=FakeTelemetry()
    )


def until(probe, seconds=10):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not probe():
        time.sleep(0.05)
    assert probe()


def left(sqs, queue):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(v) for v in sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"].values())


def test_a_message_that_succeeds_is_deleted(sqs, queue):
    seen = []
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"key": "k"}))
    poller = polling(sqs, queue, lambda event, _: seen.append(event["Records"][0]["body"]))
    until(lambda: seen and left(sqs, queue) == 0)
    poller.stop()
    poller.join(5)
    assert seen == ['{"key": "k"}']


@pytest.mark.parametrize("error", [StoreUnavailable("down"), ZeroDivisionError()])
def test_a_message_that_fails_comes_again(sqs, queue, error, capsys):
    seen = []

    def handler(event, _):
        seen.append(event)
        if len(seen) == 1:
            raise error

    sqs.send_message(QueueUrl=queue, MessageBody="x")
    poller = polling(sqs, queue, handler)
    until(lambda: len(seen) == 2 and left(sqs, queue) == 0)
    poller.stop()
    poller.join(5)
    capsys.readouterr()


def test_no_more_than_its_concurrency_runs_at_once(sqs, queue):
    running, most, done = [], [], []
    lock = threading.Lock()

    def handler(event, _):
        with lock:
            running.append(event)
            most.append(len(running))
        time.sleep(0.1)
        with lock:
            running.remove(event)
            done.append(event)

    for number in range(12):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    poller = polling(sqs, queue, handler, concurrency=3)
    until(lambda: len(done) == 12)
    poller.stop()
    poller.join(5)
    assert max(most) == 3


def test_the_context_says_how_long_is_left(sqs, queue):
    left_ms = []
    sqs.send_message(QueueUrl=queue, MessageBody="x")
    poller = polling(sqs, queue, lambda _, context: left_ms.append(context.get_remaining_time_in_millis()))
    until(lambda: left_ms)
    poller.stop()
    poller.join(5)
    assert 50_000 < left_ms[0] <= 60_000


def test_the_ticker_ticks_at_once_and_again_and_survives_what_a_tick_raises(capsys):
    ticks = []

    def handler(event, _):
        ticks.append(event["detail-type"])
        raise ZeroDivisionError

    ticker = Ticker(handler, interval_s=0.05, telemetry=FakeTelemetry())
    until(lambda: len(ticks) >= 3)
    ticker.stop()
    ticker.join(5)
    capsys.readouterr()
    assert set(ticks) == {"Scheduled Event"}
