"""The time directives of a commit message: what the author asks to be logged, read strictly or not at all.

A candidate that cannot be read logs nothing and is reported, and one bad directive stops the whole message, so
that a sum is never half right. Everything that is no candidate is silence. The grammar, piece by piece, is in
the modules `directive_*` and in `duration`; this one puts the pieces together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, assert_never

from chalicelib.domain.content import without_number
from chalicelib.domain.directive_candidate import Amount, Candidate, Fault
from chalicelib.domain.directive_companion import (
    Companion,
    asks_to_skip,
    find_companions,
    read_companions,
)
from chalicelib.domain.directive_description import cut, describe, hashtags
from chalicelib.domain.directive_line import jira_commands, spend_commands, trailers
from chalicelib.domain.directive_mask import mask, quoted_subject
from chalicelib.domain.directive_squash import MOST_PIECES, Segment, by_hand, listed
from chalicelib.domain.directive_sum import MOST, total
from chalicelib.domain.directive_token import TokenScanner
from chalicelib.domain.duration import Limits, shorten

if TYPE_CHECKING:
    import datetime as dt

MAX_CHARACTERS = 65_536
MAX_TEXT = 100
MERGE = "merge commit: its text is a copy"
_MOST_LISTED = (MOST_PIECES + 1) * MOST + 1
"""More candidates than this are too many even in a squash."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SUBJECT = re.compile(r"^[^\n]*\S[^\n]*", re.MULTILINE)
_AUTOSQUASH = re.compile(r"(?:fixup|squash|amend)! ")
_CHERRY_PICK = re.compile(r"(?ai:\(cherry picked from commit ([0-9a-f]{7,64})\))")
_FULL_SHA = frozenset({40, 64})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a repository allows.

    `require_brackets` switches the bare token `f:15m` off; all else stays. `minutes_per_day` is what `1d` means.
    With `projects` None any name is let through, for the caller to resolve.
    """

    require_brackets: bool = False
    max_minutes: int = 1440
    minutes_per_day: int = 480
    projects: frozenset[str] | None = None


DEFAULT_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the messages in a squash asks for; `descriptions` has more than one if its subject is unsure."""

    minutes: int
    descriptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Time:
    """Work to be logged. `tags` are those in `description`; `date` and `project` are None unless asked for.

    `parts` are the messages of a squash, which add up to `minutes`; there are none in an ordinary message.
    `listed` tells that GitHub listed them. Their sum may exceed what one message may say.
    """

    minutes: int
    description: str
    tags: tuple[str, ...] = ()
    date: dt.date | None = None
    project: str | None = None
    parts: tuple[Part, ...] = ()
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """No candidate at all."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A candidate that cannot be read. `text` is the offending piece, in at most 100 characters."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A message with candidates that is not to be logged.

    For a cherry-pick `copy_of` is the full SHA that it names, and `otherwise` what it is if that commit's work
    turns out not to be logged. What `is_merge` by its text is `otherwise` if it turns out to have one parent.
    """

    reason: str
    copy_of: str | None = None
    is_merge: bool = False
    otherwise: Time | Malformed | None = None


Reading = Time | Nothing | Malformed | Skipped


@dataclass(frozen=True, slots=True)
class _Message:
    """A commit message with all that was found in it, as deep as it is read."""

    text: str
    masked: str
    candidates: list[Candidate]
    companions: list[Companion]

    @property
    def subject(self) -> tuple[int, int]:
        first = _SUBJECT.search(self.text)
        return first.span() if first else (0, 0)


def read(message: str, *, today: dt.date, rules: Rules = DEFAULT_RULES) -> Reading:
    """Read a commit message. `today` is the latest date that is not in the future.

    Never raises, whatever the text, and takes time linear in it. Only the first 65,536 characters (not bytes)
    are read; a longer message with a candidate in them is malformed.
    """
    text = _LONE_SURROGATE.sub("\ufffd", message[:MAX_CHARACTERS]).replace("\r\n", "\n").replace("\r", "\n")
    masked = mask(text)
    candidates = _find(text, masked, rules, most=MOST + 1)
    if not candidates:
        return Nothing()
    whole = _Message(text, masked, candidates, find_companions(text, masked))
    if reason := _reason_to_skip(whole):
        return Skipped(reason)
    if len(message) > MAX_CHARACTERS:
        reading: Time | Malformed = _malformed(Fault(candidates[0].piece, "too long"))
    elif squashed := listed(text, masked, _find(text, masked, rules, most=_MOST_LISTED)):
        reading = _add_up(whole, squashed, rules, today)
    else:
        reading = _judge(whole, rules, today)
    if text[slice(*whole.subject)].strip().startswith("Merge "):
        return Skipped(MERGE, is_merge=True, otherwise=reading)
    picked = _CHERRY_PICK.search(masked)
    if picked is None or (isinstance(reading, Time) and reading.listed):
        return reading
    sha = picked[1].lower()
    # Nobody can look up a part of a SHA, so that such a copy just stays skipped.
    if len(sha) not in _FULL_SHA:
        return Skipped(f"cherry-pick of {sha[:7]}")
    return Skipped(f"cherry-pick of {sha[:7]}", copy_of=sha, otherwise=reading)


def as_json(reading: Reading) -> dict[str, object]:
    """Return a reading as `tallyhook explain` prints it; `date` and `project` are there only when given."""
    match reading:
        case Nothing():
            return {"result": "none"}
        case Malformed(reason=reason):
            return {"result": "malformed", "why": reason}
        case Skipped(reason=reason):
            return {"result": "skipped", "why": reason}
        case Time(minutes=minutes, description=description, tags=tags):
            result: dict[str, object] = {"result": "time", "minutes": minutes, "description": description}
            given = {"date": reading.date and reading.date.isoformat(), "project": reading.project}
            return result | {"tags": list(tags)} | {name: value for name, value in given.items() if value}
        case _:
            assert_never(reading)


