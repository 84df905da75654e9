"""What is in the zip, and that it is the same each time."""

import importlib.util
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import pytest
from fakes.fetching import fetched
from package.conftest import OTHER_ARCH

from infra.build import dependency
from infra.build.bundle import MAX_ZIPPED_BYTES, TooBigError, write
from infra.build.package import NotOursError, shipped
from infra.build.target import here
from infra.build.template import ROOT

pytestmark = pytest.mark.journey
ELF_MACHINE = {"x86_64": 0x3E, "arm64": 0xB7}
LAMBDA_BRINGS = ("boto3", "botocore", "s3transfer", "dateutil", "six.py")
BARE = """
import json, sys, app
bytecode = sys.modules["chalicelib.bootstrap"].__spec__.cached
print(json.dumps({"routes": sorted(app.app.routes), "bytecode": bytecode, "clients": "boto3" in sys.modules}))
"""


@pytest.fixture(scope="session")
def names(package):
    with zipfile.ZipFile(package.zip) as zipped:
        return zipped.namelist()


def test_the_folder_holds_only_the_zip_and_the_template(package):
    assert sorted(path.name for path in package.zip.parent.iterdir()) == ["deployment.zip", "sam.yaml"]


def test_the_zip_holds_the_code_the_libraries_and_two_files_of_chalice(names):
    locked = re.findall(r"^([a-z0-9-]+)==", dependency.LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    libraries = {name.replace("-", "_") for name in locked}
    tops = {name.partition("/")[0] for name in names if "dist-info" not in name}
    assert tops == libraries - {"typing_extensions"} | {
        "typing_extensions.py",
        "__pycache__",
        "app.py",
        "chalice",
        "chalicelib",
    }
    assert [n for n in names if n.startswith("chalice/") and n.endswith(".py")] == [
        "chalice/__init__.py",
        "chalice/app.py",
    ]
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "chalicelib").rglob("*.py")}
    assert {name for name in names if name.startswith("chalicelib/") and name.endswith(".py")} == ours
    assert {"chalicelib/routing.toml", "chalicelib/routing.schema.json"} <= set(names)


def test_nothing_names_the_machine_that_packaged(package, names):
    assert [name for name in names if name.startswith("bin/") or name.endswith(("RECORD", "direct_url.json"))] == []
    with zipfile.ZipFile(package.zip) as zipped:
        marks = (str(ROOT).encode(), b"tallyhook-package-")
        assert [name for name in names if any(mark in zipped.read(name) for mark in marks)] == []


def test_every_module_has_its_bytecode_which_is_never_compared_with_it(package, names):
    modules = {name for name in names if name.endswith(".py")}
    compiled = {importlib.util.cache_from_source(name) for name in modules}
    assert {name for name in names if name.endswith(".pyc")} == compiled
    with zipfile.ZipFile(package.zip) as zipped:
        flags = {int.from_bytes(zipped.read(name)[4:8], "little") for name in compiled}
        magic = {zipped.read(name)[:4] for name in compiled}
    assert flags == {0b01}  # by hash, and unchecked (PEP 552)
    assert magic == {importlib.util.MAGIC_NUMBER}


def test_two_packages_are_equal_byte_for_byte(package, make, tmp_path):
    again = make(tmp_path / "elsewhere" / "out")
    assert again.zip.read_bytes() == package.zip.read_bytes()
    assert again.template.read_bytes() == package.template.read_bytes()


def test_the_libraries_of_the_other_processor_are_for_it(tmp_path):
    fetched(lambda: dependency.install(here(OTHER_ARCH), tmp_path))
    binaries = {name: content for name, content in dependency.libraries(tmp_path).items() if name.endswith(".so")}
    assert any("pydantic_core" in name for name in binaries)
    machines = {int.from_bytes(content[18:20], "little") for content in binaries.values()}
    assert machines == {ELF_MACHINE[OTHER_ARCH]}


def test_a_bare_interpreter_imports_the_code_from_its_bytecode(unzipped, tmp_path):
    for name in LAMBDA_BRINGS:
        (tmp_path / name).symlink_to(Path(boto3.__file__).parent.parent / name)
    start = f"import sys; sys.path[:0] = [{str(unzipped)!r}, {str(tmp_path)!r}]"
    command = [sys.executable, "-I", "-S", "-B", "-c", f"{start}\n{BARE}"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert "/webhooks/github" in told["routes"]
    assert Path(told["bytecode"]).parent == unzipped / "chalicelib" / "__pycache__"
    assert told["clients"] is False  # boto3 takes 200 ms, which a request that is refused need not pay


def test_another_routing_file_ships_in_place_of_ours(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_bytes(b"[defaults]")
    code = {"app.py": b"", "chalicelib/routing.toml": b"ours"}
    assert shipped(code, {}, mine) == {"app.py": b"", "chalicelib/routing.toml": b"[defaults]"}
    assert shipped(code, {"lib.py": b""}, None) == {**code, "lib.py": b""}


def test_a_folder_that_holds_something_else_is_left_alone(make, tmp_path):
    (tmp_path / "thesis.odt").touch()
    with pytest.raises(NotOursError):
        make(tmp_path)
    assert (tmp_path / "thesis.odt").exists()


def test_a_package_that_outgrew_its_bound_is_refused(tmp_path):
    with pytest.raises(TooBigError):
        write({"big.bin": bytes(4 * MAX_ZIPPED_BYTES)}, tmp_path / "big.zip")
