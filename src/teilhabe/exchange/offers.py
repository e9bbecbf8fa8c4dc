"""Drafts become rows: made ready as whole lists, then written in one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models

from teilhabe.accounts.models import User
from teilhabe.centres.scope import current_centre
from teilhabe.core.text import fold, slug, sort_key
from teilhabe.directory.models import Course, KeptText, Offer, OfferHours, OfferNeed, Publication, Question, Trait
from teilhabe.exchange.columns import Draft
from teilhabe.exchange.rows import Rows
from teilhabe.organisations.models import Place, folded_name
from teilhabe.organisations.operations import Address, organisations_named, places_at
from teilhabe.vocabulary.operations import areas_named

CHUNK = 500
# a row says everything of its offer: what it leaves out is empty
_FROM_ROW = (
    "title", "summary", "description", "category", "cost", "is_free", "conditions", "registration", "bring", "schedule",
    "interpreters", "childcare", "step_free", "women_only", "online", "phone", "email", "website", "valid_from",
    "valid_until",
)  # fmt: skip
_WRITTEN = (*_FROM_ROW, "organisation", "place", "source", "source_digest", "sort_key", "updated_at")


class Known:
    """The offers there are, by source id: key, address, digest of the row they came from, and whether published."""

    def __init__(self) -> None:
        rows = Offer.objects.values_list("source_id", "pk", "slug", "source_digest", "publication")
        self.offers: dict[str, tuple[UUID, str, str]] = {}
        self.slugs: set[str] = set()
        self.published: set[UUID] = set()
        for source_id, key, address, digest, publication in rows.iterator():
            self.slugs.add(address)
            if source_id:
                self.offers[source_id] = (key, address, digest)
            if publication:
                self.published.add(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it is compared, never a key

    def digest_of(self, source_id: str) -> str | None:
        """Of the row an offer came from; None: there is no such offer."""
        return self.offers[source_id][2] if source_id in self.offers else None


class Plan:
    """What has to be written so that the offers of `drafts` are there; made ready while nobody waits for it."""

    def __init__(self, drafts: list[Draft], known: Known, *, source: str, publish: bool, by: User | None) -> None:
        self._source = source
        self._moved = [draft for draft in drafts if draft.digest != known.digest_of(draft.source_id)]
        self._changed = [draft.source_id for draft in self._moved if draft.source_id in known.offers]
        self._folded = {name: folded_name(name) for name in dict.fromkeys(d.organisation for d in self._moved)}
        addresses = _slugs(set(known.slugs))
        offers = [_offer(draft, known, addresses, source) for draft in self._moved]
        self._offers = Rows(Offer, offers)
        pairs = list(zip(self._moved, offers, strict=True))
        self._parts = [Rows(model, made(pairs)) for model, made in _PARTS.items()]
        publications = _publications(drafts, offers, known, by) if publish else []
        self._publications = Rows(Publication, publications)
        self.written_ids = [draft.source_id for draft in self._moved]
        self.keys = {offer.source_id: offer.pk for offer in offers}  # of those written
        self.changed = len(self._changed)
        self.created = len(self._moved) - self.changed
        self.unchanged = len(drafts) - len(self._moved)
        self.published = len(publications)

    def write(self) -> None:
        """Make or change the offers, their organisations, districts and places; inside a transaction."""
        bodies = organisations_named(self._folded, source=self._source)
        places = self._places(bodies)
        for number, draft in enumerate(self._moved):
            self._offers.point(number, "organisation", bodies[self._folded[draft.organisation]].pk)
            if draft.number in places:
                self._offers.point(number, "place", places[draft.number].pk)
        self._offers.write(over=_WRITTEN)
        for start in range(0, len(self._changed), CHUNK):
            for part in _PARTS:
                part._default_manager.filter(offer__source_id__in=self._changed[start : start + CHUNK]).delete()
        for rows in (*self._parts, self._publications):
            rows.write()

    def _places(self, bodies: dict[str, Any]) -> dict[int, Place]:
        """The place of each draft that has one, by the number of its row."""
        districts = {draft.district: fold(draft.district) for draft in self._moved if draft.district}
        areas = areas_named(list(districts))
        addresses = {
            draft.number: Address(
                organisation=bodies[self._folded[draft.organisation]],
                area=areas[districts[draft.district]] if draft.district else None,
                **draft.place,
            )
            for draft in self._moved
            if draft.district or draft.place
        }
        places = places_at(addresses.values())
        return {number: places[address.key()] for number, address in addresses.items()}


def _offer(draft: Draft, known: Known, addresses: Callable[[str], str], source: str) -> Offer:
    """The offer of a draft, yet without its organisation and place."""
    offer = Offer(source=source, source_id=draft.source_id, source_digest=draft.digest)
    if draft.source_id in known.offers:
        offer.id, offer.slug, _ = known.offers[draft.source_id]  # addresses stay when titles change
    else:
        offer.slug = addresses(draft.offer["title"])
    for name, value in draft.offer.items():
        setattr(offer, name, value)
    offer.sort_key = sort_key(offer.title)
    return offer


def _slugs(taken: set[str]) -> Callable[[str], str]:
    """A free address part for each title."""
    numbers: dict[str, int] = {}

    def free(title: str) -> str:
        base = slug(title) or "angebot"
        address = base
        while address in taken:
            numbers[base] = numbers.get(base, 1) + 1
            address = f"{base}-{numbers[base]}"
        taken.add(address)
        return address

    return free


def _publications(drafts: list[Draft], written: list[Offer], known: Known, by: User | None) -> list[Publication]:
    """Those that the offers of complete drafts have not got yet."""
    offers = {offer.source_id: offer for offer in written}
    for source_id, (key, _, _) in known.offers.items():
        offers.setdefault(source_id, Offer(id=key, centre=current_centre()))
    ready = [offers[draft.source_id] for draft in drafts if draft.is_complete]
    return [Publication(offer=offer, published_by=by) for offer in ready if offer.pk not in known.published]


def _hours_of(pairs: list[tuple[Draft, Offer]]) -> Iterator[OfferHours]:
    """Hours hold while the offer does, and those of a course while it lasts."""
    for draft, offer in pairs:
        for span in draft.spans:
            yield OfferHours(
                offer=offer,
                weekday=span.weekday,
                nth=span.nth,
                opens=span.opens,
                closes=span.closes,
                on_holidays=span.on_holidays,
                valid_from=draft.course.get("starts_on"),
                valid_until=draft.course.get("ends_on"),
            )


Pairs = list[tuple[Draft, Offer]]
# what a row says of its offer beside the offer itself
_PARTS: dict[type[models.Model], Callable[[Pairs], Iterable[models.Model]]] = {
    Course: lambda pairs: (Course(offer=offer, **draft.course) for draft, offer in pairs if draft.course),
    Trait: lambda pairs: (Trait(offer=o, kind=kind, code=code) for draft, o in pairs for kind, code in draft.traits),
    OfferNeed: lambda pairs: (
        OfferNeed(offer=offer, need=need, position=position)
        for draft, offer in pairs
        for position, need in enumerate(draft.needs)
    ),
    Question: lambda pairs: (Question(offer=offer, text=text) for draft, offer in pairs for text in draft.questions),
    KeptText: lambda pairs: (
        KeptText(offer=offer, column=column, text=text) for draft, offer in pairs for column, text in draft.kept
    ),
    OfferHours: _hours_of,
}
