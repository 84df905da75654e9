"""Two sets of items are compared in any order, and each difference is found."""

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from cli.archive.digest import Difference, difference

ITEMS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")), st.integers(0, 3) | st.booleans(), max_size=18
)


def listed(items):
    return [{"PK": pk, "SK": sk, "value": value} for (pk, sk), value in items.items()]


@given(ITEMS, ITEMS, st.randoms(use_true_random=False))
def test_each_difference_is_found(left, right, order):
    lefts, rights = listed(left), listed(right)
    order.shuffle(lefts)
    order.shuffle(rights)
    same = {key for key in left.keys() & right.keys() if (left[key], type(left[key])) == (right[key], type(right[key]))}
    found = difference(lambda: lefts, lambda: rights)
    assert found == Difference(
        sorted(left.keys() - right.keys()),
        sorted(right.keys() - left.keys()),
        sorted(left.keys() & right.keys() - same),
    )
    assert bool(found) is (len(found) > 0)


def test_an_item_that_a_scan_showed_twice_is_no_difference():
    one = {"PK": "a", "SK": "b"}
    assert not difference(lambda: [one, one], lambda: [one])


def test_a_single_difference_among_many_takes_little_memory():
    def items(changed=None):
        for number in range(20_000):
            yield {"PK": f"entry#{number}", "SK": "entry", "body": "x" * 100, "changed": number == changed}

    tracemalloc.start()
    try:
        found = difference(items, lambda: items(changed=random.Random(7).randrange(20_000)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found.unlike) == 1
    assert most < 3_000_000
