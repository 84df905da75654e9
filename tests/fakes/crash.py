"""Dies at one numbered call of what it stands before: before it, after it, or so that its answer is lost."""


class Died(BaseException):
    """The process is gone; nothing may catch this."""


class Crash:
    """Counts the calls of everything that it wraps, and does `how` to the one of that number.

    `how` is "before", "after" or "lost"; for the last, `lose` makes of the call's answer what its caller hears then.
    """

    def __init__(self, number=None, how="before"):
        self.number = number
        self.how = how
        self.calls = []

    def wrap(self, inner, *names, lose=None):
        return _Wrapped(self, inner, names, lose)

    def happen(self, name, call, lose):
        self.calls.append(name)
        hit = len(self.calls) - 1 == self.number
        if hit and self.how == "before":
            raise Died
        answer = call()
        if hit and self.how == "after":
            raise Died
        return lose() if hit and lose is not None else answer


class _Wrapped:
    def __init__(self, crash, inner, names, lose):
        self._crash, self._inner, self._names, self._lose = crash, inner, names, lose

    def __getattr__(self, name):
        found = getattr(self._inner, name)
        if name not in self._names:
            return found
        return lambda *args, **kwargs: self._crash.happen(name, lambda: found(*args, **kwargs), self._lose)
