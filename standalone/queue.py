"""The queues in an SQLite file: the `Queue` port for those who send, and the mailboxes for those who work.

As on SQS, what is received is hidden for a while and comes again unless it is deleted with the receipt of that time;
what came five times in vain lies with the dead letters, for a fortnight. Unlike there, nothing is doubled.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from standalone.mailbox import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from standalone.database import Database
    from standalone.mailbox import Name

VISIBILITY_S: dict[Name, int] = {"open": 1800, "post": 360, "tell": 360}
MAX_RECEIVES = 5
DEAD_MS = 14 * 86_400_000
"""As in infra/resources.yaml, which a test holds these against. Dead letters are cleared when another one comes."""
WAIT_S = 1.0
AHEAD_MS = 1_860_000
"""Longer than any message is hidden or delayed. What is hidden for longer, a clock that went wrong has hidden."""
GLANCE_S = 0.5
"""How often somebody who waits looks for messages that other processes sent; this process's own wake him at once."""
_SEND = "INSERT INTO message (queue, body, visible_at) VALUES (?, ?, ?)"
_NEXT = "SELECT min(visible_at) FROM message WHERE queue = ? AND died_at IS NULL"
_LAST = "SELECT max(visible_at) FROM message WHERE queue = ? AND died_at IS NULL"
_BRING_BACK = "UPDATE message SET visible_at = ? WHERE queue = ? AND died_at IS NULL AND visible_at > ?"
_FIRST = (
    "SELECT id, body, receives FROM message WHERE queue = ? AND died_at IS NULL AND visible_at <= ? "
    "ORDER BY visible_at, id LIMIT 1"
)
_TAKE = "UPDATE message SET receives = receives + 1, receipt = ?, visible_at = ? WHERE id = ?"
_DIE = "UPDATE message SET died_at = ? WHERE id = ?"
_DELETE = "DELETE FROM message WHERE id = ? AND receipt = ?"
_DEPTH = "SELECT count(*) FROM message WHERE queue = 'post' AND died_at IS NULL"
_DEAD = "SELECT queue, body, died_at FROM message WHERE died_at IS NOT NULL ORDER BY died_at, id"
_BURY = "DELETE FROM message WHERE died_at <= ?"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that came five times in vain, and when that was seen."""

    queue: str
    body: str
    died_at: int


class SqliteQueue:
    """The `Queue` port, and the mailboxes of the same queues. Threads share one, so that they can wake each other.

    `now` is the clock, in milliseconds; `on_death` is told of each message that goes to the dead letters.
    """

    def __init__(
        self, database: Database, *, now: Callable[[], int], on_death: Callable[[DeadLetter], None] | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._on_death = on_death
        self._news = {name: threading.Condition() for name in VISIBILITY_S}

    def send_delivery(self, key: str) -> None:
        """Send one message to the `open` queue."""
        self._send("open", [key], 0)

    def send_entries(self, keys: Sequence[str], *, delay_s: int = 0) -> None:
        """Send one message a key to the `post` queue, all or none."""
        self._send("post", keys, delay_s)

    def send_letter(self, letter_id: str, *, delay_s: int = 0) -> None:
        """Send one message to the `tell` queue."""
        self._send("tell", [letter_id], delay_s)

    def depth(self) -> int:
        """Count."""
        with self._database.reading() as connection:
            (count,) = connection.execute(_DEPTH).fetchone()
        return int(count)

    def of(self, name: Name) -> SqliteMailbox:
        """Return the mailbox of that name."""
        return SqliteMailbox(self, name)

    def dead_letters(self) -> list[DeadLetter]:
        """Return those of all queues, the oldest first."""
        with self._database.reading() as connection:
            return [DeadLetter(*row) for row in connection.execute(_DEAD).fetchall()]

    def take(self, name: Name) -> Message | None:
        """Hand out the message that has been visible longest, and hide it; None if none is visible."""
        now = self._now()
        dead: list[DeadLetter] = []
        message = None
        instant = self.next_instant(name)
        if instant is None or instant > now:
            return None
        with self._database.writing() as connection:
            connection.execute(_BRING_BACK, (now, name, now + AHEAD_MS))
            while message is None and (row := connection.execute(_FIRST, (name, now)).fetchone()):
                number, body, receives = row
                if receives >= MAX_RECEIVES:
                    connection.execute(_DIE, (now, number))
                    connection.execute(_BURY, (now - DEAD_MS,))
                    dead.append(DeadLetter(name, body, now))
                    continue
                receipt = secrets.token_hex(8)
                connection.execute(_TAKE, (receipt, now + 1000 * VISIBILITY_S[name], number))
                message = Message(str(number), receipt, body, receives + 1)
        for letter in dead:
            if self._on_death is not None:
                self._on_death(letter)
        return message

    def delete(self, message: Message) -> None:
        """Forget a message, if it is still in the hands of whoever holds this receipt."""
        with self._database.writing() as connection:
            connection.execute(_DELETE, (int(message.id), message.receipt))

    def next_instant(self, name: Name) -> int | None:
        """Return when the next message is or becomes visible."""
        now = self._now()
        with self._database.reading() as connection:
            (first,) = connection.execute(_NEXT, (name,)).fetchone()
            (last,) = connection.execute(_LAST, (name,)).fetchone()
        return now if last is not None and last > now + AHEAD_MS else first

    def wait(self, name: Name, timeout_s: float) -> None:
        """Wait until this process sends something to a queue, or something in it becomes visible."""
        with self._news[name]:
            instant = self.next_instant(name)
            until_visible = timeout_s if instant is None else (instant - self._now()) / 1000
            if until_visible > 0:
                self._news[name].wait(min(timeout_s, until_visible, GLANCE_S))

    def _send(self, name: Name, keys: Sequence[str], delay_s: int) -> None:
        if not keys:
            return
        visible_at = self._now() + 1000 * delay_s
        with self._database.writing() as connection:
            connection.executemany(_SEND, [(name, json.dumps({"key": key}), visible_at) for key in keys])
        with self._news[name]:
            self._news[name].notify(len(keys))


class SqliteMailbox:
    """The `Mailbox` port on one queue."""

    def __init__(self, queue: SqliteQueue, name: Name) -> None:
        self._queue = queue
        self._name = name

    def receive(self) -> Message | None:
        """Take a message, or wait a second for one."""
        ends = time.monotonic() + WAIT_S
        while (message := self._queue.take(self._name)) is None and (left := ends - time.monotonic()) > 0:
            self._queue.wait(self._name, left)
        return message

    def delete(self, message: Message) -> None:
        """Delete by receipt."""
        self._queue.delete(message)
