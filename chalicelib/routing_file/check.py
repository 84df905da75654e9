"""Checks of single values that a type cannot express; each says what is wrong and what would be right.

Each takes the value as TOML gave it and returns it, or raises the pydantic error that `finding` reads.
"""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.domain.label import folded
from chalicelib.domain.routing_table import SUBMITTER
from chalicelib.domain.tag import MAX_TAG
from chalicelib.domain.wording import closest, quoted

if TYPE_CHECKING:
    from collections.abc import Callable

EMAIL = r"^[^@\s]+@[^@\s]+$"
LOGIN = r"^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$"
NAME = r"^[a-z0-9-]+$"
TAG = rf"^(?![0-9]+\*?$)[^\s#*,]{{1,{MAX_TAG}}}\*?$"
UNBILLABLE = rf"^(?![0-9]+\*$)[^\s#*,]{{1,{MAX_TAG}}}\*$"
DATE_FORMAT = r"^(DD?[./ -]MM?[./ -]YYYY|MM?[./ -]DD?[./ -]YYYY|YYYY[./ -]MM?[./ -]DD?)$"
NUMBER = r"#?[0-9]+\*?"
REPOSITORY = r"^([A-Za-z0-9._*?-]+/[A-Za-z0-9._*?-]+|[A-Za-z0-9._?-]*\*[A-Za-z0-9._*?-]*)$"
REPOSITORY_NAME = r"^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$"
BRANCH = r"^[^\s~^:\\\[!][^\s~^:\\\[]*$"
WHEN = (
    r"^((mon|tues|wednes|thurs|fri|satur|sun)day|day ([1-9]|[12][0-9]|3[01])|last working day)"
    r" ([01][0-9]|2[0-3]):[0-5][0-9]$"
)
NOTIFY_URL = (
    r"^([a-z0-9]+(-[a-z0-9]+)*"
    r"|(https://[^\s/?#@\\]+|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?)([/?][!-~]*)?)$"
)
TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
_URL = re.compile(r"^(https?://github\.com/|git@github\.com:)", re.IGNORECASE)
_REF = re.compile(r"^refs/(heads|tags)/")


def wrong(what: str, right: str) -> PydanticCustomError:
    """Return the error that carries both halves of a problem's sentence."""
    return PydanticCustomError("routing", "{what}; {right}", {"what": what, "right": right})


def one_of(*options: str) -> Callable[[Any], Any]:
    """Make a check that takes one of a few words, and guesses which one was meant."""

    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in options:
            known = ", ".join(quoted(option) for option in options)
            raise wrong(f"there is no {quoted(value)}", _guess(value, options) or f"write one of {known}")
        return value

    return check


def timezone(value: str) -> str:
    """Take the name of a zone in the IANA database, in the database's own spelling."""
    zones = _zones()
    if value not in zones:
        cities = {zone.rpartition("/")[2]: zone for zone in zones}
        city = closest(value.rpartition("/")[2].replace(" ", "_"), cities)
        guess = closest(value, zones) or (cities[city] if city else None)
        right = f"did you mean {quoted(guess)}?" if guess else 'write a name such as "Europe/Berlin" or "UTC"'
        raise wrong(f"there is no time zone {quoted(value)}", right)
    return value


def repository_glob(value: str) -> str:
    """Take a pattern that some `owner/name` can match."""
    if _URL.match(value):
        name = _URL.sub("", value).removesuffix("/").removesuffix(".git")
        raise wrong(f"{quoted(value)} is an address", f"write {quoted(name)}")
    if not re.fullmatch(REPOSITORY, value):
        if re.fullmatch(r"^[A-Za-z0-9._-]+$", value):
            raise wrong(f"{quoted(value)} matches no owner/name", f'write "owner/{value}" or "*/{value}"')
        raise wrong(
            f"{quoted(value)} matches no owner/name",
            'write a pattern such as "acme/web*"; only * and ? are special',
        )
    return value


def repository_name(value: str) -> str:
    """Take the name of one repository, `owner/name`."""
    repository_glob(value)
    if not re.fullmatch(REPOSITORY_NAME, value):
        raise wrong(f"{quoted(value)} is a pattern", 'write the name of one repository, such as "acme/website"')
    return value


def branch_glob(value: str) -> str:
    """Take a pattern that some branch can match."""
    if _REF.match(value):
        raise wrong(f"{quoted(value)} is a ref, not a branch", f"write {quoted(_REF.sub('', value))}")
    if not re.fullmatch(BRANCH, value):
        right = 'write a pattern such as "release/*"; only * and ? are special, and nothing can be excluded'
        raise wrong(f"{quoted(value)} matches no branch", right)
    return value


def tag(value: str) -> str:
    """Take a tag without its `#`, with a `*` at its end if it is to be unbillable."""
    if value.startswith("#") and re.fullmatch(TAG, value[1:]):
        raise wrong(f"the # of {quoted(value)} is added by itself", f"write {quoted(value[1:])}")
    if re.fullmatch(NUMBER, value):
        raise wrong(f"{quoted(value)} is the number of an issue, and no tag", 'write a word, such as "sprint-12"')
    if not re.fullmatch(TAG, value):
        right = f'write 1 to {MAX_TAG} characters without blanks, #, * and commas, such as "dev" or "dev*"'
        raise wrong(f"{quoted(value)} is no tag", right)
    return value


