"""DynamoDB's single-item operations in memory, expressions included, so that the real adapters run without a server.

Understands what the adapters write and refuses the rest. Held to the same contract suites as moto.
"""

import copy
import functools
import operator
import re

from chalicelib.ports.table import Lost

INDEXES = {"due": ("lane", "due_at"), "month": ("month", "at"), "sha": ("sha_head", "sha")}
PROJECTED = {"due": {"sent_at", "judged_by"}}
_TOKEN = re.compile(r"\s*(AND|OR|BETWEEN|[a-z_]+(?=\()|[#:]?[A-Za-z_]\w*|<=|>=|<>|[=<>+(),])")
_COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_TYPES = {"S": str, "N": int, "B": bytes, "BOOL": bool}


class MemoryTable:
    def __init__(self):
        self.items = {}

    def skew_ms(self):
        return 0

    def get(self, pk, sk):
        return copy.copy(self.items.get((pk, sk)))

    def put(self, item, condition=None, values=None):
        item = {name: value for name, value in item.items() if value is not None}
        key = (item["PK"], item["SK"])
        held = self.items.get(key, {})
        if condition is not None and not _holds(condition, held, values or {}):
            return Lost(copy.copy(held))
        self.items[key] = dict(item)
        return None

    def update(self, pk, sk, change, *, condition=None, values=None):
        held = self.items.get((pk, sk), {})
        if condition is not None and not _holds(condition, held, values or {}):
            return Lost(copy.copy(held))
        after = _changed({"PK": pk, "SK": sk, **held}, change, values or {})
        self.items[pk, sk] = after
        return copy.copy(after)

    def delete(self, pk, sk):
        self.items.pop((pk, sk), None)

    def query(self, condition, values, *, index=None, limit=None):
        hash_name, range_name = INDEXES[index] if index else ("PK", "SK")
        found = [
            item
            for item in self.items.values()
            if hash_name in item and range_name in item and _holds(condition, item, values)
        ]
        found.sort(key=lambda item: item[range_name])
        for item in found[:limit]:
            if index is None:
                yield copy.copy(item)
                continue
            shown = {"PK", "SK", hash_name, range_name} | PROJECTED.get(index, set())
            yield {name: value for name, value in item.items() if name in shown}


def _holds(condition, item, values):
    return _compiled(condition)(item, values)


@functools.cache
def _compiled(condition):
    """Turn a condition into a function of an item and the values."""
    parser = _Parser(condition)
    test = parser.either()
    parser.end()
    return test


class _Parser:
    """A condition, by recursive descent."""

    def __init__(self, text):
        self._tokens = _tokens(text)

    def either(self):
        tests = [self.both()]
        while self._take("OR"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda item, values: any(test(item, values) for test in tests)

    def both(self):
        tests = [self.one()]
        while self._take("AND"):
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda item, values: all(test(item, values) for test in tests)

    def one(self):
        if self._take("("):
            test = self.either()
            self._must(")")
            return test
        word = self._tokens.pop(0)
        if self._take("("):
            return self._function(word)
        left = _operand(word)
        sign = self._tokens.pop(0)
        right = _operand(self._tokens.pop(0))
        if sign == "BETWEEN":
            self._must("AND")
            upper = _operand(self._tokens.pop(0))
            return lambda item, values: right(item, values) <= left(item, values) <= upper(item, values)
        compare = _COMPARISONS[sign]

        def test(item, values):
            one, other = left(item, values), right(item, values)
            if type(one) is not type(other):
                return sign == "<>"
            return one is not None and compare(one, other)

        return test

    def end(self):
        assert not self._tokens, self._tokens

    def _function(self, name):
        subject = _operand(self._tokens.pop(0))
        argument = _operand(self._tokens.pop(0)) if self._take(",") else None
        self._must(")")
        return {
            "attribute_exists": lambda item, values: subject(item, values) is not None,
            "attribute_not_exists": lambda item, values: subject(item, values) is None,
            "attribute_type": lambda item, values: type(subject(item, values)) is _TYPES[argument(item, values)],
            "begins_with": lambda item, values: str(subject(item, values)).startswith(argument(item, values)),
        }[name]

    def _take(self, word):
        if self._tokens and self._tokens[0] == word:
            self._tokens.pop(0)
            return True
        return False

    def _must(self, word):
        assert self._take(word), (word, self._tokens)


def _operand(word):
    if word.startswith(":"):
        return lambda _, values: values[word]
    name = word.lstrip("#")
    return lambda item, _: item.get(name)


def _changed(item, change, values):
    """Apply `SET a = b + :c, …`, `REMOVE a, …` and `ADD a :b`; every right side reads the item as it was."""
    after = dict(item)
    for clause in re.split(r"\s*(?=SET |REMOVE |ADD )", change.strip()):
        if not clause:
            continue
        verb, _, body = clause.partition(" ")
        for part in re.split(r",(?![^(]*\))", body):
            if verb == "SET":
                name, _, expression = part.partition("=")
                after[name.strip().lstrip("#")] = _sum(expression, item, values)
            elif verb == "REMOVE":
                after.pop(part.strip().lstrip("#"), None)
            else:
                name, value = part.split()
                after[name.lstrip("#")] = item.get(name.lstrip("#"), 0) + values[value]
    return after


def _sum(expression, item, values):
    return_value = None
    for term in re.split(r"\s\+\s", expression.strip()):
        absent = re.fullmatch(r"if_not_exists\(\s*(#?\w+)\s*,\s*(:\w+)\s*\)", term.strip())
        if absent:
            value = item.get(absent[1].lstrip("#"), values[absent[2]])
        else:
            word = term.strip()
            value = values[word] if word.startswith(":") else item[word.lstrip("#")]
        return_value = value if return_value is None else return_value + value
    return return_value


def _tokens(text):
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        assert found, f"not understood: {text[at:]}"
        tokens.append(found[1])
        at = found.end()
    return tokens
