"""Virtual time for several workers: threads that take turns, one at a time, in the order of the clock.

Whoever sleeps hands over to whoever is due next, so services that know nothing of it are interleaved at every call
that takes time, and a day passes in a minute. Nothing here is random: the same bodies run the same way again.
"""

import heapq
import itertools
import threading


class Stopped(BaseException):
    """The timeline was closed: a worker that sleeps is thrown out, past everything that catches errors."""


class Timeline:
    """The thread that makes it is the conductor: while it sleeps, the others run.

    `now` is the true time in milliseconds. What a worker raises, the conductor raises when it is woken, at once.
    """

    def __init__(self, now):
        self.now = now
        self._order = itertools.count()
        self._due = []
        self._threads = []
        self._closed = False
        self._failure = None
        self._own = threading.local()
        self._own.gate = self._conductor = _gate()

    def spawn(self, body, *, at=None):
        """Run `body` in a thread of its own from `at` on."""
        gate = _gate()
        thread = threading.Thread(target=self._perform, args=(body, gate), daemon=True)
        self._threads.append((thread, gate))
        heapq.heappush(self._due, (self.now if at is None else at, next(self._order), gate))
        thread.start()

    def sleep_until(self, instant):
        """Let the others run until `instant`."""
        if self._closed:
            raise Stopped
        gate = self._own.gate
        heapq.heappush(self._due, (max(instant, self.now), next(self._order), gate))
        self.now, _, following = heapq.heappop(self._due)
        if following is not gate:
            following.release()
            gate.acquire()
        if self._closed:
            raise Stopped
        if self._failure is not None and gate is self._conductor:
            raise self._failure

    def close(self):
        """Throw out every worker, wherever it sleeps. For the conductor."""
        self._closed = True
        for thread, gate in self._threads:
            if thread.is_alive():
                gate.release()
                thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _perform(self, body, gate):
        gate.acquire()
        self._own.gate = gate
        try:
            if not self._closed:
                body()
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - the conductor raises it
            self._failure = self._failure or error
            heapq.heappush(self._due, (self.now, -1, self._conductor))
        if not self._closed:
            self.now, _, following = heapq.heappop(self._due)
            following.release()


def _gate():
    gate = threading.Lock()
    gate.acquire()
    return gate
