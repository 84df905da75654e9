"""Ministack: another emulated AWS beside moto, in an environment and a process of its own.

It refuses much that moto lets pass, makes stacks of CloudFormation's templates, and runs their functions. `strict`, it
speaks TLS only, and holds every call against the policies of whoever calls, as AWS does.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import requests
from fakes.certificate import certificate
from fakes.emulator import ROOT, Emulator

from infra.build.command import run

REQUIREMENTS = ROOT / "tests" / "emulated" / "requirements.txt"
OWNER = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""The keys of the account's owner, who may do everything."""
ACCOUNT = "000000000000"
REGION = "us-east-1"
PATIENCE_S = 60


def environment():
    """Return the interpreter of its environment, which is made beside ours once. Raises CommandError."""
    folder = Path(sys.prefix) / "ministack"
    wanted, ready = f"# {sys.version}\n{REQUIREMENTS.read_text(encoding='utf-8')}", folder / "made-of.txt"
    python = folder / "bin" / "python"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run in several processes
        if not ready.is_file() or ready.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder)
            pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check"]
            run([*pip, "--no-deps", "--only-binary=:all:", "--requirement", REQUIREMENTS], cwd=folder)
            ready.write_text(wanted, encoding="utf-8")
    return python


class Ministack:
    """A running, empty AWS on 127.0.0.1; `folder` is an empty one for what it writes."""

    def __init__(self, folder, *, strict=False):
        self.certificate = certificate(folder) if strict else None
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http{'s' if strict else ''}://127.0.0.1:{port}"
        self._log, self._scratch = folder / "log", folder / "scratch"
        self._scratch.mkdir()
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                # as it starts itself in the background; in the foreground it takes port 443 too, if it has TLS
                [environment(), "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}", *self._tls()],
                env=self._environment(port),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def _tls(self):
        made = self.certificate
        return ["--certfile", made.path, "--keyfile", made.key] if made else []

    def _environment(self, port):
        """Return all that it sees, and what runs in it: nothing of ours, and no other address than this machine's."""
        plain = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._scratch),
            "TMPDIR": str(self._scratch),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
        }
        if self.certificate is None:
            return plain
        made = {"MINISTACK_SSL_CERT": self.certificate.path, "MINISTACK_SSL_KEY": self.certificate.key}
        return {**plain, **made, "AUTH": "true", "USE_SSL": "1", "AWS_CA_BUNDLE": self.certificate.path}

    def _wait(self):
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            assert self._process.poll() is None, self.said()
            try:
                requests.get(f"{self.url}/_ministack/health", verify=self.trusted, timeout=5).raise_for_status()
            except requests.RequestException:
                time.sleep(0.05)
            else:
                return
        self.close()
        raise AssertionError(self.said())

    @property
    def trusted(self):
        """What `requests` and boto3 take as `verify`."""
        return self.certificate.path if self.certificate else True

    def said(self):
        """Return what it printed, what its functions printed included."""
        return self._log.read_text(encoding="utf-8")

    def close(self):
        """Stop it with all functions that run in it: they are its process group."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        shutil.rmtree(self._scratch, ignore_errors=True)  # functions unpack the whole zip there, each for itself


class MinistackEmulator(Emulator):
    """Ministack with one store, to be used as moto's."""

    def __init__(self, folder):
        self._folder = folder
        super().__init__()

    def _start(self):
        self._ministack = Ministack(self._folder)
        return self._ministack.url

    def _stop(self):
        self._ministack.close()
