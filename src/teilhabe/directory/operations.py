"""Deeds on offers, in the centre in scope."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import current_centre
from teilhabe.directory.models import Confirmation, Offer, Publication


class OfferIncomplete(Exception):
    """The public may not see the offer yet; `gaps` names the missing fields."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"missing: {', '.join(gaps)}")
        self.gaps = gaps


@transaction.atomic
def publish_offer(offer: Offer, *, by: User | None) -> Publication:
    """Put the offer before the public; a second call changes nothing. OfferIncomplete when something is missing."""
    if gaps := offer.gaps():
        raise OfferIncomplete(gaps)
    publication: Publication
    publication, is_new = Publication.objects.get_or_create(offer=offer, defaults={"published_by": by})
    if is_new:
        _tell("offer.published", offer, by)
    return publication


@transaction.atomic
def withdraw_offer(offer: Offer, *, by: User | None) -> None:
    """Take the offer from the public; a second call changes nothing."""
    withdrawn, _ = Publication.objects.filter(offer=offer).delete()
    if withdrawn:
        _tell("offer.withdrawn", offer, by)


@transaction.atomic
def confirm_offer(offer: Offer, *, by: User | None, on: date, on_behalf_of: str = "") -> Confirmation:
    """Say that the offer was right on a day; the same word of the same day is kept once."""
    confirmation: Confirmation
    confirmation, is_new = Confirmation.objects.get_or_create(
        offer=offer, confirmed_on=on, confirmed_by=by, on_behalf_of=on_behalf_of
    )
    if is_new:
        _tell("offer.confirmed", offer, by)
    return confirmation


def _tell(deed: str, offer: Offer, by: User | None) -> None:
    centre = current_centre()
    record(deed, offer, by=by, centre=centre.slug)
    touch(centre)
