"""Offers as the workspace lists them: by words a person would say of them, quick with twenty thousand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Window
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from teilhabe.core.text import clean
from teilhabe.directory.models import Confirmation, Offer, OfferNeed
from teilhabe.organisations.models import folded_name
from teilhabe.vocabulary.models import Area

LENGTH = 50
OLD = timedelta(days=182)  # a confirmation that is older wants a new one
STATES = {
    "": gettext_lazy("Alle Angebote"),
    "drafts": gettext_lazy("Entwürfe"),
    "published": gettext_lazy("Veröffentlichte Angebote"),
    "unconfirmed": gettext_lazy("Veröffentlichte, seit 6 Monaten nicht bestätigte Angebote"),
    "suggested": gettext_lazy("Angebote, deren Bedarfe nur vorgeschlagen sind"),
    "needless": gettext_lazy("Angebote ohne Bedarf"),
    "over": gettext_lazy("Angebote, die vorbei sind"),
}
ORDERS = {"": gettext_lazy("nach Namen"), "changed": gettext_lazy("zuletzt geändert zuerst")}


@dataclass(frozen=True)
class Wanted:
    """What the list shows: each part is a word of the sentence above it."""

    state: str = ""
    area: str = ""  # slug
    category: str = ""
    words: str = ""
    order: str = ""
    page: int = 1

    @classmethod
    def from_address(cls, told: Mapping[str, str]) -> Wanted:
        """Unknown words are left out: an old bookmark still leads somewhere."""
        page = told.get("page", "1")
        return cls(
            state=told.get("state", "") if told.get("state", "") in STATES else "",
            area=clean(told.get("area", ""), 80),
            category=told.get("category", "") if told.get("category", "") in Offer.Category.values else "",
            words=clean(told.get("q", ""), 100),
            order=told.get("order", "") if told.get("order", "") in ORDERS else "",
            page=min(max(1, int(page)), 10_000) if page.isascii() and page.isdecimal() and len(page) < 8 else 1,
        )

    def address(self, **changes: Any) -> str:
        other = replace(self, **{"page": 1, **changes})
        said = {
            "state": other.state, "area": other.area, "category": other.category, "q": other.words,
            "order": other.order, "page": other.page if other.page > 1 else "",
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in said.items() if value})


@dataclass(frozen=True)
class Line:
    """One offer in the list."""

    offer: Offer
    is_published: bool
    confirmed_on: date | None
    is_old: bool
    has_suggested: bool
    area: str


@dataclass(frozen=True)
class Listed:
    """One page of the list."""

    lines: list[Line]
    total: int
    wanted: Wanted

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // LENGTH))

    @property
    def before(self) -> str:
        return self.wanted.address(page=self.wanted.page - 1) if self.wanted.page > 1 else ""

    @property
    def after(self) -> str:
        return self.wanted.address(page=self.wanted.page + 1) if self.wanted.page < self.pages else ""


def offers_wanted(wanted: Wanted) -> Any:
    """The offers of the centre in scope that the sentence means, in no order."""
    found = _of_state(wanted.state, timezone.localdate()).order_by()
    if wanted.area:
        found = found.filter(place__area__slug=wanted.area)
    if wanted.category:
        found = found.filter(category=wanted.category)
    for word in folded_name(wanted.words).split():  # names are kept without their legal form
        found = found.filter(Q(sort_key__contains=word) | Q(organisation__folded__contains=word))
    return found


def _of_state(state: str, today: date) -> Any:
    suggested = OfferNeed.objects.filter(offer=OuterRef("pk"))
    match state:
        case "drafts":
            return Offer.objects.filter(publication=None)
        case "published":
            return Offer.objects.published()
        case "unconfirmed":
            lately = Confirmation.objects.filter(offer=OuterRef("pk"), confirmed_on__gt=today - OLD)
            return Offer.objects.published().current(today).filter(~Exists(lately))
        case "suggested":
            return Offer.objects.filter(Exists(suggested.filter(origin=OfferNeed.Origin.SUGGESTED)))
        case "needless":
            return Offer.objects.filter(~Exists(suggested))
        case "over":
            return Offer.objects.filter(valid_until__lt=today)
    return Offer.objects.all()


def listed(wanted: Wanted) -> Listed:
    """One page of what is wanted, in two queries whatever its length."""
    order = ("-updated_at", "pk") if wanted.order == "changed" else ("sort_key", "pk")
    # keys first: to sort whole rows costs ten times as much; counted on the way, so that all are looked at once
    found = offers_wanted(wanted).annotate(total=Window(Count("pk"))).order_by(*order).values_list("pk", "total")
    start = (wanted.page - 1) * LENGTH
    rows = list(found[start : start + LENGTH])
    if not rows and wanted.page > 1:  # a page that is no longer there
        return listed(replace(wanted, page=max(1, -(-offers_wanted(wanted).count() // LENGTH))))
    return Listed(lines_of([key for key, _total in rows]), rows[0][1] if rows else 0, wanted)


def lines_of(keys: list[Any]) -> list[Line]:
    """The lines of these offers, in this order."""
    latest = Confirmation.objects.filter(offer=OuterRef("pk")).values("confirmed_on")[:1]
    suggested = OfferNeed.objects.filter(offer=OuterRef("pk"), origin=OfferNeed.Origin.SUGGESTED)
    rows = (
        Offer.objects.filter(pk__in=keys)
        .order_by()
        .select_related("organisation", "place__area", "publication")
        .only("title", "language", "organisation__name", "place__area__name", "publication__published_at")
        .annotate(confirmed_on=Subquery(latest), has_suggested=Exists(suggested))
    )
    there = {row.pk: row for row in rows}
    return [_line(there[key]) for key in keys if key in there]


def _line(offer: Any) -> Line:
    is_published = getattr(offer, "publication", None) is not None
    is_old = offer.confirmed_on is None or offer.confirmed_on <= timezone.localdate() - OLD
    area = offer.place.area.name if offer.place and offer.place.area else ""
    return Line(offer, is_published, offer.confirmed_on, is_old, offer.has_suggested, area)


def sentence(wanted: Wanted, total: int, areas: list[Area]) -> str:
    """What the list shows, as one says it: "Entwürfe in Opladen: 3 Angebote"."""
    told = str(STATES[wanted.state])
    if wanted.category:
        told += " " + _("im Bereich %(category)s") % {"category": Offer.Category(wanted.category).label}
    name = next((area.name for area in areas if area.slug == wanted.area), "")
    if name:
        told += " " + _("in %(district)s") % {"district": name}
    if wanted.words:
        told += " " + _("mit „%(words)s“") % {"words": wanted.words}
    number = number_format(total, force_grouping=True)
    return f"{told}: " + ngettext("%(number)s Angebot", "%(number)s Angebote", total) % {"number": number}


@dataclass(frozen=True)
class Waiting:
    """One thing that waits at home: how many, which sentence leads there, the first few."""

    state: str
    title: str
    count: int
    lines: list[Line]

    @property
    def address(self) -> str:
        return Wanted(state=self.state).address()


def waiting(few: int = 5) -> list[Waiting]:
    """What waits for the staff of the centre in scope: drafts, suggested needs, old confirmations, what is over."""
    found = []
    for state in ("drafts", "suggested", "unconfirmed", "over"):
        offers = offers_wanted(Wanted(state=state))
        keys = list(offers.order_by("-updated_at", "pk").values_list("pk", flat=True)[:few])
        count = offers.count() if len(keys) == few else len(keys)
        found.append(Waiting(state, str(STATES[state]), count, lines_of(keys)))
    return found
