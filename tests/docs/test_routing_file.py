"""The pages and the schema of the routing file say what the program does."""

import re
import tomllib

import jsonschema
import pytest

from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import RoutingFileError
from docs.build import routing_file as pages

SAMPLE = pages.SAMPLE.read_text(encoding="utf-8")


def test_the_published_schema_is_the_one_that_the_models_make():
    assert pages.SCHEMA.read_text(encoding="utf-8") == pages.schema_text()


def test_the_reference_page_is_the_one_that_the_models_make():
    assert pages.PAGE.read_text(encoding="utf-8") == pages.page_text()


def test_the_schema_is_valid_and_accepts_the_file_that_ships():
    jsonschema.Draft202012Validator.check_schema(pages.schema())
    jsonschema.validate(tomllib.loads(SAMPLE), pages.schema())


@pytest.mark.parametrize(
    "text",
    [
        "zzz = 1",
        "[defaults]\nzzz = 1",
        '[defaults]\nmode = "lve"',
        "[defaults]\nmax_minutes = 1441",
        "[defaults]\nmax_age_days = 0",
        "[defaults]\nproject = 0",
        '[defaults]\nproject = " "',
        '[defaults]\ntags = ["#dev"]',
        '[defaults]\ntags = ["123*"]',
        '[defaults]\nnew_tags = "never"',
        '[defaults]\nbranches = ["!main"]',
        "[[people]]",
        '[[people]]\nnoko = "jane"',
        '[[people]]\nnoko = 1\ngithub = ["@jane"]',
        '[[repositories]]\nmatch = "website"',
        '[[forms]]\nname = "Time Sheet"',
        '[[forms]]\nname = "t"\npreset = "x"',
        '[[forms]]\nname = "t"\nperson = "x"',
        '[[forms]]\nname = "t"\nfields.minute = "x"',
        '[[approvals]]\nname = "w"\nwhen = "noon"',
    ],
)
def test_what_the_program_refuses_an_editor_underlines(text):
    with pytest.raises(RoutingFileError):
        load(text, name="routing.toml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), pages.schema())


def test_every_key_has_a_meaning_and_an_example_that_is_valid():
    for _, name in pages.SECTIONS:
        for key, schema in pages.schema()["$defs"][name]["properties"].items():
            assert schema["description"].endswith("."), key
            whole = {**schema, "$defs": pages.schema()["$defs"]}
            for example in schema.get("examples", []):
                jsonschema.validate(example, whole)


def test_the_page_has_a_section_for_every_table_of_the_file():
    described = {name for _, name in pages.SECTIONS}
    assert described == set(pages.schema()["$defs"])
    headers = re.findall(r"^## `(.+)`$", pages.PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headers == [header for header, _ in pages.SECTIONS]


def test_the_problem_that_the_page_shows_is_word_for_word_what_is_told():
    shown = re.search(r"^routing\.toml:12: (.+)$", pages.INTRODUCTION, re.MULTILINE)
    text = "\n" * 10 + '[[repositories]]\nporject = "Gear GmbH"\nmatch = "acme/*"\n'
    with pytest.raises(RoutingFileError) as caught:
        load(text, name="routing.toml")
    assert str(caught.value) == shown[0]
