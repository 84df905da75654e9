"""Export, import and compare on files that nobody serves."""

import json

import pytest
from fakes.entry import entry

from chalicelib.domain.lifecycle import Status
from chalicelib.table.ledger import TableLedger

ENTRIES = len(Status)
ITEMS = 2 * ENTRIES


@pytest.fixture
def exported(run, filled, tmp_path):
    path = tmp_path / "store.jsonl"
    assert run("export", path, "--file", filled).code == 0
    return path


@pytest.fixture
def other(tmp_path):
    return tmp_path / "two.db"


def header_of(path):
    return json.loads(path.read_bytes().splitlines()[0])


def restored_to(opened, path):
    with opened(path) as store:
        return store.stores.throttle.state().restored_to


def test_everything_moves_but_what_belongs_to_the_place(run, exported, other, opened):
    result = run("import", exported, "--file", other, "--yes")
    assert result.code == 0
    assert f"{ITEMS} items put, 0 were there" in result.err
    compared = run("compare", exported, "--file", other)
    assert (compared.code, compared.out) == (0, "")
    assert f"holds the {ITEMS} items" in compared.err
    with opened(other) as store:
        assert {item["PK"] for item in store.table.scan()} & {"default#directory"} == set()
        ledger = TableLedger(store.table, account="default")
        assert {e.status for e in ledger.entries(since=0, until=2**45)} == set(Status)
        assert ledger.holder_of(1) == entry(0).key
        assert "tat" not in store.table.get("default#throttle", "throttle")


def test_the_export_says_where_it_is_from_and_may_be_read_by_its_owner_only(exported, filled):
    header = header_of(exported)
    assert header["source"] == str(filled)
    assert header["owner"] == "default at http://127.0.0.1:1/v2"
    assert header["as_of"] == header["taken_at"]
    assert exported.stat().st_mode & 0o777 == 0o600
    assert "secret" not in exported.read_text()


def test_from_the_first_item_on_nothing_is_posted_as_of_the_export(run, exported, other, opened):
    result = run("import", exported, "--file", other, "--yes")
    assert restored_to(opened, other) == header_of(exported)["as_of"]
    assert "tallyhook restore" in result.err


def test_of_a_store_that_was_put_back_itself_the_earlier_instant_goes_along(run, filled, other, opened, tmp_path):
    with opened(filled) as store:
        store.stores.throttle.enter_restore(1_000, now=2_000)
    run("export", tmp_path / "e", "--file", filled)
    run("import", tmp_path / "e", "--file", other, "--yes")
    assert restored_to(opened, other) == 1_000


def test_an_export_changes_nothing_unless_the_store_is_to_move(run, filled, opened, tmp_path):
    run("export", tmp_path / "copied", "--file", filled)
    assert restored_to(opened, filled) is None
    result = run("export", tmp_path / "moved", "--file", filled, "--move")
    assert "posts nothing any more" in result.err
    assert restored_to(opened, filled) == header_of(tmp_path / "moved")["as_of"]


def test_once_more_finds_everything_there_and_does_not_close_the_store_again(run, exported, other, opened):
    run("import", exported, "--file", other, "--yes")
    with opened(other) as store:
        store.stores.throttle.leave_restore(header_of(exported)["as_of"], now=1)
    again = run("import", exported, "--file", other)
    assert again.code == 0
    assert "holds all of them: nothing to do" in again.err
    assert restored_to(opened, other) is None


def test_what_is_there_differently_stays_is_listed_and_is_asked_for_in_noko_too(run, exported, other, opened):
    with opened(other) as store:
        ledger = TableLedger(store.table, account="default")
        ledger.claim_store("default at http://127.0.0.1:1/v2", now=1)
        ledger.put_entry(entry(3, status=Status.QUEUED, stamp="its own"))
        ledger.take_noko_id(1, "another")
    result = run("import", exported, "--file", other, "--yes", "--json")
    assert result.code == 5
    assert [(line["what"], line["PK"]) for line in result.lines] == [
        ("different", f"default#entry#{entry(3).key}"),
        ("different", "default#noko#1"),
    ]
    assert f"{ITEMS - 2} items put" in result.err
    assert restored_to(opened, other) == entry(3).opened_at
    with opened(other) as store:
        assert TableLedger(store.table, account="default").entry(entry(3).key).stamp == "its own"
    compared = run("compare", exported, "--file", other, "--json")
    assert compared.code == 1
    assert [line["what"] for line in compared.lines] == ["different", "different"]


