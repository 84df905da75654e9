"""The pages lead where they say, name only what there is, and stand alone."""

import json
import re
import tomllib

import click
import pytest

from chalicelib.errors import ConfigurationError
from chalicelib.routing_file.document import load
from cli.main import tallyhook

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?:^|[\s/`(])tallyhook ([a-z][\w-]*)([^|/`]*)")
WORD = re.compile(r"[a-z][a-z-]*")
OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
MAKE = re.compile(r"^(?:[A-Z_]+=\S+ )*make ([a-z]+)")
OURS = "var/lib/tallyhook"  # which systemd makes on any machine
MACHINE_PATH = re.compile(rf"(?<![\w.…])/(?!{OURS})(?:work|root|home|tmp|opt|Users|mnt|var)/")
INTERNAL = re.compile(r"\b(?:DESIGN|GRAMMAR|FAULTS|PLATFORM|STYLE|NOKO)\.md|grammar_cases\.json")


def anchor(heading):
    """The name that GitHub gives to a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def test_every_relative_link_leads_to_a_file_and_a_heading_that_are_there(pages):
    broken = []
    for page in pages:
        for target in LINK.findall(page.prose):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, fragment = target.partition("#")
            file = (page.path.parent / path).resolve() if path else page.path
            there = file.exists() and (
                not fragment or fragment in {anchor(h) for h in HEADING.findall(file.read_text(encoding="utf-8"))}
            )
            if not there:
                broken.append(f"{page.name}: {target}")
    assert broken == []


def test_every_page_can_be_reached_from_the_readme(pages, root):
    by_path = {page.path: page for page in pages}
    reached, waiting = set(), [root / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path not in by_path:
            continue
        reached.add(path)
        links = (target.partition("#")[0] for target in LINK.findall(by_path[path].prose))
        waiting += [(path.parent / link).resolve() for link in links if link]
    assert sorted(page.name for page in pages if page.path not in reached) == []


def test_every_make_target_that_is_named_is_in_the_makefile(pages, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {(page.name, name) for page in pages for line in page.code() for name in MAKE.findall(line)}
    assert {name for _, name in named} >= {"run", "demo", "test", "check"}
    assert sorted((where, name) for where, name in named if name not in targets) == []


def commands(pages):
    return [
        (page.name, *found(command, rest.split()), OPTION.findall(rest))
        for page in pages
        for line in page.code()
        for command, rest in COMMAND.findall(line.partition("  #")[0])
    ]


def found(name, words):
    """The whole name of a command, with the groups that it stands in, and the command: None if there is none."""
    command = tallyhook.get_command(None, name)
    while isinstance(command, click.Group) and words and WORD.fullmatch(words[0]):
        name += f" {words[0]}"
        command = command.get_command(None, words.pop(0))
    return name, command


def all_commands(group, prefix=""):
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        yield prefix + name
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{prefix}{name} ")


def test_every_command_that_is_named_exists(pages):
    named = commands(pages)
    assert sorted((where, name) for where, name, command, _ in named if command is None) == []
    assert {name for _, name, _, _ in named} >= set(all_commands(tallyhook))


def test_every_option_that_is_named_exists_on_its_command(pages):
    unknown = []
    for where, name, command, options in commands(pages):
        opts = (parameter.opts + parameter.secondary_opts for parameter in command.params)
        known = {option for each in opts for option in each} | {"--help"}
        unknown += [(where, name, option) for option in options if option not in known]
    assert unknown == []


def test_no_page_speaks_of_one_machine_or_of_papers_that_are_not_here(pages):
    found = [
        (page.name, match[0])
        for page in pages
        for pattern in (MACHINE_PATH, INTERNAL)
        for match in pattern.finditer(page.text)
    ]
    assert found == []


def test_every_routing_file_that_is_shown_whole_can_be_used(pages):
    shown = [(page.name, block) for page in pages for block in page.blocks("toml") if "[defaults]" in block]
    assert "README.md" in {name for name, _ in shown}
    for name, block in shown:
        try:
            load(block, name=name)
        except ConfigurationError as error:
            pytest.fail(str(error))


def test_nothing_that_ships_is_called_after_the_product_of_others(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    chalice = json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))
    resources = re.findall(r"^  (\w+):$", (root / "infra" / "resources.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    names = [project["name"], *project["scripts"], chalice["app_name"], *chalice["lambda_functions"], *resources]
    assert [name for name in names if re.search("noko|freckle", name, re.IGNORECASE)] == []


def test_the_readme_says_whose_trademarks_they_are(page):
    assert "trademarks of their owner" in page("README.md").text
    assert "not affiliated" in page("README.md").text
