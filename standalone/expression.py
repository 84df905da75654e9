"""The part of DynamoDB's expression language that the adapters write, read once each and run on items in memory.

Conditions are comparisons, `BETWEEN`, the functions `attribute_exists`, `attribute_not_exists`, `attribute_type`
and `begins_with`, joined by `AND`, `OR` and brackets. Changes are `SET` (with `+` and `if_not_exists`), `REMOVE` and
`ADD`. What a value is compared with must be of its type, as there: a number is never less than a text, and nothing is
less than what is missing. All else is refused, as is a value that no expression names:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standalone.expression_parser import ExpressionError, Parser, tokens

if TYPE_CHECKING:
    from chalicelib.ports.table import Item
    from standalone.expression_parser import Operand, Test, Values

KEY = frozenset({"PK", "SK"})


@dataclass(frozen=True, slots=True)
class Range:
    """What a query asks of the sort key: a comparison, `BETWEEN` or `begins_with`, and its values' names."""

    name: str
    sign: str
    operands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyCondition:
    """What a query asks for: one partition, by the name of its value, and perhaps a part of it."""

    name: str
    operand: str
    range: Range | None


def holds(condition: str | None, item: Values, values: Values | None = None) -> bool:
    """Tell whether a condition holds for an item; `item` is empty where nothing stands. No condition always does."""
    return condition is None or _condition(condition)(item, values or {})


def changed(item: Values, change: str, values: Values | None = None) -> Item:
    """Return an item as it is after a change; every right side reads the item as it was."""
    after = dict(item)
    for name, value_of in _change(change):
        value = value_of(item, values or {})
        if value is None:
            after.pop(name, None)
        else:
            after[name] = value
    return after


@functools.cache
def key_condition(text: str) -> KeyCondition:
    """Read the condition of a query: `#a = :a`, or that and one thing about the sort key."""
    parser = Parser(text)
    name, sign, operands = parser.relation()
    if sign != "=":
        raise ExpressionError(f"a query is for one partition: {text}")
    range_ = Range(*parser.relation()) if parser.takes("AND") else None
    parser.end()
    return KeyCondition(name, operands[0], range_)


def check_values(values: Values | None, *expressions: str | None) -> None:
    """Refuse values that no expression names, and names without a value: DynamoDB does so before it looks further."""
    named = frozenset[str]().union(*(_named(expression) for expression in expressions if expression))
    if odd := named ^ frozenset(values or ()):
        raise ExpressionError(f"values and expressions do not agree on {', '.join(sorted(odd))}")


@functools.cache
def _named(expression: str) -> frozenset[str]:
    return frozenset(token for token in tokens(expression) if token.startswith(":"))


@functools.cache
def _condition(text: str) -> Test:
    parser = Parser(text)
    test = parser.either()
    parser.end()
    return test


@functools.cache
def _change(text: str) -> tuple[tuple[str, Operand], ...]:
    parser = Parser(text)
    steps = tuple(parser.steps())
    names = [name for name, _ in steps]
    if len(set(names)) < len(names) or not KEY.isdisjoint(names):
        raise ExpressionError(f"a change names an attribute once, and never the key: {text}")
    return steps
