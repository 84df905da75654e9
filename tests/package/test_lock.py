"""The lock names what `requirements.txt` asks for, at its versions, and nothing without a hash."""

import re

from infra.build.dependency import LOCK
from infra.build.lock import HEAD, to_text
from infra.build.template import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


def pins(text):
    return {name.lower().replace("_", "-"): version for name, version in PIN.findall(text)}


def test_every_requirement_is_locked_at_its_version():
    wanted = pins((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    locked = pins(LOCK.read_text(encoding="utf-8"))
    assert wanted
    assert {name: locked.get(name) for name in wanted} == wanted


def test_neither_chalice_nor_what_lambda_brings_is_locked():
    assert {"chalice", "boto3", "botocore", "moto"}.isdisjoint(pins(LOCK.read_text(encoding="utf-8")))


def test_every_locked_library_has_the_hashes_of_its_wheels():
    blocks = re.split(r"\n(?=[a-z])", LOCK.read_text(encoding="utf-8"))[1:]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", block) for block in blocks)


def test_equal_requirements_of_several_targets_share_a_line():
    found = [("b==2", "bb"), ("a==1", "22"), ("a==1", "11"), ("b==2", "bb")]
    lines = ["a==1 \\", "    --hash=sha256:11 \\", "    --hash=sha256:22", "b==2 \\", "    --hash=sha256:bb", ""]
    assert to_text(found) == HEAD + "\n".join(lines)
