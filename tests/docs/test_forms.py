"""Every sender has a page, and the pages say what the program does."""

import re

from chalicelib.routing_file.document import load
from chalicelib.sources.forms.alias import ALIASES
from chalicelib.sources.forms.preset import OURS, PRESETS

FOLDER = "docs/how-to/forms"


def test_every_preset_has_a_page_that_names_it_and_a_row_in_the_overview(page):
    overview = page(f"{FOLDER}/README.md")
    rows = {
        cells[1].strip("`"): cells
        for cells in overview.rows("sender", "preset", "vouches by", "what cannot be an entry")
    }
    assert rows.keys() == PRESETS.keys()
    for name, preset in PRESETS.items():
        assert f'preset = "{name}"' in page(f"{FOLDER}/{name}.md").text
        assert f"({name}.md)" in rows[name][0]
        assert rows[name][3].startswith("422") is preset.interactive


def test_every_routing_table_that_is_shown_can_be_used(pages):
    shown = [(each.name, block) for each in pages if FOLDER in each.name for block in each.blocks("toml")]
    assert len(shown) > len(PRESETS)
    for name, block in shown:
        assert load(block, name=name).forms


def test_what_is_understood_is_what_is_told(page):
    told = {
        ours.strip("`"): names.split(", ")
        for ours, names in page(f"{FOLDER}/README.md").rows("ours", "understood for it")
    }
    assert told == {word: list(aliases) for word, aliases in ALIASES.items()}


def test_the_script_for_google_sends_what_is_read(page):
    (script,) = page(f"{FOLDER}/google-forms.md").blocks("js")
    assert f'"{OURS.carrier}": signature(body)' in script
    assert set(re.findall(r"^ +(\w+): ", script, re.MULTILINE)) >= {"responseId", "submittedAt", "namedValues"}


def test_each_page_of_a_sender_that_signs_nothing_says_where_the_secret_goes(page):
    plain = [name for name, preset in PRESETS.items() if {"secret", "query"} & {s.kind for s in preset.schemes}]
    for name in plain:
        where = {"jotform": "?token=THE-SECRET", "generic": "static-header.md"}.get(name, "X-Webhook-Secret")
        assert where in page(f"{FOLDER}/{name}.md").text, name
