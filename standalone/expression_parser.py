"""DynamoDB's expressions, by recursive descent: what is read becomes functions of an item and the named values."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.ports.table import Value

    Values = Mapping[str, Value]
    Operand = Callable[[Values, Values], Value | None]
    Test = Callable[[Values, Values], bool]

_TOKEN = re.compile(r"\s*([#:]?[A-Za-z_][A-Za-z0-9_]*|<=|>=|<>|[-=<>+(),])")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TYPES: dict[Value, type] = {"S": str, "N": int, "B": bytes, "BOOL": bool}
_WORDS = frozenset({"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE"})


class ExpressionError(ValueError):
    """An expression that is not understood here, or cannot be applied to the item that stands there."""


def tokens(text: str) -> list[str]:
    """Return the words and signs of an expression."""
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionError(f"not understood: {text[at:]!r} in {text!r}")
        tokens.append(found[1])
        at = found.end()
    return tokens


class Parser:
    """By recursive descent: each method reads one thing off the front."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = tokens(text)

    def either(self) -> Test:
        """Read conditions of which one must hold."""
        tests = [self.both()]
        while self.takes("OR"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda item, values: any(test(item, values) for test in tests)

    def both(self) -> Test:
        """Read conditions that must all hold: `AND` binds closer than `OR`."""
        tests = [self.one()]
        while self.takes("AND"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda item, values: all(test(item, values) for test in tests)

    def one(self) -> Test:
        """Read a comparison, a function, or something in brackets."""
        if self.takes("("):
            test = self.either()
            self._must(")")
            return test
        word = self._next()
        if self.takes("("):
            return self._function(word)
        left, sign, right = self._operand(word), self._next(), self._operand(self._next())
        if sign == "BETWEEN":
            self._must("AND")
            upper = self._operand(self._next())
            return lambda item, values: (
                _compare("<=", right(item, values), left(item, values))
                and _compare("<=", left(item, values), upper(item, values))
            )
        if sign not in _COMPARISONS:
            raise self._odd(sign)
        return lambda item, values: _compare(sign, left(item, values), right(item, values))

    def relation(self) -> tuple[str, str, tuple[str, ...]]:
        """Read what a query asks of one key: the attribute, the sign, the names of the values."""
        if self.takes("begins_with"):
            self._must("(")
            name = self._name()
            self._must(",")
            operands: tuple[str, ...] = (self._value(),)
            self._must(")")
            return name, "begins_with", operands
        name, sign = self._name(), self._next()
        if sign not in {"=", "<", "<=", ">", ">=", "BETWEEN"}:
            raise self._odd(sign)
        operands = (self._value(),)
        if sign == "BETWEEN":
            self._must("AND")
            operands = (*operands, self._value())
        return name, sign, operands

    def steps(self) -> list[tuple[str, Operand]]:
        """Read the clauses of a change: which attribute becomes what; None for one that goes."""
        found: list[tuple[str, Operand]] = []
        while self._left:
            verb = self._next()
            if verb not in {"SET", "REMOVE", "ADD"}:
                raise self._odd(verb)
            found.append(self._step(verb))
            while self.takes(","):
                found.append(self._step(verb))
        if not found:
            raise ExpressionError("a change must change something")
        return found

    def _step(self, verb: str) -> tuple[str, Operand]:
        name = self._name()
        if verb == "REMOVE":
            return name, lambda _item, _values: None
        if verb == "ADD":
            value = self._operand(self._value())
            return name, lambda item, values: _sum(item.get(name, 0), value(item, values))
        self._must("=")
        term = self._term()
        if not self.takes("+"):
            return name, term
        other = self._term()
        return name, lambda item, values: _sum(term(item, values), other(item, values))

    def _term(self) -> Operand:
        """Read one side of a sum; what is missing then is an error, not a change."""
        if self.takes("if_not_exists"):
            self._must("(")
            name = self._name()
            self._must(",")
            other = self._operand(self._next())
            self._must(")")
            return lambda item, values: item[name] if name in item else _there(other(item, values), name)
        word = self._next()
        operand = self._operand(word)
        return lambda item, values: _there(operand(item, values), word)

    def _function(self, name: str) -> Test:
        subject = self._operand(self._next())
        argument = self._operand(self._next()) if self.takes(",") else None
        self._must(")")
        if argument is None:
            if name == "attribute_exists":
                return lambda item, values: subject(item, values) is not None
            if name == "attribute_not_exists":
                return lambda item, values: subject(item, values) is None
        else:
            if name == "attribute_type":
                return lambda item, values: type(subject(item, values)) is _type_of(argument(item, values))
            if name == "begins_with":
                return lambda item, values: _begins(subject(item, values), argument(item, values))
        raise self._odd(name)

    def takes(self, word: str) -> bool:
        """Read `word` if it comes next, and tell whether it did."""
        if self._left[:1] != [word]:
            return False
        del self._left[0]
        return True

    def end(self) -> None:
        """Refuse whatever is left."""
        if self._left:
            raise self._odd(self._left[0])

    def _must(self, word: str) -> None:
        if not self.takes(word):
            raise self._odd(self._left[0] if self._left else "the end")

    def _next(self) -> str:
        if not self._left:
            raise self._odd("the end")
        return self._left.pop(0)

    def _name(self) -> str:
        word = self._next()
        if word in _WORDS or not word.lstrip("#").isidentifier():
            raise self._odd(word)
        return word.lstrip("#")

    def _value(self) -> str:
        word = self._next()
        if not word.startswith(":"):
            raise self._odd(word)
        return word

    def _operand(self, word: str) -> Operand:
        if word.startswith(":"):
            return lambda _item, values: _given(values, word)
        self._left.insert(0, word)
        name = self._name()
        return lambda item, _values: item.get(name)

    def _odd(self, word: str) -> ExpressionError:
        return ExpressionError(f"not understood: {word!r} in {self._text!r}")


def _compare(sign: str, one: Value | None, other: Value | None) -> bool:
    if type(one) is not type(other):
        return sign == "<>"
    if isinstance(one, bool) and sign not in {"=", "<>"}:
        raise ExpressionError("yes and no have no order")
    return one is not None and _COMPARISONS[sign](one, other)


def _begins(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one.startswith(other)
    return isinstance(one, bytes) and isinstance(other, bytes) and one.startswith(other)


def _type_of(letter: Value | None) -> type:
    if letter is None or letter not in _TYPES:
        raise ExpressionError(f"no type that is known here: {letter!r}")
    return _TYPES[letter]


def _sum(one: Value | None, other: Value | None) -> int:
    if type(one) is not int or type(other) is not int:
        raise ExpressionError("only numbers can be added")
    return one + other


def _given(values: Values, name: str) -> Value:
    if name not in values:
        raise ExpressionError(f"no value for {name}")
    return values[name]


def _there(value: Value | None, name: str) -> Value:
    if value is None:
        raise ExpressionError(f"the item has no {name.lstrip('#')}")
    return value
