"""SQS in virtual time: messages that hide while they are worked on, come back, and die of coming back too often.

Modelled on https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/: visibility timeout,
`maxReceiveCount`, delay, retention, and that a message may come twice. Not modelled: that `depth` lags behind.
"""

import heapq
import itertools
from dataclasses import dataclass

MAX_RECEIVES = 5
RETENTION_MS = 4 * 86_400_000


@dataclass(slots=True)
class Message:
    """One message; `receives` counts how often it was handed out."""

    body: str
    sent_at: int
    receives: int = 0
    gone: bool = False


class MessageQueue:
    """One queue and what became of its messages. `twice` is the share of messages that come a second time."""

    def __init__(self, timeline, *, visibility_ms, luck, twice=0.0):
        self._timeline = timeline
        self._visibility_ms = visibility_ms
        self._luck = luck
        self._twice = twice
        self._order = itertools.count()
        self._waiting = []
        self.depth = self.deepest = 0
        self.doubled = self.expired = 0
        self.dead_letters = []

    def send(self, body, *, delay_ms=0):
        """Take a message; now and then, take it twice."""
        copies = 2 if self._luck.random() < self._twice else 1
        self.doubled += copies - 1
        for _ in range(copies):
            message = Message(body, self._timeline.now)
            heapq.heappush(self._waiting, (self._timeline.now + delay_ms, next(self._order), message))
        self.depth += copies
        self.deepest = max(self.deepest, self.depth)

    def receive(self):
        """Hand out the message that has been visible longest, and hide it; None if none is visible."""
        now = self._timeline.now
        while self._waiting and self._waiting[0][0] <= now:
            _, _, message = heapq.heappop(self._waiting)
            if message.gone:
                continue
            if now - message.sent_at > RETENTION_MS:
                self.expired += 1
                self.delete(message)
            elif message.receives == MAX_RECEIVES:
                self.dead_letters.append(message.body)
                self.delete(message)
            else:
                message.receives += 1
                heapq.heappush(self._waiting, (now + self._visibility_ms, next(self._order), message))
                return message
        return None

    def delete(self, message):
        """Forget a message, whoever holds it."""
        self.depth -= not message.gone
        message.gone = True


class Queues:
    """The `Queue` port on two of them."""

    def __init__(self, *, open_, post):
        self.open = open_
        self.post = post

    def send_delivery(self, key):
        self.open.send(key)

    def send_entries(self, keys, *, delay_s=0):
        for key in keys:
            self.post.send(key, delay_ms=1000 * delay_s)

    def depth(self):
        return self.post.depth
