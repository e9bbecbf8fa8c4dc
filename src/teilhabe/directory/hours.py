"""When an offer takes place or somebody is there for it."""

from __future__ import annotations

from datetime import date

from teilhabe.directory.models import Offer
from teilhabe.organisations.hours import Hours, Span, hours_of


def offer_hours(offer: Offer) -> Hours:
    """The offer's own hours; where it says nothing of time at all, its organisation's."""
    own = hours_of(offer)
    return own if own or offer.schedule else hours_of(offer.organisation)


def spans_of(offer: Offer, first_day: date, last_day: date) -> list[Span]:
    """When the offer is open between two days, both included, as aware datetimes; only while it is valid."""
    first_day = max(first_day, offer.valid_from or first_day)
    last_day = min(last_day, offer.valid_until or last_day)
    return offer_hours(offer).spans(first_day, last_day)
