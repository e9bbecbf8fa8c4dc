"""Reads over organisations of the centre in scope."""

from __future__ import annotations

from django.db.models import Q

from teilhabe.organisations.models import Organisation


def own_organisations() -> tuple[Organisation | None, list[Organisation]]:
    """The centre itself, and the walk-in places under its roof such as the Service-Point Integration, with details."""
    is_centre = Q(kind=Organisation.Kind.CENTRE)
    ours = list(Organisation.objects.filter(is_centre | Q(umbrella__kind=Organisation.Kind.CENTRE)).with_details())
    own = next((body for body in ours if body.kind == Organisation.Kind.CENTRE), None)
    return own, [body for body in ours if body.kind != Organisation.Kind.CENTRE]
