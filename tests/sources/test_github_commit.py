"""One commit: its date, its URL, its author, and why it may become no draft."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Author, Draft

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER = "fedcba9876543210fedcba9876543210fedcba98"


@pytest.mark.parametrize(
    ("timestamp", "date", "instant"),
    [
        ("2026-06-30T23:30:00-07:00", dt.date(2026, 6, 30), "2026-07-01T06:30:00+00:00"),
        ("2026-07-01T00:30:00+14:00", dt.date(2026, 7, 1), "2026-06-30T10:30:00+00:00"),
        ("2026-06-30T10:00:00Z", dt.date(2026, 6, 30), "2026-06-30T10:00:00+00:00"),
        ("2024-02-29T00:00:00.250+0530", dt.date(2024, 2, 29), "2024-02-28T18:30:00.250+00:00"),
        ("1970-01-01T00:00:00+00:00", dt.date(1970, 1, 1), "1970-01-01T00:00:00+00:00"),
    ],
)
def test_work_is_dated_by_the_calendar_of_the_commit_s_own_offset(timestamp, date, instant, read_one):
    draft = read_one(timestamp=timestamp)
    assert draft.date == date
    assert draft.worked_at == round(dt.datetime.fromisoformat(instant).timestamp() * 1000)


@pytest.mark.parametrize(
    "timestamp",
    [
        None,
        "",
        1782803560,
        ["2026-06-30T10:00:00Z"],
        "yesterday",
        "2026-06-30",
        "2026-06-30T10:00:00",
        "2026-06-30 10:00:00Z",
        "2026-W27-2T10:00:00Z",
        "2026-02-31T10:00:00Z",
        "2026-06-30T25:00:00Z",
        "2026-06-30T10:00:60Z",
        "2026-06-30T10:00:00+24:00",
        "2026-06-30T10:00:00Z\n",
        "٢٠٢٦-06-30T10:00:00Z",
        "-2026-06-30T10:00:00Z",
        "292277-01-01T10:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:59:59Z",
    ],
)
def test_a_timestamp_that_cannot_be_read_makes_the_commit_malformed(timestamp, read_one):
    note = read_one(id=SHA, timestamp=timestamp)
    assert (note.subject, note.kind) == (SHA, "malformed")
    assert "timestamp" in note.reason


def test_a_commit_without_a_timestamp_is_malformed(deliver, a_push, a_commit):
    commit = a_commit()
    del commit["timestamp"]
    (note,) = deliver(a_push(commit)).notes
    assert note.kind == "malformed"


@pytest.mark.parametrize("timestamp", [None, "never"])
def test_a_timestamp_does_not_matter_where_nothing_is_logged(timestamp, read_one):
    assert read_one("No directive", timestamp=timestamp) is None


@pytest.mark.parametrize("timestamp", ["2026-07-02T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_commit_of_the_future_is_malformed(timestamp, read_one):
    note = read_one(timestamp=timestamp)
    assert note.kind == "malformed"
    assert "future" in note.reason


def test_the_latest_today_on_earth_is_not_the_future(read_one):
    assert read_one(timestamp="2026-07-01T23:59:59+12:00").date == dt.date(2026, 7, 1)


def test_noko_date_overrides_the_commit_s_date_but_not_its_instant(read_one):
    draft = read_one("Fix [f:1h]\n\nNoko-Date: 2026-06-26", timestamp="2026-06-30T10:00:00Z")
    assert draft.date == dt.date(2026, 6, 26)
    assert draft.worked_at == 1_782_813_600_000


def test_noko_project_is_passed_on(read_one):
    assert read_one("Fix [f:1h]\n\nNoko-Project: Gear GmbH").project == "Gear GmbH"
    assert read_one("Fix [f:1h]").project is None


def test_an_empty_description_names_repository_and_commit(read_one):
    assert read_one("[f:1h]", id=SHA).description == "website-shop@0123456"


@pytest.mark.parametrize(
    "url",
    [
        f"https://github.example/acme/website-shop/commit/{SHA}",
        f"http://git.example/{SHA}?view=diff",
        f"https://git.example/{SHA.upper()}",
    ],
)
def test_a_commit_s_url_is_kept_as_it_is(url, read_one):
    assert read_one(id=SHA, url=url).source_url == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        5,
        f"javascript:alert('{SHA}')",
        f"file:///etc/{SHA}",
        f"//git.example/{SHA}",
        f"https://git.example/{SHA} x",
        f"https://git.example/{SHA}\n",
        f"https://gít.example/{SHA}",
        f"https://git.example/{SHA}" + "x" * 1000,
    ],
)
def test_what_is_no_web_address_is_replaced_by_github_s(url, read_one):
    assert read_one(id=SHA, url=url).source_url == f"https://github.com/acme/website-shop/commit/{SHA}"


def test_a_url_that_does_not_name_the_commit_is_made_unique_to_it(deliver, a_push, a_commit):
    url = "https://git.example/acme/website-shop"
    urls = {d.source_url for d in deliver(a_push(*(a_commit(id=sha, url=url) for sha in (SHA, OTHER)))).drafts}
    assert len(urls) == 2
    assert all(found.startswith(f"{url}#th-") for found in urls)


def test_an_author_without_an_address_is_drafted_all_the_same(deliver, recorded):
    (draft,) = deliver(recorded("null_email")).drafts
    assert draft.author == Author(name="Price Importer")


def test_a_bot_is_drafted_as_what_it_is(deliver, recorded):
    (draft,) = deliver(recorded("bot")).drafts
    assert draft.author.login == "acme-robot[bot]"


@pytest.mark.parametrize("author", [None, {}, {"name": None}, {"name": "", "email": "", "username": ""}])
def test_a_commit_may_lack_its_author(author, read_one):
    assert read_one(author=author).author == Author()


def test_an_overlong_address_is_dropped_rather_than_cut(read_one):
    author = {"name": "n" * 10_000, "email": "e" * 10_000, "username": "u" * 10_000}
    assert read_one(author=author).author == Author(name="n" * 199 + "…")


@pytest.mark.parametrize(
    "message",
    [
        "Merge branch 'gallery' f:8",
        "fixup! Show the gallery [f:45m]",
        "Show the gallery [f:45m]\n\nNoko-Skip: yes",
        "Show the gallery [f:45m] [skip noko]",
    ],
)
def test_repeated_and_unwanted_directives_are_skipped_with_a_reason(message, read_one):
    note = read_one(message, id=SHA)
    assert (note.subject, note.kind) == (SHA, "skipped")
    assert note.reason


def test_what_reads_like_a_merge_is_a_draft_that_says_so(read_one):
    draft = read_one("Merge branch 'gallery' [f:45m]")
    assert isinstance(draft, Draft)
    assert (draft.is_merge, draft.minutes) == (True, 45)


def test_a_merge_without_a_directive_is_silent(read_one):
    assert read_one("Merge branch 'gallery'") is None


def test_a_cherry_pick_is_a_draft_that_names_its_original(read_one):
    draft = read_one(f"Fix the till [f:45m]\n\n(cherry picked from commit {OTHER})")
    assert isinstance(draft, Draft)
    assert (draft.copy_of, draft.minutes) == (OTHER, 45)


def test_a_cherry_pick_with_a_broken_directive_is_malformed(read_one):
    assert read_one(f"Fix the till f:8\n\n(cherry picked from commit {OTHER})").kind == "malformed"


def test_a_cherry_pick_without_a_directive_is_silent(read_one):
    assert read_one(f"Fix the till\n\n(cherry picked from commit {OTHER})") is None


@pytest.mark.parametrize("directive", ["f:0", "f:-5", "[f:100000m]", "[f:1h 2026-02-31]", "[f:1h 2026-07-02]"])
def test_impossible_durations_and_dates_are_malformed(directive, read_one):
    assert read_one(f"Fix the till {directive}").kind == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 60_000,
        " ".join(f"#tag{n}" for n in range(1_000)),
        "\u202egnp.eliforp\u202c 👩‍👩‍👧‍👦 <script>alert(1)</script> =HYPERLINK(1)",
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_description_stays_bounded(text, read_one):
    draft = read_one(f"[f:1h] {text}")
    assert draft.minutes == 60
    assert len(draft.description) <= 1_001


@pytest.mark.parametrize(
    "message",
    ["[f:1h] " + "x" * 130_000, "[f:" + "9" * 10_000 + "]", "f:9" + "x" * 10_000, "[f:1h] " * 10_000],
    ids=lambda message: message[:20],
)
def test_a_hostile_directive_is_malformed_in_bounded_words(message, read_one):
    note = read_one(message, id=SHA)
    assert (note.subject, note.kind) == (SHA, "malformed")
    assert 0 < len(note.text) <= 100
    assert 0 < len(note.reason) <= 300


def test_a_hostile_timestamp_is_noted_in_bounded_words(read_one):
    note = read_one(timestamp="2" * 10_000)
    assert note.text == "2" * 99 + "…"


MESSAGES = st.text(st.sampled_from("f: []{}()0159hm#time\n!-Noko/spend…😀\u202e"))
TIMESTAMPS = st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5]0:00[+-][0-2][0-9]:00", fullmatch=True)


@given(message=MESSAGES | MESSAGES.map("{} [f:1h]".format), timestamp=TIMESTAMPS | MESSAGES)
def test_any_message_and_timestamp_become_a_draft_a_note_or_silence(message, timestamp, deliver, a_push, a_commit):
    delivery = deliver(a_push(a_commit(message, id=SHA, timestamp=timestamp)))
    assert len(delivery.drafts) + len(delivery.notes) + len(delivery.silent) == 1
    assert all(json.dumps([note.subject, note.text, note.reason]) for note in delivery.notes)
