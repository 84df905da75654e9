"""How long things are kept is told as it is."""

from chalicelib.domain.retention import MAX_DAYS, MIN_DAYS, MIN_ENTRIES_DAYS, Retention


def test_the_days_have_the_defaults_and_bounds_that_are_told(page):
    settings = page("docs/reference/settings.md")
    told = {cells[0].strip("`"): cells for cells in settings.rows("name", "default", "meaning") if "KEEP_" in cells[0]}
    plain = Retention()
    assert {name: cells[1] for name, cells in told.items()} == {
        "KEEP_CONTENTS_DAYS": f"`{plain.contents_days}`",
        "KEEP_ENTRIES_DAYS": f"`{plain.entries_days}`",
        "KEEP_NOTES_DAYS": f"`{plain.notes_days}`",
    }
    assert f"At least {MIN_DAYS}" in told["KEEP_CONTENTS_DAYS"][2]
    assert f"At least {MIN_ENTRIES_DAYS}" in told["KEEP_ENTRIES_DAYS"][2]
    assert f"At least {MIN_DAYS}" in told["KEEP_NOTES_DAYS"][2]
    assert f"Whole days, at most {MAX_DAYS}" in settings.text
