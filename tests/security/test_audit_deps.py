"""The audit of dependencies never passes in silence: what was not looked at is said, what is weak fails."""

import importlib.util
import json
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / ".ci" / "audit_deps.py"


@pytest.fixture(scope="module")
def verdict():
    spec = importlib.util.spec_from_file_location("audit_deps", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verdict


GOOD = {"name": "good", "version": "1.0", "vulns": []}
WEAK = {"name": "weak", "version": "0.9", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.0"]}, {"id": "GHSA-2"}]}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1)"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([GOOD], 0, ["dependencies: 1 audited, 0 known weaknesses"]),
        ([GOOD, UNKNOWN], 0, ["dependencies: 1 audited, 0 known weaknesses, 1 NOT AUDITED"]),
        ([UNKNOWN] * 3, 0, ["dependencies: NOT AUDITED: of 3 packages the database of weaknesses told about none"]),
        (
            [GOOD, WEAK],
            1,
            [
                "dependencies: 2 audited, 2 known weaknesses",
                "weak 0.9: PYSEC-1, mended in 1.0",
                "weak 0.9: GHSA-2",
            ],
        ),
    ],
)
def test_what_was_looked_up_and_what_was_not_is_told(verdict, packages, code, said):
    assert verdict(json.dumps({"dependencies": packages, "fixes": []})) == (code, said)


@pytest.mark.parametrize("report", ["", "Traceback", "[]", "{}", "null"])
def test_a_database_that_was_not_reached_is_said_and_lets_the_check_go_on(verdict, report):
    code, (said,) = verdict(report)
    assert code == 0
    assert "NOT AUDITED" in said
