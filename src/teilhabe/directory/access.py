"""Doors of the public: what anybody may see of the centre in scope; anything else is not there (404)."""

from __future__ import annotations

from django.db.models import Q
from django.shortcuts import get_object_or_404

from teilhabe.directory.models import Offer
from teilhabe.directory.queries import for_page
from teilhabe.organisations.models import Organisation
from teilhabe.vocabulary.models import Area


def public_offer(slug: str) -> Offer:
    """A published offer with all that its page shows; one past its last day is still there."""
    return get_object_or_404(for_page(), slug=slug)


def public_organisation(slug: str) -> Organisation:
    """The centre itself and what stands under its roof, and every organisation with a published offer."""
    is_public = (
        Q(kind=Organisation.Kind.CENTRE)
        | Q(umbrella__kind=Organisation.Kind.CENTRE)
        | Q(pk__in=Offer.objects.published().values("organisation"))
    )
    found: Organisation = get_object_or_404(Organisation.objects.with_details().filter(is_public), slug=slug)
    return found


def public_area(slug: str) -> Area:
    found: Area = get_object_or_404(Area.objects.all(), slug=slug)
    return found
