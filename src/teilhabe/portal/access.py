"""Doors of the public pages: what is not for the public is not there (404)."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from teilhabe.directory.models import Offer
from teilhabe.organisations.models import Organisation, Place
from teilhabe.portal.queries import (
    Surroundings,
    Topic,
    public_organisations,
    with_confirmation,
    with_people,
    with_records,
)
from teilhabe.vocabulary.models import Area, Need


def offer_of(slug: str) -> Offer:
    """A published offer as its page shows it; one past its last day is still there, and says so."""
    offers = with_people(with_confirmation(with_records(Offer.objects.published())))
    found: Offer = get_object_or_404(offers, slug=slug)
    return found


def organisation_of(slug: str) -> Organisation:
    bodies = public_organisations().select_related("umbrella")
    bodies = bodies.prefetch_related(Prefetch("places", Place.objects.select_related("area")))
    found: Organisation = get_object_or_404(with_people(bodies), slug=slug)
    return found


def need_of(around: Surroundings, need_id: str) -> Need:
    if need_id not in around.needs:
        raise Http404
    return around.needs[need_id]


def topic_of(around: Surroundings, group_id: str) -> Topic:
    for topic in around.topics:
        if topic.group.pk == group_id:
            return topic
    raise Http404


def area_of(around: Surroundings, slug: str) -> Area:
    if slug not in around.areas:
        raise Http404
    return around.areas[slug]
