"""One machine's reading of conditions and changes, held against an emulator's on items and expressions of any make."""

import pytest
from fakes.clock import START
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.aws.table import DynamoTable
from chalicelib.errors import StoreUnavailable
from chalicelib.ports.table import Lost
from standalone.expression import changed, check_values, holds
from standalone.expression_parser import ExpressionError

NUMBERS = st.integers(-3, 3) | st.integers(-(10**30), 10**30)
TEXTS = st.text("ab ü", max_size=3)
VALUES = NUMBERS | TEXTS | st.binary(max_size=2) | st.booleans()
NAMES = ("a", "b", "c")
ITEMS = st.dictionaries(st.sampled_from(NAMES), VALUES)
CASES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def comparisons(draw, item, values):
    """Compare an attribute with a value. Other types than its own only for equality: moto has no order of them."""
    name, given_as = draw(st.sampled_from(NAMES)), f":v{len(values)}"
    held = item.get(name)
    kinds = {int: NUMBERS, str: TEXTS}
    if type(held) in {*kinds, type(None)} and draw(st.booleans()):
        values[given_as] = draw(kinds.get(type(held), NUMBERS))
        sign = draw(st.sampled_from(["<", "<=", ">", ">=", "BETWEEN"]))
        if sign != "BETWEEN":
            return f"#{name} {sign} {given_as}"
        least, most = sorted([values[given_as], draw(kinds.get(type(held), NUMBERS))])
        values.update({given_as: least, f"{given_as}m": most})
        return f"#{name} BETWEEN {given_as} AND {given_as}m"
    yes_is_one = {bool: int, int: bool}.get(type(held))  # to moto
    others = VALUES.filter(lambda value: type(value) is not yes_is_one)
    values[given_as] = draw(others if held is None else others | st.just(held))
    return f"#{name} {draw(st.sampled_from(['=', '<>']))} {given_as}"


@st.composite
def functions(draw, item, values):
    name, given_as = draw(st.sampled_from(NAMES)), f":v{len(values)}"
    function = draw(st.sampled_from(["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with"]))
    if function == "attribute_type":
        values[given_as] = draw(st.sampled_from(["S", "N", "B", "BOOL"]))
    elif function == "begins_with":
        if isinstance(item.get(name), bytes):  # moto says no to all of these
            return f"attribute_exists(#{name})"
        values[given_as] = draw(TEXTS.filter(bool))
    else:
        return f"{function}(#{name})"
    return f"{function}(#{name}, {given_as})"


@st.composite
def conditions(draw):
    """Draw an item, a condition on it and the condition's values."""
    item, values = draw(ITEMS), {}
    text = draw(comparisons(item, values))
    for _ in range(draw(st.integers(0, 4))):
        other = draw(st.sampled_from([comparisons, functions]))
        joined = f"{text} {draw(st.sampled_from(['AND', 'OR']))} {draw(other(item, values))}"
        text = f"({joined})" if draw(st.booleans()) else joined
    return item, text, values


@pytest.fixture
def theirs(moto):
    return DynamoTable(moto.dynamodb, moto.table, now=lambda: START)


@CASES
@given(case=conditions())
def test_a_condition_holds_here_if_it_holds_there(theirs, account, case):
    item, condition, values = case
    item = {"PK": account, "SK": "s", **item}
    theirs.put(item)
    check_values(values, condition)
    assert holds(condition, item, values) == (theirs.put(item, condition, values) is None)


SUMS = ["#a + :n", ":n + #a", "if_not_exists(#b, :n)", "if_not_exists(#a, :n) + :n", ":n", "#b", "#a"]


@CASES
@given(
    item=ITEMS,
    sums=st.lists(st.sampled_from(SUMS), min_size=1, max_size=3),
    rest=st.sampled_from(["", " REMOVE #z", " ADD #z :n", " REMOVE #z, #y ADD #c :n"]),
    number=st.integers(-(10**30), 10**30),
)
def test_a_change_comes_to_the_same_here_and_there(theirs, account, item, sums, rest, number):
    item = {"PK": account, "SK": "s", **item}
    theirs.put(item)
    change = "SET " + ", ".join(f"#n{place} = {one}" for place, one in enumerate(sums)) + rest
    values = {":n": number} if ":n" in change else None
    try:
        ours = changed(item, change, values)
    except ExpressionError:
        with pytest.raises(StoreUnavailable):
            theirs.update(account, "s", change, values=values)
        return
    after = theirs.update(account, "s", change, values=values)
    assert not isinstance(after, Lost)
    assert ours == after
