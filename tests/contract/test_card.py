"""What every ledger promises of notes and of its single cards."""

from dataclasses import replace

from fakes.clock import START

from chalicelib.domain.directory import Directory, Project, Tags, User
from chalicelib.domain.entry import Note
from chalicelib.ports import StoreCard, StoredNote


def test_a_note_is_read_back_and_a_newer_one_replaces_it(ledger):
    older = Note("abcd" * 10, "malformed", "no number", text="[f:ten] <b>ünd</b>")
    newer = Note("abcd" * 10, "skipped", "merge commit")
    assert ledger.note(older.subject) is None
    ledger.put_note(older, delivery="d1", now=START)
    assert ledger.note(older.subject) == StoredNote(older, "d1", START)
    ledger.put_note(newer, delivery="d2", now=START + 1)
    assert ledger.note(older.subject) == StoredNote(newer, "d2", START + 1)


def test_a_note_on_a_submission_is_found_by_its_key_and_by_its_month_and_is_no_sha(ledger):
    note = Note("form:timesheet:abcd", "malformed", "no date", text="03/04", field="Worked on")
    commit = Note("abcd" * 10, "skipped", "merge")
    for number, each in enumerate((note, commit, Note("form:timesheet:2", "skipped", "again"))):
        ledger.put_note(each, delivery=f"d{number}", now=START + number)
    assert ledger.note(note.subject) == StoredNote(note, "d0", START)
    assert note.key == "form:timesheet:abcd"
    assert [kept.delivery for kept in ledger.form_notes(since=START, until=START + 9)] == ["d0", "d2"]
    assert list(ledger.form_notes(since=START + 3, until=START + 9)) == []
    assert list(ledger.keys_of_sha("abcd")) == [commit.subject]


def test_the_directory_is_read_back_and_the_last_writer_wins(ledger):
    assert ledger.directory() is None
    users = tuple(User(n, f"u{n}@acme.example", f"Zoë {n}", "active") for n in range(1, 2001))
    full = Directory(users, (Project(1, "Gear GmbH", enabled=True), Project(2, "Old", enabled=False)), START)
    ledger.put_directory(full)
    assert ledger.directory() == full
    ledger.put_directory(Directory((), (), START + 1))
    assert ledger.directory() == Directory((), (), START + 1)


def test_tags_are_read_back_where_they_are_known_however_many_there_are(ledger):
    people = Directory((User(1, "jane@acme.example", "Jane", "active"),), (), START)
    many = Tags(frozenset(f"{n:05d}-ÄÖ-𐌰".lower() for n in range(7_001)), START + 5)
    for tags in (many, Tags(frozenset({"bug"}), START + 6), Tags(frozenset(), START + 7), None, many):
        known = replace(people, tags=tags)
        ledger.put_directory(known)
        assert ledger.directory() == known


def test_a_store_keeps_its_first_owner_and_instant(ledger):
    card = StoreCard("default at https://one", START)
    assert ledger.claim_store("default at https://one", now=START) == card
    assert ledger.claim_store("default at https://two", now=START + 5) == card
    assert ledger.claim_store("default at https://one", now=START + 9) == card
