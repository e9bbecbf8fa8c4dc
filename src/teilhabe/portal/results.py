"""A search as its page shows it: the typed need, filters as sentences that can be taken away, cards by need."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from teilhabe.core.languages import ALL
from teilhabe.core.text import clean, cut_at_word
from teilhabe.directory.models import Offer
from teilhabe.matching.queries import LONGEST, Answer, Filters, Hit, Point, Reason, hits_for, reason_labels
from teilhabe.matching.texts import sentences, words_in_common
from teilhabe.portal.cards import Card, cards_for
from teilhabe.portal.distance import Spot, spot_of_area
from teilhabe.portal.offers import offers_by_key
from teilhabe.portal.queries import ABOUT_VIOLENCE, Surroundings
from teilhabe.translation.queries import Text

PER_PAGE = 10
IN_GUIDE = 3  # pages beside the offers
BEFORE_GUIDE = 3  # offers
LONGEST_MARKED = 200  # characters
LAST_PAGE = 100
# in the order of the side column; the name in the address is the name of the facet
FACETS = {
    "open_now": gettext_lazy("Zeit"),
    "spoken": gettext_lazy("Sprache"),
    "district": gettext_lazy("Ort"),
    "free": gettext_lazy("Kosten"),
    "level": gettext_lazy("Deutsch-Niveau"),
    "category": gettext_lazy("Art"),
    "childcare": gettext_lazy("Mit Kindern"),
    "women_only": gettext_lazy("Für Frauen"),
    "step_free": gettext_lazy("Barrierefrei"),
    "online": gettext_lazy("Online"),
}
FLAGS = {
    "open_now": gettext_lazy("Jetzt offen"),
    "free": gettext_lazy("Kostenlos"),
    "childcare": gettext_lazy("Mit Kinderbetreuung"),
    "women_only": gettext_lazy("Nur für Frauen"),
    "step_free": gettext_lazy("Ohne Stufen"),
    "online": gettext_lazy("Online oder am Telefon"),
}
SHOWN_OPEN = {"open_now", "spoken", "district", "free"}
LONGEST_FACET = 14


@dataclass(frozen=True)
class Search:
    """What the address of a results page says."""

    query: str
    chosen: dict[str, str]  # name of a facet or `need` -> value
    near: str = ""  # slug of the district from which distances are told
    page: int = 1

    @classmethod
    def from_address(cls, asked: QueryDict, around: Surroundings) -> Search:
        """Values that mean nothing here are left out: an old or mistyped address still finds."""
        chosen = {}
        for name in (*FACETS, "need"):
            value = clean(asked.get(name, ""), 60)
            if value and _is_known(name, value, around):
                chosen[name] = "1" if name in FLAGS else value
        near = clean(asked.get("near", ""), 80)
        page = asked.get("page", "1")
        return cls(
            query=clean(asked.get("q", ""), LONGEST),
            chosen=chosen,
            near=near if near in around.areas else "",
            page=min(max(int(page), 1), LAST_PAGE) if page.isdecimal() and len(page) < 5 else 1,
        )

    def address(self, **changes: str | None) -> str:
        """The query of the page with `changes` (None: without); a change goes back to the first page."""
        values: dict[str, str | None] = {"q": self.query, **self.chosen, "near": self.near, **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def filters(self) -> Filters:
        known = {f.name for f in fields(Filters)}
        values: dict[str, Any] = {
            "area" if name == "district" else name: True if name in FLAGS else value
            for name, value in self.chosen.items()
        }
        return Filters(kind="offer", **{name: value for name, value in values.items() if name in known})


@dataclass
class Option:
    label: str
    address: str
    count: int | None = None
    is_chosen: bool = False
    language: str = ""  # of the label when it is not the page's


@dataclass
class Facet:
    title: str
    options: list[Option]
    is_open: bool


@dataclass
class CardGroup:
    need: str  # "" when there is one need only, or for the rest
    title: str
    cards: list[Card]


@dataclass
class GuideHit:
    """A guide page beside the offers, with what it says to the question."""

    title: Text
    address: str
    heading: str
    begin: str  # of what is quoted
    marked: str  # the sentence that fits best
    end: str

    @property
    def quote(self) -> Text:
        """In the language of the title; only told whether there is one, and which language it is in."""
        return Text(self.marked, self.title.language)


@dataclass
class Results:
    search: Search
    answer: Answer
    groups: list[CardGroup]
    facets: list[Facet]
    chips: list[Option]
    guide: list[GuideHit] = field(default_factory=list)
    meant: list[Option] = field(default_factory=list)
    pages: list[tuple[int, str]] = field(default_factory=list)
    is_about_violence: bool = False


def results_for(search: Search, around: Surroundings, language: str, at: datetime) -> Results:
    """The page of `search` for a reader of `language`."""
    here = spot_of_area(around.areas.get(search.near))
    place = Point(here.latitude, here.longitude) if here else None
    answer = hits_for(
        search.query, language=language, filters=search.filters(), place=place, at=at,
        limit=PER_PAGE, offset=(search.page - 1) * PER_PAGE, guide=IN_GUIDE if search.page == 1 else 0,
    )  # fmt: skip
    cards = _cards(answer, around, language, at, here)
    needs = [need for need in answer.needs if need in around.needs]
    return Results(
        search=search,
        answer=answer,
        groups=_groups(answer, cards, around, language),
        facets=_facets(search, answer, around),
        chips=_chips(search, around, language),
        guide=[_guide_hit(hit, search.query, language) for hit in answer.guide],
        meant=[Option(around.need_label(n, language), f"/{language}/needs/{n}/") for n in needs],
        pages=_pages(search, answer),
        is_about_violence=bool(ABOUT_VIOLENCE & set(answer.needs)),
    )


def _cards(answer: Answer, around: Surroundings, language: str, at: datetime, here: Spot | None) -> dict[str, Card]:
    hits = [hit for hit in answer.hits if hit.kind == "offer"]
    cards = cards_for(
        offers_by_key([hit.id for hit in hits], language),
        language,
        at,
        query=answer.query,
        reasons={hit.id: reason_words(hit, around, language) for hit in hits},
        here=here,
    )
    return {str(card.offer.pk): card for card in cards}


def reason_words(hit: Hit, around: Surroundings, language: str) -> list[str]:
    """Why `hit` was found, in words; what is looked up is looked up in memory."""
    return [_reason(reason, around, language) for reason in hit.reasons]


def _reason(reason: Reason, around: Surroundings, language: str) -> str:
    if reason.code == "need":
        return around.need_label(reason.value, language)
    if reason.code == "district" and reason.value in around.areas:
        return around.areas[reason.value].name
    return reason_labels([reason], language)[0]


def _groups(answer: Answer, cards: dict[str, Card], around: Surroundings, language: str) -> list[CardGroup]:
    groups, shown = [], set()
    for group in answer.groups:
        mine = [cards[id] for id in group.hits if id in cards and id not in shown]
        shown.update(group.hits)
        if mine:
            groups.append(CardGroup(group.need, around.need_label(group.need, language), mine))
    rest = [card for id, card in cards.items() if id not in shown]
    if answer.guide and not groups:  # the guide stands below the first offers
        groups, rest = [CardGroup("", "", rest[:BEFORE_GUIDE])] if rest else [], rest[BEFORE_GUIDE:]
    if rest:
        groups.append(CardGroup("", _("Weitere Angebote") if groups else "", rest))
    return groups


def _guide_hit(hit: Hit, query: str, language: str) -> GuideHit:
    quote = hit.quote
    address = f"/{language}/pages/{hit.slug}/" + (f"#{quote.anchor}" if quote and quote.anchor else "")
    told = sentences(quote.text) if quote else []
    best = max(range(len(told)), key=lambda number: words_in_common(query, told[number]), default=0)
    marked = cut_at_word(told[best], LONGEST_MARKED) if told else ""
    after = cut_at_word(" ".join(told[best + 1 :]), max(LONGEST_MARKED - len(marked), 0) or 1)
    return GuideHit(
        title=Text(hit.title, hit.language),
        address=address,
        heading=quote.heading if quote else "",
        begin="… " if best else "",
        marked=marked,
        end=f" {after}" if len(after) > 1 else "",
    )


def _is_known(name: str, value: str, around: Surroundings) -> bool:
    if name in FLAGS:
        return value in {"1", "true", "yes", "ja", "on"}
    if name == "district":
        return value in around.areas
    if name == "spoken":
        return value in ALL
    if name == "category":
        return value in Offer.Category.values
    if name == "need":
        return value in around.needs
    return value in {"Alpha", "A1", "A2", "B1", "B2", "C1", "C2"}


def _label(name: str, value: str, around: Surroundings) -> Option:
    if name in FLAGS:
        return Option(str(FLAGS[name]), "")
    if name == "district":
        return Option(around.areas[value].name, "", language="de")
    if name == "spoken":
        return Option(ALL[value].name, "", language=value)
    if name == "category":
        return Option(str(Offer.Category(value).label), "")
    return Option(_("Lesen und Schreiben lernen") if value == "Alpha" else value, "")


def _facets(search: Search, answer: Answer, around: Surroundings) -> list[Facet]:
    facets = []
    for name, title in FACETS.items():
        options = []
        for value, count in answer.facets.get(name, [])[:LONGEST_FACET]:
            if not _is_known(name, value, around):
                continue
            option = _label(name, value, around)
            option.count, option.is_chosen = count, search.chosen.get(name) == value
            option.address = search.address(**{name: None if option.is_chosen else value})
            options.append(option)
        if options:
            facets.append(Facet(str(title), options, name in SHOWN_OPEN or name in search.chosen))
    return facets


def _chips(search: Search, around: Surroundings, language: str) -> list[Option]:
    chips = []
    for name, value in search.chosen.items():
        chip = Option(around.need_label(value, language), "") if name == "need" else _label(name, value, around)
        chip.address = search.address(**{name: None})
        chips.append(chip)
    if search.near:
        name = around.areas[search.near].name
        chips.append(Option(pgettext("distance", "Nähe %(place)s") % {"place": name}, search.address(near=None)))
    return chips


def _pages(search: Search, answer: Answer) -> list[tuple[int, str]]:
    last = min(-(-answer.total // PER_PAGE), LAST_PAGE)
    near = sorted({1, *range(max(1, search.page - 2), min(last, search.page + 2) + 1), last})
    return [(number, search.address(page=str(number) if number > 1 else None)) for number in near] if last > 1 else []
