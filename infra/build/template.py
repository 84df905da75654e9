"""The template: Chalice's, merged with our resources and with what a stage changes in them."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from infra.build.command import run
from infra.build.dashboard import dashboard

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent.parent
REGION = "us-east-1"
"""Chalice wants one to package for. What it writes is the same for every region of the partition `aws`."""
SHIPPED = ("app.py", "chalicelib", "vendor")
_JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def stages(root: Path = ROOT) -> tuple[str, ...]:
    """Return the names of the stages that there are."""
    return tuple(json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))["stages"])


def chalice_package(stage: str, arch: str, scratch: Path, root: Path = ROOT) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return what Chalice packages of the code, its own two runtime files among it, and the merged template.

    It works on a copy in `scratch` that names no libraries: those are chosen and checked by us. Raises CommandError.
    """
    project = scratch / "project"
    _copy(root, project)
    config = json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))
    _write(project / ".chalice" / "config.json", {**config, "lambda_architecture": arch})
    _write(project / "resources.json", resources(stage, root))
    words = ["package", "--stage", stage, "--merge-template", "resources.json", "out"]
    env = {"AWS_DEFAULT_REGION": REGION, "PYTHONDONTWRITEBYTECODE": "1"}
    run([Path(sys.executable).parent / "chalice", *words], cwd=project, env=env)
    with zipfile.ZipFile(project / "out" / "deployment.zip") as zipped:
        code = {name: zipped.read(name) for name in zipped.namelist()}
    return code, json.loads((project / "out" / "sam.json").read_text(encoding="utf-8"))


def resources(stage: str, root: Path = ROOT) -> dict[str, Any]:
    """Return our part of the template: resources, alarms and dashboard, and what `infra/<stage>.yaml` changes."""
    ours: dict[str, Any] = yaml.safe_load((root / "infra" / "resources.yaml").read_text(encoding="utf-8"))
    bells = alarms(root)
    bells["Resources"] = {name: _without_arguments(each) for name, each in bells["Resources"].items()}
    change = root / "infra" / f"{stage}.yaml"
    ours = merged(merged(ours, bells), {"Resources": {"Dashboard": dashboard(bells["Resources"])}})
    return merged(ours, yaml.safe_load(change.read_text(encoding="utf-8"))) if change.is_file() else ours


def alarms(root: Path = ROOT) -> dict[str, Any]:
    """Return what `infra/alarms.yaml` adds, and under `Metadata` of each alarm what argues for it."""
    parts: dict[str, Any] = yaml.safe_load((root / "infra" / "alarms.yaml").read_text(encoding="utf-8"))
    del parts["Common"]  # taken up into each by now
    return parts


def _without_arguments(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is for readers: CloudFormation takes 50 KB."""
    return {name: value for name, value in resource.items() if name != "Metadata"}


def merged(base: Any, change: Any) -> Any:
    """Return `base` with `change` in it, as Chalice merges: mappings key by key, all else is replaced."""
    if isinstance(base, dict) and isinstance(change, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in change.items()}}
    return change


def to_text(template: Mapping[str, Any]) -> str:
    """Write a template as YAML without anchors, which CloudFormation does not take
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html).
    """  # noqa: D205 - one sentence with its source
    text: str = yaml.dump(json.loads(json.dumps(template)), Dumper=_Plain, sort_keys=True, width=120)
    return text


class _Plain(yaml.SafeDumper):  # type: ignore[misc] # PyYAML has no types
    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        del data
        return True


def _copy(root: Path, project: Path) -> None:
    project.mkdir()
    for name in SHIPPED:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=_JUNK)
        elif source.is_file():
            shutil.copy(source, project / name)
    (project / ".chalice").mkdir()
    for policy in sorted((root / ".chalice").glob("policy-*.json")):
        shutil.copy(policy, project / ".chalice" / policy.name)
    (project / "requirements.txt").touch()


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