def test_a_comparison_lists_keys_and_no_texts(run, exported, filled, opened):
    with opened(filled) as store:
        ledger = TableLedger(store.table, account="default")
        ledger.put_entry(entry(50))
        store.table.delete(f"default#entry#{entry(1).key}", "entry")
        store.table.update(f"default#entry#{entry(2).key}", "entry", "SET #stamp = :s", values={":s": "new"})
    result = run("compare", exported, "--file", filled)
    assert result.code == 1
    told = [line.split("  ")[:2] for line in result.out.splitlines()]
    assert told == [
        ["only in the file", f"default#entry#{entry(1).key}"],
        ["only in the store", f"default#entry#{entry(50).key}"],
        ["different", f"default#entry#{entry(2).key}"],
    ]
    assert "Work" not in result.out
    assert "3 items differ" in result.err


def test_what_has_expired_neither_travels_nor_counts(run, filled, opened, tmp_path):
    with opened(filled) as store:
        store.table.put({"PK": "default#note#old", "SK": "note", "expires_at": 1})
    run("export", tmp_path / "e", "--file", filled)
    assert b"note#old" not in (tmp_path / "e").read_bytes()
    assert run("compare", tmp_path / "e", "--file", filled).code == 0


def test_a_file_that_was_changed_is_refused_before_anything_is_written(run, exported, other):
    exported.write_bytes(exported.read_bytes().replace(b'"posting"', b'"skipped"', 1))
    result = run("import", exported, "--file", other, "--yes")
    assert result.code == 1
    assert "was changed since it was written" in result.err
    assert not other.exists()


@pytest.mark.parametrize("command", ["import", "compare"])
def test_the_store_of_another_noko_is_refused(run, exported, filled, command):
    more = ["--yes"] if command == "import" else []
    result = run(command, exported, "--file", filled, *more, noko="http://127.0.0.1:2/v2")
    assert result.code == 3
    assert "default at http://127.0.0.1:1/v2" in result.err
    assert "NOKO_BASE_URL" in result.err


def test_a_store_that_is_stamped_for_another_noko_takes_no_import(run, exported, other, opened):
    with opened(other) as store:
        TableLedger(store.table, account="default").claim_store("default at https://elsewhere.example", now=1)
    result = run("import", exported, "--file", other, "--yes")
    assert result.code == 3
    assert "belongs to default at https://elsewhere.example" in result.err


@pytest.mark.parametrize(("options", "code"), [({}, 2), ({"attended": True, "typed": "n\n"}, 1)])
def test_without_a_yes_nothing_is_put_and_nothing_marked(run, exported, other, opened, options, code):
    assert run("import", exported, "--file", other, **options).code == code
    assert restored_to(opened, other) is None
    assert run("compare", exported, "--file", other).code == 1


def test_what_is_not_there_is_not_made(run, tmp_path):
    for words in (["export", tmp_path / "e"], ["backup", tmp_path / "b"]):
        result = run(*words, "--file", tmp_path / "none.db")
        assert (result.code, list(tmp_path.iterdir())) == (1, [])
        assert "there is no" in result.err
    assert run("import", tmp_path / "none", "--file", tmp_path / "none.db", "--yes").code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_was_never_used_has_nothing_to_export(run, other, opened, tmp_path):
    with opened(other):
        pass
    result = run("export", tmp_path / "e", "--file", other)
    assert result.code == 1
    assert "never used" in result.err


def test_two_stores_at_once_are_a_usage_error(run, filled, tmp_path):
    assert run("--stage", "prod", "export", tmp_path / "e", "--file", filled).code == 2
