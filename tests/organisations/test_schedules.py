"""Hours in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teilhabe.organisations.schedules import understand_schedule


def told(text):
    spans = understand_schedule(text).spans
    if spans is None:
        return None
    return [f"{s.weekday}{f'#{s.nth}' if s.nth else ''} {s.opens:%H:%M}-{s.closes:%H:%M}" for s in spans]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo-Do 9-16, Fr 9-12:30", [f"{d} 09:00-16:00" for d in range(4)] + ["4 09:00-12:30"]),
        ("Mo, Mi 09:00-12:15", ["0 09:00-12:15", "2 09:00-12:15"]),
        ("Di 16:00-18:00; 1. Sa im Monat 10:00-13:00", ["1 16:00-18:00", "5#1 10:00-13:00"]),
        ("1. und 3. Di im Monat 09:00-12:00", ["1#1 09:00-12:00", "1#3 09:00-12:00"]),
        ("letzter Mi im Monat 14:00-17:00", ["2#-1 14:00-17:00"]),
        ("1. Mo, 3. Di im Monat 10-12", ["0#1 10:00-12:00", "1#3 10:00-12:00"]),
        ("montags und mittwochs 10 bis 12 Uhr", ["0 10:00-12:00", "2 10:00-12:00"]),
        ("täglich 8-20 Uhr", [f"{d} 08:00-20:00" for d in range(7)]),
        ("werktags 8-12", [f"{d} 08:00-12:00" for d in range(5)]),
        ("Montag – Mittwoch: 08.00 – 12.00 Uhr", [f"{d} 08:00-12:00" for d in range(3)]),
        ("Mo 10-12, 14-16; Di 9-10", ["0 10:00-12:00", "0 14:00-16:00", "1 09:00-10:00"]),
        ("Mondays and Wednesdays 10am to 1pm", ["0 10:00-13:00", "2 10:00-13:00"]),
        ("Every first Saturday of the month 10:00-13:00", ["5#1 10:00-13:00"]),
        ("Mo-Fr 10-18, Mi geschlossen", [f"{d} 10:00-18:00" for d in (0, 1, 3, 4)]),
        ("Fr 18:00-09:00", ["4 18:00-23:59", "5 00:00-09:00"]),
        ("Di 19-24 Uhr", ["1 19:00-23:59"]),
        ("nach Vereinbarung; Do 14:00-17:00", ["3 14:00-17:00"]),
        ("Do 14-17 nach Vereinbarung", ["3 14:00-17:00"]),
        ("Mo 9-12, 13-16 Uhr oder nach Vereinbarung", ["0 09:00-12:00", "0 13:00-16:00"]),
        ("Mo 9-12, Di 13-16 und nach Vereinbarung", ["0 09:00-12:00", "1 13:00-16:00"]),
        ("Mo 9-12, Di 13-16, sonst nach Vereinbarung", ["0 09:00-12:00", "1 13:00-16:00"]),
    ],
)
def test_understood(text, spans):
    assert told(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nach Vereinbarung",
        "werktags",
        "jeden zweiten Dienstag im Monat 17 Uhr",  # no end
        "jeden zweiten Dienstag 17-19 Uhr",  # every other week
        "Mo-Fr 9-12 (außer in den Ferien)",
        "Mo 9-12, Di nur im Sommer 9-12",
        "Mo-Do 9-16, Fr 9-12 und 14:00",
        "2. Sa 10-12",  # of the month, or the second date of something?
        "Mo 9-5pm",
        "Mo 25-26",
        "Mo 12-10",
        "9-16 Uhr",
        "1. Mo und Di im Monat 9-12",
        "Modenschau 9-12",
        "Mo-Fr 10-12, 1. Mo im Monat geschlossen",
        "Mo-Fr 10-12; letzter Do im Monat geschlossen",
        "Mo-Fr 9-12, 13-16 nach Vereinbarung",  # the second hours alone?
        "Mo-Fr 9-12, 13-16 Uhr (nur mit Termin)",
        "Mo 9-12; Di 13-16 nach Vereinbarung",
        "Mo 9am-12pm, 1pm-4pm by appointment",
    ],
)
def test_kept_as_text_as_a_whole(text):
    schedule = understand_schedule(text)
    assert schedule.spans is None
    assert schedule.rest == text


def test_a_note_that_changes_no_hour_is_left_over():
    schedule = understand_schedule("Mo, Di 08:00-12:00; nur mit Termin")
    assert len(schedule.spans) == 2
    assert schedule.rest == "nur mit Termin"


def test_round_the_clock_counts_on_holidays_too():
    assert all(span.on_holidays for span in understand_schedule("Mo-So 00:00-23:59").spans)
    assert not any(span.on_holidays for span in understand_schedule("Mo-Fr 00:00-23:59").spans)


_PIECES = (
    *("Mo", "Di.", "Sa", "Sonntag", "montags", "Monday", "täglich", "werktags", "1.", "2.", "letzter", "im", "Monat"),
    *("9", "9-12", "10:00", "13:00-15:30", "25:99", "Uhr", "bis", "-", "–", ",", ";", "und", "(", ")", "am", "pm"),
    *("geschlossen", "nach", "Vereinbarung", "außer", "Ferien", "İ", "ß", "½", "९"),
)


@given(st.one_of(st.text(max_size=600), st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join)))
def test_never_raises_and_never_half(text):
    schedule = understand_schedule(text)
    assert schedule.spans is None or all(span.opens < span.closes for span in schedule.spans)
    assert schedule.spans is not None or schedule.rest == text.strip()
