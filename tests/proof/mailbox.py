"""SQS as far as it matters here: visibility timeouts, dead letters, copies, any order."""

from dataclasses import dataclass, field
from itertools import count

MAX_RECEIVES = 5
VISIBILITY_MS = {"open": 360_000, "post": 90_000}


@dataclass(slots=True)
class Message:
    number: int
    key: str
    visible_at: int
    receives: int = 0


@dataclass
class Mailbox:
    """The two queues of a world; the `Queue` port. `dead` holds the dead letters of both."""

    clock: object
    open: list = field(default_factory=list)
    post: list = field(default_factory=list)
    dead: list = field(default_factory=list)
    numbers: object = field(default_factory=count)

    def send_delivery(self, key):
        self.open.append(Message(next(self.numbers), key, self.clock.now()))

    def send_entries(self, keys, *, delay_s=0):
        self.post.extend(Message(next(self.numbers), key, self.clock.now() + 1000 * delay_s) for key in keys)

    def depth(self):
        return len(self.post)

    def visible(self, name):
        now = self.clock.now()
        return [message for message in getattr(self, name) if message.visible_at <= now]

    def receive(self, name, message):
        """Hand a message out; None when it has come too often, and lies with the dead letters now."""
        message.receives += 1
        if message.receives > MAX_RECEIVES:
            getattr(self, name).remove(message)
            self.dead.append(message)
            return None
        message.visible_at = self.clock.now() + VISIBILITY_MS[name]
        return message

    def delete(self, name, message):
        messages = getattr(self, name)
        if message in messages:
            messages.remove(message)

    def next_instant(self):
        return min((m.visible_at for m in (*self.open, *self.post)), default=None)
