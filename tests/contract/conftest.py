"""Every implementation of each port: the one in memory and the one on an emulated AWS."""

import itertools
import json

import pytest
from fakes.clock import START, FakeClock
from fakes.emulator import Emulator
from fakes.ledger import MemoryLedger
from fakes.queue import MemoryQueue
from fakes.table import MemoryTable
from fakes.throttle import MemoryThrottle

from chalicelib.aws.queue import AwsQueue, key_of
from chalicelib.aws.table import DynamoTable
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture
def clock():
    return FakeClock(START)


@pytest.fixture
def account():
    """Name an account that no other test uses: nothing of another account may be seen."""
    return f"account{next(_numbers)}"


@pytest.fixture(params=["memory", "table", "moto"])
def implementation(request):
    return request.param


@pytest.fixture
def ledger(implementation, request, account):
    if implementation == "memory":
        return MemoryLedger()
    if implementation == "table":
        return TableLedger(MemoryTable(), account=account)
    emulator = request.getfixturevalue("emulator")
    return TableLedger(DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START), account=account)


class MemoryItem:
    """The throttle's item, to be spoilt from outside."""

    def __init__(self, throttle):
        self._throttle = throttle

    def spoil(self, **values):
        for name, value in values.items():
            object.__setattr__(self._throttle.bucket, name, value)


class TableItem:
    def __init__(self, table):
        self._table = table

    def spoil(self, **values):
        for name, value in values.items():
            plain = next(iter(value.values())) if isinstance(value, dict) else value
            item = self._table.items.setdefault(
                ("default#throttle", "throttle"), {"PK": "default#throttle", "SK": "throttle"}
            )
            item[name] = plain


class AwsItem:
    def __init__(self, client, table, account):
        self._client = client
        self._table = table
        self._key = {"PK": {"S": f"{account}#throttle"}, "SK": {"S": "throttle"}}

    def spoil(self, **values):
        for name, value in values.items():
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression="SET #n = :v",
                ExpressionAttributeNames={"#n": name},
                ExpressionAttributeValues={":v": value if isinstance(value, dict) else {"N": str(value)}},
            )


@pytest.fixture
def aws_throttle(request):
    """Build a throttle on the emulator, and the means to spoil its item."""

    def build(interval_ms=501, *, account=None):
        emulator = request.getfixturevalue("emulator")
        account = account or f"account{next(_numbers)}"
        table = DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START)
        table.skew_ms = lambda **_: 0  # virtual time has no skew to measure
        throttle = TableThrottle(table, account=account, interval_ms=interval_ms)
        return throttle, AwsItem(emulator.dynamodb, emulator.table, account)

    return build


@pytest.fixture
def throttle_and_item(implementation, request):
    if implementation == "memory":
        throttle = MemoryThrottle()
        return throttle, MemoryItem(throttle)
    if implementation == "table":
        table = MemoryTable()
        return TableThrottle(table, account="default", interval_ms=501), TableItem(table)
    return request.getfixturevalue("aws_throttle")()


@pytest.fixture
def throttle(throttle_and_item):
    return throttle_and_item[0]


@pytest.fixture
def item(throttle_and_item):
    return throttle_and_item[1]


class MemoryMessages:
    """What somebody who receives from the queues sees, a number of seconds from now."""

    def __init__(self, queue, clock):
        self._queue = queue
        self._clock = clock

    def open(self):
        return self._drain(self._queue.receive_open)

    def post(self, *, after_s=0):
        self._clock.advance(seconds=after_s)
        return self._drain(self._queue.receive_post)

    def tell(self, *, after_s=0):
        self._clock.advance(seconds=after_s)
        return self._drain(self._queue.receive_tell)

    @staticmethod
    def _drain(receive):
        return list(iter(receive, None))


class AwsMessages:
    def __init__(self, client, settings):
        self._client = client
        self._settings = settings

    def open(self):
        return self._drain(self._settings["TALLYHOOK_OPEN_QUEUE_URL"], wait_s=0)

    def post(self, *, after_s=0):
        return self._drain(self._settings["TALLYHOOK_POST_QUEUE_URL"], wait_s=after_s)

    def tell(self, *, after_s=0):
        return self._drain(self._settings["TALLYHOOK_TELL_QUEUE_URL"], wait_s=after_s)

    def _drain(self, url, wait_s):
        keys = []
        while messages := self._client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0 if keys else wait_s
        ).get("Messages"):
            for message in messages:
                assert json.loads(message["Body"])
                assert message["Body"].isascii()
                keys.append(key_of(message["Body"]))
                self._client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return keys


@pytest.fixture
def queue_and_messages(implementation, request, clock):
    if implementation == "memory":
        queue = MemoryQueue(clock)
        return queue, MemoryMessages(queue, clock)
    emulator = request.getfixturevalue("emulator")
    settings = emulator.store(f"store{next(_numbers)}")
    queue = AwsQueue(
        emulator.sqs,
        open_url=settings["TALLYHOOK_OPEN_QUEUE_URL"],
        post_url=settings["TALLYHOOK_POST_QUEUE_URL"],
        tell_url=settings["TALLYHOOK_TELL_QUEUE_URL"],
    )
    return queue, AwsMessages(emulator.sqs, settings)


@pytest.fixture
def queue(queue_and_messages):
    return queue_and_messages[0]


@pytest.fixture
def messages(queue_and_messages):
    return queue_and_messages[1]
