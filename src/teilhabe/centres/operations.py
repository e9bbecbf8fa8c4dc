"""Deeds on centres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre, Host, LegalText, Membership, OwnedModel
from teilhabe.centres.queries import municipalities
from teilhabe.centres.scope import current_centre, in_centre
from teilhabe.core.languages import ALL, INTERFACE
from teilhabe.core.text import clean, clean_lines
from teilhabe.core.text import slug as slug_of

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


class CentreRefused(Exception):
    """The centre cannot be made so; the message says what to do."""


class TextRefused(Exception):
    """The text cannot be kept; the message says what to do."""


class AccountRefused(Exception):
    """The account cannot be deleted yet; the message says what to do first."""


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
def write_legal_text(kind: str, language: str, text: str, *, by: User | None) -> LegalText | None:
    """Let the centre in scope say `text` on a page that the law asks for; an empty text takes its own words away.

    TextRefused for an unknown kind or language. A second call changes nothing.
    """
    if kind not in LegalText.Kind.values:
        raise TextRefused(f"{kind!r} is no such page; there are {', '.join(LegalText.Kind.values)}.")
    if language not in ALL:
        raise TextRefused(f"Language {language!r} is not known; known are {', '.join(ALL)}.")
    text, centre = clean_lines(text), current_centre()
    known: LegalText | None = LegalText.objects.filter(kind=kind, language=language).first()
    if (known.text if known else "") == text:
        return known
    if not text and known:
        record("legal_text.deleted", known, by=by, centre=centre.slug)
        known.delete()
    else:
        known = known or LegalText(kind=kind, language=language)
        known.text, known.changed_at = text, timezone.now()
        known.save()
        record("legal_text.written", known, by=by, centre=centre.slug)
    touch(centre)
    return known if text else None


@transaction.atomic
def grant_role(user: User, role: str, *, by: User | None, centre: Centre) -> Membership:
    """Let `user` work at the centre in scope as `role`; a second call changes nothing."""
    membership: Membership
    membership, is_new = Membership.objects.get_or_create(centre=centre, user=user, role=role)
    if is_new:
        record("role.granted", membership, by=by, centre=centre.slug)
    return membership


@transaction.atomic
def delete_account(user: User, *, by: User | None) -> None:
    """Remove a person and their roles at all centres, from inside a scope or outside one; a second call does nothing.

    What they published or confirmed stays, without their name; audit entries stay as they are, with a key that leads
    nowhere. AccountRefused when a centre would lose its last head.
    """
    if not User.objects.filter(pk=user.pk).exists():
        return
    everywhere = list(Centre.objects.order_by("pk"))
    theirs = [centre for centre in everywhere if _memberships(centre, user=user)]
    # two heads who leave at once must not both see the other one stay
    list(Centre.objects.select_for_update(no_key=True).filter(pk__in=[c.pk for c in theirs]).order_by("pk"))
    if alone := [centre.name for centre in theirs if _is_last_head(user, centre)]:
        raise AccountRefused(
            f"{user} is the last head of {', '.join(alone)}. Make somebody else head there, then delete the account."
        )
    for centre in theirs:
        for membership in _memberships(centre, user=user):
            record("role.ended", membership, by=by, centre=centre.slug)
    record("account.deleted", user, by=by)
    relations = [r for r in User._meta.get_fields(include_hidden=True) if isinstance(r, ForeignObjectRel)]
    for relation in relations:
        if issubclass(relation.related_model, OwnedModel):
            for centre in everywhere:
                with in_centre(centre):
                    _let_go(relation, user)
        else:
            _let_go(relation, user)
    # Django's own deletion asks the owned models again, which answer in one centre only
    User.objects.filter(pk=user.pk)._raw_delete(User.objects.db)


def _memberships(centre: Centre, **wanted: Any) -> list[Membership]:
    with in_centre(centre):
        return list(Membership.objects.filter(**wanted))


def _is_last_head(user: User, centre: Centre) -> bool:
    heads = {m.user_id for m in _memberships(centre, role=Membership.Role.HEAD, user__is_active=True)}
    return bool(_memberships(centre, role=Membership.Role.HEAD, user=user)) and not heads - {user.pk}


def _let_go(relation: ForeignObjectRel, user: User) -> None:
    """Take away what points at `user` through one relation, or let it point at nobody."""
    if relation.many_to_many:
        return  # its table in between is a relation of its own
    rows = relation.related_model._base_manager.filter(**{relation.field.name: user})
    if relation.on_delete is models.SET_NULL:
        rows.update(**{relation.field.name: None})
    else:
        rows.delete()
