"""An offer as a card tells it: what I get, for whom, in which languages, when, where, what it costs, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from teilhabe.core.languages import ALL, Language
from teilhabe.core.text import cut_at_word
from teilhabe.directory.models import Course, Offer, Trait
from teilhabe.organisations.models import Place
from teilhabe.portal.distance import Spot, in_words, spot_of_place
from teilhabe.portal.offers import PublicOffer
from teilhabe.portal.opening import Opening, opening
from teilhabe.translation.queries import Text

LONGEST_GAIN = 180  # characters


@dataclass
class Card:
    offer: Offer
    address: str
    title: Text
    gain: Text
    for_whom: list[str]  # in German, as the provider wrote it
    level: str
    languages: list[Language]  # spoken there, the reader's own first
    opening: Opening | None
    schedule: str
    area: str
    spot: Spot | None
    distance: str
    cost: Text | None
    way: str
    reasons: list[str] = field(default_factory=list)


def cards_for(
    offers: Iterable[PublicOffer],
    language: str,
    at: datetime,
    *,
    query: str = "",
    reasons: dict[str, list[str]] | None = None,
    here: Spot | None = None,
) -> list[Card]:
    """The cards of `offers` for a reader of `language`, in their order.

    `query` is what the reader typed, kept in the addresses; `reasons` by key; distances are told from `here`.
    """
    return [_card(offer, language, at, query, (reasons or {}).get(offer.key, []), here) for offer in offers]


@dataclass
class Line:
    """An offer in a plain list."""

    address: str
    title: Text
    opening: Opening | None
    area: str


def lines_for(offers: Iterable[PublicOffer], language: str, at: datetime) -> list[Line]:
    return [
        Line(
            f"/{language}/offers/{offer.record.slug}/",
            offer.text("title", language),
            opening(offer.hours, at, offer.record.category),
            _area(offer.record.place),
        )
        for offer in offers
    ]


def _card(offer: PublicOffer, language: str, at: datetime, query: str, reasons: list[str], here: Spot | None) -> Card:
    record, spot = offer.record, spot_of_place(offer.record.place)
    gain = offer.text("summary", language) or offer.text("description", language)
    return Card(
        offer=record,
        address=f"/{language}/offers/{record.slug}/" + (f"?{urlencode({'q': query})}" if query else ""),
        title=offer.text("title", language),
        gain=Text(cut_at_word(gain.text, LONGEST_GAIN), gain.language, gain.origin),
        for_whom=offer.codes(Trait.Kind.TARGET_GROUP),
        level=level_of(getattr(record, "course", None)),
        languages=spoken(offer.codes(Trait.Kind.LANGUAGE), language),
        opening=opening(offer.hours, at, record.category),
        schedule="" if offer.hours else record.schedule,
        area=_area(record.place),
        spot=spot,
        distance=in_words(here, spot),
        cost=None if record.is_free else (offer.text("cost", language) or None),
        way=way_to(record.place),
        reasons=reasons,
    )


def _area(place: Place | None) -> str:
    return place.area.name if place and place.area else ""


def spoken(codes: Iterable[str], reader: str) -> list[Language]:
    """The languages in the order a reader looks for them: their own, then as the provider named them."""
    known = [ALL[code] for code in codes if code in ALL]
    return sorted(known, key=lambda language: language.code != reader)


def level_of(course: Course | None) -> str:
    """ "A1–A2"; "Alpha" is a course for people who learn to read and write."""
    if course is None or not course.level_from:
        return ""
    names = {"Alpha": _("Lesen und Schreiben lernen")}
    ends = dict.fromkeys([course.level_from, course.level_to or course.level_from])
    return "–".join(names.get(end, end) for end in ends)


def way_to(place: Place | None) -> str:
    """The address of a map that opens only when somebody asks for the way; nothing of it is loaded before."""
    if place is None or not (place.street or place.latitude is not None):
        return ""
    words = ", ".join(filter(None, [place.street, f"{place.postcode} {place.city}".strip()]))
    if not place.street:
        words = f"{place.latitude:.5f}, {place.longitude:.5f}"
    return f"https://www.openstreetmap.org/search?query={quote(words)}"
