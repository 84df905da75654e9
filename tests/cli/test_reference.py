import click
import pytest

from cli.main import COMMANDS, tallyhook
from cli.reference import PAGE, render


def test_the_page_says_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m cli.reference"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_explains_itself_and_stands_in_the_page(name):
    command = tallyhook.get_command(click.Context(tallyhook), name)
    page = render()
    assert f"tallyhook {name}" in page
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in page


def test_the_page_does_not_depend_on_the_terminal(monkeypatch):
    page = render()
    monkeypatch.setenv("COLUMNS", "40")
    assert render() == page
