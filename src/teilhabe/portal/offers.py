"""Published offers with all that pages tell of them, kept in this process while the centre's version stands.

Building queries costs more than answering them: a page that finds its offers here renders three times as fast. What
is kept is dropped with the version, after KEPT_FOR seconds, and when it is more than LONGEST offers.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, SmallIntegerField, Subquery, TimeField, Value

from teilhabe.centres.scope import current_centre
from teilhabe.directory.models import (
    Confirmation,
    KeptText,
    Offer,
    OfferHours,
    OfferHoursException,
    OfferNeed,
    OfferQuerySet,
    Trait,
)
from teilhabe.organisations.hours import Hours
from teilhabe.organisations.models import Organisation, OrganisationHours, OrganisationHoursException, Person
from teilhabe.translation.queries import Text, texts_of

KEPT_FOR = 300  # seconds
LONGEST = 2000  # offers of a centre, about 13 KB each
MOST_CENTRES = 4  # a process remembers the offers of those asked last
TEXTS = (
    "title", "summary", "description", "cost", "conditions", "registration", "bring", "schedule", "interpreters",
)  # fmt: skip
WEEKLY, EXCEPTION = " weekly", " exception"  # no trait and no column is called so
WEEKLY_FIELDS = ("weekday", "nth", "opens", "closes", "valid_from", "valid_until", "on_holidays")


@dataclass
class PublicOffer:
    """One published offer and the small things that hang on it."""

    record: Offer
    hours: Hours  # its own; its organisation's where it says nothing of time at all
    facts: dict[str, list[str]]  # traits by kind, ids of needs under "need", texts kept from a table by column
    texts: dict[str, dict[str, Text]] = field(default_factory=dict)  # language -> field -> text

    @property
    def key(self) -> str:
        return str(self.record.pk)

    def codes(self, kind: str) -> list[str]:
        return self.facts.get(kind, [])

    def text(self, name: str, language: str) -> Text:
        return self.texts[language][name]

    @cached_property
    def people(self) -> list[Person]:
        """Whom to talk to: few offers name somebody, and the rest need not be asked."""
        return list(self.record.people.all()) if getattr(self.record, "has_people", False) else []


@dataclass
class _Shelf:
    version: int
    since: float = field(default_factory=time.monotonic)
    offers: OrderedDict[str, PublicOffer] = field(default_factory=OrderedDict)
    keys: dict[str, str] = field(default_factory=dict)  # slug -> key

    def put(self, offers: Iterable[PublicOffer]) -> None:
        for offer in offers:
            self.offers[offer.key] = offer
            self.keys[offer.record.slug] = offer.key
        while len(self.offers) > LONGEST:
            _, gone = self.offers.popitem(last=False)
            self.keys.pop(gone.record.slug, None)


_shelves: dict[int, _Shelf] = {}
_lock = Lock()


def forget_offers() -> None:
    """For tests, whose rows are rolled back."""
    _shelves.clear()


def _shelf() -> _Shelf:
    centre = current_centre()
    shelf = _shelves.get(centre.pk)
    if shelf is None or shelf.version != centre.version or time.monotonic() - shelf.since > KEPT_FOR:
        with _lock:
            _shelves.pop(centre.pk, None)
            shelf = _shelves[centre.pk] = _Shelf(centre.version)
            while len(_shelves) > MOST_CENTRES:
                del _shelves[next(iter(_shelves))]
    return shelf


def offers_by_key(keys: Iterable[Any], language: str) -> list[PublicOffer]:
    """The published offers of `keys` in that order, with texts for a reader of `language`.

    Two queries for those not kept, a third for texts that are not German, however many there are.
    """
    shelf, wanted = _shelf(), [str(key) for key in keys]
    missing = [UUID(key) for key in wanted if key not in shelf.offers]
    fresh = {offer.key: offer for offer in load(Offer.objects.published().filter(pk__in=missing))} if missing else {}
    with _lock:
        found = [o for o in (shelf.offers.get(key) or fresh.get(key) for key in wanted) if o is not None]
        shelf.put(fresh.values())
    add_texts(found, language)
    return found


def offer_by_slug(slug: str, language: str) -> PublicOffer | None:
    """A published offer, also one past its last day; None when there is none."""
    shelf = _shelf()
    offer = shelf.offers.get(shelf.keys.get(slug, ""))
    if offer is None:
        offer = next(iter(load(Offer.objects.published().filter(slug=slug))), None)
        if offer is None:
            return None
        with _lock:
            shelf.put([offer])
    add_texts([offer], language)
    return offer


def load(offers: OfferQuerySet) -> list[PublicOffer]:
    """`offers` from the database, in two queries."""
    records = list(_with_records(offers))
    return _dressed(records, *_details(records, None)) if records else []


def load_of(organisation: Organisation, offers: OfferQuerySet) -> tuple[list[PublicOffer], Hours]:
    """`offers` of an organisation and its own hours, in the same two queries."""
    records = list(_with_records(offers))
    hours, facts = _details(records, organisation)
    return _dressed(records, hours, facts), hours.get(organisation.pk, Hours([]))


def _with_records(offers: OfferQuerySet) -> Any:
    latest = Confirmation.objects.filter(offer=OuterRef("pk"))
    somebody = Offer.objects.filter(pk=OuterRef("pk"), people__isnull=False)
    return offers.select_related("organisation", "place__area", "course").annotate(
        confirmed_on=Subquery(latest.values("confirmed_on")[:1]),
        confirmed_for=Subquery(latest.values("on_behalf_of")[:1]),
        has_people=Exists(somebody),
    )


def _dressed(
    records: list[Offer], hours: dict[Any, Hours], facts: dict[Any, dict[str, list[str]]]
) -> list[PublicOffer]:
    nothing = Hours([])
    return [
        PublicOffer(
            record,
            hours.get(record.pk) or (nothing if record.schedule else hours.get(record.organisation_id, nothing)),
            facts.get(record.pk, {}),
        )
        for record in records
    ]


def add_texts(offers: Sequence[PublicOffer], language: str) -> None:
    """Give `offers` their texts for a reader of `language`; a source text says in which language it is."""
    bare = [offer for offer in offers if language not in offer.texts]
    found = texts_of([offer.record for offer in bare], TEXTS, language)
    for offer in bare:
        told = {name: found[offer.key, name] for name in TEXTS}
        source = offer.record.language
        offer.texts[language] = {
            name: text if text.origin or text.language == source else Text(text.text, source)
            for name, text in told.items()
        }


def _details(
    offers: Sequence[Offer], organisation: Organisation | None
) -> tuple[dict[Any, Hours], dict[Any, dict[str, list[str]]]]:
    """Hours by key of offer or organisation, and small facts by key of offer: one query instead of seven."""
    bodies = {offer.organisation_id for offer in offers} | ({organisation.pk} if organisation else set())
    own, theirs = Q(offer__in=offers), Q(organisation__in=bodies)
    parts = [
        _weekly(OfferHours.objects.filter(own), "offer_id"),  # first: it gives the columns their types
        _weekly(OrganisationHours.objects.filter(theirs), "organisation_id"),
        _exceptions(OfferHoursException.objects.filter(own), "offer_id"),
        _exceptions(OrganisationHoursException.objects.filter(theirs), "organisation_id"),
        _facts(Trait.objects.filter(own), F("kind"), "code", "pk"),
        _facts(OfferNeed.objects.filter(own), Value("need", CharField()), "need_id", "position"),
        _facts(KeptText.objects.filter(own), F("column"), "text", "pk"),
    ]
    weekly: dict[Any, list[Any]] = {}
    exceptions: dict[Any, list[Any]] = {}
    facts: dict[Any, dict[str, list[str]]] = {}
    for owner, kind, text, _position, *when in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[3]):
        if kind == WEEKLY:
            weekly.setdefault(owner, []).append(OfferHours(**dict(zip(WEEKLY_FIELDS, when, strict=True))))
        elif kind == EXCEPTION:
            _, _, opens, closes, first, last, _ = when
            special = OfferHoursException(first_day=first, last_day=last, opens=opens, closes=closes, note=text)
            exceptions.setdefault(owner, []).append(special)
        else:
            facts.setdefault(owner, {}).setdefault(kind, []).append(text)
    owners = weekly.keys() | exceptions.keys()
    return {owner: Hours(weekly.get(owner, []), exceptions.get(owner, [])) for owner in owners}, facts


def _weekly(rows: Any, owner: str) -> Any:
    kind, text = Value(WEEKLY, CharField()), Value("", CharField())
    return rows.order_by().values_list(F(owner), kind, text, "pk", *WEEKLY_FIELDS)


def _exceptions(rows: Any, owner: str) -> Any:
    nothing = Value(None, SmallIntegerField())
    days = ("opens", "closes", "first_day", "last_day")
    return rows.order_by().values_list(
        F(owner), Value(EXCEPTION, CharField()), "note", "pk", nothing, nothing, *days, Q(pk=None)
    )


def _facts(rows: Any, kind: Any, text: str, position: str) -> Any:
    number, clock, day = (Value(None, field) for field in (SmallIntegerField(), TimeField(), DateField()))
    return rows.order_by().values_list(
        F("offer_id"), kind, text, position, number, number, clock, clock, day, day, Q(pk=None)
    )
