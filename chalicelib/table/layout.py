"""How things are laid out in the table: keys, lanes of the indexes, and how long each thing lives.

    PK                            SK              what
    <account>#delivery#<key>      head            a delivery; its first 350 KB of contents
                                  part#<stamp>#…  further 350 KB each, written before the head
    <account>#entry#<key>         entry           an entry
                                  attempt#000001  a finished attempt
    <account>#window#<form>:<…>   window          since when equal submissions without an id count as one
    <account>#note#<subject>      note            why a commit (its SHA) or a submission (its key) became no entry
    <account>#works#<title>       works           the works with one title, and the commits each was seen in
    <account>#noko#<id>           noko            which entry key holds a Noko id
    <account>#run#<kind>#<key>    run             what is done once. `audit`, `digest`: a day. `approval`:
                                                  `<policy>/<instant>`. `policy`: the agenda. `letter`: its id.
                                                  `catch-up`: `github`. `feedback`: a SHA. `first-look`: a repository
    <account>#directory           directory       Noko's users and projects
                                  tags#000        the names of 3,000 tags each, where somebody has to know them
    <account>#throttle            throttle        the throttle, the pause, the streak, the restore mode
    <account>#store               store           whose store this is, and since when

    Index `due`:   lane (`<account>#<lane>#<shard>`), due_at
                   lanes: unopened, retire (deliveries); queued, due, attention, refused, held (entries)
    Index `month`: month (`<account>#deliveries#2026-11`, `…#entries#2026-11`, `…#notes#2026-11`: those on
                   submissions, `…#runs-audit#2026-11`), at
    Index `sha`:   sha_head (`<account>#<first four digits>`), sha: entries and notes, for short SHAs

Every index holds keys only, plus `sent_at` and `judged_by` in `due`. `expires_at` (in seconds) is from when on an item
may go; one without it stays.
"""

from __future__ import annotations

import datetime as dt
import zlib

from chalicelib.domain.retention import Retention

SHARDS = 8
DAY_MS = 86_400_000


class Layout:
    """The keys of one account, and how long what lies under them is `kept`."""

    def __init__(self, account: str, kept: Retention | None = None) -> None:
        self._account = account
        self.kept = kept or Retention()

    def pk(self, *parts: str | int) -> str:
        """Return a partition key of this account."""
        return "#".join((self._account, *map(str, parts)))

    def lane(self, name: str, key: str) -> str:
        """Return the shard of a lane that `key` belongs to: always the same one."""
        return self.pk(name, zlib.crc32(key.encode()) % SHARDS)

    def shards(self, name: str) -> tuple[str, ...]:
        """Return all shards of a lane."""
        return tuple(self.pk(name, shard) for shard in range(SHARDS))

    def month(self, kind: str, instant: int) -> str:
        """Return the partition of index `month` for an instant, in UTC."""
        return self.pk(kind, dt.datetime.fromtimestamp(instant / 1000, dt.UTC).strftime("%Y-%m"))

    def months(self, kind: str, since: int, until: int) -> tuple[str, ...]:
        """Return the partitions that cover a span, oldest first."""
        first = dt.datetime.fromtimestamp(since / 1000, dt.UTC)
        last = dt.datetime.fromtimestamp(until / 1000, dt.UTC)
        numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(self.pk(kind, f"{n // 12:04d}-{n % 12 + 1:02d}") for n in numbers)

    def sha_head(self, sha: str) -> str:
        """Return the partition of index `sha`."""
        return self.pk("sha", sha[:4])


def expires_at(instant: int, days: int) -> int:
    """Return the time-to-live attribute, which DynamoDB reads in seconds."""
    return (instant + days * DAY_MS) // 1000
