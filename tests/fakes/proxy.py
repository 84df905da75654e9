"""A proxy before the emulator that performs a call and then loses its answer, as a network does."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class LosingProxy:
    """Forwards POSTs to `upstream`; of those that `lose` names, the next one's answer never arrives."""

    def __init__(self, upstream):
        self.calls = []
        self._lose = None
        self._address = urlsplit(upstream).netloc
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer, headers, content = proxy.forward(dict(self.headers.items()), body)
                self.close_connection = True
                if answer is None:
                    return
                self.send_response(answer)
                for name in ("Content-Type", "Date", "x-amz-crc32"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def lose_next(self, operation, *, containing=b""):
        """Lose the answer to the next call of an operation whose body contains the given bytes."""
        self._lose = (operation, containing)

    def forward(self, headers, body):
        operation = headers.get("X-Amz-Target", "").rpartition(".")[2]
        self.calls.append(operation)
        connection = http.client.HTTPConnection(self._address, timeout=5)
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if self._lose is not None and operation == self._lose[0] and self._lose[1] in body:
            self._lose = None
            return None, {}, b""
        return answer.status, answer.headers, content

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
