import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.git.command import git
from cli.git.commit import Signature, parse_log
from cli.git.repository import commits, these

FIELDS = 10


@pytest.fixture
def bare(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main")
    return tmp_path


def imported(repo, *parts):
    git(repo, "fast-import", "--quiet", "--force", stdin=b"".join(parts))
    return commits(repo, ["main"])


def commit(message, *paths, who=b"Jane <jane@acme.example> 1782813600 +0200", name=b"main"):
    lines = [b"commit refs/heads/%s\ncommitter %s\ndata %d\n%s\n" % (name, who, len(message), message)]
    return b"".join([*lines, *(b"M 100644 inline %s\ndata 2\nx\n\n" % path for path in paths)])


def test_paths_of_any_name_are_paths(bare):
    names = [b"A", b"M", b"1" * 40, b"-n", b"a b", "grün".encode(), b'"q\\"', b"\xff\xfe"]
    quoted = [b'"a b"' if n == b"a b" else b'"\\"q\\\\\\""' if n == b'"q\\"' else n for n in names]
    (found,) = imported(bare, commit(b"All sorts", *quoted))
    assert sorted(found.added) == sorted(name.decode("utf-8", "replace") for name in names)


def test_what_is_no_utf8_is_replaced_as_github_does(bare):
    (found,) = imported(bare, commit(b"Gr\xfc\xdfe [f:15m]\n\n", who=b"J\xe4ne <j\xe4@acme.example> 1782813600 +0200"))
    assert found.message == "Gr\ufffd\ufffde [f:15m]"
    assert (found.author.name, found.author.email) == ("J\ufffdne", "j\ufffd@acme.example")


def test_a_commit_in_another_encoding_is_brought_to_utf8(bare):
    who = b"J <j@x.example> 1 +0000"
    raw = b"tree %%s\nauthor %s\ncommitter %s\nencoding ISO-8859-1\n\nGr\xfc\xdfe\n" % (who, who)
    tree = git(bare, "mktree", stdin=b"").strip()
    sha = git(bare, "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw % tree).decode().strip()
    (found,) = these(bare, [sha])
    assert found.message == "Grüße"


def test_commits_without_changes_and_messages_like_headers_stay_apart(bare):
    empty = [commit(b"M\n\nA\n", b"one"), commit(b""), commit(b"1" * 40), commit(b"Last", b"one/two")]
    found = imported(bare, *empty)
    assert [c.message for c in found] == ["M\n\nA", "", "1" * 40, "Last"]
    assert [bool(c.added) for c in found] == [True, False, False, True]
    assert [c.parents for c in found[1:]] == [(c.id,) for c in found[:-1]]


def test_line_ends_inside_a_message_stay(bare):
    (found,) = imported(bare, commit(b"Squash (#1)\n\n* One\r\n\r\n* Two\r\n"))
    assert found.message == "Squash (#1)\n\n* One\r\n\r\n* Two\r"
    assert found.subject == "Squash (#1)"


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("1782813600 +0200", "2026-06-30T12:00:00+02:00"),
        ("1782813600 -0730", "2026-06-30T02:30:00-07:30"),
        ("1782813600 +0000", "2026-06-30T10:00:00Z"),
        ("1782813600 +9959", "2026-06-30T10:00:00Z"),
        ("99999999999999 +0000", "9999-12-30T23:59:59Z"),
        ("-5 +0000", "1970-01-01T00:00:00Z"),
    ],
)
def test_dates_are_written_as_github_does_and_impossible_ones_near_it(date, iso):
    fields = ["1" * 40, "2" * 40, "", "J", "j@x.example", date, "J", "j@x.example", date, "Text"]
    (found,) = parse_log("\0".join([*fields, ""]).encode())
    assert found.author.iso == found.committer.iso == iso


@settings(max_examples=50)
@given(st.integers(0, 253_402_300_799 - 86_400), st.integers(-720, 840))
def test_a_signature_keeps_its_instant_and_its_offset(at, offset):
    moment = dt.datetime.fromisoformat(Signature("J", "j@x.example", at, offset).iso)
    assert (int(moment.timestamp()), moment.utcoffset()) == (at, dt.timedelta(minutes=offset))


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            st.lists(
                st.tuples(
                    st.sampled_from("AMDT"),
                    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1),
                )
            ),
        ),
        max_size=5,
    )
)
def test_whatever_messages_and_paths_hold_they_come_back(printed):
    text = ""
    for number, (message, paths) in enumerate(printed):
        fields = [f"{number:040x}", "2" * 40, "", "J", "j@x.example", "1 +0000", "J", "j@x.example", "1 +0000", message]
        text += "\0".join([*fields, ""]) + "\0"
        text += ("\n" if paths else "") + "".join(f"{status}\0{path}\0" for status, path in paths)
    found = list(parse_log(text.encode()))
    assert [(c.id, c.message) for c in found] == [(f"{n:040x}", m.rstrip("\n")) for n, (m, _) in enumerate(printed)]
    for commit_found, (_, paths) in zip(found, printed, strict=True):
        assert list(commit_found.added) == [path for status, path in paths if status == "A"]
        assert list(commit_found.removed) == [path for status, path in paths if status == "D"]
        assert sorted(commit_found.modified) == sorted(path for status, path in paths if status in "MT")
