"""Public holidays of North Rhine-Westphalia, and days of a month."""

from datetime import UTC, date, datetime, time

from teilhabe.core.dates import is_public_holiday, moment, nth_of_month, public_holidays


def test_north_rhine_westphalia_has_eleven_holidays_with_its_own():
    days = public_holidays(2027)
    assert len(days) == 11
    assert days[date(2027, 5, 27)] == "Fronleichnam"
    assert days[date(2027, 11, 1)] == "Allerheiligen"


def test_holidays_of_other_lands_are_working_days():
    assert not is_public_holiday(date(2027, 10, 31))  # Reformationstag
    assert not is_public_holiday(date(2027, 1, 6))  # Heilige Drei Könige


def test_a_day_is_counted_from_both_ends_of_its_month():
    assert nth_of_month(date(2027, 2, 6)) == (1, -4)
    assert nth_of_month(date(2027, 1, 30)) == (5, -1)
    assert nth_of_month(date(2027, 12, 31)) == (5, -1)


def test_the_same_clock_is_another_moment_in_summer():
    assert moment(date(2027, 3, 27), time(9)) == datetime(2027, 3, 27, 8, tzinfo=UTC)
    assert moment(date(2027, 3, 28), time(9)) == datetime(2027, 3, 28, 7, tzinfo=UTC)
