"""Write the page of the Noko client from its actions and error codes: `python -m docs.build.noko_client`."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.noko.account import Projects, Users
from chalicelib.noko.action import ENTRIES, PROJECTS, TAGS, USERS
from chalicelib.noko.check import MAX_PER_PAGE, MAX_TAG_NAME, PORTION
from chalicelib.noko.entries import Entries
from chalicelib.noko.error_code import ADVICE, ErrorCode
from chalicelib.noko.tags import Tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.noko.action import Action
    from chalicelib.noko.resource import Resource

PAGE = Path(__file__).parents[1] / "reference" / "noko-client.md"

ROOMS: tuple[tuple[str, type[Resource], Mapping[str, Action]], ...] = (
    ("entries", Entries, ENTRIES),
    ("tags", Tags, TAGS),
    ("account", Users, USERS),
    ("account", Projects, PROJECTS),
)

INTRODUCTION = """\
<!-- Written by `python -m docs.build.noko_client` from `chalicelib/noko/`. Change that. -->

# The client for Noko's API

`chalicelib/noko/` speaks Noko's API v2 (<https://developer.nokotime.com/v2/>). Each class below stands on any object
that carries calls, as the port `noko` of `House.ports` does:

```python
from chalicelib.noko.entries import Entries
from chalicelib.noko.filter import EntryFilter

for entry in Entries(ports.noko).list(EntryFilter(date_from=monday, billable=True)):
    print(entry.minutes, entry.own())
```

- A list asks for a page when its first item is wanted, along `Link`, {per_page} items at most. It raises in the middle
  when a page cannot be had.
- Every request, page, redirect and portion takes a slot of the throttle. Nothing is ever sent again by itself.
- Input is checked before anything is sent (`UserError`): ids, dates, minutes, names of tags ({tag} characters).
  Instants are milliseconds. An edit always says its `minutes`, or Noko would set them to 0. A project is named by its
  id alone: a name that Noko does not know would create one.
- Bulk actions go in portions of {portion} ids, each sent when the iterator gets there. Noko ignores what cannot be
  done, and does not say what: list it to see.
- Objects keep the fields that we do not know, and `own()` is Noko's own object again.

## What a change comes to

| what you get | what is known |
|---|---|
| `Done`, or an object | Noko did it |
| `Accepted` | Noko will do it in the background, and tell the token's owner by e-mail |
| `NokoError` | Noko refused; nothing has changed. `status`, `message`, `errors`, `request` and `advice` say why |
| `AuthenticationError` | Noko does not accept the token; nothing has changed |
| `Uncertain` | it left, and nobody knows what it did: look before you do it again |
| any other `Unavailable` | it did not happen; later it may |

A question never raises `Uncertain`: asking again is harmless.
"""

ACTIONS = "## The actions\n\nEvery one may also answer with the standard codes: {standard}.\n"

CODES = """\
## The error codes

What a person can do about each; `error.advice` holds these sentences, and so does the error's text. Other spellings are
understood too. The last four are messages without a code in Noko's answers.
"""

STANDARD = (
    ErrorCode.MISSING,
    ErrorCode.MISSING_FIELD,
    ErrorCode.ALREADY_EXISTS,
    ErrorCode.INSUFFICENT_PERMISSIONS,
)


def page_text() -> str:
    """Return what `docs/reference/noko-client.md` holds."""
    parts = [
        INTRODUCTION.format(per_page=MAX_PER_PAGE, tag=MAX_TAG_NAME, portion=PORTION),
        ACTIONS.format(standard=_listed(STANDARD)),
        *("\n".join(_actions(*room)) + "\n" for room in ROOMS),
        CODES,
        "\n".join(_codes()) + "\n",
        "How it is held against a server: [Test against Noko](../how-to/test-against-noko.md).\n",
    ]
    return "\n".join(parts)


def _actions(module: str, room: type[Resource], actions: Mapping[str, Action]) -> Iterator[str]:
    yield f"### `{module}.{room.__name__}`\n"
    yield "| method | call | what it returns | its own error codes |"
    yield "|---|---|---|---|"
    for name, action in actions.items():
        signature = inspect.signature(getattr(room, name))
        wanted = ", ".join(_parameters(signature))
        yield (
            f"| `{name}({wanted})` | `{action.method} {action.path}` | `{signature.return_annotation}` |"
            f" {_listed(action.codes)} |"
        )


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    """Yield the names of a method's parameters; those that may be left out end in `=…`."""
    for parameter in list(signature.parameters.values())[1:]:
        yield parameter.name if parameter.default is parameter.empty else f"{parameter.name}=…"


def _codes() -> Iterator[str]:
    yield "| code | what it means for you |"
    yield "|---|---|"
    for code in ErrorCode:
        yield f"| `{code}` | {ADVICE[code]}. |"


def _listed(codes: tuple[ErrorCode, ...]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
