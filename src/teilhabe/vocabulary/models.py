"""What people need, in everybody's words; which places and groups of people there are.

The needs themselves are shipped and the same for all centres; a centre's own changes are rows of their own, so that
an update of the shipped ones overwrites nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from teilhabe.centres.models import OwnedModel
from teilhabe.core.languages import reading_order
from teilhabe.core.text import fold


def in_language(texts: dict[str, str], language: str) -> str:
    """The text of the nearest language that has one."""
    return next((texts[code] for code in reading_order(language) if texts.get(code)), "")


class NeedGroup(models.Model):
    """One of the dozen groups that order the needs."""

    id = models.SlugField(primary_key=True, max_length=40)
    position = models.PositiveSmallIntegerField()
    icon = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)  # language -> text

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label("de")

    def label(self, language: str) -> str:
        return in_language(self.labels, language)


class Need(models.Model):
    """Something people come with, such as a place in a day-care centre."""

    id = models.SlugField(primary_key=True, max_length=60)
    group = models.ForeignKey(NeedGroup, on_delete=models.PROTECT, related_name="needs")
    position = models.PositiveSmallIntegerField()
    icon = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)  # language -> text
    helps = models.JSONField(default=dict)  # language -> one sentence
    related = models.JSONField(default=list)  # ids of needs

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label("de")

    def label(self, language: str) -> str:
        return in_language(self.labels, language)

    def help(self, language: str) -> str:
        return in_language(self.helps, language)


class HiddenNeed(OwnedModel):
    """Its existence is the state: this centre does not show this need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "need"], name="vocabulary_need_hidden_once")]

    def __str__(self) -> str:
        return self.need_id


class NeedWording(OwnedModel):
    """This centre calls a need otherwise in one language."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    label = models.CharField(max_length=80)
    help = models.CharField(max_length=300, blank=True)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "need", "language"], name="vocabulary_wording_once")]

    def __str__(self) -> str:
        return self.label


class OwnPhrase(OwnedModel):
    """A phrase this centre added to a need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=300)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "need", "language", "text"], name="vocabulary_phrase_once")
        ]

    def __str__(self) -> str:
        return self.text


class HiddenPhrase(OwnedModel):
    """Its existence is the state: this centre does not want this shipped phrase to count."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=8)
    text = models.CharField(max_length=300)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "need", "language", "text"], name="vocabulary_hidden_once")
        ]

    def __str__(self) -> str:
        return self.text


class Area(OwnedModel):
    """A district of the town (or a municipality of the district) as people name it."""

    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=120)  # for finding: case and accents do not count
    position = models.PositiveSmallIntegerField(default=0)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    objects: ClassVar[Any]

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "folded", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "slug"], name="vocabulary_area_slug_once"),
            models.UniqueConstraint(fields=["centre", "folded"], name="vocabulary_area_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)
