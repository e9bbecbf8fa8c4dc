"""Hours in words become spans of a week, or stay words: "Mo-Do 9-16, Fr 9-12:30", "1. Sa im Monat 10:00-13:00".

All or nothing: a text of which one piece is not understood gives no spans at all, because hours that are half
right send people to closed doors. Only notes that change no hour ("sonst nach Vereinbarung") may be left over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache

from teilhabe.core.text import fold
from teilhabe.organisations.hours import UNTIL_MIDNIGHT

LONGEST = 500  # characters

_DAYS = (
    "mo|mon|montag|montags|monday|mondays",
    "di|die|dienstag|dienstags|tue|tues|tuesday|tuesdays",
    "mi|mit|mittwoch|mittwochs|wed|wednesday|wednesdays",
    "do|don|donnerstag|donnerstags|thu|thur|thurs|thursday|thursdays",
    "fr|fre|freitag|freitags|fri|friday|fridays",
    "sa|sam|samstag|samstags|sonnabend|sonnabends|sat|saturday|saturdays",
    "so|son|sonntag|sonntags|sun|sunday|sundays",
)
_WEEKDAY = {name: number for number, names in enumerate(_DAYS) for name in names.split("|")}
_GROUPS = {
    **dict.fromkeys(("taglich", "taeglich", "jeden tag", "daily", "every day"), range(7)),
    **dict.fromkeys(("werktags", "werktaglich", "an werktagen", "wochentags", "weekdays", "on weekdays"), range(5)),
    **dict.fromkeys(("am wochenende", "wochenende", "wochenends", "weekend", "weekends", "at weekends"), range(5, 7)),
}
_NTH = {
    1: "erster|ersten|erste|first|1st", 2: "zweiter|zweiten|zweite|second|2nd", 3: "dritter|dritten|dritte|third|3rd",
    4: "vierter|vierten|vierte|fourth|4th", 5: "funfter|funften|funfte|fifth|5th",
    -1: "letzter|letzten|letzte|last",
}  # fmt: skip
_NTH_NUMBER = {name: number for number, names in _NTH.items() for name in names.split("|")}
# notes that change no hour; whatever else stands in a text makes it not understood
_BEFORE_NOTE = (
    "oder|or|sonst|auch|und|nur|only|sowie|termine?|einsatze|seelsorge|trauungen|beratung|gesprache?|telefonisch"
    "|weitere|zeiten"
)
_NOTE = (
    rf"(?:(?:{_BEFORE_NOTE})\s+)*"
    r"(?:nach (?:telefonischer |vorheriger |individueller )?(?:vereinbarung|absprache|anmeldung|terminvereinbarung)"
    r"|n\. ?v\.|mit termin|ohne termin|ohne anmeldung|by (?:appointment|arrangement)|without appointment"
    r"|no appointment(?: needed)?)"
)
_ENDS_WITH_NOTE = re.compile(rf"(?:^|[\s,(]+){_NOTE}[).]*$")
# such a note tells of hours besides; any other right after the last of several hours may be meant for those alone
_BESIDES = re.compile(r"\s*,|\s*(?:oder|or|sonst|auch|und|sowie|weitere)\b")
_HOURS = re.compile(r"\d\s*(?:uhr|h|[ap]\.?m\b\.?)?\s*(?:[-–—‐‑]|bis\b|to\b|until\b)\s*\d")


def _any_of(names: Iterable[str]) -> str:
    """A pattern for one of `names`, the longest that fits."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_LEXEMES = re.compile(
    rf"""(?P<time>\d{{1,2}}[:.]\d{{2}}(?!\d))
    |(?P<nth>[1-5]\.(?!\d)|(?:{_any_of(_NTH_NUMBER)})\b)
    |(?P<hour>\d{{1,2}}(?![\d.:]))
    |(?P<meridiem>[ap]\.?m\b\.?)
    |(?P<month>(?:im|des|eines|jeden)\s+monats?\b|(?:of|in)\s+(?:the|each|every)\s+month\b|monatlich\b|/\s?monat\b)
    |(?P<group>(?:{_any_of(_GROUPS)})\b)
    |(?P<day>(?:{_any_of(_WEEKDAY)})\b\.?)
    |(?P<closed>geschlossen\b|closed\b|ruhetag\b)
    |(?P<dash>[-–—‐‑]|bis\b|to\b|until\b)
    |(?P<and>[,+/&]|und\b|and\b|u\.|sowie\b)
    |(?P<break>;)
    |(?P<filler>\s+|:|\.(?=\s|$)|\([a-z]+(?:buro|aufenthalt)\)
        |(?:uhr|h|o'clock|am|an|on|jeden|jede|jeder|jeweils|immer|every|each|von|from|um|at|auch|also|ausserdem|the
        |offen|offene|geoffnet|open|sprechstunden?|sprechzeit|sprechzeiten|offnungszeiten|buro|pfarrburo|burozeiten
        |beratung|treffen|fur\ berufstatige)\b)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class WeekSpan:
    """From when to when on one weekday (0 Monday); `nth` as in WeeklyHours."""

    weekday: int
    opens: time
    closes: time
    nth: int | None = None
    on_holidays: bool = False


@dataclass(frozen=True)
class Schedule:
    """What of a text was understood: spans (None: nothing), and what is left as words."""

    spans: tuple[WeekSpan, ...] | None
    rest: str = ""


class _NotUnderstood(Exception):
    pass


@lru_cache(4096)  # a table says the same hours many times
def understand_schedule(text: str) -> Schedule:
    """The spans of a week that `text` tells, in German or English; never raises."""
    if not text.strip() or len(text) > LONGEST:
        return Schedule(None, text.strip())
    pieces = [piece.strip() for piece in re.split(r"[;\n|]", text)]
    notes, telling = [], []
    for piece in pieces:
        bare, note = _without_note(piece)
        if note:
            notes.append(note)
        if bare:
            telling.append(bare)
    try:
        _refuse_note_of_one(pieces, len(_HOURS.findall(";".join(telling))))
        spans = _Reader(";".join(telling)).spans() if telling else None
    except _NotUnderstood:
        spans = None
    return Schedule(tuple(spans), "; ".join(notes)) if spans else Schedule(None, text.strip())


def _refuse_note_of_one(pieces: list[str], hours: int) -> None:
    """Raise when there are several hours and a note stands right after one: "9-12, 13-16 nach Vereinbarung"."""
    for piece in pieces if hours > 1 else ():
        folded = fold(piece)
        found = _ENDS_WITH_NOTE.search(folded)
        if found and _HOURS.search(folded[: found.start()]) and not _BESIDES.match(found[0]):
            raise _NotUnderstood


def _without_note(piece: str) -> tuple[str, str]:
    """A piece folded, without the note it may end with or consist of; and that note as it was written."""
    folded = fold(piece)
    found = _ENDS_WITH_NOTE.search(folded)
    if not found:
        return folded, ""
    # folding may change lengths: the note is cut from the text by its number of words
    words = len(found[0].split())
    return folded[: found.start()].strip(" ,("), " ".join(piece.split()[-words:]).strip(" ,()")


@dataclass
class _Reader:
    """Reads days, then times, then perhaps the next days; one look ahead is enough."""

    text: str
    lexemes: list[tuple[str, str]] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        place = 0
        while place < len(self.text):
            found = _LEXEMES.match(self.text, place)
            if not found or found.lastgroup is None:
                raise _NotUnderstood
            # a letter or digit right before a word means we are inside another word
            if found[0][0].isalpha() and place and self.text[place - 1].isalpha():
                raise _NotUnderstood
            if found.lastgroup != "filler":
                self.lexemes.append((found.lastgroup, found[0]))
            place = found.end()

    def spans(self) -> list[WeekSpan]:
        found: dict[WeekSpan, None] = {}
        closed: set[int] = set()
        while self._skip("and", "break") or self.at < len(self.lexemes):
            if self.at >= len(self.lexemes):
                break
            days = self._days()
            if self._take("closed"):
                if any(n is not None for _, n in days):
                    raise _NotUnderstood  # closed once a month: a row of hours cannot say so
                closed.update(day for day, _ in days)
                continue
            for opens, closes in self._times():
                found.update(dict.fromkeys(_week(days, opens, closes)))
        left = [span for span in found if span.weekday not in closed or span.nth]
        if not left:
            raise _NotUnderstood
        if {s.weekday for s in left if s.opens == time.min and s.closes == UNTIL_MIDNIGHT} == set(range(7)):
            left = [WeekSpan(s.weekday, s.opens, s.closes, s.nth, on_holidays=True) for s in left]
        return sorted(left, key=lambda s: (s.weekday, s.opens, s.nth or 0))

    def _peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.lexemes[place][0] if place < len(self.lexemes) else ""

    def _take(self, *kinds: str) -> str:
        if self._peek() in kinds:
            self.at += 1
            return self.lexemes[self.at - 1][1]
        return ""

    def _skip(self, *kinds: str) -> bool:
        before = self.at
        while self._take(*kinds):
            pass
        return self.at > before

    def _days(self) -> list[tuple[int, int | None]]:
        """Weekdays, each with which of the month."""
        days: list[tuple[int, int | None]] = []
        counts: list[int] = []  # of the weekday that comes next
        while True:
            if text := self._take("nth"):
                counts.append(_NTH_NUMBER.get(text) or int(text[0]))
            elif text := self._take("group"):
                days += [(day, None) for day in _GROUPS[text]]
            elif text := self._take("day"):
                among: list[int | None] = [*counts] or [None]
                days += [(day, n) for day in self._range(text) for n in among]
                counts = []
            else:
                raise _NotUnderstood
            if self._peek() == "and" and self._peek(1) in {"day", "group", "nth"}:
                self.at += 1
            elif not (counts and self._peek() in {"nth", "day"}):
                break
        in_month = bool(self._take("month"))
        # "jeden zweiten Dienstag" alone means every other week, which a row cannot say
        if counts or any((n is not None) != in_month for _, n in days):
            raise _NotUnderstood
        return days

    def _range(self, text: str) -> list[int]:
        first = _WEEKDAY[text.rstrip(".")]
        if self._peek() != "dash" or self._peek(1) != "day":
            return [first]
        self.at += 1
        last = _WEEKDAY[self._take("day").rstrip(".")]
        return [(first + step) % 7 for step in range((last - first) % 7 + 1)]

    def _times(self) -> list[tuple[time, time]]:
        self._skip("and")
        times = [self._time_range()]
        while self._peek() in {"and", "break"} and self._peek(1) in {"time", "hour"}:
            self.at += 1
            times.append(self._time_range())
        return times

    def _time_range(self) -> tuple[time, time]:
        opens, opens_half = self._clock()
        if not self._take("dash"):
            raise _NotUnderstood
        closes, closes_half = self._clock()
        if opens_half != closes_half and not (opens_half and closes_half):
            raise _NotUnderstood  # "9-5pm" may mean morning or evening
        return opens, UNTIL_MIDNIGHT if closes == time.min else closes

    def _clock(self) -> tuple[time, str]:
        text = self._take("time", "hour")
        hour, _, minute = text.replace(".", ":").partition(":")
        half = self._take("meridiem")[:1]
        number = int(hour) if hour else 99
        if half:
            if not 1 <= number <= 12:
                raise _NotUnderstood
            number = number % 12 + (12 if half == "p" else 0)
        if number == 24 and int(minute or 0) == 0:
            number = 0
        if number > 23 or int(minute or 0) > 59:
            raise _NotUnderstood
        return time(number, int(minute or 0)), half


def _week(days: list[tuple[int, int | None]], opens: time, closes: time) -> list[WeekSpan]:
    """The spans of `days`; one through the night falls into two."""
    if opens < closes:
        return [WeekSpan(day, opens, closes, n) for day, n in days]
    through_the_night = opens >= time(17) and closes <= time(10) and all(n is None for _, n in days)
    if not through_the_night:
        raise _NotUnderstood  # a typing mistake, more likely
    evening = [WeekSpan(day, opens, UNTIL_MIDNIGHT) for day, _ in days]
    return evening + [WeekSpan((day + 1) % 7, time.min, closes) for day, _ in days]
