import click
import pytest

from cli.main import tallyhook
from cli.reference import PAGE, render


def all_commands(group, prefix="tallyhook"):
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        yield f"{prefix} {name}", command
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{prefix} {name}")


def test_the_page_says_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m cli.reference"


@pytest.mark.parametrize(("name", "command"), list(all_commands(tallyhook)))
def test_every_option_explains_itself_and_stands_in_the_page(name, command):
    page = render()
    assert f"## `{name}`\n" in page
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in page


def test_the_page_does_not_depend_on_the_terminal(monkeypatch):
    page = render()
    monkeypatch.setenv("COLUMNS", "40")
    assert render() == page
