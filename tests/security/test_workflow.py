"""The check of workflow files finds what it is there for, without a network."""

import subprocess
import sys
from pathlib import Path

import pytest

ZIZMOR = Path(sys.executable).parent / "zizmor"
SHA = "11bd71901bbe5b1630ceea73d27597364c9af683"
GOOD = f"""\
name: check
on: push
permissions: {{}}
jobs:
  check:
    name: check
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@{SHA} # v4.2.2
        with:
          persist-credentials: false
      - run: make check
"""
WORSE = {
    "an action that is pinned to a tag": (f"{SHA} # v4.2.2", "v4"),
    "a trigger that hands secrets to forks": ("on: push", "on: pull_request_target"),
    "permissions that nobody chose": ("permissions: {}\n", ""),
    "a title that becomes code": ("make check", "echo ${{ github.event.issue.title }}"),
    "credentials left on the disk": ("persist-credentials: false", "fetch-depth: 1"),
}


@pytest.fixture
def audit(tmp_path):
    def run(text):
        folder = tmp_path / ".github" / "workflows"
        folder.mkdir(parents=True)
        (folder / "check.yml").write_text(text, encoding="utf-8")
        command = [ZIZMOR, "--offline", "--no-progress", "--quiet", folder]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run


def test_a_good_workflow_passes(audit):
    ran = audit(GOOD)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("flaw", WORSE)
def test_a_flaw_fails(audit, flaw):
    before, after = WORSE[flaw]
    assert before in GOOD
    assert audit(GOOD.replace(before, after)).returncode != 0
