"""Who did what: plain keys without foreign keys, so that an entry outlives what it tells of."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone


class EntryIsFinal(Exception):
    """Audit entries are written once; nobody changes or deletes one."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise EntryIsFinal("audit entries are never changed")

    def delete(self) -> NoReturn:
        raise EntryIsFinal("audit entries are never deleted")


class Entry(models.Model):
    """One deed: its domain verb, the record it touched, the names of changed fields. Never a personal text."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    deed = models.CharField(max_length=80)  # "offer.published"
    centre = models.CharField(max_length=80, blank=True)  # slug
    kind = models.CharField(max_length=60, blank=True)  # "directory.offer"
    key = models.CharField(max_length=64, blank=True)
    by = models.CharField(max_length=64, blank=True)  # key of the person; empty: the house itself
    fields = models.JSONField(default=list)  # names only

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["kind", "key"], name="audit_entry_record")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.deed} {self.kind} {self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and not kwargs.get("force_insert"):
            raise EntryIsFinal("audit entries are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EntryIsFinal("audit entries are never deleted")
