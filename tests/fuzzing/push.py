"""GitHub's push payload for fuzzing: valid, almost valid, and not at all."""

import copy

from fuzzing.message import message
from hypothesis import strategies as st

TIMESTAMPS = (
    "2026-06-30T14:05:00+02:00",
    "2026-06-29T23:30:00-07:00",
    "2026-06-30T12:00:00Z",
    "2026-07-01T01:00:00+13:00",
    "2026-06-30T12:00:00.123456+00:00",
    "1970-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2026-02-31T00:00:00Z",
    "2026-06-30",
    "2026-W27-2T10:00:00Z",
    "yesterday",
    "",
    "2026-06-30T12:00:00+24:00",
    "0001-01-01T00:00:00+23:59",
    None,
    1782820800,
    True,
    [],
    {"a": 1},
)
URLS = (
    "https://github.com/acme/website/commit/{}",
    "http://169.254.169.254/{}",
    "javascript:alert('{}')",
    "file:///{}",
    "https://x/{}" + "y" * 2_000,
    "https://ü.example/{}",
    "https://x/\n{}",
    "",
    None,
    7,
    "https://github.example/no-sha",
)
AUTHORS = (
    {"name": "Jane", "email": "jane@acme.example", "username": "jane-dev"},
    {"name": "Sam", "email": "sam@acme.example"},
    {"name": "N" * 500, "email": "e" * 400 + "@x", "username": "u" * 400},
    {"name": "\u202e", "email": "12+jane-dev@users.noreply.github.com"},
    {"name": None, "email": None},
    {},
    None,
)
REPOSITORIES = (
    *("acme/website",) * 20,
    "acme/web-api",
    "other/thing",
    "acme",
    "acme/",
    "/",
    "a/b/c",
    "ü/ß",
    "acme/web\nsite",
    "x" * 1_000,
    "acme/" + "👍" * 900,
    "acme/#1",
    "acme/<b>",
)
REFS = (
    *("refs/heads/main",) * 30,
    "refs/heads/release/1",
    "refs/heads/" + "b" * 900,
    "refs/heads/",
    "refs/heads/ü\x1b[1m",
    "refs/tags/v1",
    "refs/heads/gh-readonly-queue/main/pr-1",
    "main",
    "refs/heads/\u202e",
)
ODD = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    10**99,
    "",
    "x",
    "\u202e",
    [],
    {},
    [[]],
    {"id": 1},
    ["a"],
    "0" * 40,
    "é" * 500,
    {"full_name": 1},
    [None],
    [{"id": "0" * 40}],
    [{"id": "z" * 40, "message": "m"}],
    {str(n): n for n in range(50)},
)
"""What may stand wherever something else belongs."""

sha = st.integers(1, 2**64).map(lambda number: f"{number:040x}") | st.sampled_from(("A" * 40, "b" * 64))
commit = st.builds(
    lambda sha, message, timestamp, url, author: {
        "id": sha,
        "message": message.replace("\ud800", "?").replace("\x00", "?"),
        "timestamp": timestamp,
        "url": url.format(sha) if isinstance(url, str) else url,
        "author": author,
        "distinct": True,
    },
    sha,
    message,
    st.sampled_from((*TIMESTAMPS[:1] * 60, *TIMESTAMPS)),
    st.sampled_from((*URLS[:1] * 40, *URLS)),
    st.sampled_from((*AUTHORS[:1] * 20, *AUTHORS)),
)


@st.composite
def push(draw):
    """Make a push that GitHub could send."""
    commits = draw(st.lists(commit, min_size=1, max_size=3))
    if draw(st.integers(0, 299)) == 123:  # as many as GitHub sends, or one more or less
        model = commits[0] | {"message": commits[0]["message"][:200]}
        commits += [model | {"id": f"{number:040x}"} for number in range(draw(st.sampled_from((2046, 2047, 2048))))]
    payload = {
        "ref": draw(st.sampled_from(REFS)),
        "after": "0" * 39 + "1",
        "deleted": False,
        "repository": {"full_name": draw(st.sampled_from(REPOSITORIES)), "pushed_at": 1782820800},
        "commits": commits,
        "sender": {"login": "jane-dev"},
    }
    if draw(st.integers(0, 29)) == 17:
        payload |= draw(st.sampled_from(({"deleted": True}, {"after": "0" * 40}, {"commits": []}, {"after": None})))
    return payload


@st.composite
def mutated_push(draw):
    """Make a push in which something is missing, of another kind, or too much."""
    payload = copy.deepcopy(draw(push()))
    del payload["commits"][3:]
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(payload))
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        action = draw(st.sampled_from(("replace", "remove", "nest", "json")))
        if action == "remove":
            del holder[key]
        elif action == "nest":
            holder[key] = [holder[key]]
        else:
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD) if action == "replace" else json_value))
        if not payload:
            break
    return payload


def _places(value):
    """Yield each place of the first two commits and of what is around them."""
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(min(2, len(value))):
            yield value, key
            yield from _places(value[key])


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
