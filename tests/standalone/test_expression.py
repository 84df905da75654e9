"""What a condition and a change mean, where an emulator would not say; and what is refused."""

import itertools

import pytest

from standalone.expression import Range, changed, check_values, holds, key_condition
from standalone.expression_parser import ExpressionError

HELD = {"number": 3, "text": "3", "raw": b"3", "yes": True}


@pytest.mark.parametrize(("name", "other"), list(itertools.permutations(HELD, 2)))
@pytest.mark.parametrize("sign", ["=", "<>", "<", "<=", ">", ">="])
def test_values_of_two_types_are_different_and_have_no_order(name, other, sign):
    assert holds(f"#{name} {sign} :v", HELD, {":v": HELD[other]}) is (sign == "<>")
    assert not holds(f"#{name} BETWEEN :v AND :v", HELD, {":v": HELD[other]})


@pytest.mark.parametrize("value", HELD.values())
@pytest.mark.parametrize("sign", ["=", "<>", "<", "<=", ">", ">="])
def test_what_is_missing_equals_nothing_and_has_no_order(value, sign):
    assert holds(f"#missing {sign} :v", HELD, {":v": value}) is (sign == "<>")
    assert not holds("#missing BETWEEN :v AND :v", HELD, {":v": value})
    assert not holds("begins_with(#missing, :v)", HELD, {":v": value})


def test_and_binds_closer_than_or():
    values = {":y": True, ":n": False}
    yes, no = "#yes = :y", "#yes = :n"
    assert holds(f"{yes} OR {no} AND {no}", HELD, values)
    assert not holds(f"({yes} OR {no}) AND {no}", HELD, values)
    assert holds(f"{no} AND {no} OR {yes}", HELD, values)
    assert not holds(f"{no} AND ({no} OR {yes})", HELD, values)


def test_bytes_begin_with_bytes_and_with_no_text():
    assert holds("begins_with(#raw, :v)", {"raw": b"\x00\xff"}, {":v": b"\x00"})
    assert not holds("begins_with(#raw, :v)", {"raw": b"3"}, {":v": "3"})
    assert not holds("begins_with(#number, :v)", HELD, {":v": "3"})


def test_no_condition_holds_for_anything():
    assert holds(None, {})


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "#a",
        "#a = ",
        "#a == :a",
        "#a = :a AND",
        "#a = :a :a",
        "(#a = :a",
        "#a = :a)",
        "NOT #a = :a",
        "#a IN (:a)",
        "size(#a) > :a",
        "contains(#a, :a)",
        "attribute_exists(#a, :a)",
        "attribute_type(#a)",
        "#a.b = :a",
        "#a[0] = :a",
        "#a = 'text'",
        "#a BETWEEN :a OR :a",
        "AND = :a",
        "#a = :a; DROP TABLE item",
    ],
)
def test_a_condition_that_is_not_known_is_refused_with_its_words(condition):
    with pytest.raises(ExpressionError, match="not understood"):
        holds(condition, {"a": 1}, {":a": 1})


def test_yes_and_no_have_no_order():
    with pytest.raises(ExpressionError, match="no order"):
        holds("#yes < :v", HELD, {":v": True})


def test_a_type_that_is_not_known_is_refused():
    with pytest.raises(ExpressionError, match="no type"):
        holds("attribute_type(#text, :v)", HELD, {":v": "SS"})


def test_every_right_side_reads_the_item_as_it_was():
    assert changed({"a": 1, "b": 5}, "SET #a = #b, #b = #a + :n REMOVE #c", {":n": 1}) == {"a": 5, "b": 2}


@pytest.mark.parametrize(
    "change",
    ["", "SET", "SET #a", "SET #a = ", "SET #a = :n - :n", "DELETE #a :n", "DROP #a", "SET :n = #a", "SET #a = f(:n)"],
)
def test_a_change_that_is_not_known_is_refused(change):
    with pytest.raises(ExpressionError):
        changed({"a": 1}, change, {":n": 1})


@pytest.mark.parametrize("change", ["SET PK = :n", "SET #SK = :n", "SET #a = :n REMOVE #a", "SET #a = :n, #a = :n"])
def test_a_change_names_each_attribute_once_and_never_the_key(change):
    with pytest.raises(ExpressionError, match="once, and never the key"):
        changed({"PK": "p", "SK": "s", "a": 1}, change, {":n": 1})


@pytest.mark.parametrize("change", ["SET #a = #text + :n", "SET #a = #yes + :n", "ADD #text :n", "SET #a = #missing"])
def test_a_change_that_the_item_does_not_allow_is_refused(change):
    with pytest.raises(ExpressionError):
        changed(HELD, change, {":n": 1})


def test_values_and_expressions_must_name_the_same():
    check_values({":a": 1, ":b": 2}, "#a = :a", "SET #b = :b")
    check_values(None, None, "REMOVE #a")
    for values in ({":a": 1}, {":a": 1, ":b": 2, ":c": 3}, None):
        with pytest.raises(ExpressionError, match="do not agree on"):
            check_values(values, "#a = :a", "SET #b = :b")


def test_a_query_asks_for_a_partition_and_perhaps_for_a_part_of_it():
    assert key_condition("PK = :pk").range is None
    asked = key_condition("#lane = :lane AND #due_at BETWEEN :since AND :until")
    assert (asked.name, asked.operand, asked.range) == (
        "lane",
        ":lane",
        Range("due_at", "BETWEEN", (":since", ":until")),
    )
    assert key_condition("PK = :p AND begins_with(SK, :s)").range == Range("SK", "begins_with", (":s",))


@pytest.mark.parametrize(
    "condition",
    [
        "PK > :p",
        "PK = :p OR SK = :s",
        "PK = :p AND SK <> :s",
        "PK = :p AND SK = :s AND #a = :a",
        "PK = :p AND (SK = :s)",
        "PK = :p AND attribute_exists(#a)",
        "PK = SK",
    ],
)
def test_what_no_query_can_ask_is_refused(condition):
    with pytest.raises(ExpressionError):
        key_condition(condition)
