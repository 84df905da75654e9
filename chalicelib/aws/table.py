"""One DynamoDB table, spoken to in single items: conditional puts and updates whose loser learns what stands there.

All attributes are strings, integers, bytes and booleans; None is not stored. Errors become StoreUnavailable.
Measures on every answer how far this process's clock is off the table's (its `Date` header, whole seconds).
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import StoreUnavailable
from chalicelib.ports.table import Lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from chalicelib.ports.table import Item, Value

_LOST = "ConditionalCheckFailedException"


class DynamoTable:
    """The `Table` port on one DynamoDB table."""

    def __init__(self, client: DynamoDBClient, name: str, *, now: Callable[[], int]) -> None:
        self._client = client
        self._name = name
        self._now = now
        self._skew_ms: int | None = None

    def skew_ms(self, *, anew: bool = False) -> int:
        """Return by how much this process's clock is ahead of the table's; measured to within a second."""
        if anew or self._skew_ms is None:
            self.get("clock", "clock")
        return self._skew_ms or 0

    def get(self, pk: str, sk: str) -> Item | None:
        """Read an item, strongly consistent."""
        answer = self._call("get_item", Key=_marshal({"PK": pk, "SK": sk}), ConsistentRead=True)
        return _unmarshal(answer["Item"]) if "Item" in answer else None

    def put(
        self, item: Mapping[str, Value | None], condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Lost | None:
        """Replace an item if `condition` holds. Values are named `:x`; attribute names in conditions `#x`."""
        try:
            self._call("put_item", Item=_marshal(item), **_conditional(condition, "", values))
        except _ConditionError as error:
            return Lost(error.item)
        return None

    def update(
        self, pk: str, sk: str, change: str, *, condition: str | None = None, values: Mapping[str, Value] | None = None
    ) -> Item | Lost:
        """Change an item in place if `condition` holds; return it as it is afterwards."""
        try:
            answer = self._call(
                "update_item",
                Key=_marshal({"PK": pk, "SK": sk}),
                UpdateExpression=change,
                ReturnValues="ALL_NEW",
                **_conditional(condition, change, values),
            )
        except _ConditionError as error:
            return Lost(error.item)
        return _unmarshal(answer.get("Attributes", {}))

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item, whether it is there or not."""
        self._call("delete_item", Key=_marshal({"PK": pk, "SK": sk}))

    def query(
        self, condition: str, values: Mapping[str, Value], *, index: str | None = None, limit: int | None = None
    ) -> Iterator[Item]:
        """Read items in the order of their sort key: strongly from the table, with a lag from an index."""
        more: dict[str, Any] = {"IndexName": index} if index else {"ConsistentRead": True}
        left = limit
        while True:
            if left is not None:
                more["Limit"] = left
            answer = self._call(
                "query",
                KeyConditionExpression=condition,
                ExpressionAttributeValues=_marshal(values),
                **_names(condition),
                **more,
            )
            yield from map(_unmarshal, answer["Items"])
            left = None if left is None else left - len(answer["Items"])
            if "LastEvaluatedKey" not in answer or left == 0:
                return
            more["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(self) -> Iterator[Item]:
        """Read every item, strongly consistent, a page of 1 MB in a call."""
        more: dict[str, Any] = {}
        while True:
            answer = self._call("scan", ConsistentRead=True, **more)
            yield from map(_unmarshal, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            more["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def expire(self, now: int, limit: int) -> int:  # noqa: ARG002 - the port's
        """Remove nothing: DynamoDB does so by itself, within days.

        (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html)
        """
        return 0

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, operation)(TableName=self._name, **arguments)
        except ClientError as error:
            self._measure(error.response)
            if error.response["Error"]["Code"] == _LOST:
                raise _ConditionError(_unmarshal(error.response.get("Item", {}))) from None
            raise StoreUnavailable(f"the table answered {error.response['Error']['Code']}") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"the table did not answer: {type(error).__name__}") from error
        self._measure(answer)
        return answer

    def _measure(self, answer: Any) -> None:
        date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
        with suppress(ValueError):  # an answer without a readable date measures nothing
            theirs = int(parsedate_to_datetime(date).astimezone(dt.UTC).timestamp() * 1000)
            self._skew_ms = self._now() - theirs - 500


class _ConditionError(Exception):
    def __init__(self, item: Item) -> None:
        super().__init__()
        self.item = item


def _conditional(condition: str | None, change: str, values: Mapping[str, Value] | None) -> dict[str, Any]:
    arguments: dict[str, Any] = _names(f"{condition or ''} {change}")
    if condition is not None:
        arguments["ConditionExpression"] = condition
        arguments["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if values:
        arguments["ExpressionAttributeValues"] = _marshal(values)
    return arguments


def _names(expression: str) -> dict[str, Any]:
    """Name every `#attribute` of an expression after itself: many plain words are reserved in DynamoDB."""
    words = expression.replace("(", " ").replace(")", " ").replace(",", " ").split()
    names = {word: word[1:] for word in words if word.startswith("#")}
    return {"ExpressionAttributeNames": names} if names else {}


def _marshal(item: Mapping[str, Value | None]) -> dict[str, Any]:
    return {name: _typed(value) for name, value in item.items() if value is not None}


def _typed(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def _unmarshal(item: Any) -> Item:
    return {name: _untyped(value) for name, value in item.items()}


def _untyped(value: Mapping[str, Any]) -> Value:
    ((kind, content),) = value.items()
    if kind == "N" and content.lstrip("-").isdigit():
        return int(content)
    if kind not in {"S", "B", "BOOL"}:
        return str(content)
    plain: Value = content
    return plain
