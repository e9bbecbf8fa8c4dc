"""Texts of records in the language somebody reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from teilhabe.core.languages import reading_order
from teilhabe.translation.models import Translation


@dataclass(frozen=True)
class Text:
    """A text as shown: in which language, whether a machine made it, whether its source has moved since."""

    text: str
    language: str
    origin: str = ""
    is_outdated: bool = False

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def is_machine_made(self) -> bool:
        return self.origin == Translation.Origin.MACHINE


def digest(text: str) -> str:
    """What a translation remembers of its source."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def texts_of(records: Sequence[models.Model], fields: Iterable[str], language: str) -> dict[tuple[str, str], Text]:
    """The `fields` of `records` for a reader of `language`, by (key, field), in one query.

    The nearest language that has the text answers; the source text if none has. A record's own `language` is that of
    its source texts; German where it has none.
    """
    if not records:
        return {}
    fields = tuple(fields)
    sources = {(str(r.pk), f): Text(getattr(r, f), getattr(r, "language", "de")) for r in records for f in fields}
    order = reading_order(language)
    nearness = {code: number for number, code in enumerate(order)}
    # a text is of use only where it is nearer than its source
    furthest = max(nearness.get(source.language, len(order)) for source in sources.values())
    if not furthest:
        return sources
    rows = Translation.objects.of_kind(type(records[0])).filter(
        key__in={str(r.pk) for r in records}, field__in=fields, language__in=order[:furthest]
    )
    shown = dict(sources)
    for row in rows:
        place = (row.key, row.field)
        if nearness[row.language] < nearness.get(shown[place].language, len(order)):
            is_outdated = row.source_digest != digest(sources[place].text)
            shown[place] = Text(row.text, row.language, row.origin, is_outdated)
    return shown


def orphans() -> list[Translation]:
    """Texts of the centre in scope whose record is gone; there should be none."""
    found: list[Translation] = []
    for kind in Translation.objects.order_by("kind").values_list("kind", flat=True).distinct():
        keys = {str(pk) for pk in apps.get_model(kind)._default_manager.values_list("pk", flat=True)}
        found += [row for row in Translation.objects.filter(kind=kind) if row.key not in keys]
    return found


def delete_texts_of(record: models.Model) -> None:
    """To be called by whoever deletes a record: its texts have no foreign key that would take them along."""
    Translation.objects.of_kind(type(record)).filter(key=str(record.pk)).delete()
