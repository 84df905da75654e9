"""Exports on the disk: whole or not at all, and not believed unless each byte is as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import UserError
from cli.archive.file import Archive, made_whole, write
from cli.archive.line import Header

HEADER = Header("default", "default at https://api.nokotime.com/v2", 1, 2, "the store", "0.1.0")
ITEMS = [{"PK": f"default#entry#{number}", "SK": "entry", "body": bytes([number])} for number in range(9)]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "store.jsonl"
    write(path, HEADER, ITEMS)
    return path


def test_what_is_written_is_read_as_it_was(written):
    archive = Archive.verified(written)
    assert archive.header == HEADER
    assert list(archive.items(now=0)) == ITEMS
    assert (archive.seal.items, archive.size) == (9, written.stat().st_size)


def test_it_is_for_its_owner_only_and_nothing_lies_beside_it(written):
    assert written.stat().st_mode & 0o777 == 0o600
    assert list(written.parent.iterdir()) == [written]


def test_steps_count_bytes(written):
    steps = []
    list(Archive.verified(written, step=steps.append).items(now=0, step=steps.append))
    assert sum(steps) == 2 * written.stat().st_size


@given(st.data())
def test_a_file_that_is_cut_off_anywhere_is_refused(written, tmp_path_factory, data):
    whole = written.read_bytes()
    refused(tmp_path_factory, whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.data())
def test_a_file_of_which_any_byte_was_changed_is_refused(written, tmp_path_factory, data):
    whole = bytearray(written.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    refused(tmp_path_factory, bytes(whole))


@given(st.data())
def test_a_file_that_lacks_lines_or_has_them_twice_or_in_another_order_is_refused(written, tmp_path_factory, data):
    lines = written.read_bytes().splitlines(keepends=True)
    drawn = data.draw(st.lists(st.sampled_from(lines), max_size=12) | st.permutations(lines))
    if drawn != lines:
        refused(tmp_path_factory, b"".join(drawn))


def test_something_after_the_last_line_is_refused(written, tmp_path_factory):
    refused(tmp_path_factory, written.read_bytes() + b"{}\n")


def refused(folders, content):
    path = folders.mktemp("broken") / "store.jsonl"
    path.write_bytes(content)
    with pytest.raises(UserError):
        Archive.verified(path)


def test_a_line_without_an_end_is_not_read_into_memory(tmp_path, written):
    path = tmp_path / "long.jsonl"
    first = written.read_bytes().splitlines(keepends=True)[0]
    with path.open("wb") as file:
        file.write(first)
        file.truncate(2**31)
    with pytest.raises(UserError, match="cut off, or no export"):
        Archive.verified(path)


def test_a_file_that_is_there_is_not_overwritten(written):
    before = written.read_bytes()
    with pytest.raises(UserError, match="there already"):
        write(written, HEADER, ITEMS)
    assert written.read_bytes() == before


def test_nor_is_one_that_came_meanwhile(tmp_path):
    path = tmp_path / "store.jsonl"

    def items():
        yield ITEMS[0]
        path.write_bytes(b"somebody else's")

    with pytest.raises(UserError, match="there already"):
        write(path, HEADER, items())
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("store.jsonl", b"somebody else's")]


def test_what_breaks_off_leaves_nothing(tmp_path):
    def items():
        yield ITEMS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "store.jsonl", HEADER, items())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match="cannot be written"), made_whole(tmp_path / "no" / "store.jsonl"):
        pass
    with pytest.raises(UserError, match="cannot be read"):
        Archive.verified(tmp_path / "store.jsonl")
