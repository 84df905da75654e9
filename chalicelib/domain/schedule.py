"""When something is due that a policy schedules: an instant for each of its dates, in the team's time zone."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRIDAY = 4
_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Dates, and a time of day. Without a weekday (Monday is 0) and a day of the month: the last working day."""

    time: dt.time
    timezone: str
    weekday: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, when: str, timezone: str) -> Schedule:
        """Read the `when` of a policy, which the routing file has checked."""
        days, _, clock = when.rpartition(" ")
        time = dt.time.fromisoformat(clock)
        if days in WEEKDAYS:
            return cls(time, timezone, weekday=WEEKDAYS.index(days))
        if days.startswith("day "):
            return cls(time, timezone, day=int(days.removeprefix("day ")))
        return cls(time, timezone)

    def has(self, date: dt.date) -> bool:
        """Tell whether a date is one of the schedule's.

        A month without the day has its last day for it. Working days are Monday to Friday: nobody knows of holidays.
        """
        if self.weekday is not None:
            return date.weekday() == self.weekday
        last = monthrange(date.year, date.month)[1]
        if self.day is not None:
            return date.day == min(self.day, last)
        end = date.replace(day=last)
        return date == end - _DAY * max(0, end.weekday() - _FRIDAY)

    def due_on(self, date: dt.date) -> int:
        """Return the instant (ms) that is meant on a date.

        Where the clocks skip it, the next minute that there is; where they show it twice, the first time.
        """
        zone, local = ZoneInfo(self.timezone), dt.datetime.combine(date, self.time)
        while True:
            instant = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
            if instant.astimezone(zone).replace(tzinfo=None) == local:
                return int(instant.timestamp()) * 1000
            local += _MINUTE

    def latest(self, *, until: int) -> int:
        """Return the last due instant that is not after `until` (ms)."""
        date = self._date(until) + _DAY
        while not (self.has(date) and self.due_on(date) <= until):
            date -= _DAY
        return self.due_on(date)

    def after(self, instant: int) -> Iterator[int]:
        """Yield the due instants later than one (ms), for ever."""
        date = self._date(instant) - _DAY
        while True:
            if self.has(date) and (due := self.due_on(date)) > instant:
                yield due
            date += _DAY

    def _date(self, instant: int) -> dt.date:
        return dt.datetime.fromtimestamp(instant / 1000, ZoneInfo(self.timezone)).date()
