"""An offer as a card tells it: what I get, for whom, in which languages, when, where, what it costs, why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from teilhabe.core.languages import ALL, Language
from teilhabe.core.text import cut_at_word
from teilhabe.directory.models import Course, Offer, Trait
from teilhabe.organisations.models import Place
from teilhabe.portal.distance import Spot, in_words, spot_of_place
from teilhabe.portal.opening import Opening, opening
from teilhabe.portal.queries import CARD_TEXTS, Details, Texts, details_of, texts_for
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
    own_language: str
    opening: Opening | None
    schedule: str
    area: str
    spot: Spot | None
    distance: str
    cost: Text | None
    way: str
    reasons: list[str] = field(default_factory=list)


def cards_for(
    offers: Sequence[Offer],
    language: str,
    at: datetime,
    *,
    query: str = "",
    reasons: dict[str, list[str]] | None = None,
    here: Spot | None = None,
) -> list[Card]:
    """The cards of `offers` for a reader of `language`, in their order: one query, a second for texts not in German.

    `offers` come `with_records`; `query` is what the reader typed, kept in the addresses;
    distances are told from `here`.
    """
    details, texts = details_of(offers), texts_for(offers, CARD_TEXTS, language)
    reasons = reasons or {}
    return [
        _card(
            offer, language, at, details, texts, query, reasons.get(str(offer.pk), []), here,
        )
        for offer in offers
    ]  # fmt: skip


@dataclass
class Line:
    """An offer in a plain list."""

    address: str
    title: Text
    opening: Opening | None
    area: str


def lines_for(offers: Sequence[Offer], details: Details, language: str, at: datetime) -> list[Line]:
    """`offers` (`with_records`) as lines: one query for titles that are not German."""
    titles = texts_for(offers, ["title"], language)
    return [
        Line(
            f"/{language}/offers/{offer.slug}/",
            titles[str(offer.pk), "title"],
            opening(details.hours_of(offer), at, offer.category),
            offer.place.area.name if offer.place and offer.place.area else "",
        )
        for offer in offers
    ]


def _card(
    offer: Offer, language: str, at: datetime, details: Details, texts: Texts, query: str, reasons: list[str],
    here: Spot | None,
) -> Card:  # fmt: skip
    key, hours = str(offer.pk), details.hours_of(offer)
    summary, description = texts[key, "summary"], texts[key, "description"]
    gain = summary or description
    return Card(
        offer=offer,
        address=f"/{language}/offers/{offer.slug}/" + (f"?{urlencode({'q': query})}" if query else ""),
        title=texts[key, "title"],
        gain=Text(cut_at_word(gain.text, LONGEST_GAIN), gain.language, gain.origin),
        for_whom=details.codes(offer, Trait.Kind.TARGET_GROUP),
        level=level_of(getattr(offer, "course", None)),
        languages=spoken(details.codes(offer, Trait.Kind.LANGUAGE), language),
        own_language=language,
        opening=opening(hours, at, offer.category),
        schedule="" if hours else offer.schedule,
        area=offer.place.area.name if offer.place and offer.place.area else "",
        spot=spot_of_place(offer.place),
        distance=in_words(here, spot_of_place(offer.place)),
        cost=None if offer.is_free else (texts[key, "cost"] or None),
        way=way_to(offer.place),
        reasons=reasons,
    )


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
