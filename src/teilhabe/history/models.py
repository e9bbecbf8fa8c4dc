"""What records said before, and what somebody is still writing. Records are named by kind and key, as in `audit`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet


class OfRecordQuerySet(OwnedQuerySet[Any]):
    def of(self, record: models.Model, part: str = "") -> OfRecordQuerySet:
        """Those of one record; `part` tells apart what is edited on its own, such as a page in one language."""
        return self.filter(kind=record._meta.label_lower, key=str(record.pk), part=part)


class OfRecord(OwnedModel):
    """Something kept of a record beside it."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    part = models.CharField(max_length=20, blank=True)
    content = models.JSONField()  # field -> value, as the room of the record writes it

    class Meta(OwnedModel.Meta):
        abstract = True


class Version(OfRecord):
    """All that editors write of a record, as it stood from `saved_at` on."""

    number = models.PositiveIntegerField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    restores = models.PositiveIntegerField(null=True, blank=True)  # the number of the version that it brought back

    objects: ClassVar[Any] = OwnedManager.speaking(OfRecordQuerySet)

    class Meta(OfRecord.Meta):
        abstract = False
        ordering = ["-number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "key", "part", "number"], name="history_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.number}"


class Draft(OfRecord):
    """What one person has typed and not saved yet; nobody else sees it, and saving takes it away."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnedManager.speaking(OfRecordQuerySet)

    class Meta(OfRecord.Meta):
        abstract = False
        ordering = ["-saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "user", "kind", "key", "part"], name="history_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.user_id}"