def _find(text: str, masked: str, rules: Rules, *, most: int) -> list[Candidate]:
    """Return the candidates in the order of the text, of each kind no more than `most`."""
    limits = _limits(rules)
    kinds = (
        TokenScanner(text, masked, limits, tokens=not rules.require_brackets).candidates(),
        trailers(text, masked, limits),
        spend_commands(text, masked, limits),
        jira_commands(text, masked, limits),
    )
    found = [candidate for kind in kinds for candidate in islice(kind, most)]
    return sorted(found, key=lambda candidate: candidate.span)


def _reason_to_skip(message: _Message) -> str | None:
    subject = message.text[slice(*message.subject)].strip()
    if _AUTOSQUASH.match(subject):
        return "autosquash commit: its text is a copy"
    return "asked to skip" if asks_to_skip(message.companions, message.masked) else None


def _add_up(message: _Message, segments: list[Segment], rules: Rules, today: dt.date) -> Time | Malformed:
    """Read GitHub's squash: each listed message by itself, since each was a commit once."""
    title: Part | None = None
    parts: list[Part] = []
    dates: set[dt.date] = set()
    for segment in segments:
        reading = read(segment.texts[0], today=today, rules=rules)
        if isinstance(reading, Skipped):
            reading = reading.otherwise or Nothing()
        if isinstance(reading, Malformed):
            return reading
        if isinstance(reading, Time):
            others = (read(text, today=today, rules=rules) for text in segment.texts[1:])
            descriptions = (reading.description, *(o.description for o in others if isinstance(o, Time)))
            part = Part(reading.minutes, tuple(dict.fromkeys(descriptions)))
            title, parts = (part, parts) if segment.is_title else (title, [*parts, part])
            dates |= {reading.date} if reading.date else set()
    if title is not None and not any(_is_of(title, part) for part in parts):
        parts = [title, *parts]
    if len(parts) > MOST_PIECES:
        return _malformed(Fault(message.candidates[-1].piece, f"more than {MOST_PIECES} messages in one"))
    if not parts:
        return _malformed(Fault(message.candidates[0].piece, "every message listed in it is to be skipped"))
    if len(dates) > 1:
        first, *_, last = sorted(dates)
        return _malformed(Fault(str(last), f"two dates disagree: {first} and {last}"))
    amount = Amount(sum(part.minutes for part in parts), next(iter(dates), None))
    return _grant(message, amount, rules, today, tuple(parts), listed=True)


def _is_of(title: Part, part: Part) -> bool:
    """Tell whether a title only repeats a listed message: many a pull request is called like its first commit."""
    return title.minutes == part.minutes and without_number(title.descriptions[0]) in part.descriptions


def _parts_by_hand(message: _Message, minutes: int, rules: Rules, today: dt.date) -> tuple[Part, ...]:
    """Return what a squash by hand is made of; nothing where that does not account for its minutes."""
    parts: list[Part] = []
    for segment in by_hand(message.text, message.masked, message.candidates):
        readings = [r for r in (read(text, today=today, rules=rules) for text in segment.texts) if isinstance(r, Time)]
        if not readings:
            return ()
        parts.append(Part(readings[0].minutes, tuple(dict.fromkeys(r.description for r in readings))))
    return tuple(parts) if sum(part.minutes for part in parts) == minutes else ()


def _judge(message: _Message, rules: Rules, today: dt.date) -> Time | Malformed:
    amount = total(message.candidates, _limits(rules))
    if isinstance(amount, Fault):
        return _malformed(amount)
    return _grant(message, amount, rules, today, _parts_by_hand(message, amount.minutes, rules, today))


def _grant(
    message: _Message, amount: Amount, rules: Rules, today: dt.date, parts: tuple[Part, ...], *, listed: bool = False
) -> Time | Malformed:
    wishes = read_companions(message.companions, rules.projects)
    if isinstance(wishes, Fault):
        return _malformed(wishes)
    date = wishes.date or amount.date
    if None not in {wishes.date, amount.date} and wishes.date != amount.date:
        return _malformed(Fault(f"Noko-Date: {wishes.date}", f"two dates disagree: {amount.date} and {wishes.date}"))
    if date and date > today:
        return _malformed(Fault(date.isoformat(), "a date in the future"))
    description = describe(_phrases(message, rules), wishes.tags)
    return Time(amount.minutes, description, hashtags(description), date, wishes.project, parts, listed)


def _phrases(message: _Message, rules: Rules) -> list[str]:
    """Return the subject without its directives, then the comments of Jira's commands wherever they stand."""
    text, (start, end) = message.text, message.subject
    spans = [*(c.span for c in message.candidates), *(c.span for c in message.companions)]
    comments = [cut(text, c.comment, spans) for c in message.candidates if c.comment]
    quoted = quoted_subject(text)
    if quoted is None:
        return [cut(text, (start, end), spans), *comments]
    # The directives of a reverted subject are not read, but would look as if they had been.
    old = text[slice(*quoted)]
    old = cut(old, (0, len(old)), [c.command for c in _find(old, mask(old), rules, most=MOST + 1)])
    return [text[start : quoted[0]] + old + cut(text, (quoted[1], end), spans), *comments]


def _limits(rules: Rules) -> Limits:
    return Limits(rules.max_minutes, rules.minutes_per_day)


def _malformed(fault: Fault) -> Malformed:
    return Malformed(shorten(fault.piece, MAX_TEXT), fault.reason)
