"""Drafts become rows: whole lists at once, so that twenty thousand offers take seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.core.text import fold, slug, sort_key
from teilhabe.directory.models import Course, KeptText, Offer, OfferHours, OfferNeed, Publication, Question, Trait
from teilhabe.exchange.columns import Draft
from teilhabe.organisations.models import Place, folded_name
from teilhabe.organisations.operations import Address, organisations_named, places_at
from teilhabe.vocabulary.operations import areas_named

CHUNK = 500
_PARTS: tuple[type[models.Model], ...] = (Trait, OfferNeed, Question, KeptText, OfferHours, Course)
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

    def digest_of(self, source_id: str) -> str | None:
        """Of the row an offer came from; None: there is no such offer."""
        return self.offers[source_id][2] if source_id in self.offers else None


def write_offers(drafts: list[Draft], known: Known, *, source: str, progress: Callable[[int], None]) -> list[Offer]:
    """Make or change the offers of `drafts`, their organisations, districts and places; `progress` gets a count."""
    bodies = organisations_named([draft.organisation for draft in drafts], source=source)
    places = _places(drafts, bodies)
    addresses = _slugs(known.slugs)
    written: list[Offer] = []
    for start in range(0, len(drafts), CHUNK):
        pairs = [
            (draft, _offer(draft, bodies[folded_name(draft.organisation)], places.get(draft.number), known, addresses))
            for draft in drafts[start : start + CHUNK]
        ]
        offers = [offer for _, offer in pairs]
        for offer in offers:
            offer.source = source
        changed = [draft.source_id for draft, _ in pairs if draft.source_id in known.offers]
        _upsert(offers, changed)
        _write_parts(pairs)
        written += offers
        progress(len(written))
    return written


def _upsert(offers: list[Offer], changed: list[str]) -> None:
    Offer.objects.bulk_create(offers, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN)
    if changed:
        for part in _PARTS:
            part._default_manager.filter(offer__source_id__in=changed).delete()


def _offer(draft: Draft, body: Any, place: Place | None, known: Known, addresses: Callable[[str], str]) -> Offer:
    offer = Offer(organisation=body, place=place, source_id=draft.source_id, source_digest=draft.digest)
    if draft.source_id in known.offers:
        offer.id, offer.slug, _ = known.offers[draft.source_id]  # addresses stay when titles change
    else:
        offer.slug = addresses(draft.offer["title"])
    for name, value in draft.offer.items():
        setattr(offer, name, value)
    offer.sort_key = sort_key(offer.title)
    offer.updated_at = timezone.now()
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


def _places(drafts: list[Draft], bodies: dict[str, Any]) -> dict[int, Place]:
    """The place of each draft that has one, by the number of its row."""
    areas = areas_named([draft.district for draft in drafts if draft.district])
    addresses = {
        draft.number: Address(
            organisation=bodies[folded_name(draft.organisation)],
            area=areas[fold(draft.district)] if draft.district else None,
            **draft.place,
        )
        for draft in drafts
        if draft.district or draft.place
    }
    places = places_at(addresses.values())
    return {number: places[address.key()] for number, address in addresses.items()}


def _write_parts(pairs: list[tuple[Draft, Offer]]) -> None:
    Course.objects.bulk_create(Course(offer=offer, **draft.course) for draft, offer in pairs if draft.course)
    Trait.objects.bulk_create(Trait(offer=o, kind=kind, code=code) for draft, o in pairs for kind, code in draft.traits)
    OfferNeed.objects.bulk_create(
        OfferNeed(offer=offer, need=need, position=position)
        for draft, offer in pairs
        for position, need in enumerate(draft.needs)
    )
    Question.objects.bulk_create(Question(offer=offer, text=text) for draft, offer in pairs for text in draft.questions)
    KeptText.objects.bulk_create(
        KeptText(offer=offer, column=column, text=text) for draft, offer in pairs for column, text in draft.kept
    )
    OfferHours.objects.bulk_create(_hours(pairs))


def _hours(pairs: list[tuple[Draft, Offer]]) -> Iterator[OfferHours]:
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


def publish_all(keys: Iterable[UUID], *, by: User | None) -> int:
    """Put offers before the public that are not yet; how many."""
    rows = [Publication(offer_id=key, published_by=by) for key in keys]
    for start in range(0, len(rows), CHUNK):
        Publication.objects.bulk_create(rows[start : start + CHUNK])
    return len(rows)
