"""The ports' outer skins with a switch at every call: table, queues and Noko, each able to fail in its own ways."""

from chalicelib.errors import StoreUnavailable
from chalicelib.exchange.message import Failure
from proof.fault import ASKED, CONDITIONAL, CREATED, LATE_MS, LISTED, STALE_MS, STORE, Crash, Fault


class FaultyTable:
    """The table of one process. `io` is the world's switchboard."""

    def __init__(self, table, io):
        self._table = table
        self._io = io

    def skew_ms(self):
        return self._io.skew_ms()

    def get(self, pk, sk):
        return self._call(f"get {_kind(sk)}", lambda: self._table.get(pk, sk))

    def put(self, item, condition=None, values=None):
        status = f" {item['status']}" if "status" in item else ""
        name = f"put {_kind(item['SK'])}{status}"
        return self._call(name, lambda: self._table.put(item, condition, values), conditional=condition is not None)

    def update(self, pk, sk, change, *, condition=None, values=None):
        name = f"update {_kind(sk)}: {change.split(' = ')[0].replace('#', '')}"
        do = lambda: self._table.update(pk, sk, change, condition=condition, values=values)  # noqa: E731 - once more
        return self._call(name, do, conditional=condition is not None)

    def delete(self, pk, sk):
        return self._call(f"delete {_kind(sk)}", lambda: self._table.delete(pk, sk))

    def query(self, condition, values, *, index=None, limit=None):
        lane = str(values.get(":lane", "")).split("#")[1:2]
        name = f"query {index or 'table'}{' ' + lane[0] if lane else ''}"
        yield from self._call(name, lambda: list(self._table.query(condition, values, index=index, limit=limit)))

    def expire(self, now, limit):  # noqa: ARG002 - as in DynamoDB, that is no call of ours
        return 0

    def _call(self, name, do, *, conditional=False):
        fault = self._io.switch(name, CONDITIONAL if conditional else STORE)
        if fault is Fault.RETRIED:
            do()
            return do()
        return _store(fault, do)


class FaultyQueue:
    """The queues of one process."""

    def __init__(self, queue, io):
        self._queue = queue
        self._io = io

    def send_delivery(self, key):
        return self._call("send to open", lambda: self._queue.send_delivery(key))

    def send_entries(self, keys, *, delay_s=0):
        if not keys:
            return None
        return self._call("send to post", lambda: self._queue.send_entries(keys, delay_s=delay_s))

    def depth(self):
        return self._call("depth of post", self._queue.depth)

    def _call(self, name, do):
        return _store(self._io.switch(name, STORE), do)


class FaultyTransport:
    """The way to Noko of one process."""

    def __init__(self, transport, sandbox, io):
        self._transport = transport
        self._sandbox = sandbox
        self._io = io

    def send(self, request, guard):
        path = request.url.partition("/v2")[2].partition("?")[0]
        kinds = CREATED if request.method == "POST" else LISTED if path == "/entries" else ASKED
        fault = self._io.switch(f"{request.method} {path}", kinds)
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        if fault is Fault.REFUSED:
            return Failure(sent=False, reason="connection refused")
        match = (request.method, path)
        spoil = {
            Fault.LOST: {"kind": "drop_after"},
            Fault.LATE: {"kind": "late", "ms": LATE_MS},
            Fault.THROTTLED: {"kind": "throttled"},
            Fault.BROKEN: {"kind": "status_before", "status": 500},
            Fault.BAD_GATEWAY: {"kind": "status_after", "status": 502},
            Fault.GARBAGE: {"kind": "unreadable", "keep_location": False},
            Fault.REDIRECTED: {"kind": "redirect", "status": 302, "location": request.url},
            Fault.STALE: {"kind": "stale", "ms": STALE_MS},
        }.get(fault)
        if spoil is not None:
            self._sandbox.faults.add(spoil.pop("kind"), match=match, **spoil)
        result = self._transport.send(request, guard)
        self._sandbox.faults.clear()
        if fault is Fault.CRASH_AFTER:
            raise Crash
        return result


def _store(fault, do):
    if fault is Fault.CRASH_BEFORE:
        raise Crash
    if fault is Fault.REFUSED:
        raise StoreUnavailable("refused")
    result = do()
    if fault is Fault.CRASH_AFTER:
        raise Crash
    if fault is Fault.LOST:
        raise StoreUnavailable("the answer was lost")
    return result


def _kind(sk):
    return str(sk).partition("#")[0]
