"""The queues on SQS. Messages hold only a key, as ASCII JSON: SQS refuses control characters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

BATCH = 10
"""Messages per SendMessageBatch at most (AWS: Amazon SQS message quotas)."""


class AwsQueue:
    """The `Queue` port."""

    def __init__(self, client: SQSClient, *, open_url: str, post_url: str, tell_url: str) -> None:
        self._client = client
        self._open_url = open_url
        self._post_url = post_url
        self._tell_url = tell_url

    def send_delivery(self, key: str) -> None:
        """Send one message to the `open` queue."""
        self._call("send_message", QueueUrl=self._open_url, MessageBody=_body(key))

    def send_entries(self, keys: Sequence[str], *, delay_s: int = 0) -> None:
        """Send one message a key to the `post` queue, ten in a call."""
        for start in range(0, len(keys), BATCH):
            entries = [
                {"Id": str(number), "MessageBody": _body(key), "DelaySeconds": delay_s}
                for number, key in enumerate(keys[start : start + BATCH])
            ]
            answer = self._call("send_message_batch", QueueUrl=self._post_url, Entries=entries)
            if answer.get("Failed"):
                raise StoreUnavailable(f"the queue did not take {len(answer['Failed'])} messages")

    def send_letter(self, letter_id: str, *, delay_s: int = 0) -> None:
        """Send one message to the `tell` queue."""
        self._call("send_message", QueueUrl=self._tell_url, MessageBody=_body(letter_id), DelaySeconds=delay_s)

    def depth(self) -> int:
        """Add up what SQS estimates."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        answer = self._call("get_queue_attributes", QueueUrl=self._post_url, AttributeNames=names)
        return sum(int(value) for value in answer["Attributes"].values())

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(**arguments)
        except ClientError as error:
            raise StoreUnavailable(f"the queue answered {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"the queue did not answer: {type(error).__name__}") from error
        return answer


def _body(key: str) -> str:
    return json.dumps({"key": key})


def key_of(body: str) -> str:
    """Read the key from a message of ours; raises ValueError for anything else."""
    data = json.loads(body)
    if not isinstance(data, dict) or not isinstance(data.get("key"), str):
        raise ValueError("not a message of ours")  # noqa: TRY004 - the text is what is wrong
    key: str = data["key"]
    return key