def unbillable_tag(value: str) -> str:
    """Take a tag with the `*` that makes an entry unbillable."""
    if not tag(value).endswith("*"):
        raise wrong(f"{quoted(value)} would leave the entry billable", f"write {quoted(value + '*')}")
    return value


def date_format(value: str) -> str:
    """Take an order of day, month and year."""
    if re.fullmatch(DATE_FORMAT, value):
        return value
    if re.fullmatch(DATE_FORMAT, value.upper()):
        raise wrong(f"{quoted(value)} is not in capitals", f"write {quoted(value.upper())}")
    right = 'write one such as "DD/MM/YYYY", "MM/DD/YYYY" or "DD.MM.YYYY"'
    raise wrong(f"{quoted(value)} is no order of day, month and year", right)


def label(value: str) -> str:
    """Take the label of a question, in which there has to be a letter or a digit."""
    if not folded(value):
        raise wrong(f"{quoted(value)} is no label", "write the question as the form has it")
    return value


def email(value: str) -> str:
    """Take what looks like an e-mail address."""
    if not re.fullmatch(EMAIL, value):
        raise wrong(f"{quoted(value)} is no e-mail address", 'write one such as "jane@acme.example"')
    return value


def login(value: str) -> str:
    """Take a GitHub login, also a bot's (`dependabot[bot]`)."""
    if value.startswith("@") and re.fullmatch(LOGIN, value[1:]):
        raise wrong(f"{quoted(value)} has an @ before the login", f"write {quoted(value[1:])}")
    if not re.fullmatch(LOGIN, value):
        right = 'write one such as "jane-dev"'
        raise wrong(
            f"{quoted(value)} is no GitHub login",
            "an e-mail belongs into emails" if "@" in value else right,
        )
    return value


def name(value: str) -> str:
    """Take a name that can stand in an address and in the name of a setting."""
    if not re.fullmatch(NAME, value):
        made = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-") or "timesheet"
        raise wrong(f"{quoted(value)} has other characters than a-z, 0-9 and -", f"write one such as {quoted(made)}")
    return value


def when(value: str) -> str:
    """Take a schedule: a weekday, a day of the month or the last working day, and a time of day."""
    if not re.fullmatch(WHEN, value):
        right = 'write one such as "monday 06:00", "day 1 09:00" or "last working day 18:00"'
        raise wrong(f"{quoted(value)} is no schedule", right)
    return value


def time_of_day(value: str) -> str:
    """Take a time of day."""
    if not re.fullmatch(TIME_OF_DAY, value):
        raise wrong(f"{quoted(value)} is no time of day", 'write one such as "08:00"')
    return value


def notify_url(value: str) -> str:
    """Take where to tell something: a URL that nobody on the way may read, or the name of a setting that holds one."""
    if not re.fullmatch(NOTIFY_URL, value):
        right = (
            "write one that begins with https://, without a name and password in it (http:// on this machine only), or "
            "a name such as ops, whose address is in the setting NOTIFY_OPS_URL"
        )
        raise wrong(f"{quoted(value)} is no address to notify", right)
    if value.startswith("https://hooks.slack.com/"):
        right = "write a name such as slack, and put the address into the setting NOTIFY_SLACK_URL"
        raise wrong("the address of a Slack webhook is a secret, and this file is none", right)
    return value


def project(value: Any) -> str | int:
    """Take the name or id of a Noko project."""
    if isinstance(value, str) and value.strip():
        return value
    return _noko_id(value, "project", 'name or id, such as "Gear GmbH" or 12345')


def user(value: Any) -> str | int:
    """Take the e-mail or id of a Noko user."""
    if isinstance(value, str):
        return email(value)
    return _noko_id(value, "user", 'e-mail or id, such as "jane@acme.example" or 5538')


def submitter(value: Any) -> str | int:
    """Take `submitter`, or the e-mail or id of a Noko user."""
    if isinstance(value, str) and "@" not in value and value != SUBMITTER:
        right = f'write "{SUBMITTER}", or the e-mail or id of a Noko user'
        raise wrong(f"{quoted(value)} is nobody", _guess(value, (SUBMITTER,)) or right)
    return SUBMITTER if value == SUBMITTER else user(value)


def _noko_id(value: Any, thing: str, right: str) -> int:
    # True is an int to Python, and means no id.
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_NOKO_ID:
        return value
    shown = quoted(value) if isinstance(value, str) else str(value)[:20].lower()
    raise wrong(f"{shown} is no Noko {thing}", f"write its {right} (ids go up to {MAX_NOKO_ID})")


def _guess(value: str, options: tuple[str, ...]) -> str | None:
    near = closest(value, options)
    return f"did you mean {quoted(near)}?" if near else None


@cache
def _zones() -> frozenset[str]:
    # tzdata's own list: the same on every machine and case-sensitive, which a machine's files may not be.
    listed = pkgutil.get_data("tzdata", "zones") or b""
    return frozenset(listed.decode().split())
