"""Texts of records in other languages, each with its origin and the digest of the source it was made from."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet


class TranslationQuerySet(OwnedQuerySet["Translation"]):
    def of_kind(self, model: type[models.Model]) -> TranslationQuerySet:
        return self.filter(kind=model._meta.label_lower)


class Translation(OwnedModel):
    """One field of one record in one language. The record is named by kind and key, without a foreign key."""

    class Origin(models.TextChoices):
        HUMAN = "human"
        MACHINE = "machine"
        IMPORT = "import"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()
    origin = models.CharField(max_length=10, choices=Origin)
    provider = models.CharField(max_length=60, blank=True)
    source_digest = models.CharField(max_length=32)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnedManager.speaking(TranslationQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["kind", "key", "field", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "kind", "key", "field", "language"], name="translation_text_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.field} {self.language}"
