"""Every case that was found once is answered as it should be, for ever: `tests/corpus` holds what was sent.

A failure of the fuzzer prints its request in the same form: put it there with `why` and what must be `answered`.
"""

import json
from pathlib import Path

import pytest
from fuzzing.door import Door
from fuzzing.judge import complaints
from fuzzing.sent import Sent

CORPUS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in Path(__file__).parents[1].glob("corpus/*.json")
}
LISTS = ("drafts", "skipped", "malformed")


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_a_case_found_once_is_answered_as_it_should_be(name):
    case, door = CORPUS[name], Door()
    request, expected = Sent.from_json(case["sent"]), case["answered"]
    answer = door.serve(request)
    assert list(complaints(request, answer, door)) == []
    assert answer.status == expected["status"]
    body = answer.json()
    assert body.get("error", {}).get("code") == expected.get("code")
    if "calls" in expected:
        assert door.calls == expected["calls"]
    if answer.status == 202:
        told = {of: [each["commit"] for each in body[of]] for of in LISTS}
        assert told == {of: expected.get(of, []) for of in LISTS}


def test_what_was_taken_in_of_the_corpus_can_be_worked_off():
    door = Door()
    for case in CORPUS.values():
        door.serve(Sent.from_json(case["sent"]))
    while door.house.open_next() or door.house.post_next():
        pass
    assert door.house.statuses()


def test_every_case_says_why_it_is_there():
    assert len(CORPUS) > 40
    assert all(case["why"].endswith(".") and case.keys() == {"why", "sent", "answered"} for case in CORPUS.values())
