"""Remembers the letters that it carried, and fails as it is told."""


class FakeMessenger:
    def __init__(self):
        self.carried = []
        self.failures = []

    def carry(self, url, envelope):
        failure = self.failures.pop(0) if self.failures else None
        if failure is None:
            self.carried.append((url, envelope))
        return failure
