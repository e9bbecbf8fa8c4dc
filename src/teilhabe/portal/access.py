"""Doors of the public pages: what is not for the public is not there (404)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from teilhabe.organisations.models import Organisation, Place
from teilhabe.portal.offers import PublicOffer, offer_by_slug
from teilhabe.portal.queries import Surroundings, Topic, public_organisations
from teilhabe.vocabulary.models import Area, Need


def offer_of(slug: str, language: str) -> PublicOffer:
    """A published offer as its page shows it; one past its last day is still there, and says so."""
    found = offer_by_slug(slug, language)
    if found is None:
        raise Http404
    return found


def organisation_of(slug: str) -> Organisation:
    """With its places; `has_people` says whether it names somebody to talk to."""
    somebody = Organisation.objects.filter(pk=OuterRef("pk"), people__isnull=False)
    bodies = public_organisations().select_related("umbrella").annotate(has_people=Exists(somebody))
    bodies = bodies.prefetch_related(Prefetch("places", Place.objects.select_related("area")))
    found: Organisation = get_object_or_404(bodies, slug=slug)
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
