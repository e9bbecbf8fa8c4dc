"""Deeds on offers, in the centre in scope."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.operations import touch
from teilhabe.centres.scope import current_centre
from teilhabe.core.text import slug as slug_of
from teilhabe.directory.contents import EMPTY, Content, content_of, put_content
from teilhabe.directory.models import Confirmation, Offer, Publication
from teilhabe.history.merging import merged
from teilhabe.history.operations import drop_draft, keep_version
from teilhabe.history.queries import version_of


class OfferIncomplete(Exception):
    """The public may not see the offer yet; `gaps` names the missing fields."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(f"missing: {', '.join(gaps)}")
        self.gaps = gaps


@transaction.atomic
def create_offer(content: Content, *, by: User | None) -> Offer:
    """An offer that nobody sees yet; `content` may leave out what is not known (directory.contents)."""
    content = {**EMPTY, **content}
    offer = Offer(slug=_free_slug(content["title"]))
    put_content(offer, content, by=by)
    keep_version(offer, None, content_of(offer), by=by)
    _tell("offer.created", offer, by)
    return offer


@transaction.atomic
def save_offer(offer: Offer, typed: Content, *, token: str, by: User | None) -> list[str]:
    """Write what was `typed` since the state that `token` tells (history.merging); the names of the changed fields.

    Clash, and nothing written, where somebody else has meanwhile changed one of these fields otherwise. OfferIncomplete
    where a published offer would lose what the public needs.
    """
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    now = content_of(offer)
    return _write(offer, now, merged(token, typed, now), by=by)


@transaction.atomic
def restore_offer(offer: Offer, number: int, *, by: User | None) -> list[str]:
    """Let the offer say again what its version `number` says; that is a new version. Whether it is public stays."""
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    version = version_of(offer, number)
    if version is None:
        return []
    now = content_of(offer)
    kept = {name: version.content[name] for name in EMPTY if name in version.content}
    return _write(offer, now, {**now, **kept}, by=by, restores=number)


def _write(offer: Offer, now: Content, content: Content, *, by: User | None, restores: int | None = None) -> list[str]:
    since = offer.updated_at
    changed = [name for name in content if content[name] != now[name]]
    if changed:
        put_content(offer, content, by=by)
        if Publication.objects.filter(offer=offer).exists() and (gaps := offer.gaps()):
            raise OfferIncomplete(gaps)
        after = content_of(Offer.objects.get(pk=offer.pk))
        keep_version(offer, now, after, by=by, restores=restores, before_since=since)
        _tell("offer.restored" if restores else "offer.saved", offer, by, changed)
    if by:
        drop_draft(offer, by=by)
    return changed


def _free_slug(title: str) -> str:
    base = address = slug_of(title) or "angebot"
    number = 1
    while Offer.objects.filter(slug=address).exists():
        number += 1
        address = f"{base}-{number}"
    return address


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


def _tell(deed: str, offer: Offer, by: User | None, fields: list[str] | None = None) -> None:
    centre = current_centre()
    record(deed, offer, by=by, centre=centre.slug, fields=fields or ())
    touch(centre)
