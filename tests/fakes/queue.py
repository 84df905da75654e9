"""The queues in memory: messages with the instant at which they become visible. None is lost or doubled."""


class MemoryQueue:
    def __init__(self, clock):
        self._clock = clock
        self.open = []
        self.post = []
        self.tell = []

    def send_delivery(self, key):
        self.open.append((self._clock.now(), key))

    def send_entries(self, keys, *, delay_s=0):
        self.post.extend((self._clock.now() + 1000 * delay_s, key) for key in keys)

    def send_letter(self, letter_id, *, delay_s=0):
        self.tell.append((self._clock.now() + 1000 * delay_s, letter_id))

    def depth(self):
        return len(self.post)

    def receive_open(self):
        return self._receive(self.open)

    def receive_post(self):
        return self._receive(self.post)

    def receive_tell(self):
        return self._receive(self.tell)

    def _receive(self, messages):
        now = self._clock.now()
        visible = [message for message in messages if message[0] <= now]
        if not visible:
            return None
        messages.remove(visible[0])
        return visible[0][1]
