"""Who offers: organisations (the centre itself is one), their places, hours and the people to talk to."""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet
from teilhabe.core.text import fold, sort_key
from teilhabe.vocabulary.models import Area

_LEGAL_FORM = re.compile(
    r"(?<!\w)(?:e\.?\s?v\.?|e\.?\s?g\.?|g?gmbh|gug|ug|mbh|ag|kg|ohg|gbr|eingetragener verein|gemeinnutzige gmbh"
    r"|haftungsbeschrankt)(?!\w)"
)


def folded_name(name: str) -> str:
    """The name of an organisation for comparing: case, accents, punctuation and legal form do not count."""
    folded = fold(name)
    bare = " ".join(re.findall(r"\w+", _LEGAL_FORM.sub(" ", folded)))
    return (bare or folded)[:200]


class WeeklyHours(OwnedModel):
    """One span of a week in which somebody is there, for as long as it is valid."""

    weekday = models.PositiveSmallIntegerField()  # 0 Monday .. 6 Sunday
    nth = models.SmallIntegerField(null=True, blank=True)  # only the nth such weekday of a month; -1 the last
    opens = models.TimeField()
    closes = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    on_holidays = models.BooleanField(default=False)

    class Meta(OwnedModel.Meta):
        abstract = True
        ordering = ["weekday", "opens", "pk"]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class HoursException(OwnedModel):
    """Days on which the weekly hours do not hold: closed, or open at other times."""

    first_day = models.DateField()
    last_day = models.DateField()
    opens = models.TimeField(null=True, blank=True)  # None: closed
    closes = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=160, blank=True)

    class Meta(OwnedModel.Meta):
        abstract = True
        ordering = ["first_day", "pk"]

    def __str__(self) -> str:
        return f"{self.first_day} {self.note}"


class OrganisationQuerySet(OwnedQuerySet["Organisation"]):
    def with_details(self) -> OrganisationQuerySet:
        return self.select_related("umbrella").prefetch_related(
            "aliases", "places__area", "hours", "hours_exceptions", "people"
        )


class Organisation(OwnedModel):
    """A body that offers something: authority, association, school, club, firm."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Integrationszentrum")
        MUNICIPAL = "municipal", _("Stadt und Behörden")
        WELFARE = "welfare", _("Wohlfahrtsverband")
        ASSOCIATION = "association", _("Verein")
        MIGRANT = "migrant_organisation", _("Migrantenorganisation")
        RELIGIOUS = "religious", _("Religionsgemeinschaft")
        SPORTS = "sports", _("Sportverein")
        EDUCATION = "education", _("Bildungsträger")
        HEALTH = "health", _("Gesundheit")
        COUNSELLING = "counselling", _("Beratungsstelle")
        EMPLOYER = "employer", _("Betrieb")
        CULTURE = "culture", _("Kultur")
        OTHER = "other", _("andere")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("Name"), max_length=200)
    folded = models.CharField(max_length=200, editable=False)  # case, accents and legal form folded
    sort_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(max_length=24, choices=Kind, default=Kind.OTHER)
    abbreviation = models.CharField(max_length=24, blank=True)
    umbrella = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    summary = models.TextField(blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(max_length=400, blank=True)
    languages = models.JSONField(default=list)  # codes of the languages spoken there
    source = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = OwnedManager.speaking(OrganisationQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "slug"], name="organisations_slug_once"),
            models.UniqueConstraint(fields=["centre", "folded"], name="organisations_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.name)
        self.folded = folded_name(self.name)
        super().save(*args, **kwargs)


class OrganisationAlias(OwnedModel):
    """Another name by which people know an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "organisation", "name"], name="organisations_alias_once")
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationHours(WeeklyHours):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hours")

    class Meta(WeeklyHours.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="organisations_hours_weekday"),
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="organisations_hours_span"),
        ]


class OrganisationHoursException(HoursException):
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="hours_exceptions")

    class Meta(HoursException.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="organisations_exception_days"
            ),
        ]


class Place(OwnedModel):
    """Where one goes: an address of an organisation, or just the district."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=160, blank=True)
    street = models.CharField(max_length=160, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=120, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="places")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    step_free = models.BooleanField(null=True, blank=True)
    directions = models.TextField(blank=True)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude=None) | models.Q(latitude__gte=-90, latitude__lte=90),
                name="organisations_place_latitude",
            ),
            models.CheckConstraint(
                condition=models.Q(longitude=None) | models.Q(longitude__gte=-180, longitude__lte=180),
                name="organisations_place_longitude",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.name, self.street, f"{self.postcode} {self.city}".strip()]))


class Person(OwnedModel):
    """Somebody to talk to: what they do, in which languages, when."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="people")
    name = models.CharField(max_length=160)
    tasks = models.CharField(max_length=300, blank=True)
    languages = models.JSONField(default=list)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    hours = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "name", "pk"]

    def __str__(self) -> str:
        return self.name
