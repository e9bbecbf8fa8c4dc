"""Deeds on centres."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models, transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre, Host, Membership
from teilhabe.centres.queries import municipalities
from teilhabe.core.languages import ALL, INTERFACE
from teilhabe.core.text import slug as slug_of


class CentreRefused(Exception):
    """The centre cannot be made so; the message says what to do."""


@transaction.atomic
def create_centre(
    ags: str,
    *,
    by: User | None,
    name: str = "",
    slug: str = "",
    host: str = "",
    languages: Sequence[str] = (),
    is_demo: bool = False,
) -> Centre:
    """Make the centre of municipality `ags` (8 digits); a second call with the same key answers the one there is."""
    if len(ags) != 8 or not ags.isdecimal():
        raise CentreRefused(f"{ags!r} is no municipality key: it has 8 digits, such as 05316000 for Leverkusen.")
    if unknown := [code for code in languages if code not in ALL]:
        raise CentreRefused(f"Language {unknown[0]!r} is not known; known are {', '.join(ALL)}.")
    known = municipalities().get(ags)
    if not name and known is None:
        raise CentreRefused(f"Municipality {ags} is not in the shipped list; give its name with --name.")
    name = name or (known.name if known else "")
    existing = Centre.objects.filter(ags=ags).first()
    if existing:
        return existing
    slug = slug or slug_of(name, 60)
    if Centre.objects.filter(slug=slug).exists():
        raise CentreRefused(f"There is another centre with the slug {slug!r}; give one with --slug.")
    if host and Host.objects.filter(name=host.casefold()).exists():
        raise CentreRefused(f"Host {host} belongs to another centre.")
    centre = Centre.objects.create(
        ags=ags,
        slug=slug,
        name=name,
        kind=known.kind if known else Centre.Kind.OTHER,
        languages=list(languages or INTERFACE),
        is_demo=is_demo,
    )
    if host:
        Host.objects.create(centre=centre, name=host.casefold())
    record("centre.created", centre, by=by, centre=centre.slug)
    return centre


def touch(centre: Centre) -> None:
    """Say that what the public can find at `centre` has changed: index and kept responses follow."""
    Centre.objects.filter(pk=centre.pk).update(version=models.F("version") + 1)


@transaction.atomic
def grant_role(user: User, role: str, *, by: User | None, centre: Centre) -> Membership:
    """Let `user` work at the centre in scope as `role`; a second call changes nothing."""
    membership: Membership
    membership, is_new = Membership.objects.get_or_create(centre=centre, user=user, role=role)
    if is_new:
        record("role.granted", membership, by=by, centre=centre.slug)
    return membership
