"""Schedules of HSDS (after RFC 5545) become weekly hours, and back. What is not understood wholly stays as it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby
from typing import Any

from teilhabe.core.text import clean
from teilhabe.exchange.hsds.shapes import Record
from teilhabe.organisations.hours import UNTIL_MIDNIGHT

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ON_HOLIDAYS = "auch an Feiertagen"
EXCEPTION = "Ausnahme"
# what we can hold besides; anything more, and the hours would say less than the schedule
_HELD = {
    "id", "freq", "interval", "byday", "wkst", "opens_at", "closes_at", "valid_from", "valid_to", "until", "dtstart",
    "timezone", "description", "notes", "schedule_link", "attending_type", "attributes",
}  # fmt: skip
_DAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True)
class Span:
    """One row of weekly hours, with the days between which it holds."""

    weekday: int
    opens: time
    closes: time
    nth: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    on_holidays: bool = False


@dataclass(frozen=True)
class OffDays:
    """Days on which the weekly hours do not hold."""

    first_day: date
    last_day: date
    opens: time | None
    closes: time | None
    note: str


def exceptions_of(schedules: Iterable[Record]) -> list[OffDays]:
    """Those our own exports tell as schedules without a rhythm."""
    found = []
    for schedule in schedules:
        first, last = day_of(schedule.get("valid_from")), day_of(schedule.get("valid_to"))
        if _is_exception(schedule) and first and last and last >= first:
            opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
            note = clean(schedule.get("notes", ""))[:160]
            found.append(OffDays(first, last, opens if closes else None, closes if opens else None, note))
    return found


def _is_exception(schedule: Record) -> bool:
    return schedule.get("description") == EXCEPTION and not schedule.get("freq")


def spans_of(schedules: Iterable[Record]) -> list[Span]:
    """The weekly hours of all `schedules`; none when one of them is not understood: half of them would mislead."""
    found: dict[Span, None] = {}
    for schedule in schedules:
        if _is_exception(schedule):
            continue
        spans = _spans(schedule)
        if not spans:
            return []
        found |= dict.fromkeys(spans)
    return sorted(found, key=lambda s: (s.weekday, s.opens, s.closes, s.nth or 0, str(s.valid_from)))


def _spans(schedule: Record) -> list[Span]:
    opens, closes = _time(schedule.get("opens_at")), _time(schedule.get("closes_at"))
    freq = schedule.get("freq", "WEEKLY")
    if opens is None or closes is None or set(schedule) - _HELD or schedule.get("interval", 1) != 1:
        return []
    closes = UNTIL_MIDNIGHT if closes == time.min else closes
    days = [_DAY.fullmatch(part.strip().upper()) for part in schedule.get("byday", "").split(",")]
    first, last = _between(schedule)
    if opens >= closes or (first and last and last < first) or ("until" in schedule and not last):
        return []
    spans = []
    for day in days:
        nth = int(day[1]) if day and day[1] else None
        if not day or (nth is None) == (freq == "MONTHLY") or nth not in {None, 1, 2, 3, 4, 5, -1}:
            return []
        spans.append(Span(DAYS.index(day[2]), opens, closes, nth, first, last, schedule.get("notes") == ON_HOLIDAYS))
    return spans


def _between(schedule: Record) -> tuple[date | None, date | None]:
    """The days between which a schedule holds."""
    firsts = [day for name in ("valid_from", "dtstart") if (day := day_of(schedule.get(name)))]
    lasts = [day for name in ("valid_to", "until") if (day := day_of(schedule.get(name)))]
    return max(firsts, default=None), min(lasts, default=None)


def day_of(text: str | None) -> date | None:
    """The day of a date or a moment; None when there is none."""
    try:
        day = date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _time(text: str | None) -> time | None:
    """A time of day; its zone does not count: the hours are those of the place."""
    found = re.match(r"(\d{1,2}):(\d{2})", text or "")
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if (hour, minute) == (24, 0):
        return time.min
    return time(hour, minute) if hour < 24 and minute < 60 else None


def in_words(schedules: Iterable[Record]) -> str:
    """All that people are told of the times, on one line."""
    told: dict[str, None] = {}
    for schedule in schedules:
        if _is_exception(schedule):
            continue
        words = [schedule.get(name, "") for name in ("description", "notes", "attending_type")]
        words = [word for word in words if word and word != ON_HOLIDAYS]
        if not words and not _spans(schedule):
            hours = " - ".join(filter(None, (schedule.get("opens_at", ""), schedule.get("closes_at", ""))))
            names = ("freq", "byday", "bymonthday", "byweekno", "byyearday")
            words = [" ".join(filter(None, (*(schedule.get(name, "") for name in names), hours)))]
        told |= dict.fromkeys(clean(word) for word in words if word)
    return "; ".join(told)


def schedules_of(hours: Iterable[Any], exceptions: Iterable[Any], words: str) -> list[Record]:
    """Weekly hours (rows or spans) as schedules, those that differ only in their weekday as one."""

    def alike(row: Any) -> tuple[Any, ...]:
        return (row.opens, row.closes, row.nth is not None, str(row.valid_from), str(row.valid_until), row.on_holidays)

    found: list[Record] = []
    for _, group in groupby(sorted(hours, key=lambda row: (*alike(row), row.weekday, row.nth or 0)), alike):
        rows = list(group)
        first = rows[0]
        found.append(
            {
                "freq": "MONTHLY" if first.nth else "WEEKLY",
                "byday": ",".join(f"{row.nth or ''}{DAYS[row.weekday]}" for row in rows),
                "opens_at": f"{first.opens:%H:%M}",
                "closes_at": "24:00" if first.closes >= UNTIL_MIDNIGHT else f"{first.closes:%H:%M}",
                **({"valid_from": first.valid_from.isoformat()} if first.valid_from else {}),
                **({"valid_to": first.valid_until.isoformat()} if first.valid_until else {}),
                **({"notes": ON_HOLIDAYS} if first.on_holidays else {}),
            }
        )
    if words and found:
        found[0]["description"] = words
    elif words:
        found.append({"description": words})
    return found + [_exception(row) for row in exceptions]


def _exception(row: Any) -> Record:
    told = {
        "description": EXCEPTION,
        "valid_from": row.first_day.isoformat(),
        "valid_to": row.last_day.isoformat(),
        "opens_at": f"{row.opens:%H:%M}" if row.opens else "",
        "closes_at": f"{row.closes:%H:%M}" if row.closes else "",
        "notes": row.note,
    }
    return {name: value for name, value in told.items() if value}
