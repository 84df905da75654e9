"""What an entry says: the subject of a commit without its directives, in the form that Noko expects.

In Noko every hashtag of a description is a tag (https://developer.nokotime.com/v2/entries/), so that `#123` must
not stay one, and a word too long for a tag must lose its `#`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.tag import MAX_DESCRIPTION, MAX_TAG, MAX_TAGS, with_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.domain.directive_mask import Span

_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")
_ISSUE = re.compile(r"(?<![#&])(?P<glued>(?<=\w))?#++(?=[0-9]++(?!\w|-\w))")
# Half a hashtag, before the "…" of a text cut short, is none.
_HASHTAG = re.compile(r"(?<![\w&/#])#(\w++(?:-++\w++)*+\*?)(?!…)")
_PHRASE_END = re.compile(r"[.,;:!?)\]}]+(?=\s|$)")
_LEFT_OVER = re.compile(r"[.,;:!?)\]}–—-]+(?:\s+|$)")
_SEPARATORS = " \t,;:-–—"


def cut(text: str, region: Span, spans: Iterable[Span]) -> str:
    """Return `region` of `text` without those `spans` that lie in it, and without what only led up to them.

    "Ship it, f:15." becomes "Ship it", and "Fix (see [f:1h])" becomes "Fix (see)".
    """
    at, stop = region
    kept: str | None = None
    for start, end in sorted(span for span in spans if region[0] <= span[0] and span[1] <= stop):
        if start >= at:
            kept = text[at:start] if kept is None else _join(kept, text[at:start])
        at = max(at, end)
    return text[at:stop] if kept is None else _join(kept, text[at:stop])


def describe(phrases: Iterable[str], tags: Sequence[str]) -> str:
    """Return the phrases as one line of at most 1,000 characters, with the `tags` (without `#`) appended."""
    text = with_possible_tags(" — ".join(filter(None, map(_one_line, phrases))))
    text = with_tags(text, tags[:MAX_TAGS])
    for tag in tags[MAX_TAGS:]:
        if len(text) + len(f" #{tag} …") > MAX_DESCRIPTION:
            return f"{text} …"[:MAX_DESCRIPTION]
        text = with_tags(text, [tag])
    return text


def with_possible_tags(text: str) -> str:
    """Return `text` with `#123` as `GH-123`, and without the `#` of a word too long for a tag."""
    text = _ISSUE.sub(lambda sign: "GH-" if sign["glued"] is None else " GH-", text)
    return _HASHTAG.sub(lambda tag: tag[1] if len(tag[1].removesuffix("*")) > MAX_TAG else tag[0], text)


def hashtags(description: str) -> tuple[str, ...]:
    """Return the tags that Noko will make of `description`, without `#`, with their `*`, each once."""
    return tuple(dict.fromkeys(tag[1] for tag in _HASHTAG.finditer(description)))


def _join(left: str, right: str) -> str:
    left, right = left.rstrip(), right.lstrip()
    if not left:
        left_over = _LEFT_OVER.match(right)
        return right[left_over.end() :] if left_over else right
    if not right or _PHRASE_END.match(right):
        return left.rstrip(_SEPARATORS) + right
    return left + right if left[-1] in "([{" else f"{left} {right}"


def _one_line(text: str) -> str:
    return _BLANK.sub(" ", text).strip()
