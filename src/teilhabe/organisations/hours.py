"""When somebody is there: weekly hours, holidays and exceptions read together.

Plain Python over the rows, not a compiled text for opening-hours-py: that library knows no holidays of a single
land (Fronleichnam, Allerheiligen), so every evaluation would need the days written out anyway, and a second form
of the same hours would have to be kept in step with the rows. Two weeks of an offer take a tenth of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from teilhabe.core.dates import ZONE, each_day, is_public_holiday, midnight_after, moment, nth_of_month
from teilhabe.organisations.models import HoursException, WeeklyHours

# a clock has no 24:00: hours that close at this minute last until midnight
UNTIL_MIDNIGHT = time(23, 59)
LOOK_AHEAD = timedelta(days=62)  # a course on the fifth Saturday of a month may be two months away

Span = tuple[datetime, datetime]


class Hours:
    """The hours of one record, from its rows."""

    def __init__(self, weekly: Iterable[WeeklyHours], exceptions: Iterable[HoursException] = ()) -> None:
        self.weekly: Sequence[WeeklyHours] = list(weekly)
        self.exceptions: Sequence[HoursException] = list(exceptions)

    def __bool__(self) -> bool:
        return bool(self.weekly or self.exceptions)

    def of_day(self, day: date) -> list[tuple[time, time]]:
        """Opening and closing times of `day`, in order; empty: closed."""
        special = [e for e in self.exceptions if e.first_day <= day <= e.last_day]
        if special:
            return sorted((e.opens, e.closes) for e in special if e.opens and e.closes)
        is_holiday = is_public_holiday(day)
        return sorted((w.opens, w.closes) for w in self.weekly if _holds(w, day) and (w.on_holidays or not is_holiday))

    def spans(self, first_day: date, last_day: date) -> list[Span]:
        """When it is open between two days, both included: aware datetimes, in order, adjoining ones made one."""
        found: list[Span] = []
        for day in each_day(first_day, last_day):
            for opens, closes in self.of_day(day):
                start = moment(day, opens)
                end = midnight_after(day) if closes >= UNTIL_MIDNIGHT else moment(day, closes)
                if found and start <= found[-1][1]:
                    found[-1] = (found[-1][0], max(found[-1][1], end))
                elif start < end:  # not so in the hour that is left out in spring
                    found.append((start, end))
        return [(start.astimezone(ZONE), end.astimezone(ZONE)) for start, end in found]

    def is_open(self, at: datetime) -> bool:
        day = at.astimezone(ZONE).date()
        stamp = at.timestamp()
        return any(start.timestamp() <= stamp < end.timestamp() for start, end in self.spans(day, day))

    def next_opening(self, at: datetime) -> datetime | None:
        """When it opens next after `at`; None when not within LOOK_AHEAD. While it is open: the opening after this."""
        day = at.astimezone(ZONE).date()
        if not self:
            return None
        stamp = at.timestamp()
        spans = self.spans(day, day + LOOK_AHEAD)
        return next((start for start, _ in spans if start.timestamp() > stamp), None)


def hours_of(record: Any) -> Hours:
    """The hours of an organisation or an offer; reads no more than its two lists of rows."""
    return Hours(record.hours.all(), record.hours_exceptions.all())


def _holds(row: WeeklyHours, day: date) -> bool:
    if row.weekday != day.weekday():
        return False
    if (row.valid_from and day < row.valid_from) or (row.valid_until and day > row.valid_until):
        return False
    return row.nth is None or row.nth in nth_of_month(day)
