"""A bare socket on this machine that does to each connection what a test says."""

import socket
import struct
import threading


class Listener:
    """Accepts connections one by one, each handed to `serve(connection, head)` when its request's head is in.

    With `serve` None it accepts and never answers. `requests` holds the heads, `bodies` what came behind them.
    """

    def __init__(self, serve=None, *, wrap=None, read=True):
        self.requests = []
        self.bodies = []
        self.connections = 0
        self.closing = threading.Event()
        self._serve = serve
        self._wrap = wrap
        self._read = read
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                try:
                    self._meet(connection)
                except OSError:
                    continue

    def _meet(self, connection):
        connection.settimeout(10)
        if self._wrap is not None:
            connection = self._wrap(connection)
        with connection:
            if self._read and not self._read_request(connection):
                return
            if self._serve is None:
                self.closing.wait(10)
            else:
                self._serve(connection)

    def _read_request(self, connection):
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = connection.recv(65_536)
            if not chunk:
                return False
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        length = next((int(v) for k, _, v in self._fields(head) if k.lower() == b"content-length"), 0)
        while len(body) < length:
            body += connection.recv(65_536)
        self.requests.append(head)
        self.bodies.append(body)
        return True

    @staticmethod
    def _fields(head):
        return [line.partition(b":") for line in head.split(b"\r\n")[1:]]

    def headers(self, number=0):
        """Return the headers of a request, names in lower case."""
        return {k.decode().lower(): v.decode().strip() for k, _, v in self._fields(self.requests[number])}

    def drip(self, connection, data, *, every_s):
        """Send data a byte at a time."""
        for byte in data:
            connection.sendall(bytes([byte]))
            if self.closing.wait(every_s):
                return

    def close(self):
        self.closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=10)


def reset(connection):
    """Close so that the other end sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
