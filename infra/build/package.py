"""Make a package: the zip with code, libraries and bytecode, and the template beside it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.build import bundle, dependency, template

if TYPE_CHECKING:
    from infra.build.target import Target

ZIP = "deployment.zip"
"""As the template calls it, from beside it."""
TEMPLATE = "sam.yaml"


@dataclass(frozen=True, slots=True)
class Package:
    """What was made, and how big the zip is."""

    template: Path
    zip: Path
    zipped_bytes: int


def make(stage: str, target: Target, out: Path) -> Package:
    """Make the package of a stage in `out`, which holds nothing else afterwards. Raises CommandError or TooBigError."""
    with tempfile.TemporaryDirectory(prefix="tallyhook-package-") as name:
        scratch = Path(name)
        code, merged = template.chalice_package(stage, target.arch, scratch)
        for folder in ("libraries", "compiling", "made"):
            (scratch / folder).mkdir()
        dependency.install(target, scratch / "libraries")
        files = bundle.with_bytecode({**dependency.libraries(scratch / "libraries"), **code}, scratch / "compiling")
        made = scratch / "made"
        bundle.write(files, made / ZIP)
        (made / TEMPLATE).write_text(template.to_text(merged), encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(made, out)
    return Package(out / TEMPLATE, out / ZIP, (out / ZIP).stat().st_size)
