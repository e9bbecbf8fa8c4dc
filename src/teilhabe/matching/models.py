"""What the matching keeps: vectors of texts by digest, and counts of needs nobody could meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet


class Vector(models.Model):
    """The vector of one text, found by the digest of model and text; computed once for all centres and nodes."""

    digest = models.CharField(primary_key=True, max_length=32)
    data = models.BinaryField()  # 384 int8 and a float32 scale

    class Meta:
        ordering = ["digest"]

    def __str__(self) -> str:
        return self.digest


class UnmetNeed(OwnedModel):
    """How often on one day a search of one kind ended how. Counts only, no text."""

    class Outcome(models.TextChoices):
        UNSURE = "unsure"
        NONE = "none"

    day = models.DateField()
    need = models.CharField(max_length=60, blank=True)  # the need that was recognised, if any
    language = models.CharField(max_length=8)
    area = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    count = models.PositiveIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "day", "need", "language", "area", "outcome"], name="matching_unmet_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.need} {self.outcome} {self.count}"


class ToldNeedQuerySet(OwnedQuerySet["ToldNeed"]):
    def expired(self, now: Any = None) -> ToldNeedQuerySet:
        return self.filter(told_at__lt=(now or timezone.now()) - ToldNeed.KEPT_FOR)


class ToldNeed(OwnedModel):
    """A text nobody could match, which the person told the centre by pressing a button. No contact data; 90 days."""

    KEPT_FOR = timedelta(days=90)

    text = models.CharField(max_length=300)
    language = models.CharField(max_length=8)
    told_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnedManager.speaking(ToldNeedQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["-told_at", "pk"]

    def __str__(self) -> str:
        return f"{self.told_at:%Y-%m-%d}"
