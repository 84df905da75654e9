"""Numbers and codes on the pages are those of the code."""

import re

from chalicelib.domain.interval import MAX_SLOT_AGE_MS, Intervals
from chalicelib.domain.throttle import CORRUPT_AHEAD_MS, HORIZON_MS, JOB_HORIZON_MS, PENALTY_MS
from chalicelib.errors import RequestError
from chalicelib.services import sending
from chalicelib.table.throttle import MAX_SKEW_MS


def classes_below(base):
    return {base, *(each for child in base.__subclasses__() for each in classes_below(child))}


def test_every_status_and_code_of_the_door_is_documented(page, root):
    text = page("docs/reference/http.md").text
    sources = "".join(file.read_text(encoding="utf-8") for file in (root / "chalicelib" / "sources").glob("*.py"))
    codes = set(re.findall(r'code="([a-z_0-9]+)"', sources))
    assert len(codes) > 10
    ours = classes_below(RequestError) - {RequestError}
    codes |= {each.code for each in ours if each.code != "malformed"}  # each of those has a code of its own
    assert sorted(code for code in codes if f"`{code}`" not in text) == []
    assert sorted(each.status for each in ours if f"| {each.status} |" not in text) == []


def test_the_figures_of_the_rate_limit_are_those_of_the_code(page):
    told = {
        cells[0]: cells[1]
        for cells in page("docs/explanation/rate-limit.md").rows("figure", "value", "where it comes from")
    }
    assert told == {
        "between two slots": f"{Intervals().throttle_ms} ms",
        "how far ahead a posting's slot may lie": f"{HORIZON_MS // 1000} s",
        "how far ahead a job's slot may lie": f"{JOB_HORIZON_MS // 1000} s",
        "how old a slot may be when the first byte leaves": f"{MAX_SLOT_AGE_MS // 1000} s",
        "burst credit taken": "none",
        "a penalty after a 429": f"{PENALTY_MS // 1000} s",
        "further ahead than this is corrupt": f"{CORRUPT_AHEAD_MS // 1000} s",
        "a clock further off than this does nothing": f"{MAX_SKEW_MS // 1000} s",
    }


def test_the_queue_is_filled_as_the_page_says(page):
    text = " ".join(page("docs/explanation/rate-limit.md").text.split())
    assert f"sends {sending.OPENING_SHARE} entries itself at most" in text
    assert f"holds fewer than {sending.ROOM} messages" in text
    assert f"fills it up to {sending.FULL}" in text
