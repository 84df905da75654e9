import dataclasses

import pytest
from fakes.house import delivery, draft, sha

from chalicelib.domain.entry import Attempt, Author, Note, commit_key
from chalicelib.domain.lifecycle import RESTORE, SWEPT, TRANSITIONS, Status, commands_for
from chalicelib.domain.throttle import Bucket
from chalicelib.services import directory as directories
from chalicelib.services import intake
from cli.timeline import NEXT, commands, next_step

MERGE = Note(sha(7), "skipped", "merge commit: its text is a copy")
TYPO = Note(sha(8), "malformed", "'8' is ambiguous: write 8h or 8m", "f:8")


def _is_told(result, *words):
    for word in words:
        assert word in result.out, word


def test_a_logged_commit_is_told_from_its_arrival_to_its_id_in_noko(run, deliver, house):
    deliver(delivery(draft(1)))
    entry = house.ledger.entry(commit_key(sha(1)))
    result = run("entry", sha(1))
    assert result.code == 0
    _is_told(result, "logged  Work 1", "Gear GmbH, as jane@acme.example", f"entry {entry.noko_id}", "branch main")
    _is_told(result, entry.delivery, "opened", f"attempt 1: created in Noko as entry {entry.noko_id}")
    _is_told(result, "2026-06-30 12:00:00 UTC", "Next: Nothing to do: it is in Noko.")


def test_the_story_is_in_the_order_in_which_things_happened(run, deliver, house):
    house.transport.unreachable = True
    deliver(delivery(draft(1)), minutes=2)
    house.transport.unreachable = False
    house.run(minutes=60)
    (line,) = run("entry", "--json", sha(1)).lines
    told = [event["what"] for event in line["events"]]
    assert told[0].startswith("arrived, from jane@acme.example, on branch main of acme/website")
    assert told[1] == "opened"
    assert told[-1].startswith(f"attempt {line['attempts']}: created in Noko as entry ")
    assert [event["at"] for event in line["events"]] == sorted(event["at"] for event in line["events"])


def test_each_kept_attempt_is_told_with_its_detail(run, deliver, house):
    deliver(delivery(draft(1, author=Author())))
    key = commit_key(sha(1))
    house.ledger.put_attempt(key, Attempt(1, 1_782_820_800_000, 1_782_820_801_000, "unavailable", "connection refused"))
    _is_told(run("entry", key), "attempt 1: did not reach Noko (connection refused)")


def test_minutes_that_noko_rounded_up_are_told_with_those_asked_for(run, deliver):
    deliver(delivery(draft(1, minutes=50, project="Website")))
    _is_told(run("entry", sha(1)), "60 min", "50 were asked for")


def test_a_held_commit_is_told_with_its_reason_and_the_commands_ready_to_type(run, deliver):
    deliver(delivery(draft(1, author=Author(email="nobody@home.example"))))
    key = commit_key(sha(1))
    result = run("entry", sha(1))
    _is_told(result, "held", "nobody@home.example")
    _is_told(result, f"tallyhook route {key} --project", f"tallyhook replay {key}", f"tallyhook dismiss {key}")


def test_what_waits_while_noko_is_paused_says_so(run, house):
    directories.fetch(ports=house.ports)
    house.throttle.pause("Noko does not accept the token", now=house.clock.now())
    intake.take(delivery(draft(1)), ports=house.ports)
    house.open_next()
    _is_told(run("entry", sha(1)), "queued", "paused", "Noko does not accept the token")


@pytest.mark.parametrize("word", [sha(0xABC), f"github:{sha(0xABC)}", sha(0xABC).upper()])
def test_a_whole_sha_and_a_key_mean_the_same(run, deliver, word):
    deliver(delivery(draft(0xABC)))
    assert run("entry", word, "--json").lines[0]["key"] == commit_key(sha(0xABC))


