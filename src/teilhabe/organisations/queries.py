"""Reads over organisations of the centre in scope."""

from __future__ import annotations

from teilhabe.organisations.models import Organisation


def own_organisation() -> Organisation | None:
    """The centre itself, with its people, places and hours."""
    own: Organisation | None = Organisation.objects.with_details().filter(kind=Organisation.Kind.CENTRE).first()
    return own


def service_points() -> list[Organisation]:
    """The walk-in places under the centre's own roof, such as the Service-Point Integration."""
    return list(Organisation.objects.with_details().filter(umbrella__kind=Organisation.Kind.CENTRE))
