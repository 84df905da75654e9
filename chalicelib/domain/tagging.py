"""What becomes of hashtags on their way to Noko, which makes a tag of each (https://developer.nokotime.com/v2/entries/).

A rule adds its fixed tags, and says what happens to those that Noko does not have yet.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.domain.directive_description import hashtags, with_possible_tags
from chalicelib.domain.entry import Held
from chalicelib.domain.routing_table import NewTags
from chalicelib.domain.tag import with_tags
from chalicelib.domain.wording import quoted

if TYPE_CHECKING:
    from chalicelib.domain.directory import Tags
    from chalicelib.domain.entry import Draft, Route
    from chalicelib.domain.form_rule import Rule

UNKNOWN_TAG = "unknown_tag"
SHOWN = 5
"""How many unknown tags a reason names."""

# More than `hashtags` finds: whatever Noko might read as one, `#a-` and `#-` too.
_SIGN = re.compile(r"(?<![\w&/#])#([\w-]++)")


def described(description: str, rule: Rule, tags: Tags | None) -> str:
    """Return the text that Noko gets, with the rule's fixed tags: at most 1,000 characters.

    However it came in, `#123` becomes no tag, nor does what is over 30 characters. Where the rule lets no tag be
    created, a hashtag whose name is not among `tags` in each way it can be read loses its `#`.
    """
    whole = _whole(description, rule)
    if rule.new_tags is NewTags.CREATE:
        return whole
    return _SIGN.sub(lambda sign: sign[0] if tags is not None and _is_known(sign[1], tags) else sign[1], whole)


def may_meet_unknown(description: str, rule: Rule) -> bool:
    """Tell whether Noko's tags have to be known to say what becomes of this text."""
    return rule.new_tags is not NewTags.CREATE and _SIGN.search(_whole(description, rule)) is not None


def unknown_tags(description: str, rule: Rule, tags: Tags | None) -> tuple[str, ...]:
    """Return the tags, without `#` and `*`, that are not to be created and that Noko does not have."""
    if rule.new_tags is NewTags.CREATE:
        return ()
    names = (tag.removesuffix("*") for tag in hashtags(_whole(description, rule)))
    return tuple(dict.fromkeys(name for name in names if tags is None or not tags.has(name)))


def hold_for_tags(draft: Draft, rule: Rule, tags: Tags | None, route: Route) -> Held | None:
    """Hold a draft for the tags that Noko does not have, if its rule says so."""
    missing = unknown_tags(draft.description, rule, tags) if rule.new_tags is NewTags.HOLD else ()
    if not missing:
        return None
    names = ", ".join(quoted(name) for name in missing[:SHOWN]) + (" and others" if len(missing) > SHOWN else "")
    thing = "tag" if len(missing) == 1 else "tags"
    return Held(
        UNKNOWN_TAG,
        f"Noko does not have the {thing} {names}; create {'it' if len(missing) == 1 else 'them'} there or with "
        f"`tallyhook tags create {' '.join(missing[:SHOWN])}`, or log it without: "
        f"`tallyhook route {draft.key} --project PROJECT --person PERSON`",
        route,
    )


def _whole(description: str, rule: Rule) -> str:
    return with_tags(with_possible_tags(description), rule.tags)


def _is_known(name: str, tags: Tags) -> bool:
    return tags.has(name) and tags.has(name.strip("-"))