@pytest.fixture
def real_shas(deliver):
    """Two commits whose SHAs have their first five digits in common."""
    shas = ["8f3c2d" + "1" * 34, "8f3c2e" + "2" * 34]
    drafts = [draft(n, key=commit_key(full), description=f"Work {n}") for n, full in enumerate(shas, 1)]
    deliver(delivery(*drafts))
    return shas


@pytest.mark.parametrize("digits", [6, 7, 39])
def test_the_first_digits_of_a_sha_are_enough_where_they_are_unique(run, real_shas, digits):
    assert run("entry", real_shas[0][:digits], "--json").lines[0]["key"] == commit_key(real_shas[0])


@pytest.mark.parametrize("word", ["8f3c", "github:8F3C2"])
def test_a_short_sha_that_may_be_several_lists_them(run, real_shas, word):
    result = run("entry", word)
    assert (result.code, result.out) == (2, "")
    assert all(full in result.err for full in real_shas)
    assert "Work 2" in result.err


@pytest.mark.parametrize("word", ["8f3", "xyz1", "github:", "github:8f3c2g", ""])
def test_what_is_neither_a_key_nor_a_sha_is_a_usage_error(run, word):
    assert run("entry", word).code == 2


@pytest.mark.parametrize(("note", "said"), [(MERGE, "merge commit"), (TYPO, "f:8")])
def test_a_commit_that_became_no_entry_is_told_why_and_by_which_delivery(run, deliver, note, said):
    brought = delivery(notes=(note,))
    deliver(brought)
    result = run("entry", note.subject)
    assert result.code == 0
    _is_told(result, f"no entry: {note.kind}", note.reason, said, brought.key, "branch main of acme/website")


def test_a_note_is_found_by_a_short_sha_and_as_json(run, deliver):
    note = dataclasses.replace(TYPO, subject="beef" * 10)
    deliver(delivery(notes=(note,)))
    (line,) = run("entry", "beefb", "--json").lines
    assert (line["found"], line["key"], line["kind"], line["text"]) == (
        "note",
        f"github:{note.subject}",
        "malformed",
        "f:8",
    )


def test_a_commit_without_a_directive_is_found_in_the_delivery_that_brought_it(run, deliver):
    brought = delivery(silent=(sha(9), sha(10)))
    deliver(brought)
    result = run("entry", sha(9))
    assert result.code == 0
    _is_told(result, f"arrived in delivery {brought.key} at 2026-06-30 12:00:00 UTC", "on branch main of acme/website")
    _is_told(result, "its message holds no time directive", "tallyhook explain")


def test_every_delivery_that_brought_it_is_told_the_oldest_first(run, deliver):
    deliver(delivery(silent=(sha(9),), name="first"))
    deliver(delivery(silent=(sha(9),), name="second"))
    out = run("entry", sha(9)).out
    assert 0 < out.index("github:first:") < out.index("github:second:")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"drafts": (draft(1),)}, "a draft of 45 min on 2026-06-30"),
        ({"notes": (dataclasses.replace(TYPO, subject=sha(1)),)}, "malformed"),
    ],
)
def test_a_commit_in_a_delivery_that_is_not_opened_yet_is_told_as_that(run, house, content, said):
    brought = dataclasses.replace(delivery(), **content)
    intake.take(brought, ports=house.ports)
    result = run("entry", sha(1))
    assert result.code == 0
    _is_told(result, brought.key, "not opened yet", said)


def test_an_unopened_delivery_is_searched_by_short_shas_too(run, house):
    full = "cafe" * 10
    intake.take(delivery(draft(1, key=commit_key(full))), ports=house.ports)
    (line,) = run("entry", "cafec", "--json").lines
    assert (line["found"], line["key"], line["arrivals"][0]["holds"]) == ("delivery", commit_key(full), "draft")


def test_a_short_sha_that_several_silent_commits_begin_with_lists_them(run, deliver):
    deliver(delivery(silent=("cafe1" * 8, "cafe2" * 8)))
    result = run("entry", "cafe")
    assert result.code == 2
    assert "cafe1" * 8 in result.err
    assert "cafe2" * 8 in result.err


