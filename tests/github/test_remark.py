"""What authors are told: harmless whatever a commit says."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.github.remark import UNMAPPED, Remark, comment, description, marker

SHA = "a" * 40
texts = st.text(max_size=200) | st.text(alphabet="`~ \n@[]<>x", max_size=60)


def test_a_status_says_what_was_read_and_why():
    told = description(Remark("no unit that Tallyhook knows", "f:9x"))
    assert told == 'time not logged: "f:9x": no unit that Tallyhook knows'
    assert description(Remark(UNMAPPED)) == f"time not logged: {UNMAPPED}"
    assert len(description(Remark(UNMAPPED))) <= 140


def test_a_long_reading_leaves_room_for_the_reason():
    assert "why" in description(Remark("why", "x" * 5000))[:140]


def test_a_comment_of_a_malformed_directive_says_how_to_mend_it_and_of_a_person_who_can():
    assert "git commit --allow-empty" in comment(Remark("why", "f:9x"), SHA)
    assert "git commit" not in comment(Remark(UNMAPPED), SHA)


@settings(max_examples=300)
@given(texts, st.none() | texts)
@example("```\n@everyone", "````")
def test_nothing_of_a_commit_gets_out_of_its_fence(reason, read):
    lines = comment(Remark(reason, read), SHA).split("\n")
    assert lines[0] == marker(SHA)
    outside, fence = [], None
    for line in lines[1:]:
        if fence is None and (opened := re.fullmatch(r"(`{3,})text", line)):
            fence = opened[1]
        elif fence is not None and line == fence:
            fence = None
        elif fence is None:
            outside.append(line)
        else:
            assert not re.fullmatch(rf" {{0,3}}`{{{len(fence)},}}\s*", line)
    assert fence is None
    own = comment(Remark("x", None if read is None else "x"), SHA).split("\n")
    assert set(outside) <= set(own)


@settings(max_examples=200)
@given(texts, st.none() | texts)
def test_a_status_is_one_line_that_can_be_printed(reason, read):
    assert description(Remark(reason, read)).isprintable()
