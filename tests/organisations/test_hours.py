"""Weekly hours, holidays, exceptions and clock changes."""

from datetime import date, datetime, time, timedelta

import pytest

from teilhabe.core.dates import ZONE
from teilhabe.organisations.hours import Hours, hours_of
from teilhabe.organisations.models import OrganisationHours, OrganisationHoursException
from tests.factories import make_organisation


def weekly(weekday, opens, closes, **more):
    return OrganisationHours(
        weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), **more
    )


def exception(first, last, opens=None, closes=None):
    return OrganisationHoursException(first_day=first, last_day=last, opens=opens, closes=closes)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def told(spans):
    return [f"{start:%m-%d %H:%M}-{end:%H:%M}" for start, end in spans]


def test_spans_of_a_week():
    hours = Hours([weekly(0, "09:00", "12:00"), weekly(0, "14:00", "16:00"), weekly(2, "09:00", "12:15")])
    assert told(hours.spans(date(2027, 2, 1), date(2027, 2, 7))) == [
        "02-01 09:00-12:00",
        "02-01 14:00-16:00",
        "02-03 09:00-12:15",
    ]


def test_open_from_the_first_minute_to_before_the_last():
    hours = Hours([weekly(0, "09:00", "12:00")])
    assert [hours.is_open(at(f"2027-02-01T{t}")) for t in ("08:59", "09:00", "11:59", "12:00")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("day", [date(2027, 5, 27), date(2027, 11, 1)])  # Fronleichnam, Allerheiligen
def test_closed_on_holidays_of_the_land_unless_said_otherwise(day):
    assert Hours([weekly(day.weekday(), "09:00", "12:00")]).spans(day, day) == []
    assert len(Hours([weekly(day.weekday(), "09:00", "12:00", on_holidays=True)]).spans(day, day)) == 1


def test_nth_weekday_of_a_month():
    first_and_last = Hours([weekly(5, "10:00", "13:00", nth=1), weekly(5, "18:00", "20:00", nth=-1)])
    assert told(first_and_last.spans(date(2027, 1, 1), date(2027, 2, 28))) == [
        "01-02 10:00-13:00",
        "01-30 18:00-20:00",
        "02-06 10:00-13:00",
        "02-27 18:00-20:00",
    ]


def test_the_fifth_weekday_is_found_two_months_ahead():
    hours = Hours([weekly(5, "10:00", "13:00", nth=5)])
    assert hours.next_opening(at("2027-01-31T00:00")) is None  # May 29 is further than we look
    assert hours.next_opening(at("2027-04-01T00:00")) == at("2027-05-29T10:00")


def test_validity_of_a_row():
    hours = Hours([weekly(0, "09:00", "12:00", valid_from=date(2027, 2, 8), valid_until=date(2027, 2, 15))])
    assert told(hours.spans(date(2027, 2, 1), date(2027, 2, 28))) == ["02-08 09:00-12:00", "02-15 09:00-12:00"]


def test_exceptions_replace_the_weekly_hours():
    hours = Hours(
        [weekly(day, "09:00", "12:00") for day in range(5)],
        [
            exception(date(2027, 2, 2), date(2027, 2, 3)),
            exception(date(2027, 2, 4), date(2027, 2, 4), time(15), time(17)),
        ],
    )
    assert told(hours.spans(date(2027, 2, 1), date(2027, 2, 5))) == [
        "02-01 09:00-12:00",
        "02-04 15:00-17:00",
        "02-05 09:00-12:00",
    ]


def test_round_the_clock_is_one_span_however_long():
    hours = Hours([weekly(day, "00:00", "23:59", on_holidays=True) for day in range(7)])
    spans = hours.spans(date(2027, 5, 24), date(2027, 5, 30))
    assert [(start, end) for start, end in spans] == [(at("2027-05-24T00:00"), at("2027-05-31T00:00"))]
    assert hours.is_open(at("2027-05-27T23:59:30"))


def test_a_night_through_the_clock_change_has_its_true_length():
    night = Hours([weekly(6, "00:00", "06:00")])
    (spring,) = night.spans(date(2027, 3, 28), date(2027, 3, 28))
    (autumn,) = night.spans(date(2027, 10, 31), date(2027, 10, 31))
    assert spring[1].timestamp() - spring[0].timestamp() == 5 * 3600
    assert autumn[1].timestamp() - autumn[0].timestamp() == 7 * 3600


def test_the_hour_left_out_in_spring_opens_nothing():
    assert Hours([weekly(6, "02:00", "03:00")]).spans(date(2027, 3, 28), date(2027, 3, 28)) == []


def test_next_opening_while_open_is_the_one_after():
    hours = Hours([weekly(0, "09:00", "12:00"), weekly(3, "14:00", "16:00")])
    assert hours.next_opening(at("2027-02-01T10:00")) == at("2027-02-04T14:00")
    assert Hours([]).next_opening(at("2027-02-01T10:00")) is None


def test_two_weeks_are_worked_out_quickly():
    hours = Hours([weekly(day, "09:00", "12:00") for day in range(5)])
    before = datetime.now()
    for _ in range(200):
        hours.spans(date(2027, 2, 1), date(2027, 2, 14))
    assert datetime.now() - before < timedelta(seconds=2)


def test_hours_of_a_record_come_from_its_rows(centre):
    body = make_organisation()
    OrganisationHours.objects.create(organisation=body, weekday=0, opens=time(9), closes=time(12))
    OrganisationHoursException.objects.create(
        organisation=body, first_day=date(2027, 2, 8), last_day=date(2027, 2, 8), note="Betriebsausflug"
    )
    assert told(hours_of(body).spans(date(2027, 2, 1), date(2027, 2, 8))) == ["02-01 09:00-12:00"]
