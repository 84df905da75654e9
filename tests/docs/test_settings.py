"""The page of the settings names what is read, all of it, and nothing else."""

import ast
import re
from collections.abc import Mapping

from chalicelib.domain.interval import MIN_LEASE_MS, Intervals
from chalicelib.settings import Settings, form_setting, notify_setting
from devstack.aws import CREDENTIALS
from standalone.environment import ON_THE_CARD, store_kind, wants_sandbox, with_credentials
from standalone.run_file import data_folder, host_of, port_of

PAGE = "docs/reference/settings.md"
NAME = re.compile(r"[A-Z][A-Z_]+[A-Z]")
MAPPINGS = {"env", "environ", "environment", "values"}
FOLDERS = ("chalicelib", "cli", "devstack", "standalone")


class Asked(Mapping):
    """An environment that holds nothing and remembers what it was asked for."""

    def __init__(self):
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


def asked_when_running():
    env = Asked()
    Settings.from_env(env)
    wants_sandbox(env)
    store_kind(env)
    with_credentials(env)
    data_folder(env)
    port_of(env)
    host_of(env)
    return env.names


def asked_in(source):
    """Yield the names that code looks up, by `[…]` or `.get(…)`, in something called like an environment."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=mapping, slice=ast.Constant(value=str(name))):
                pass
            case ast.Call(func=ast.Attribute(value=mapping, attr="get"), args=[ast.Constant(value=str(name)), *_]):
                pass
            case _:
                continue
        called = mapping.attr if isinstance(mapping, ast.Attribute) else getattr(mapping, "id", None)
        if called in MAPPINGS and NAME.fullmatch(name):
            yield name


def read_by_the_program(root):
    files = [file for folder in FOLDERS for file in (root / folder).rglob("*.py")]
    web = {"standalone/gateway.py", "standalone/readiness.py", "devstack/aws.py"}  # their `environ` is a request's
    in_code = {
        name
        for file in files
        if file.relative_to(root).as_posix() not in web
        for name in asked_in(file.read_text(encoding="utf-8"))
    }
    named = {form_setting("<name>"), "FORM_<NAME>_PASSWORD", notify_setting("<name>")}
    return named | asked_when_running() | in_code | set(ON_THE_CARD) | set(CREDENTIALS)


def documented(page):
    return {cells[0].strip("`"): cells for cells in page(PAGE).rows("name", "default", "meaning")}


def test_every_setting_that_is_read_is_documented(page, root):
    assert sorted(read_by_the_program(root) - set(documented(page))) == []


def test_every_setting_that_is_documented_is_read(page, root):
    assert sorted(set(documented(page)) - read_by_the_program(root)) == []


def test_the_durations_have_the_defaults_that_are_told(page):
    plain, told = Intervals(), documented(page)
    defaults = {
        "LEASE_SECONDS": plain.lease_ms / 1000,
        "SETTLE_SECONDS": plain.settle_ms / 1000,
        "SECOND_LOOK_SECONDS": plain.second_look_ms / 1000,
        "SWEEP_SECONDS": plain.sweep_ms / 1000,
        "THROTTLE_INTERVAL_MS": plain.throttle_ms,
    }
    assert {name: float(told[name][1].strip("`")) for name in defaults} == defaults
    assert f"At least {MIN_LEASE_MS // 1000}" in told["LEASE_SECONDS"][2]


def test_every_setting_that_any_page_names_is_documented(pages, page):
    prefixes = ("NOKO_", "TALLYHOOK_", "GITHUB_", "AWS_", "ROUTING_")
    named = {
        (each.name, name)
        for each in pages
        for line in each.code()
        for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", line)
        if name.startswith(prefixes)
    }
    known = documented(page)
    spoken_of_as_a_word = {"NOKO_ID"}  # the placeholder in `resolve KEY --is NOKO_ID`
    assert sorted((where, name) for where, name in named if name not in {*known, *spoken_of_as_a_word}) == []
