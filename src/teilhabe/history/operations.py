"""Deeds on versions and drafts, in the centre in scope."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone

from teilhabe.accounts.models import User
from teilhabe.history.merging import Content
from teilhabe.history.models import Draft, Version


def keep_version(
    record: models.Model,
    before: Content | None,
    after: Content,
    *,
    by: User | None,
    part: str = "",
    restores: int | None = None,
    before_since: datetime | None = None,
) -> None:
    """Keep what a record says from now on; the state it had `before` (None: it is new) too, where nobody kept it.

    To be called in the transaction that writes the record, by whoever holds its lock.
    """
    latest = Version.objects.of(record, part).first()
    number = latest.number if latest else 0
    found: list[Version] = []

    def add(content: Content, **fields: object) -> None:
        found.append(
            Version(
                kind=record._meta.label_lower,
                key=str(record.pk),
                part=part,
                number=number + len(found) + 1,
                content=content,
                **fields,
            )
        )

    if before is not None and (latest is None or latest.content != before):
        add(before, saved_at=before_since or timezone.now())
    add(after, saved_by=by, restores=restores)
    Version.objects.bulk_create(found)


def keep_draft(record: models.Model, content: Content, *, by: User, part: str = "") -> Draft:
    """Keep what somebody has typed so far; each has one draft of a record."""
    draft: Draft
    draft, _ = Draft.objects.update_or_create(
        kind=record._meta.label_lower,
        key=str(record.pk),
        part=part,
        user=by,
        defaults={"content": content, "saved_at": timezone.now()},
    )
    return draft


def drop_draft(record: models.Model, *, by: User, part: str = "") -> None:
    Draft.objects.of(record, part).filter(user=by).delete()


def forget(record: models.Model) -> None:
    """To be called by whoever deletes a record: versions and drafts have no foreign key that would take them along."""
    for model in (Version, Draft):
        model.objects.filter(kind=record._meta.label_lower, key=str(record.pk)).delete()
