"""Commit messages for fuzzing: made of the grammar's own pieces, hostile ones, and anything."""

from hypothesis import strategies as st

AMOUNTS = (
    "15m",
    "1h",
    "1h30m",
    "1h 30m",
    "0:45",
    ".5h",
    "1,25",
    "0.5",
    "2hrs",
    "1 hour 10 minutes",
    "1d",
    "90",
    "3",
    "8",
    "0",
    "-1h",
    "1h1h",
    "25:00",
    "0:60",
    "1441",
    "100000",
    "9" * 300,
    "1w",
    "~2h",
    "1-2h",
    "٣٠m",
    "",
    "x",
)
DATES = ("", " 2026-01-30", " 2026-02-31", " 2099-01-01", " 26-1-1", " 0000-00-00")
FORMS = (
    "f:{}",
    "noko:{}",
    "Freckle:{}",
    "F: {}",
    "[f:{}{}]",
    "(f:{}{})",
    "{{f:{}{}}}",
    "[f: {}{} ]",
    "a[f:{}]",
    "[f:{}",
    "\nTime-Spent: {}",
    "\nNoko-Time:{}",
    "\nspent-time: {}\n",
    "\n\nTime: {}",
    "\nSpent: {}",
    "\n/spend {}{}\n",
    "\n/spent {}",
    "x /spend {}",
    " #time {} did it",
    "#time {}\n",
)
COMPANIONS = (
    "\nNoko-Project: website",
    "\nNoko-Project: ",
    "\nNoko-Project: " + "p" * 400,
    "\nNoko-Date: 2026-06-01",
    "\nNoko-Date: soon",
    "\nNoko-Tags: a, b*, #c",
    "\nNoko-Tags: ,,,",
    "\nNoko-Skip: yes",
    "[skip noko]",
    "\nNoko-User: sam@acme.example",
    "\nCo-authored-by: Sam <sam@acme.example>",
)
FRAMES = (
    "Merge pull request #1 from a/b\n\n",
    "fixup! ",
    "squash! x\n",
    'Revert "f:1h"\n\n',
    'Reapply "',
    "> ",
    "    ",
    "`",
    "```\n",
    "~~~\n",
    '"',
    "“",
    "(cherry picked from commit " + "a" * 40 + ")",
    "(cherry picked from commit abc1234)",
)
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "👩‍👩‍👧",
    "\x1b[2J",
    "\x00",
    "\ufeff",
    "\ud800",
    "a\u0301" * 5,
    "#tag ",
    "#" + "t" * 60,
    "#123",
    "\r",
    "\r\n",
    "\t",
    "\v",
    "\u2028",
    "\x85",
    "\xa0",
    "ﷺ",
    "%s{0}${x}",
)
UNITS = (
    "f:1h ",
    "[f:",
    "[",
    "`",
    '"',
    "#a ",
    "#",
    "(",
    ">\n",
    "\n",
    " ",
    "9",
    "1h ",
    "Time: 1h\n",
    "#time 1 ",
    "é",
    "👍",
    "f:é",
)

directive = st.builds(str.format, st.sampled_from(FORMS), st.sampled_from(AMOUNTS), st.sampled_from(DATES))
word = st.sampled_from(("Fix", "the", "till", "(again)", "v1.2:3", "x=1;", "a/b", "see [1]", "at 10:30", "5m", "10 h"))
piece = st.one_of(
    directive,
    word,
    st.sampled_from(COMPANIONS),
    st.sampled_from(FRAMES),
    st.sampled_from(HOSTILE),
    st.text(max_size=20),
)
separator = st.sampled_from((" ", " ", " ", "\n", "\n\n", "", "\r\n"))


def _joined(pairs):
    return "".join(text for pair in pairs for text in pair)


composed = st.lists(st.tuples(piece, separator), max_size=8).map(_joined)
long = st.builds(
    lambda start, unit, length, end: f"{start}{(unit * (length // len(unit) + 1))[:length]}{end}",
    composed,
    st.sampled_from(UNITS),
    st.sampled_from((300, 2_000, 16_000, 65_530, 66_000, 130_000)),
    composed,
)
good = st.builds(
    "{} {}{}".format, word, st.sampled_from(("f:45m", "[f:1h 30m]", "(f:2h 2026-06-29)")), st.text("ab c\n", max_size=9)
)
"""A message that asks for time."""
message = st.sampled_from((good,) * 12 + (composed,) * 20 + (long,)).flatmap(lambda strategy: strategy)
"""Any message."""