def test_an_entry_that_the_index_does_not_show_yet_is_told_all_the_same(run, deliver, house):
    full = "cafe" * 10
    deliver(delivery(draft(1, key=commit_key(full))))
    house.ledger.keys_of_sha = lambda _prefix: []
    assert run("entry", "cafec", "--json").lines[0]["found"] == "entry"


def test_a_commit_that_no_delivery_holds_fails_and_says_what_to_check_at_github(run, deliver):
    deliver(delivery(draft(1)))
    result = run("entry", sha(2))
    assert result.code == 1
    _is_told(result, f"no delivery of the last 30 days holds {sha(2)}", "Recent Deliveries", "Redeliver")
    assert run("entry", sha(2), "--json").lines == [{"found": "nothing", "asked": sha(2), "incomplete": []}]


def test_a_push_that_github_may_have_cut_is_named_when_a_commit_is_missing(run, house):
    intake.take(dataclasses.replace(delivery(), incomplete=True), ports=house.ports)
    result = run("entry", sha(2))
    assert result.code == 1
    _is_told(result, "2,048 commits", delivery().key)


def test_deliveries_of_more_than_thirty_days_ago_are_not_searched(run, house):
    intake.take(delivery(silent=(sha(9),)), ports=house.ports)
    house.clock.advance(days=31)
    assert run("entry", sha(9)).code == 1


def test_a_form_submission_is_asked_for_by_its_key(run, house):
    key = "form:timesheet:42"
    intake.take(delivery(draft(1, key=key)), ports=house.ports)
    assert run("entry", key, "--json").lines[0]["found"] == "delivery"
    house.run(minutes=5)
    assert run("entry", key, "--json").lines[0]["found"] == "entry"
    assert run("entry", "form:timesheet:4").code == 1


def test_hostile_text_in_a_story_is_shown_harmless(run, deliver):
    deliver(delivery(draft(1, description="\x1b[2J\u202eevil", branch="\x9b")))
    out = run("entry", sha(1)).out
    assert "\\x1b[2J\\u202eevil" in out
    assert "\x9b" not in out


@pytest.fixture
def an_entry(deliver, house):
    deliver(delivery(draft(1)))
    return house.ledger.entry(commit_key(sha(1)))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("bucket", [Bucket(), Bucket(paused_at=1, pause_reason="away")])
def test_every_status_has_a_next_step(an_entry, status, bucket):
    said = next_step(dataclasses.replace(an_entry, status=status), throttle=bucket, now=2)
    assert said.endswith(".")
    assert ("paused" in said) == (bucket.paused_at is not None and status in SWEPT)


def test_the_next_steps_know_no_status_twice():
    assert set(Status) - set(NEXT) == {Status.UNCERTAIN}


@pytest.mark.parametrize("status", Status)
def test_every_command_of_the_table_is_offered_and_no_other(an_entry, status):
    offered = commands(dataclasses.replace(an_entry, status=status, amends="github:1"))
    assert (
        {line.split()[1] for line in offered}
        == set(commands_for(status))
        == {t.by for t in TRANSITIONS if t.source is status and t.by not in {"us", RESTORE}}
    )


def test_only_what_amends_another_entry_can_be_used_to_amend_it(an_entry):
    assert not any(" amend " in line for line in commands(dataclasses.replace(an_entry, status=Status.HELD)))


@pytest.mark.parametrize("status", Status)
def test_an_entry_of_any_status_can_be_told(run, house, an_entry, status):
    held = dataclasses.replace(
        an_entry, status=status, claimed_at=None, absent_at=an_entry.changed_at, reason="why not"
    )
    house.ledger.swap(an_entry, dataclasses.replace(held, stamp="fresh"))
    _is_told(run("entry", sha(1)), status.value, "why not", "Next: ")
