"""Long work, seen from outside: how far it is and what became of each item."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet


class RunQuerySet(OwnedQuerySet["Run"]):
    def unfinished(self) -> RunQuerySet:
        return self.filter(finished_at=None)


class Run(OwnedModel):
    """One piece of long work, such as an import."""

    kind = models.CharField(max_length=60)  # "import.offers"
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # outcome -> number

    objects: ClassVar[Any] = OwnedManager.speaking(RunQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"


class RunItem(OwnedModel):
    """What became of one item of a run that needs somebody's eye."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}: {self.outcome}"
