"""The cold start: the package in fresh processes, by turns with the least that a Chalice app with boto3 clients is."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import venv
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib import bootstrap
from chalicelib.handlers import webhooks
from chalicelib.services.intake import take
from chalicelib.services.opening import open_delivery
from devstack.bench.figure import Figure
from devstack.bench.workbench import SECRET, Workbench, workbench
from devstack.push import headers, push
from infra.build import bundle, package
from infra.build.command import run
from infra.build.target import here

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROUNDS = 11
ARCHES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
STACK = "tallyhook-bench"
HERE = Path(__file__).parent
MB = 1_000_000


def measure() -> Iterator[Figure]:
    """Measure in one run, ours and the bare one by turns; medians of eleven fresh processes each."""
    with workbench(interval_ms=1) as bench:
        lab = _Lab(bench)
        yield Figure("the package", lab.zipped / MB, 8, "MB")
        yield Figure("... to a bare Chalice app", lab.zipped / lab.bare_zipped, 120, "×")
        door: dict[str, list[list[float]]] = {"app": [], "bare": []}
        posting: list[list[float]] = []
        for number in range(ROUNDS):
            for module, times in door.items():
                times.append(lab.times(module, "app", [_request(push(1, seed=f"cold-{number}-{n}")) for n in "ab"]))
            posting.append(lab.times("app", "post_entry", lab.messages(number)))
        ours, least, post = _medians(door["app"]), _medians(door["bare"]), _medians(posting)
        name = f"cold import ({ours[0]:.0f} ms) to a bare Chalice app with boto3 clients ({least[0]:.0f} ms)"
        yield Figure(name, ours[0] / least[0], 1.6, "×")
        first, least_first = ours[0] + ours[1], least[0] + least[1]
        yield Figure(f"cold door until it answers ({first:.0f} ms) to the bare one", first / least_first, 3, "×")
        yield Figure(f"cold posting until it is done (import {post[0]:.0f} ms)", (post[0] + post[1]) / 1000, 3, "s")


def _medians(runs: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(each) for each in zip(*runs, strict=True)]


class _Lab:
    """The package and the bare app, unzipped, and an interpreter that has boto3 and nothing else."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._task, self._beside = bench.data / "task", bench.data / "bare"
        made = package.make("dev", here(ARCHES[platform.machine()]), bench.data / "out")
        self.zipped = made.zipped_bytes
        with zipfile.ZipFile(made.zip) as zipped:
            zipped.extractall(self._task)
        self.bare_zipped = self._make_bare()
        venv.create(bench.data / "venv", with_pip=True)
        self._python = bench.data / "venv" / "bin" / "python"
        boto3 = f"boto3=={importlib.metadata.version('boto3')}"
        words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", boto3]
        run([self._python, *words], cwd=bench.data)
        self._environment = self._environ()

    def _make_bare(self) -> int:
        """Zip what Chalice packages of itself, with the bare app and the bytecode, as ours is."""
        runtime = (path for path in (self._task / "chalice").rglob("*.py"))
        files = {path.relative_to(self._task).as_posix(): path.read_bytes() for path in runtime}
        files["bare.py"] = (HERE / "bare.py").read_bytes()
        compiling = self._bench.data / "compiling"
        compiling.mkdir()
        archive = self._bench.data / "bare.zip"
        bundle.write(bundle.with_bytecode(files, compiling), archive)
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(self._beside)
        shutil.rmtree(compiling)
        return archive.stat().st_size

    def _environ(self) -> Mapping[str, str]:
        """Return what Lambda would set; the secrets lie in SSM."""
        ssm = bootstrap.client("ssm")
        token = self._bench.house.settings.noko_token
        assert token is not None
        for name, value in (("github-webhook-secrets", SECRET), ("noko-token", token.value)):
            ssm.put_parameter(Name=f"/{STACK}/{name}", Value=value, Type="SecureString")
        kept = ("PATH", "NOKO_BASE_URL", "THROTTLE_INTERVAL_MS")
        named = ("AWS_", "TALLYHOOK_")
        return {
            **{name: value for name, value in os.environ.items() if name in kept or name.startswith(named)},
            "TALLYHOOK_SECRETS_PREFIX": f"/{STACK}",
            "GITHUB_WEBHOOK_SECRETS": SECRET,  # the bare one's
        }

    def messages(self, number: int) -> list[dict[str, Any]]:
        """Queue two entries; return the events that bring them to a worker."""
        raw, house = push(2, seed=f"cold-post-{number}"), self._bench.house
        delivery = webhooks.read(headers(raw, SECRET), raw, house)
        take(delivery, ports=house.ports)
        deadline = house.clock.now() + 60_000
        open_delivery(delivery.key, ports=house.ports, routing=house.routing, deadline=deadline)
        bodies = (json.dumps({"key": draft.key}) for draft in delivery.drafts)
        return [{"Records": [{"body": body, "receiptHandle": "r", "messageId": "m"}]} for body in bodies]

    def times(self, module: str, handler: str, events: Sequence[Mapping[str, Any]]) -> list[float]:
        """Return the milliseconds of the import and of each event in a fresh process."""
        told = subprocess.run(  # noqa: S603 - our own program
            [self._python, "-B", HERE / "cold_process.py", module, handler, self._task, self._beside],
            input=json.dumps(events),
            env=dict(self._environment),
            capture_output=True,
            text=True,
            check=True,
        )
        result = json.loads(told.stdout.splitlines()[-1])
        answers = [answer and answer.get("statusCode") for answer in result["answers"]]
        assert set(answers) <= {None, 202}, told.stdout
        return [float(each) for each in result["times"]]


def _request(raw: bytes) -> dict[str, Any]:
    """Return a signed push as API Gateway hands it over."""
    named = headers(raw, SECRET)
    path = "/webhooks/github"
    return {
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": named,
        "multiValueHeaders": {name: [value] for name, value in named.items()},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "POST", "resourcePath": path, "path": f"/api{path}", "identity": {}},
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
    }
