"""Which parts of a description become tags."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.sandbox.hashtag import MAX_LENGTH, hashtags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("nothing", []),
        ("#one and #two-b, (#three).", ["one", "two-b", "three"]),
        ("#lunch*", ["lunch*"]),
        ("#a #A #a*", ["a*"]),
        ("#größe", ["größe"]),
        ("#" + "x" * 30, ["x" * 30]),
        ("#" + "x" * 31, []),
        ("https://x.example/#part page#part &#39; ##", []),
        ("GH-123", []),
        ("#123", ["123"]),
    ],
)
def test_hashtags_are_found(text, found):
    assert [tag.name if tag.billable else f"{tag.name}*" for tag in hashtags(text)] == found


def test_only_ascii_digits_look_like_an_issue():
    assert [tag.is_number for tag in hashtags("#123 #12a #١٢")] == [True, False, False]


@given(st.text(alphabet="#*- aé1&/", max_size=80))
def test_no_tag_is_empty_too_long_or_found_twice(text):
    names = [tag.name.casefold() for tag in hashtags(text)]
    assert len(names) == len(set(names))
    assert all(0 < len(name) <= MAX_LENGTH for name in names)


def test_reading_hostile_text_takes_time_in_proportion():
    def seconds(size):
        begun = time.process_time()
        hashtags("#" * size + "-" * size)
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(400_000) < 1
