"""What is offered: an offer with all that people decide by."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet
from teilhabe.core.text import sort_key
from teilhabe.organisations.models import HoursException, Organisation, Person, Place, WeeklyHours
from teilhabe.vocabulary.models import Need


class OfferQuerySet(OwnedQuerySet["Offer"]):
    def published(self) -> OfferQuerySet:
        return self.filter(publication__isnull=False)

    def current(self, on: Any = None) -> OfferQuerySet:
        """Not past their last day."""
        day = on or timezone.localdate()
        return self.filter(models.Q(valid_until=None) | models.Q(valid_until__gte=day))

    def spoken_in(self, language: str) -> OfferQuerySet:
        return self.filter(traits__kind=Trait.Kind.LANGUAGE, traits__code=language)

    def with_details(self) -> OfferQuerySet:
        """Everything a card shows, in five queries; `confirmed_on` and `confirmed_for` tell the latest confirmation."""
        latest = Confirmation.objects.filter(offer=models.OuterRef("pk"))
        return (
            self.select_related("organisation", "place__area", "course", "publication")
            .annotate(
                confirmed_on=models.Subquery(latest.values("confirmed_on")[:1]),
                confirmed_for=models.Subquery(latest.values("on_behalf_of")[:1]),
            )
            .prefetch_related(
                "traits",
                "hours",
                "hours_exceptions",
                models.Prefetch("offer_needs", OfferNeed.objects.select_related("need")),
            )
        )


class Offer(OwnedModel):
    """One thing one organisation offers."""

    class Category(models.TextChoices):
        COUNSELLING = "counselling", _("Beratung")
        LANGUAGE_COURSE = "language_course", _("Deutschkurs")
        COURSE = "course", _("Kurs")
        MEETING = "meeting", _("Treffpunkt")
        LEISURE = "leisure", _("Freizeit")
        GOODS = "goods", _("Sachen und Essen")
        HEALTH = "health", _("Gesundheit")
        CHILDCARE = "childcare", _("Kinderbetreuung")
        AUTHORITY = "authority", _("Amt")
        ACCOMPANIMENT = "accompaniment", _("Begleitung und Dolmetschen")
        SHELTER = "shelter", _("Schutz und Unterkunft")
        VOLUNTEERING = "volunteering", _("Freiwillige gesucht")
        PROFESSIONAL = "professional", _("Für Fachleute")
        INFORMATION = "information", _("Information")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=100)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="offers")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="offers")
    title = models.CharField(_("Titel"), max_length=300)
    summary = models.TextField(_("Zusammenfassung"), blank=True)
    description = models.TextField(_("Beschreibung"), blank=True)
    language = models.CharField(max_length=8, default="de")  # of the texts above
    category = models.CharField(max_length=20, choices=Category, default=Category.INFORMATION)
    cost = models.CharField(max_length=300, blank=True)
    is_free = models.BooleanField(null=True, blank=True)
    conditions = models.TextField(blank=True)
    registration = models.TextField(blank=True)
    bring = models.TextField(blank=True)
    schedule = models.CharField(max_length=500, blank=True)  # hours in words; what was understood stands in `hours`
    interpreters = models.CharField(max_length=200, blank=True)
    childcare = models.BooleanField(null=True, blank=True)
    step_free = models.BooleanField(null=True, blank=True)
    women_only = models.BooleanField(null=True, blank=True)
    online = models.BooleanField(null=True, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(max_length=400, blank=True)
    people = models.ManyToManyField(Person, blank=True, related_name="offers", through="OfferPerson")
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)
    source_id = models.CharField(max_length=120, blank=True)
    source_digest = models.CharField(max_length=32, blank=True)  # of the imported row: an unchanged row writes nothing
    sort_key = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[Any] = OwnedManager.speaking(OfferQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["centre", "sort_key", "id"], name="directory_offer_by_name")]
        constraints = [
            models.UniqueConstraint(fields=["centre", "slug"], name="directory_offer_slug_once"),
            models.UniqueConstraint(
                fields=["centre", "source_id"],
                condition=~models.Q(source_id=""),
                name="directory_offer_source_id_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="directory_offer_validity",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = sort_key(self.title)
        super().save(*args, **kwargs)

    @property
    def call(self) -> str:
        """The number to call: its own, else the organisation's."""
        return self.phone or self.organisation.phone

    @property
    def write(self) -> str:
        return self.email or self.organisation.email

    @property
    def read_more(self) -> str:
        return self.website or self.organisation.website

    def codes(self, kind: str) -> list[str]:
        """The values of one kind of trait, in order; reads `traits` as it was fetched."""
        return [trait.code for trait in self.traits.all() if trait.kind == kind]

    def gaps(self) -> list[str]:
        """What is missing before the public may see it, as names of fields."""
        gaps = [name for name in ("title",) if not getattr(self, name)]
        if not self.summary and not self.description:
            gaps.append("summary")
        return gaps


