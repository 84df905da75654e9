"""Every implementation of each port: in memory, in an SQLite file, and on AWS, as two emulators have it."""

import functools
import itertools
import json

import pytest
from fakes.clock import START, FakeClock
from fakes.emulator import Emulator
from fakes.fetching import fetched
from fakes.ledger import MemoryLedger
from fakes.ministack import MinistackEmulator
from fakes.queue import MemoryQueue
from fakes.table import MemoryTable
from fakes.throttle import MemoryThrottle

from chalicelib.aws.queue import AwsQueue, key_of
from chalicelib.aws.table import DynamoTable
from chalicelib.table.ledger import TableLedger
from chalicelib.table.throttle import TableThrottle
from standalone.database import Database
from standalone.queue import SqliteQueue
from standalone.table import SqliteTable

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def moto():
    emulator = Emulator()
    yield emulator
    emulator.close()


@pytest.fixture(scope="session")
def ministack(tmp_path_factory):
    emulator = fetched(lambda: MinistackEmulator(tmp_path_factory.mktemp("ministack")))
    yield emulator
    emulator.close()


@pytest.fixture
def emulator(implementation, request):
    """The AWS of the implementation; a table in memory has no queues of its own, and borrows moto's."""
    return request.getfixturevalue("moto" if implementation == "table" else implementation)


@pytest.fixture
def clock():
    return FakeClock(START)


@pytest.fixture
def account():
    """Name an account that no other test uses: nothing of another account may be seen."""
    return f"account{next(_numbers)}"


@pytest.fixture(params=["memory", "table", "sqlite", "moto", "ministack"])
def implementation(request):
    return request.param


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "store.db")
    yield database
    database.close()


@pytest.fixture
def ledger(implementation, request, account):
    if implementation == "memory":
        return MemoryLedger()
    if implementation == "table":
        return TableLedger(MemoryTable(), account=account)
    if implementation == "sqlite":
        return TableLedger(SqliteTable(request.getfixturevalue("database")), account=account)
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


class SqliteItem:
    def __init__(self, table):
        self._table = table

    def spoil(self, **values):
        for name, value in values.items():
            plain = next(iter(value.values())) if isinstance(value, dict) else value
            self._table.update("default#throttle", "throttle", f"SET #{name} = :v", values={":v": plain})


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


def throttle_on(emulator, interval_ms=501, *, account=None):
    """Return a throttle on an emulator, and the means to spoil its item."""
    account = account or f"account{next(_numbers)}"
    table = DynamoTable(emulator.dynamodb, emulator.table, now=lambda: START)
    table.skew_ms = lambda **_: 0  # virtual time has no skew to measure
    throttle = TableThrottle(table, account=account, interval_ms=interval_ms)
    return throttle, AwsItem(emulator.dynamodb, emulator.table, account)


@pytest.fixture(params=["moto", "ministack"])
def aws_throttle(request):
    """What `throttle_on` returns, on each emulator."""
    return functools.partial(throttle_on, request.getfixturevalue(request.param))


@pytest.fixture
def throttle_and_item(implementation, request):
    if implementation == "memory":
        throttle = MemoryThrottle()
        return throttle, MemoryItem(throttle)
    if implementation == "table":
        table = MemoryTable()
        return TableThrottle(table, account="default", interval_ms=501), TableItem(table)
    if implementation == "sqlite":
        table = SqliteTable(request.getfixturevalue("database"))
        return TableThrottle(table, account="default", interval_ms=501), SqliteItem(table)
    return throttle_on(request.getfixturevalue("emulator"))


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


class SqliteMessages:
    def __init__(self, queue, clock):
        self._queue = queue
        self._clock = clock

    def open(self):
        return self._drain("open")

    def post(self, *, after_s=0):
        self._clock.advance(seconds=after_s)
        return self._drain("post")

    def tell(self, *, after_s=0):
        self._clock.advance(seconds=after_s)
        return self._drain("tell")

    def _drain(self, name):
        keys = []
        while message := self._queue.take(name):
            assert message.body.isascii()
            keys.append(key_of(message.body))
            self._queue.delete(message)
        return keys


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
    if implementation == "sqlite":
        queue = SqliteQueue(request.getfixturevalue("database"), now=clock.now)
        return queue, SqliteMessages(queue, clock)
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
