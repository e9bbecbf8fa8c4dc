"""Days and hours in the town's own time: public holidays of North Rhine-Westphalia, moments from wall clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")


@cache
def public_holidays(year: int) -> dict[date, str]:
    """The public holidays of North Rhine-Westphalia in `year`, with their German names."""
    from holidays import country_holidays  # takes longer to import than to use: only who asks pays

    days = country_holidays("DE", subdiv="NW", years=year, language="de")
    return {day: name for day, name in sorted(days.items()) if day.year == year}


def is_public_holiday(day: date) -> bool:
    return day in public_holidays(day.year)


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def nth_of_month(day: date) -> tuple[int, int]:
    """Which of its weekday in its month a day is, from the front (1..5) and from the back (-1..-5)."""
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return (day.day - 1) // 7 + 1, -((last.day - day.day) // 7 + 1)


def moment(day: date, clock: time) -> datetime:
    """The moment at which clocks here show `clock` on `day`, in UTC: moments of one zone compare by wall clock only."""
    return datetime.combine(day, clock, ZONE).astimezone(UTC)


def midnight_after(day: date) -> datetime:
    return moment(day + timedelta(days=1), time.min)
