"""Make a package: the zip with code, libraries and bytecode, and the template beside it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.build import bundle, dependency, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.build.target import Target

ZIP = "deployment.zip"
"""As the template calls it, from beside it."""
TEMPLATE = "sam.yaml"
ROUTING = "chalicelib/routing.toml"


class NotOursError(Exception):
    """A folder that was to be made anew holds what no package leaves there."""


@dataclass(frozen=True, slots=True)
class Package:
    """What was made, and how big the zip is."""

    template: Path
    zip: Path
    zipped_bytes: int


def make(stage: str, target: Target, out: Path, *, routing_file: Path | None = None) -> Package:
    """Make the package of a stage in `out`, which holds nothing else afterwards.

    `routing_file` ships in place of the one that stands in the code. Raises CommandError, TooBigError or NotOursError.
    """
    if out.exists() and any(path.suffix not in {".zip", ".yaml"} for path in out.iterdir()):
        raise NotOursError(f"{out} holds more than zips and templates: it is not made anew")
    with tempfile.TemporaryDirectory(prefix="tallyhook-package-") as name:
        scratch = Path(name)
        code, merged = template.chalice_package(stage, target.arch, scratch)
        for folder in ("libraries", "compiling", "made"):
            (scratch / folder).mkdir()
        dependency.install(target, scratch / "libraries")
        sources = shipped(code, dependency.libraries(scratch / "libraries"), routing_file)
        files = bundle.with_bytecode(sources, scratch / "compiling")
        made = scratch / "made"
        bundle.write(files, made / ZIP)
        (made / TEMPLATE).write_text(template.to_text(merged), encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(made, out)
    return Package(out / TEMPLATE, out / ZIP, (out / ZIP).stat().st_size)


def shipped(code: Mapping[str, bytes], libraries: Mapping[str, bytes], routing_file: Path | None) -> dict[str, bytes]:
    """Return all that ships, before it is compiled."""
    routing = {ROUTING: routing_file.read_bytes()} if routing_file is not None else {}
    return {**libraries, **code, **routing}
