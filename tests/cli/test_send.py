import http.server
import json
import os
import threading
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from chalicelib.sources.verify import verify_hmac_sha256
from standalone.run_file import RunFile

PUSH = Path(__file__).parents[1] / "payloads" / "github" / "push_several.json"
SECRET = "made-up"


class Door:
    """A door that answers what it is told to and remembers what came."""

    def __init__(self, answer):
        self.status, self.body = answer
        self.requests = []
        door = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                door.requests.append((self.path, dict(self.headers), raw))
                self.send_response(door.status)
                self.end_headers()
                self.wfile.write(door.body)

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def door():
    made = Door((202, b'{"delivery": "github:1", "drafts": []}'))
    yield made
    made.close()


@pytest.fixture
def send(run, door, tmp_path):
    """Send with an instance's card and its made-up secret in the data folder."""
    data = tmp_path / "data"
    RunFile(os.getpid(), door.port, sandbox=True, environment={}).write(data)
    (data / "webhook-secret").write_text(f"{SECRET}\n", encoding="ascii")

    def invoke(*words, environment=None, **more):
        return run("send", *words, environment={"PORT": str(door.port), **(environment or {})}, **more)

    return invoke


def test_a_payload_is_posted_as_it_is_and_signed_with_the_made_up_secret(send, door):
    result = send(PUSH)
    assert result.code == 0
    assert result.lines == [{"delivery": "github:1", "drafts": []}]
    assert result.err == "202 Accepted\n"
    ((path, headers, raw),) = door.requests
    assert (path, raw) == ("/webhooks/github", PUSH.read_bytes())
    assert (headers["Content-Type"], headers["X-GitHub-Event"]) == ("application/json", "push")
    verify_hmac_sha256(raw, header=headers["X-Hub-Signature-256"], secrets=[SECRET])


def test_a_secret_that_is_set_goes_before_the_made_up_one_and_the_current_one_signs(send, door):
    send(PUSH, environment={"GITHUB_WEBHOOK_SECRETS": " current ,previous"})
    ((_, headers, raw),) = door.requests
    verify_hmac_sha256(raw, header=headers["X-Hub-Signature-256"], secrets=["current"])


def test_each_sending_is_a_delivery_of_its_own_unless_it_is_named(send, door):
    send(PUSH)
    send(PUSH)
    send(PUSH, "--delivery", "d-1", "--event", "ping")
    first, second, third = (headers for _, headers, _ in door.requests)
    assert first["X-GitHub-Delivery"] != second["X-GitHub-Delivery"]
    assert (third["X-GitHub-Delivery"], third["X-GitHub-Event"]) == ("d-1", "ping")


def test_form_encoding_signs_the_form_and_keeps_the_payload(send, door):
    payload = '{"text": "a+b &=% ü"}'.encode()
    send("-", "--form-encoded", typed=payload)
    ((_, headers, raw),) = door.requests
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(raw.decode(), strict_parsing=True) == {"payload": [payload.decode()]}
    verify_hmac_sha256(raw, header=headers["X-Hub-Signature-256"], secrets=[SECRET])


@pytest.mark.parametrize(("status", "code"), [(200, 0), (202, 0), (400, 1), (401, 4), (413, 1), (503, 1), (302, 1)])
def test_the_answer_decides_the_exit_code_and_is_printed(send, door, status, code):
    door.status, door.body = status, b'{"error": {"code": "x", "message": "y"}}'
    result = send(PUSH)
    assert result.code == code
    assert result.lines[0]["error"]["code"] == "x"


def test_an_answer_that_is_no_json_is_shown_harmless(send, door):
    door.status, door.body = 502, b"<html>\x1b[2J\xff"
    result = send(PUSH)
    assert result.code == 1
    assert "<html>" in json.loads(result.out)["body"]
    assert "\x1b" not in result.out


def test_a_terminal_gets_the_answer_indented(send):
    assert '  "drafts": []' in send(PUSH, draws=True).out


def test_without_an_instance_it_says_how_to_start_one(run):
    result = run("send", PUSH, environment={"PORT": "1"})
    assert result.code == 3
    assert "make run" in result.err


def test_a_secret_that_lies_among_the_credentials_counts_as_set(send, door, tmp_path):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "GITHUB_WEBHOOK_SECRETS").write_text("handed-over\n", encoding="ascii")
    send(PUSH, environment={"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")})
    ((_, headers, raw),) = door.requests
    verify_hmac_sha256(raw, header=headers["X-Hub-Signature-256"], secrets=["handed-over"])


def test_without_any_secret_it_says_what_to_set(send, tmp_path):
    (tmp_path / "data" / "webhook-secret").unlink()
    result = send(PUSH)
    assert result.code == 3
    assert "GITHUB_WEBHOOK_SECRETS" in result.err


def test_a_file_that_is_not_there_and_a_stage_are_usage_errors(run, send):
    assert send("nowhere.json").code == 2
    assert run("--stage", "prod", "send", PUSH).code == 2


def test_an_instance_that_hangs_up_is_a_failure_not_a_traceback(send, door):
    door.status = "nonsense"
    result = send(PUSH)
    assert result.code == 1
    assert "gave no answer" in result.err
