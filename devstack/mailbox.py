"""Mailboxes on SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import bootstrap
from chalicelib.errors import StoreUnavailable
from standalone.mailbox import Message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from chalicelib.settings import Settings
    from standalone.mailbox import Name

LONG_POLL_S = 1


class SqsMailbox:
    """The `Mailbox` port on one queue of SQS."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def receive(self) -> Message | None:
        """Poll for a second."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=LONG_POLL_S,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(f"the queue did not answer: {type(error).__name__}") from error
        for message in answer.get("Messages", []):
            receives = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
            return Message(message["MessageId"], message["ReceiptHandle"], message["Body"], receives)
        return None

    def delete(self, message: Message) -> None:
        """Delete by receipt."""
        try:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(f"the queue did not answer: {type(error).__name__}") from error


class SqsMailboxes:
    """The three queues that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._urls: dict[Name, str] = {
            "open": settings.open_queue_url,
            "post": settings.post_queue_url,
            "tell": settings.tell_queue_url,
        }

    def of(self, name: Name) -> SqsMailbox:
        """Return the queue of that name, with a client of its own."""
        return SqsMailbox(bootstrap.client("sqs"), self._urls[name])
