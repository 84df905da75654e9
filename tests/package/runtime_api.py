"""The API that Lambda's runtime client speaks to, for one function at a time in a process of its own.

As in https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import json
import queue
import subprocess
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEXT = "/2018-06-01/runtime/invocation/next"
PATIENCE_S = 60


@dataclass(frozen=True)
class Answer:
    failed: bool
    body: object


class Function:
    """One function of the package, run by the runtime client; `environment` is all it sees."""

    def __init__(self, python, handler, *, folder, environment, timeout_s):
        self._events = queue.Queue()
        self._answers = queue.Queue()
        self._timeout_s = timeout_s
        function = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                assert self.path == NEXT
                number, event = function._events.get()
                body = json.dumps(event).encode()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", f"request-{number}")
                deadline_ms = int((time.time() + function._timeout_s) * 1000)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline_ms))
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:0:function:x")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                said = self.rfile.read(int(self.headers["Content-Length"]))
                function._answers.put(Answer(self.path.endswith("/error"), json.loads(said)))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        api = f"127.0.0.1:{self._server.server_port}"
        self._process = subprocess.Popen(
            [python, "-m", "awslambdaric", handler],
            cwd=folder,
            env={**environment, "AWS_LAMBDA_RUNTIME_API": api, "_HANDLER": handler, "LAMBDA_TASK_ROOT": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._count = 0

    def invoke(self, event):
        """Return what the handler answered, or how it failed."""
        self._count += 1
        self._events.put((self._count, event))
        return self._answers.get(timeout=PATIENCE_S)

    def close(self):
        """Stop it; return what it printed."""
        self._process.kill()
        printed = self._process.communicate(timeout=10)[0]
        self._server.shutdown()
        self._server.server_close()
        return printed
