"""Every page of the documentation, and what stands in it as code."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Page:
    path: Path
    text: str

    @property
    def name(self):
        return self.path.relative_to(ROOT).as_posix()

    @property
    def prose(self):
        """The text without its fenced blocks."""
        return FENCE.sub("", self.text)

    def blocks(self, *languages):
        return [found["code"] for found in FENCE.finditer(self.text) if found["language"] in languages]

    def code(self):
        """Yield each code span, and each line of a fenced block."""
        for found in FENCE.finditer(self.text):
            yield from found["code"].splitlines()
        yield from (span.strip() for _, span in SPAN.findall(self.prose))

    def rows(self, *header):
        """Yield the cells of the rows of all tables with this header."""
        inside = False
        for line in self.prose.splitlines():
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            if not line.startswith("|"):
                inside = False
            elif cells == header:
                inside = True
            elif inside and not line.startswith("|-"):
                yield cells


def _read(path):
    return Page(path, path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def pages():
    found = [_read(path) for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])]
    assert len(found) > 20
    return found


@pytest.fixture(scope="session")
def page():
    return lambda name: _read(ROOT / name)
