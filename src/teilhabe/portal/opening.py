"""Opening hours as people say them: now and until when, or the next time; the week as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from teilhabe.core.dates import ZONE, is_public_holiday, public_holidays
from teilhabe.directory.models import Offer
from teilhabe.organisations.hours import UNTIL_MIDNIGHT, Hours

A_WEEK = timedelta(days=7)
NOTICE = 30  # days in which a closing day is announced
MEETS = {Offer.Category.LANGUAGE_COURSE, Offer.Category.COURSE, Offer.Category.MEETING, Offer.Category.LEISURE}


@dataclass(frozen=True)
class Opening:
    """Whether somebody is there, and the next time."""

    is_now: bool
    word: str  # "Jetzt offen"
    rest: str  # "bis 16:00 Uhr"


@dataclass
class Row:
    """One line of the table of hours."""

    name: str
    is_today: bool = False
    spans: list[str] = field(default_factory=list)
    note: str = ""


def opening(hours: Hours, at: datetime, category: str = "") -> Opening | None:
    """What to say of `hours` at the moment `at`; None when nothing is known or nothing comes within two months."""
    if not hours:
        return None
    at = at.astimezone(ZONE)
    tomorrow = at.date() + timedelta(days=1)
    now = next((span for span in hours.spans(at.date(), tomorrow) if span[0] <= at < span[1]), None)
    if now:
        word = _("Läuft gerade") if category in MEETS else _("Jetzt offen")
        if now[1].date() > tomorrow:  # to the end of all that was asked
            return Opening(True, word, _("rund um die Uhr"))
        return Opening(True, word, _("bis %(time)s Uhr") % {"time": _end(now[1])})
    soon = (start for start, _end in hours.spans(at.date(), at.date() + A_WEEK) if start > at)
    coming = next(soon, None) or hours.next_opening(at)  # most come within a week: the rest need not be worked out
    if coming is None:
        return None
    coming = coming.astimezone(ZONE)
    word = _("Nächstes Mal:") if category in MEETS else _("Wieder offen:")
    return Opening(
        False, word, _("%(day)s, %(time)s Uhr") % {"day": _day(coming.date(), at.date()), "time": _clock(coming.time())}
    )


def today(hours: Hours, at: datetime) -> Opening | None:
    """For the Service-Point: whether one can go there today."""
    at = at.astimezone(ZONE)
    left = [span for span in hours.spans(at.date(), at.date()) if span[1] > at]
    if not left:
        return opening(hours, at)
    start, end = left[0]
    if start <= at:
        return opening(hours, at)
    told = _("von %(start)s bis %(end)s Uhr") % {"start": _clock(start.time()), "end": _end(end)}
    return Opening(False, _("Heute offen"), told)


def week(hours: Hours, today: date) -> list[Row]:
    """The regular week; somebody there on three days or more shows the closed working days too."""
    valid = [row for row in hours.weekly if row.valid_until is None or row.valid_until >= today]
    by_day: dict[tuple[int, int], list[str]] = {}
    notes: dict[tuple[int, int], str] = {}
    for row in sorted(valid, key=lambda r: (r.weekday, r.nth or 0, r.opens)):
        place = (row.weekday, row.nth or 0)
        by_day.setdefault(place, []).append(f"{_clock(row.opens)}–{_clock(row.closes)}")
        if row.valid_from and row.valid_from > today:
            notes[place] = _("ab %(day)s") % {"day": date_format(row.valid_from)}
        elif row.valid_until:
            notes[place] = _("bis %(day)s") % {"day": date_format(row.valid_until)}
    weekly = {weekday for weekday, nth in by_day if not nth}
    if len(weekly) >= 3:
        for weekday in range(5):
            by_day.setdefault((weekday, 0), [])
    return [
        Row(_weekday(*place), place[0] == today.weekday() and not place[1], spans, notes.get(place, ""))
        for place, spans in sorted(by_day.items(), key=lambda item: (bool(item[0][1]), item[0][0], item[0][1] % 9))
    ]


def closings(hours: Hours, today: date) -> list[Row]:
    """Days ahead on which the regular week does not hold."""
    last = today + timedelta(days=NOTICE)
    rows = []
    for special in hours.exceptions:
        if special.last_day < today or special.first_day > last:
            continue
        name = date_format(special.first_day)
        if special.last_day != special.first_day:
            name = _("%(first)s bis %(last)s") % {"first": name, "last": date_format(special.last_day)}
        spans = [f"{_clock(special.opens)}–{_clock(special.closes)}"] if special.opens and special.closes else []
        rows.append(Row(name, special.first_day <= today, spans, special.note))
    regular = {row.weekday for row in hours.weekly if not row.on_holidays}
    for number in range(NOTICE if regular else 0):
        day = today + timedelta(days=number)
        told = any(special.first_day <= day <= special.last_day for special in hours.exceptions)
        if is_public_holiday(day) and day.weekday() in regular and not told:
            rows.append(Row(date_format(day), day == today, [], public_holidays(day.year)[day]))
    return rows


def _clock(clock: time) -> str:
    return "24:00" if clock == UNTIL_MIDNIGHT else f"{clock:%H:%M}".removeprefix("0")


def _end(moment: datetime) -> str:
    """The hour of a moment at which something ends: midnight is the end of the day."""
    return _clock(moment.time() if moment.time() != time.min else UNTIL_MIDNIGHT)


def _day(day: date, today: date) -> str:
    distance = (day - today).days
    if distance == 0:
        return _("heute")
    if distance == 1:
        return _("morgen")
    if distance < 7:
        return str(WEEKDAYS[day.weekday()])
    return date_format(day, "SHORT_DATE_FORMAT" if day.year != today.year else "MONTH_DAY_FORMAT")


def _weekday(weekday: int, nth: int) -> str:
    name = str(WEEKDAYS[weekday])
    if not nth:
        return name
    if nth < 0:
        return pgettext("weekday of a month", "letzter %(day)s im Monat") % {"day": name}
    return pgettext("weekday of a month", "%(nth)s. %(day)s im Monat") % {"nth": nth, "day": name}
