"""The form by which anybody says what is not right; it needs neither session nor script, and is kept like any page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from teilhabe.core.http import client_address, is_from_here, is_loopback
from teilhabe.core.rate import Rate
from teilhabe.core.text import clean
from teilhabe.directory.models import Offer
from teilhabe.editorial.models import Page
from teilhabe.editorial.queries import PageTree
from teilhabe.feedback.forms import ReportForm
from teilhabe.feedback.models import Report
from teilhabe.feedback.operations import Subject, receive_report
from teilhabe.organisations.models import Organisation
from teilhabe.portal.offers import offers_by_key
from teilhabe.portal.queries import Surroundings, public_organisations
from teilhabe.portal.views import of_centre
from teilhabe.translation.queries import texts_of

MOST = 10  # reports of one client in a window; a shared house has one address, too
sent = Rate(seconds=600)


def _offer(key: UUID, language: str) -> Subject | None:
    found = next(iter(offers_by_key([key], language)), None)
    return Subject(Offer._meta.label_lower, str(key), str(found.text("title", language))) if found else None


def _organisation(key: UUID, language: str) -> Subject | None:
    found = public_organisations().filter(pk=key).first()
    return Subject(Organisation._meta.label_lower, str(key), found.name) if found else None


def _page(key: UUID, language: str) -> Subject | None:
    if not PageTree().is_public(key):
        return None
    title = texts_of([Page.objects.get(pk=key)], ["title"], language)[str(key), "title"]
    return Subject(Page._meta.label_lower, str(key), str(title))


RECORDS: dict[str, Callable[[UUID, str], Subject | None]] = {
    "offer": _offer,
    "organisation": _organisation,
    "page": _page,
}


def subject_of(about: str, language: str) -> Subject:
    """What "offer:<id>" or "site:<path>" names; what is not public or not there is the site itself."""
    kind, _colon, key = clean(about, 300).partition(":")
    if kind == "site" and key.startswith("/"):
        return Subject(key=key[:200])
    try:
        found = RECORDS[kind](UUID(key), language) if kind in RECORDS else None
    except ValueError:
        found = None
    return found or Subject()


@csrf_exempt  # no session stands behind it, and pages with a token could not be kept
@require_http_methods(["GET", "HEAD", "POST"])
@of_centre
def feedback(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    about = clean(given.get("about", ""), 300)
    subject = subject_of(about, language)
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        form = ReportForm(initial={"kind": kind if kind in Report.Kind.values else ""})
        return _form(request, form, subject, about)
    if not is_from_here(request):
        raise PermissionDenied
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _form(request, form, subject, about, status=422)
    client = client_address(request)
    if not is_loopback(client) and (wait := sent.seconds_to_wait(client, MOST)):
        form.add_error(
            None,
            _("Von Ihrem Anschluss kamen gerade viele Meldungen. Bitte versuchen Sie es in zehn Minuten noch einmal."),
        )
        response = _form(request, form, subject, about, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    told = form.cleaned_data
    receive_report(told["kind"], told["text"], subject, language=language, email=told["email"])
    return HttpResponseRedirect(f"/{language}/feedback/thanks/", status=303)


def _form(request: HttpRequest, form: ReportForm, subject: Subject, about: str, status: int = 200) -> HttpResponse:
    told = {"form": form, "subject": subject, "about": about, "days": Report.ADDRESS_KEPT_FOR.days}
    return render(request, "portal/feedback.html", told, status=status)


@require_safe
@of_centre
def thanks(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return render(request, "portal/thanks.html")
