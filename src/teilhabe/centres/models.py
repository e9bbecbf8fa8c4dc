"""The tenant: one municipal integration centre, its hosts, its staff."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teilhabe.centres.scope import OwnedManager, check_ownership


class Centre(models.Model):
    """One municipal integration centre and the municipality it works for."""

    class Kind(models.TextChoices):
        CITY = "city", _("kreisfreie Stadt")
        DISTRICT = "district", _("Kreis")
        OTHER = "other", _("andere")

    slug = models.SlugField(max_length=60, unique=True)
    ags = models.CharField(_("Gemeindeschlüssel"), max_length=8, unique=True)
    name = models.CharField(_("Name"), max_length=160)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    languages = models.JSONField(_("Sprachen"), default=list)  # codes, in the order of the language menu
    is_demo = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # moves with every change of what the public can find; index and kept responses are checked against it
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A host name under which a centre answers."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="hosts")
    name = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OwnedModel(models.Model):
    """A row that belongs to one centre. Its managers answer only inside that centre's scope."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="+", editable=False)

    objects: ClassVar[Any] = OwnedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_ownership([self])
        super().save(*args, **kwargs)


class LegalText(OwnedModel):
    """What a centre itself says on a page that the law asks for, in one language. Plain text; `# ` begins a heading."""

    class Kind(models.TextChoices):
        IMPRINT = "imprint", _("Impressum")
        PRIVACY = "privacy", _("Datenschutz")
        ACCESSIBILITY = "accessibility", _("Barrierefreiheit")

    kind = models.CharField(max_length=16, choices=Kind)
    language = models.CharField(max_length=8, default="de")
    text = models.TextField(max_length=20_000)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["kind", "language"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "language"], name="centres_legal_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"

    def blocks(self) -> list[tuple[bool, str]]:
        """The text as (whether it is a heading, words), block by block."""
        parts = (part.strip() for part in self.text.split("\n\n"))
        return [(part.startswith("# "), part.removeprefix("# ")) for part in parts if part]


class Membership(OwnedModel):
    """Its existence is the state: this person works at this centre in this role, since then."""

    class Role(models.TextChoices):
        HEAD = "head", _("Leitung")
        COORDINATOR = "coordinator", _("Koordination")
        EDITOR = "editor", _("Redaktion")
        TRANSLATOR = "translator", _("Übersetzung")
        AUDITOR = "auditor", _("Prüfung")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    since = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "user", "role"], name="centres_membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
