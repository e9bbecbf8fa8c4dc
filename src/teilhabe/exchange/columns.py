"""What the cells of one row mean: what is understood becomes structure, the rest stays as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from teilhabe.core.languages import code_of
from teilhabe.core.text import clean, clean_lines, cut_at_word, fold
from teilhabe.directory.models import Offer, Trait
from teilhabe.organisations.models import Place
from teilhabe.organisations.schedules import WeekSpan, understand_schedule
from teilhabe.vocabulary.models import Area, Need

REQUIRED = ("source_id", "title", "organisation")


class RowFault(Exception):
    """The row cannot be taken in; the message completes "this row ..."."""


@dataclass
class Draft:
    """One row, understood."""

    number: int
    source_id: str = ""
    digest: str = ""
    organisation: str = ""
    district: str = ""
    place: dict[str, Any] = field(default_factory=dict)
    offer: dict[str, Any] = field(default_factory=dict)
    course: dict[str, Any] = field(default_factory=dict)
    traits: list[tuple[str, str]] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    spans: tuple[WeekSpan, ...] = ()
    kept: list[tuple[str, str]] = field(default_factory=list)  # column, text: has no field of its own
    in_words: list[str] = field(default_factory=list)  # columns whose own field keeps the words, not understood

    @property
    def is_complete(self) -> bool:
        """Whether the public may see it: title and organisation every draft has."""
        return bool(self.offer.get("summary") or self.offer.get("description"))

    def keep(self, column: str, text: str) -> None:
        self.kept.append((column, clean_lines(text)))

    def trait(self, kind: Trait.Kind, code: str) -> None:
        if (str(kind), code) not in self.traits:
            self.traits.append((str(kind), code))


Needs = Mapping[str, Need]
_Reader = Callable[[Draft, str, str, Needs], None]  # draft, column, cell, needs by folded name


def understand(number: int, cells: Mapping[str, str], needs: Needs, *, with_more: bool = False) -> Draft:
    """The draft of one row; `with_more`: columns beside the contract's too. RowFault when it cannot be taken in."""
    draft = Draft(number)
    readers = {**COLUMNS, **MORE_COLUMNS} if with_more else COLUMNS
    for column, reader in readers.items():
        if cell := clean_lines(cells.get(column, "")):
            reader(draft, column, cell, needs)
    for column in REQUIRED:
        if not (getattr(draft, column, "") or draft.offer.get(column)):
            raise RowFault(f"has no {column}")
    _refuse_reversed(draft.offer, "valid_from", "valid_until")
    _refuse_reversed(draft.course, "starts_on", "ends_on")
    if ("latitude" in draft.place) != ("longitude" in draft.place):
        for name in ("latitude", "longitude"):
            if name in draft.place:
                draft.keep(name, str(draft.place.pop(name)))
    return draft


def _refuse_reversed(values: dict[str, Any], first: str, last: str) -> None:
    if values.get(first) and values.get(last) and values[last] < values[first]:
        raise RowFault(f"has an impossible date: {last} {values[last]} is before {first} {values[first]}")


def _length(model: Any, name: str) -> int:
    return int(model._meta.get_field(name).max_length)


