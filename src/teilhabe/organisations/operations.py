"""Deeds on organisations and their places, in the centre in scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import current_centre, in_centre
from teilhabe.core.text import slug, sort_key
from teilhabe.organisations.models import Organisation, Place, folded_name
from teilhabe.vocabulary.models import Area
from teilhabe.vocabulary.operations import load_areas


@transaction.atomic
def set_up_centre(centre: Centre) -> Organisation:
    """Give a centre its districts and make it an organisation of its own; a second call changes nothing."""
    with in_centre(centre):
        load_areas(centre)
        own: Organisation | None = Organisation.objects.filter(kind=Organisation.Kind.CENTRE).first()
        if own is None:
            is_integration_centre = centre.kind in {Centre.Kind.CITY, Centre.Kind.DISTRICT}
            name = f"Kommunales Integrationszentrum {centre.name}" if is_integration_centre else centre.name
            own = organisation_named(name, by=None, kind=Organisation.Kind.CENTRE, email=centre.email)
            touch(centre)
        return own


@transaction.atomic
def organisation_named(name: str, *, by: User | None, **fields: Any) -> Organisation:
    """The organisation of that name (case, accents, legal form do not count), made with `fields` when new."""
    known: Organisation | None = Organisation.objects.filter(folded=folded_name(name)).first()
    if known:
        return known
    organisation: Organisation = Organisation.objects.create(name=name, slug=next(_slugs([name])), **fields)
    record("organisation.created", organisation, by=by, centre=current_centre().slug)
    return organisation


def organisations_named(names: Iterable[str], *, source: str = "") -> dict[str, Organisation]:
    """All organisations of the centre by folded name, those of `names` among them: the new ones are made at once."""
    known: dict[str, Organisation] = {o.folded: o for o in Organisation.objects.all()}
    missing: dict[str, str] = {}
    for name in names:
        if (folded := folded_name(name)) not in known:
            missing.setdefault(folded, name)  # as it is written first
    rows = [
        Organisation(name=name, folded=folded, sort_key=sort_key(name), slug=address, source=source)
        for (folded, name), address in zip(missing.items(), _slugs(missing.values()), strict=True)
    ]
    return known | {o.folded: o for o in Organisation.objects.bulk_create(rows)}


def _slugs(names: Iterable[str]) -> Iterator[str]:
    """A free address part for each name."""
    taken = set(Organisation.objects.values_list("slug", flat=True))
    for name in names:
        base = address = slug(name, 70) or "organisation"
        number = 1
        while address in taken:
            number += 1
            address = f"{base}-{number}"
        taken.add(address)
        yield address


@dataclass(frozen=True)
class Address:
    """Where an offer is, as far as it is told."""

    organisation: Organisation
    area: Area | None = None
    name: str = ""
    directions: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def key(self) -> tuple[Any, ...]:
        area = self.area.pk if self.area else None
        said = (self.name, self.directions, self.street, self.postcode, self.city, self.latitude, self.longitude)
        return self.organisation.pk, area, *said


def places_at(addresses: Iterable[Address]) -> dict[tuple[Any, ...], Place]:
    """All places of the centre by the key of their address, those at `addresses` among them: new ones are made."""
    known: dict[tuple[Any, ...], Place] = {}
    for p in Place.objects.all():
        for name, directions in ((p.name, p.directions), ("", "")):  # an address without a name is any place there
            said = (name, directions, p.street, p.postcode, p.city, p.latitude, p.longitude)
            known.setdefault((p.organisation_id, p.area_id, *said), p)
    missing = {address.key(): address for address in addresses if address.key() not in known}
    rows = [
        Place(
            organisation=a.organisation, area=a.area, name=a.name, directions=a.directions, street=a.street,
            postcode=a.postcode, city=a.city, latitude=a.latitude, longitude=a.longitude,
        )
        for a in missing.values()
    ]  # fmt: skip
    return known | dict(zip(missing, Place.objects.bulk_create(rows), strict=True))
