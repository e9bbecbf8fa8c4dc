"""Offers as pages show them, in fixed numbers of queries. Everything belongs to the centre in scope."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from teilhabe.directory.models import Offer, OfferQuerySet
from teilhabe.organisations.models import Organisation
from teilhabe.vocabulary.models import Area, Need


def public_offers() -> OfferQuerySet:
    """What lists show: published and not past its last day."""
    offers: OfferQuerySet = Offer.objects.published().current()
    return offers


def offers_meeting(need: Need | str) -> OfferQuerySet:
    """Public offers that meet a need; those said to before those suggested."""
    key = need.pk if isinstance(need, Need) else need
    offers: OfferQuerySet = (
        public_offers()
        .filter(offer_needs__need=key)
        .order_by("offer_needs__origin", "offer_needs__position", "sort_key", "pk")
    )
    return offers


def offers_of(organisation: Organisation) -> OfferQuerySet:
    offers: OfferQuerySet = public_offers().filter(organisation=organisation)
    return offers


def offers_in(area: Area) -> OfferQuerySet:
    offers: OfferQuerySet = public_offers().filter(place__area=area)
    return offers


def counts_by_need() -> dict[str, int]:
    """Need id -> number of public offers that meet it, in one query."""
    rows = public_offers().order_by().values_list("offer_needs__need").annotate(number=Count("pk", distinct=True))
    return {str(need): number for need, number in rows if need}


def areas_with_counts() -> Any:
    """The districts, each with `offers`: how many public offers are there."""
    return Area.objects.annotate(
        offers=Count("places__offers", filter=Q(places__offers__in=public_offers()), distinct=True)
    )
