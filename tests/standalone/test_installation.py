"""The files that install, guard and front it say what the program says, and their own tools can read them."""

import re
import shutil
import subprocess

import pytest

from infra.build.template import ROOT
from infra.standalone import wheel
from infra.standalone.lock import LOCK, REQUIREMENTS
from standalone.gateway import MAX_READ_BYTES
from standalone.instance import PATIENCE_S
from standalone.wsgi import IDLE_S

FOLDER = ROOT / "infra" / "standalone"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)


def text(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def unit(name):
    """Return every assignment of a unit, in order."""
    lines = (line.strip() for line in text(name).splitlines())
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]


def first(name, setting):
    return next(value for key, value in unit(name) if key == setting)


def instructions():
    """Return the Containerfile's instructions, word and rest, with continued lines joined."""
    joined = text("Containerfile").replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]


def test_the_unit_stops_it_with_patience_and_starts_it_again_only_when_that_helps():
    assert first("tallyhook.service", "Type") == "notify"
    assert first("tallyhook.service", "Restart") == "on-failure"
    assert first("tallyhook.service", "RestartPreventExitStatus") == "3"
    assert int(first("tallyhook.service", "TimeoutStopSec")) >= PATIENCE_S + 10
    assert int(first("tallyhook.service", "WatchdogSec")) >= 10


def test_the_unit_lets_it_write_to_its_state_only():
    settings = dict(unit("tallyhook.service"))
    assert (settings["ProtectSystem"], settings["ProtectHome"], settings["PrivateTmp"]) == ("strict", "yes", "yes")
    assert (settings["NoNewPrivileges"], settings["CapabilityBoundingSet"]) == ("yes", "")
    assert settings["User"] != "root"
    assert "TALLYHOOK_DATA=%S/tallyhook" in settings["Environment"]
    assert "ReadWritePaths" not in settings


def test_secrets_come_as_credentials_and_not_in_the_unit():
    loaded = [value for key, value in unit("tallyhook.service") if key == "LoadCredential"]
    assert [each.split(":")[0] for each in loaded] == ["NOKO_TOKEN", "GITHUB_WEBHOOK_SECRETS"]
    assert all(path.endswith(f"/{name}") for name, path in (each.split(":") for each in loaded))
    assert not re.search(r"^Environment=.*(TOKEN|SECRET)", text("tallyhook.service"), re.MULTILINE)


def test_systemd_can_read_the_units(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    for name in ("tallyhook.service", "tallyhook.socket"):
        said = text(name).replace("/usr/local/bin/tallyhook", shutil.which("true"))
        (tmp_path / name).write_text(said, encoding="utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "tallyhook.service", tmp_path / "tallyhook.socket"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_the_container_runs_as_nobody_in_particular_and_keeps_its_state_in_a_volume():
    last = instructions()[[word for word, _ in instructions()].index("FROM", 2) :]
    said = dict(last)
    assert said["USER"] == "10001:10001"
    assert said["VOLUME"] == '["/data"]'
    assert "/healthz" in said["HEALTHCHECK"]
    assert (said["ENTRYPOINT"], said["CMD"]) == ('["tallyhook"]', '["serve"]')
    assert "HOST=0.0.0.0" in text("Containerfile")
    assert not [word for word, _ in last if word in {"RUN", "ADD"}]


def test_the_container_installs_what_is_locked_by_hash_and_copies_what_the_wheel_is_made_of():
    runs = " ".join(rest for word, rest in instructions() if word == "RUN")
    assert "--require-hashes" in runs
    assert "--no-index" in runs
    copied = {part for word, rest in instructions() if word == "COPY" for part in rest.split()}
    assert copied >= {*wheel.FILES, *wheel.FOLDERS}
    admitted = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert set(admitted) >= {f"!{name}" for name in (*wheel.FILES, *wheel.FOLDERS)}


def test_every_requirement_is_locked_at_its_version():
    wanted = {name: version for path in REQUIREMENTS for name, version in PIN.findall(path.read_text(encoding="utf-8"))}
    locked = dict(PIN.findall(LOCK.read_text(encoding="utf-8")))
    assert {name: locked.get(name) for name in wanted} == wanted
    blocks = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8").strip())[1:]
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_lets_through_what_is_meant_for_others_only(name):
    assert re.search(r"webhooks/.*forms/.*healthz", text(name))
    assert "readyz" not in text(name)
    assert f"32{'MB' if name == 'Caddyfile' else 'm'};"[:-1] in text(name)
    assert MAX_READ_BYTES == 32 * 1024 * 1024


def test_a_proxy_gives_up_an_idle_connection_before_we_do():
    assert int(re.search(r"keepalive (\d+)s", text("Caddyfile"))[1]) < IDLE_S


def test_nginx_writes_no_secret_of_an_address_into_its_log():
    form = re.search(r"log_format tallyhook '([^']*)'", text("nginx.conf"))[1]
    assert not re.search(r"\$(request|request_uri|args|query_string)\b", form)


def test_nginx_can_read_its_file(tmp_path):
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx and openssl are not here")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = ["-keyout", key, "-out", certificate, "-subj", "/CN=time.acme.example"]
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names], check=True, capture_output=True)
    server = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", str(certificate), text("nginx.conf"))
    server = re.sub(r"/etc/letsencrypt/\S+/privkey.pem", str(key), server)
    server = server.replace("/var/log/nginx/tallyhook.log", str(tmp_path / "access.log"))
    main = tmp_path / "nginx.conf"
    logs = f"error_log {tmp_path}/error.log; pid {tmp_path}/pid;"
    main.write_text(f"{logs} events {{}} http {{ {server} }}", encoding="utf-8")
    told = subprocess.run([nginx, "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