def _source_id(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.source_id = clean(cell)
    if len(draft.source_id) > _length(Offer, "source_id"):
        raise RowFault(f"has a source_id of {len(draft.source_id)} characters; at most 120 are kept")


def _organisation(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.organisation = cut_at_word(clean(cell), 200)


def _title(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    title = clean(cell)
    draft.offer["title"] = cut_at_word(title, _length(Offer, "title"))
    if draft.offer["title"] != title:
        draft.keep(column, title)


def _long_text(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.offer[column] = cell


def _words_only(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.offer[column] = cell
    draft.in_words.append(column)


def _short_text(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    """A line of the offer; one that is too long for its field is kept beside it."""
    text = clean(cell)
    if len(text) > _length(Offer, column):
        draft.keep(column, text)
    else:
        draft.offer[column] = text


def _of_place(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    text = clean(cell)
    if len(text) > _length(Place, column):
        draft.keep(column, text)
    else:
        draft.place[column] = text


def _district(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    text = clean(cell)
    if len(text) > _length(Area, "name") or not re.search(r"\w", fold(text)):
        draft.keep(column, text)
    else:
        draft.district = text


def _coordinate(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    limit = 90 if column == "latitude" else 180
    try:
        degrees = float(cell.replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if not -limit <= degrees <= limit:
        raise RowFault(f"has an impossible {column}: {_quoted(cell)} (degrees from -{limit} to {limit}, such as 51.03)")
    draft.place[column] = degrees


# an unformatted cell of a spreadsheet tells a day by its number; these are the ones of 2000 to 2099
_SERIAL_DAYS = range(36526, 73051)
_SERIAL_ZERO = date(1899, 12, 30)


@lru_cache(2048)
def _day(cell: str, column: str) -> date:
    text = re.sub(r"[T ]\d{1,2}:\d{2}.*$", "", clean(cell))
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
        if 1900 <= day.year <= 2200:
            return day
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text) and int(text[:5]) in _SERIAL_DAYS:
        return _SERIAL_ZERO + timedelta(days=int(text[:5]))
    raise RowFault(f"has an impossible date in {column}: {_quoted(cell)} (2027-03-31 or 31.03.2027)")


def _validity(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.offer[column] = _day(cell, column)


def _website(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    text = clean(cell)
    address = f"https://{text}" if text.casefold().startswith("www.") else text
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        is_address = (
            parts.scheme in {"http", "https"} and "." in host.strip(".") and not re.search(r"[\s<>\"]", address)
        )
    except ValueError:
        is_address = False
    if not is_address:
        raise RowFault(f"has a website that is not a URL: {_quoted(text)} (https://...)")
    if len(address) > _length(Offer, "website"):
        draft.keep(column, address)
    else:
        draft.offer[column] = address


def _email(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    text = clean(cell)
    try:
        validate_email(text)
    except ValidationError:
        draft.keep(column, text)
    else:
        _short_text(draft, column, text, needs)


_ANSWERS = {
    **dict.fromkeys(("yes", "ja", "1", "true", "x", "wahr"), True),
    **dict.fromkeys(("no", "nein", "0", "false", "falsch"), False),
}


def _yes_or_no(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    answer = _ANSWERS.get(fold(cell))
    if answer is None:
        draft.keep(column, cell)
    else:
        draft.offer[column] = answer


def _several(cell: str) -> list[str]:
    return [part for piece in cell.split("|") if (part := clean(piece))]


_code = lru_cache(2048)(code_of)


def _languages(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    """Codes or names; people also write them in a row with commas."""
    for piece in _several(cell):
        parts = [piece] if _code(piece) else re.split(r"\s*[,;/]\s*|\s+(?:und|and|u\.)\s+", piece)
        codes = [_code(part) for part in parts]
        for part, code in zip(parts, codes, strict=True):
            if code:
                draft.trait(Trait.Kind.LANGUAGE, code)
            elif part:
                draft.keep(column, part)


_AUDIENCES = {
    fold(name): audience
    for audience in Trait.Audience
    for name in (
        audience.value,
        str(audience.label),
        {"professionals": "Fachleute"}.get(audience.value, audience.value),
    )
}


def _target_groups(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    for group in _several(cell):
        if audience := _AUDIENCES.get(fold(group)):
            draft.trait(Trait.Kind.AUDIENCE, audience)
        if len(group) > _length(Trait, "code"):
            draft.keep(column, group)
        else:
            draft.trait(Trait.Kind.TARGET_GROUP, group)


def _audience(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    for name in _several(cell):
        if audience := _AUDIENCES.get(fold(name)):
            draft.trait(Trait.Kind.AUDIENCE, audience)
        else:
            draft.keep(column, name)


_CATEGORIES = {
    **{fold(name): c for c in Offer.Category for name in (c.value, c.value.replace("_", " "), str(c.label))},
    **{
        fold(name): Offer.Category.COUNSELLING
        for name in ("Beratungsstelle", "Beratungsangebot", "counseling", "advice")
    },
    **{fold(name): Offer.Category.LANGUAGE_COURSE for name in ("Sprachkurs", "Integrationskurs", "german course")},
    **{fold(name): Offer.Category.MEETING for name in ("Begegnung", "Treff", "Gruppe", "group")},
    **{fold(name): Offer.Category.LEISURE for name in ("Sport", "Kultur", "Freizeitangebot")},
    **{fold(name): Offer.Category.GOODS for name in ("Sachspenden", "Lebensmittel", "Kleidung")},
    **{fold(name): Offer.Category.AUTHORITY for name in ("Behörde", "Verwaltung", "office")},
    **{fold(name): Offer.Category.CHILDCARE for name in ("Kita", "child care")},
    **{fold(name): Offer.Category.VOLUNTEERING for name in ("Ehrenamt", "Freiwilligenarbeit")},
}


def category_named(name: str) -> Offer.Category | None:
    """The category by any of its names; None when there is no such."""
    return _CATEGORIES.get(fold(clean(name)))


def _category(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    category = category_named(cell)
    if category:
        draft.offer[column] = category
    else:
        draft.keep(column, cell)


def _needs(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    for name in _several(cell):
        need = needs.get(fold(name))
        if need is None:
            draft.keep(column, name)
        elif need not in draft.needs:
            draft.needs.append(need)


_FREE = re.compile(
    r"^(?:kostenlos|kosten ?frei|gratis|umsonst|unentgeltlich|gebuhrenfrei|frei|keine(?: kosten| gebuhren)?"
    r"|free(?: of charge)?|no (?:cost|charge|fee)s?|none|0(?:[.,]00?)? ?(?:€|euro|eur)?)(?![\w])"
)
_BUT = re.compile(r"\d|\b(?:mit|fur|sonst|nur|wenn|bei|ab|mitglied\w*|\w*gebuhr\w*|with|for|if|only|except)\b")
_PRICE = re.compile(
    r"(?:€|eur\b|euro\b)|\b(?:gebuhrenpflichtig|kostenpflichtig|beitrag|elternbeitrag|teilnahmegebuhr)\b"
)


def _cost(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    _short_text(draft, column, cell, needs)
    folded = fold(clean(cell))
    free = _FREE.match(folded)
    if free and not _BUT.search(folded[free.end() :]):
        draft.offer["is_free"] = True
    elif not free and _PRICE.search(folded) and not folded.startswith("spende"):
        draft.offer["is_free"] = False
    elif column in draft.offer:
        draft.in_words.append(column)


_LEVEL = r"(?:alpha\w*|[abc][12](?:\.\d)?\+?)"
_LEVELS = re.compile(
    rf"^(?:niveau|stufe|level|ger|cefr)?\s*:?\s*(?P<bound>ab|from|bis|up to|to)?\s*(?P<low>{_LEVEL})"
    rf"(?:\s*(?:-|–|—|‐|‑|/|,|bis|to|und|and)\s*(?P<high>{_LEVEL}))?$"
)


def _level(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    found = _LEVELS.match(fold(clean(cell)))
    levels = [_level_code(found["low"]), _level_code(found["high"] or found["low"])] if found else []
    if not found or LEVELS.index(levels[0]) > LEVELS.index(levels[1]) or (found["bound"] and found["high"]):
        draft.keep(column, cell)
        return
    low, high = levels
    if found["bound"] in {"ab", "from"}:
        high = ""
    elif found["bound"]:
        low = ""
    draft.course.update(level_from=low, level_to=high)


LEVELS = ("Alpha", "A1", "A2", "B1", "B2", "C1", "C2")


def _level_code(folded: str) -> str:
    return "Alpha" if folded.startswith("alpha") else folded[:2].upper()


def _schedule(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    _short_text(draft, column, "; ".join(cell.split("\n")), needs)
    understood = understand_schedule(cell)
    draft.spans = understood.spans or ()
    if not draft.spans and column in draft.offer:
        draft.in_words.append(column)


_WAYS = {
    Trait.WayIn.WALK_IN: r"einfach (?:vorbei)?kommen|vor ort|\boffen|walk.?in",
    Trait.WayIn.PHONE: r"telefon|anruf|\bcall|phone",
    Trait.WayIn.MAIL: r"mail|schriftlich|\bbrief|schreiben|letter",
    Trait.WayIn.ONLINE: r"online|internet|formular auf|website",
    Trait.WayIn.APPOINTMENT: r"termin|vereinbarung|appointment",
}
_BOOKING = (
    r"(?:vorherige[rn]? |prior )?"
    r"(?:(?:vor)?anmeldung|termin(?:vereinbarung|absprache)?|registration|appointment|booking)\b"
)
_NEEDED = r"(?:notig|notwendig|erforderlich|needed|necessary|required)\b"
_CLAUSE_ENDS = r"(?=\s*(?:$|[.,;:!()\n]|(?:und|oder|and|or)\b))"
# "no" and "not" turn what follows around, unless they say as a whole that one may simply come
_NO_BOOKING = re.compile(
    rf"\b(?:ohne|without) {_BOOKING}(?: (?:und|oder|and|or) {_BOOKING})?"
    rf"|\b(?:keine?|no) {_BOOKING} (?:ist |is )?{_NEEDED}"
    rf"|(?:^|[.,;:!(\n]\s*)(?:keine?|no) {_BOOKING}{_CLAUSE_ENDS}"
    rf"|(?:^|[.,;:!(\n]\s*)(?:(?:der|die|ein|eine|an) )?{_BOOKING} (?:ist |is )?(?:nicht|not) {_NEEDED}"
    rf"|^keine$|^(?:nicht|not) {_NEEDED}$"
)
_NO = re.compile(r"\b(?:kein\w*|nicht|ohne|nie|weder|no|not|cannot|without)\b")


def _registration(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.offer[column] = cell
    told, bookless = _NO_BOOKING.subn(" ", fold(cell))
    ways = [] if _NO.search(told) else [way for way, words in _WAYS.items() if re.search(words, told)]
    if bookless and not _NO.search(told) and Trait.WayIn.WALK_IN not in ways:
        ways.insert(0, Trait.WayIn.WALK_IN)
    for way in ways:
        draft.trait(Trait.Kind.WAY_IN, way)
    if not ways:
        draft.in_words.append(column)


def _ask_like(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.questions = [cut_at_word(question, 300) for question in _several(cell)]


def _course_day(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.course["starts_on" if column == "course_start" else "ends_on"] = _day(cell, column)


def _seats(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    if cell.isdecimal() and len(cell) < 6:
        draft.course[column] = int(cell)
    else:
        draft.keep(column, cell)


def _waiting_list(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.course["has_waiting_list"] = _ANSWERS.get(fold(cell))


def _exam(draft: Draft, column: str, cell: str, needs: Needs) -> None:
    draft.course["exam"] = cut_at_word(clean(cell), 120)


def _quoted(cell: str) -> str:
    return repr(cut_at_word(clean(cell), 60))


COLUMNS: dict[str, _Reader] = {
    "source_id": _source_id, "title": _title, "organisation": _organisation, "summary": _long_text,
    "description": _long_text, "category": _category, "needs": _needs, "district": _district, "street": _of_place,
    "postcode": _of_place, "city": _of_place, "latitude": _coordinate, "longitude": _coordinate, "phone": _short_text,
    "email": _email, "website": _website, "languages": _languages, "target_groups": _target_groups, "cost": _cost,
    "level": _level, "schedule": _schedule, "registration": _registration, "conditions": _words_only,
    "childcare": _yes_or_no, "step_free": _yes_or_no, "women_only": _yes_or_no, "online": _yes_or_no,
    "valid_from": _validity, "valid_until": _validity, "ask_like": _ask_like,
}  # fmt: skip

# what the demo's own files say besides
MORE_COLUMNS: dict[str, _Reader] = {
    "audience": _audience, "interpreters": _short_text, "bring": _long_text, "course_start": _course_day,
    "course_end": _course_day, "seats_total": _seats, "seats_free": _seats, "waiting_list": _waiting_list,
    "exam": _exam,
}  # fmt: skip
