# ruff: noqa: INP001 - a script, not a package
"""Ask PyPI for known weaknesses of what is installed, and say plainly when it could not be asked.

pip-audit alone passes in silence where PyPI is not to be had: behind a mirror each package is "not found", and
skipped. Here what was not looked up is counted and named. Exit code 1 only for a weakness that was found.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PATIENCE_S = 300
PIP_AUDIT = (sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--progress-spinner=off", "--format=json")


def verdict(report: str) -> tuple[int, list[str]]:
    """Read pip-audit's JSON report; return the exit code, and what to say about it."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, ["dependencies: NOT AUDITED: the database of weaknesses could not be reached"]
    asked = [package for package in packages if "skip_reason" not in package]
    weak = [
        f"{package['name']} {package['version']}: {weakness['id']}{_mended(weakness)}"
        for package in asked
        for weakness in package.get("vulns", ())
    ]
    if not asked:
        return 0, [f"dependencies: NOT AUDITED: of {len(packages)} packages the database of weaknesses told about none"]
    left = len(packages) - len(asked)
    told = f"dependencies: {len(asked)} audited, {len(weak)} known weaknesses"
    return int(bool(weak)), [f"{told}, {left} NOT AUDITED" if left else told, *weak]


def _mended(weakness: dict[str, Any]) -> str:
    versions = weakness.get("fix_versions") or ()
    return f", mended in {', '.join(versions)}" if versions else ""


def main() -> int:
    """Run pip-audit and tell what came of it."""
    try:
        ran = subprocess.run(PIP_AUDIT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
        report = ran.stdout
    except subprocess.TimeoutExpired:
        report = ""
    code, lines = verdict(report)
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
