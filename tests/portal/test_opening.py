"""Hours as people say them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from django.utils import translation

from teilhabe.core.dates import ZONE
from teilhabe.directory.models import Offer, OfferHours, OfferHoursException
from teilhabe.organisations.hours import UNTIL_MIDNIGHT, Hours
from teilhabe.portal.opening import closings, opening, today, week

MONDAY = date(2026, 10, 5)


def span(weekday: int, opens: int, closes: int | time, **fields: Any) -> OfferHours:
    end = time(closes) if isinstance(closes, int) else closes
    return OfferHours(weekday=weekday, opens=time(opens), closes=end, **fields)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def told(hours: Hours, moment: datetime, category: str = "", language: str = "de") -> str:
    with translation.override(language):
        found = opening(hours, moment, category)
    return f"{found.word} {found.rest}" if found else ""


OFFICE = Hours([span(0, 9, 12), span(0, 14, 16), span(2, 9, 12)])
ALWAYS = Hours([span(day, 0, UNTIL_MIDNIGHT, on_holidays=True) for day in range(7)])
NIGHT = Hours([span(0, 20, UNTIL_MIDNIGHT)])


@pytest.mark.parametrize(
    ("hours", "moment", "words"),
    [
        (OFFICE, at(9), "Jetzt offen bis 12:00 Uhr"),
        (OFFICE, at(12), "Wieder offen: heute, 14:00 Uhr"),
        (OFFICE, at(16), "Wieder offen: Mittwoch, 9:00 Uhr"),
        (OFFICE, at(10, day=date(2026, 10, 6)), "Wieder offen: morgen, 9:00 Uhr"),
        (ALWAYS, at(3), "Jetzt offen rund um die Uhr"),
        (NIGHT, at(21), "Jetzt offen bis 24:00 Uhr"),
        (Hours([span(0, 9, 12, nth=1)]), at(13), "Wieder offen: 2. November, 9:00 Uhr"),
        (Hours([]), at(9), ""),
        (Hours([span(0, 9, 12, valid_until=date(2026, 1, 1))]), at(9), ""),
    ],
)
def test_now_or_the_next_time(hours: Hours, moment: datetime, words: str) -> None:
    assert told(hours, moment) == words


def test_a_course_runs_and_an_office_is_open() -> None:
    course = Offer.Category.LANGUAGE_COURSE
    assert told(OFFICE, at(9), course) == "Läuft gerade bis 12:00 Uhr"
    assert told(OFFICE, at(12), course) == "Nächstes Mal: heute, 14:00 Uhr"
    assert told(OFFICE, at(9), course, "en") == "On now until 12:00"
    assert told(OFFICE, at(16), course, "ar") == "المرة القادمة: الأربعاء، الساعة 9:00"


def test_today_says_from_when_to_when() -> None:
    with translation.override("de"):
        assert today(OFFICE, at(7)).rest == "von 9:00 bis 12:00 Uhr"  # type: ignore[union-attr]
        assert today(OFFICE, at(10)).rest == "bis 12:00 Uhr"  # type: ignore[union-attr]
        assert today(OFFICE, at(17)).word == "Wieder offen:"  # type: ignore[union-attr]
        assert today(Hours([]), at(10)) is None


def test_the_week_shows_closed_days_of_those_who_are_there_most_days() -> None:
    with translation.override("de"):
        rows = week(Hours([*OFFICE.weekly, span(4, 9, 12)]), MONDAY)
        assert [(row.name, row.spans, row.is_today) for row in rows] == [
            ("Montag", ["9:00–12:00", "14:00–16:00"], True),
            ("Dienstag", [], False),
            ("Mittwoch", ["9:00–12:00"], False),
            ("Donnerstag", [], False),
            ("Freitag", ["9:00–12:00"], False),
        ]
        assert [row.name for row in week(OFFICE, MONDAY)] == ["Montag", "Mittwoch"]


def test_hours_to_come_and_hours_that_end_say_when() -> None:
    rows = [span(0, 9, 12, valid_from=date(2027, 1, 4)), span(1, 9, 12, valid_until=date(2026, 12, 1))]
    with translation.override("de"):
        assert [row.note for row in week(Hours(rows), MONDAY)] == ["ab 4. Januar 2027", "bis 1. Dezember 2026"]
        assert week(Hours([span(0, 9, 12, valid_until=date(2026, 1, 1))]), MONDAY) == []


def test_closings_name_exceptions_and_holidays_on_days_one_would_come() -> None:
    special = OfferHoursException(first_day=date(2026, 10, 20), last_day=date(2026, 10, 20), note="Umzug")
    short = OfferHoursException(
        first_day=date(2026, 10, 26), last_day=date(2026, 10, 26), opens=time(9), closes=time(10)
    )
    past = OfferHoursException(first_day=date(2026, 9, 1), last_day=date(2026, 9, 2))
    hours = Hours([span(0, 9, 12), span(6, 9, 12)], [special, short, past])
    with translation.override("de"):
        rows = closings(hours, MONDAY)
        assert [(row.name, row.spans, row.note) for row in rows] == [
            ("20. Oktober 2026", [], "Umzug"),
            ("26. Oktober 2026", ["9:00–10:00"], ""),
            ("1. November 2026", [], "Allerheiligen"),
        ]
        assert closings(Hours([span(0, 9, 12)]), MONDAY) == []
