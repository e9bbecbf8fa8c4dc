"""Deeds on reports, in the centre in scope. No audit entry tells what was written or by whom it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.scope import current_centre
from teilhabe.core.text import clean, clean_lines
from teilhabe.feedback.models import Report, ReportAnswer

LONGEST_REPORT, LONGEST_ANSWER = 2000, 4000


class ReportRefused(Exception):
    """The report or its answer cannot be kept; the message says what to do."""


@dataclass(frozen=True)
class Subject:
    """What a report is about: model label and key of a record with its title, or a page of the site by its path."""

    kind: str = ""
    key: str = ""
    title: str = ""


@transaction.atomic
def receive_report(kind: str, text: str, about: Subject, *, language: str, email: str = "") -> Report:
    """Keep what somebody reports; ReportRefused for an empty text or an unknown kind."""
    text = clean_lines(text)[:LONGEST_REPORT]
    if not text:
        raise ReportRefused("A report needs a text: say what is not right.")
    if kind not in Report.Kind.values:
        raise ReportRefused(f"{kind!r} is no kind of report; there are {', '.join(Report.Kind.values)}.")
    report: Report = Report.objects.create(
        kind=kind,
        text=text,
        email=email,
        language=language[:8],
        about_kind=about.kind[:60],
        about_key=about.key[:200],
        about_title=clean(about.title, 300),
    )
    record("report.received", report, by=None, centre=current_centre().slug)
    return report


@transaction.atomic
def answer_report(report: Report, text: str, *, by: User | None) -> ReportAnswer:
    """Answer a report, by mail too when its writer left an address; a second call changes nothing.

    ReportRefused for an empty text. `by` None: the house itself.
    """
    text = clean_lines(text)[:LONGEST_ANSWER]
    if not text:
        raise ReportRefused("An answer needs a text: say what was done.")
    answer: ReportAnswer
    answer, is_new = ReportAnswer.objects.get_or_create(report=report, defaults={"text": text, "answered_by": by})
    if is_new:
        centre = current_centre()
        record("report.answered", report, by=by, centre=centre.slug)
        if report.email:
            letter = _letter(report, answer, centre)
            transaction.on_commit(letter.send, robust=True)  # the answer stands, whatever becomes of the mail
    return answer


def _letter(report: Report, answer: ReportAnswer, centre: Centre) -> EmailMessage:
    with translation.override(report.language):
        subject = _("Antwort auf Ihre Meldung")
        asked = _("Sie haben uns geschrieben:")
    return EmailMessage(
        subject=f"{subject} – {centre.name}",
        body=f"{answer.text}\n\n{asked}\n{report.text}\n",
        from_email=centre.email or settings.DEFAULT_FROM_EMAIL,
        to=[report.email],
    )


@transaction.atomic
def forget_old_reports(at: datetime | None = None) -> tuple[int, int]:
    """Delete addresses that have served, and reports that outlived their use: (addresses, reports)."""
    at = at or timezone.now()
    addresses = 0
    for report in Report.objects.all().with_address_too_long(at):
        report.email = ""
        report.save(update_fields=["email"])
        record("report.address_deleted", report, by=None, centre=current_centre().slug)
        addresses += 1
    outlived = list(Report.objects.all().outlived(at))
    for report in outlived:
        record("report.deleted", report, by=None, centre=current_centre().slug)
        report.delete()
    return addresses, len(outlived)
