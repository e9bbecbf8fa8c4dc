"""Reports: received, answered once, forgotten when promised, and never told by the audit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from teilhabe.audit.models import Entry
from teilhabe.centres.scope import in_centre
from teilhabe.feedback.models import Report, ReportAnswer
from teilhabe.feedback.operations import ReportRefused, Subject, answer_report, forget_old_reports, receive_report
from teilhabe.feedback.queries import open_reports
from tests.factories import make_user

SITE = Subject(key="/de/needs/")


def report(text: str = "Die Nummer ist alt.", **more: Any) -> Report:
    more.setdefault("language", "de")
    return receive_report(Report.Kind.OUTDATED, text, more.pop("about", SITE), **more)


def test_open_reports_are_those_without_answer_the_oldest_first_of_this_centre(centre: Any, other_centre: Any) -> None:
    first, second, third = report("eins"), report("zwei"), report("drei")
    answer_report(second, "Danke, geändert.", by=None)
    with in_centre(other_centre):
        theirs = report("anderswo")
        assert list(open_reports()) == [theirs]
    assert list(open_reports()) == [first, third]


def test_a_report_keeps_what_it_is_about_without_a_foreign_key(centre: Any) -> None:
    about = Subject("directory.offer", "7f1", "Beratung\u202e zum Kita-Platz")
    kept = Report.objects.get(pk=report("Zeile 1\r\nZeile 2", about=about).pk)
    assert (kept.about_kind, kept.about_key, kept.about_title) == ("directory.offer", "7f1", "Beratung zum Kita-Platz")
    assert kept.text == "Zeile 1\nZeile 2"


@pytest.mark.parametrize(("kind", "text"), [("wrong", " \n\t"), ("nonsense", "Text")])
def test_what_cannot_be_kept_is_refused_whole(centre: Any, kind: str, text: str) -> None:
    with pytest.raises(ReportRefused):
        receive_report(kind, text, SITE, language="de")
    assert Report.objects.count() == 0
    assert Entry.objects.filter(deed__startswith="report.").count() == 0


def test_the_first_answer_stands(centre: Any) -> None:
    staff, asked = make_user(), report()
    first = answer_report(asked, "Wir haben es geändert.", by=staff)
    assert answer_report(asked, "Etwas ganz anderes", by=None) == first
    assert ReportAnswer.objects.get().text == "Wir haben es geändert."
    assert first.answered_by == staff
    with pytest.raises(ReportRefused):
        answer_report(report(), "  ", by=staff)
    assert ReportAnswer.objects.count() == 1


def test_who_left_an_address_gets_the_answer_once_in_their_language(
    centre: Any, django_capture_on_commit_callbacks: Any
) -> None:
    asked = report("The number is old.", language="en", email="amal@example.org")
    silent = report()
    with django_capture_on_commit_callbacks(execute=True):
        for each in (asked, silent, asked):
            answer_report(each, "Thank you, it is mended.", by=None)
    (letter,) = mail.outbox
    assert letter.to == ["amal@example.org"]
    assert letter.subject == "Answer to your report – Leverkusen"
    assert "Thank you, it is mended." in letter.body
    assert "The number is old." in letter.body


def test_no_audit_entry_tells_who_wrote_or_what(centre: Any) -> None:
    asked = report("Frau Muster ist nicht mehr da.", email="amal@example.org", about=Subject("", "", "Muster"))
    answer_report(asked, "Danke, Amal.", by=make_user(email="mira@example.org"))
    forget_old_reports(timezone.now() + timedelta(days=1000))
    entries = Entry.objects.filter(deed__startswith="report.").order_by("pk")
    assert [e.deed for e in entries] == [
        "report.received", "report.answered", "report.address_deleted", "report.deleted",
    ]  # fmt: skip
    told = " ".join(str(value) for e in entries.values() for value in e.values())
    for word in ("Muster", "amal", "Amal", "mira", "outdated"):
        assert word not in told


def test_an_address_goes_90_days_after_the_answer_and_the_report_after_two_years(centre: Any) -> None:
    now = timezone.now()
    answered = report(email="a@example.org")
    waiting = report(email="b@example.org")
    answer_report(answered, "Danke", by=None)
    assert forget_old_reports(now + timedelta(days=89)) == (0, 0)
    assert forget_old_reports(now + timedelta(days=91)) == (1, 0)
    addresses = dict(Report.objects.values_list("pk", "email"))
    assert addresses == {answered.pk: "", waiting.pk: "b@example.org"}
    assert forget_old_reports(now + timedelta(days=366)) == (1, 0)
    assert set(Report.objects.values_list("email", flat=True)) == {""}
    assert forget_old_reports(now + timedelta(days=731)) == (0, 2)
    assert Report.objects.count() == ReportAnswer.objects.count() == 0


def test_forgetting_stays_in_its_centre(centre: Any, other_centre: Any) -> None:
    with in_centre(other_centre):
        report(email="b@example.org")
    assert forget_old_reports(timezone.now() + timedelta(days=1000)) == (0, 0)
    with in_centre(other_centre):
        assert Report.objects.get().email == "b@example.org"
