"""What people report about any record of the centre, and what the centre answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teilhabe.centres.models import OwnedModel
from teilhabe.centres.scope import OwnedManager, OwnedQuerySet


class ReportQuerySet(OwnedQuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        return self.filter(answer=None)

    def with_address_too_long(self, at: datetime) -> ReportQuerySet:
        """Those whose address has served: answered a while ago, or never answered at all."""
        answered = models.Q(answer__answered_at__lt=at - Report.ADDRESS_KEPT_FOR)
        return self.exclude(email="").filter(answered | models.Q(received_at__lt=at - Report.ADDRESS_KEPT_AT_MOST))

    def outlived(self, at: datetime) -> ReportQuerySet:
        return self.filter(received_at__lt=at - Report.KEPT_FOR)


class Report(OwnedModel):
    """Somebody says that something is not right. The record is named by kind and key, without a foreign key."""

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Etwas ist falsch")
        OUTDATED = "outdated", _("Etwas stimmt nicht mehr")
        BARRIER = "barrier", _("Ich kann etwas nicht lesen oder bedienen (Barriere)")
        TRANSLATION = "translation", _("Die Übersetzung ist falsch oder schwer zu verstehen")
        OTHER = "other", _("Etwas anderes")

    ADDRESS_KEPT_FOR = timedelta(days=90)  # after the answer
    ADDRESS_KEPT_AT_MOST = timedelta(days=365)  # when nobody answers
    KEPT_FOR = timedelta(days=730)  # the whole report

    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField(max_length=2000)
    email = models.EmailField(blank=True)  # only for the answer
    language = models.CharField(max_length=8)  # in which it was written, as far as the page tells
    about_kind = models.CharField(max_length=60, blank=True)  # "directory.offer"; empty: the site itself
    about_key = models.CharField(max_length=200, blank=True)  # of the site: the path of a page
    about_title = models.CharField(max_length=300, blank=True)  # as it was then
    received_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = OwnedManager.speaking(ReportQuerySet)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["received_at", "pk"]
        indexes = [models.Index(fields=["centre", "about_kind", "about_key"], name="feedback_report_about")]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d} {self.kind}"


class ReportAnswer(OwnedModel):
    """Its existence is the state: who answered the report, what, and when."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="answer")
    text = models.TextField(max_length=4000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta(OwnedModel.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.answered_at:%Y-%m-%d}"