class Publication(OwnedModel):
    """Its existence is the state: who put the offer before the public, and when."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="publication")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.published_at:%Y-%m-%d}"


class Confirmation(OwnedModel):
    """Somebody said on a day that the offer is right."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="confirmations")
    confirmed_on = models.DateField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    on_behalf_of = models.CharField(max_length=200, blank=True)  # "Anbieter", "Redaktion", name of the organisation

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["-confirmed_on", "-pk"]
        # the latest of each offer: without statistics SQLite would read all of the centre's for each
        indexes = [models.Index(fields=["centre", "offer", "-confirmed_on"], name="directory_confirmation_latest")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.confirmed_on}"


class Course(OwnedModel):
    """What an offer has besides when it is a course."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="course")
    level_from = models.CharField(max_length=8, blank=True)  # Alpha, A1 .. C2
    level_to = models.CharField(max_length=8, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    exam = models.CharField(max_length=120, blank=True)
    seats_total = models.PositiveIntegerField(null=True, blank=True)
    seats_free = models.PositiveIntegerField(null=True, blank=True)
    has_waiting_list = models.BooleanField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="directory_course_days",
            ),
            models.CheckConstraint(
                condition=models.Q(seats_free=None)
                | models.Q(seats_total=None)
                | models.Q(seats_free__lte=models.F("seats_total")),
                name="directory_course_seats",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level_from}-{self.level_to}".strip("-")


class Trait(OwnedModel):
    """One of several values an offer has of a kind: a language spoken there, a group of people it is for."""

    class Kind(models.TextChoices):
        LANGUAGE = "language"
        AUDIENCE = "audience"
        TARGET_GROUP = "target_group"
        WAY_IN = "way_in"

    class Audience(models.TextChoices):
        NEWCOMERS = "newcomers", _("Zugewanderte")
        VOLUNTEERS = "volunteers", _("Ehrenamtliche")
        PROFESSIONALS = "professionals", _("Fachkräfte")
        INSTITUTIONS = "institutions", _("Einrichtungen")
        EMPLOYERS = "employers", _("Betriebe")

    class WayIn(models.TextChoices):
        WALK_IN = "walk_in", _("Ohne Termin")
        PHONE = "phone", _("Anrufen")
        MAIL = "mail", _("Schreiben")
        ONLINE = "online", _("Online anmelden")
        APPOINTMENT = "appointment", _("Mit Termin")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="traits")
    kind = models.CharField(max_length=14, choices=Kind)
    code = models.CharField(max_length=120)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "offer", "kind", "code"], name="directory_trait_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["language", "audience", "target_group", "way_in"]),
                name="directory_trait_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class OfferNeed(OwnedModel):
    """The offer meets this need: said by a person, or suggested from its text."""

    class Origin(models.TextChoices):
        SAID = "said"
        SUGGESTED = "suggested"

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="offer_needs")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="offer_needs")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.SAID)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "offer", "need"], name="directory_need_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.need_id}"


class Question(OwnedModel):
    """How people would ask for the offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=300)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class OfferPerson(OwnedModel):
    """Whom to ask about the offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["centre", "offer", "person"], name="directory_person_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.person_id}"


class KeptText(OwnedModel):
    """A value of an imported table that could not be turned into structure: shown as it was written."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="kept_texts")
    column = models.CharField(max_length=40)
    text = models.TextField()

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.column}: {self.text}"


class OfferHours(WeeklyHours):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="hours")

    class Meta(WeeklyHours.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="directory_hours_weekday"),
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="directory_hours_span"),
        ]


class OfferHoursException(HoursException):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="hours_exceptions")

    class Meta(HoursException.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="directory_exception_days"
            ),
        ]
