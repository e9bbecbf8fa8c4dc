"""Deeds on centres."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import models, transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre, Host, Membership
from teilhabe.centres.queries import municipalities
from teilhabe.core.languages import ALL, INTERFACE
from teilhabe.core.text import clean
from teilhabe.core.text import slug as slug_of

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


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
    """Make the centre of municipality `ags` (8 digits), or answer the one there is; a new `host` is added to it."""
    if len(ags) != 8 or not (ags.isascii() and ags.isdecimal()):
        raise CentreRefused(f"{ags!r} is no municipality key: it has 8 digits, such as 05316000 for Leverkusen.")
    if unknown := [code for code in languages if code not in ALL]:
        raise CentreRefused(f"Language {unknown[0]!r} is not known; known are {', '.join(ALL)}.")
    centre = Centre.objects.filter(ags=ags).first()
    if centre is None:
        known = municipalities().get(ags)
        name = clean(name, 160) or (known.name if known else "")
        if not name:
            raise CentreRefused(f"Municipality {ags} is not in the shipped list; give its name with --name.")
        centre = Centre.objects.create(
            ags=ags,
            slug=_free_slug(slug or slug_of(name, 60) or ags),
            name=name,
            kind=known.kind if known else Centre.Kind.OTHER,
            languages=list(languages or INTERFACE),
            is_demo=is_demo,
        )
        record("centre.created", centre, by=by, centre=centre.slug)
    if host:
        _add_host(centre, host.casefold(), by=by)
    return centre


def _free_slug(slug: str) -> str:
    if len(slug) > 60 or not _SLUG.fullmatch(slug):
        raise CentreRefused(
            f"{slug!r} is no slug: up to 60 small letters a to z, digits and hyphens, such as bad-honnef."
        )
    if Centre.objects.filter(slug=slug).exists():
        raise CentreRefused(f"There is another centre with the slug {slug!r}; give one with --slug.")
    return slug


def _add_host(centre: Centre, name: str, *, by: User | None) -> None:
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise CentreRefused(
            f"{name!r} is no host name: without http://, port and path, such as integration.example.org."
        )
    host, is_new = Host.objects.get_or_create(name=name, defaults={"centre": centre})
    if host.centre_id != centre.pk:
        raise CentreRefused(f"Host {name} belongs to another centre.")
    if is_new:
        record("host.added", centre, by=by, centre=centre.slug)


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
