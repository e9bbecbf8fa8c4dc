"""The pages of the portal. None needs a session; none but a form that was sent writes anything."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from teilhabe.centres.models import Centre
from teilhabe.core.http import is_from_here
from teilhabe.core.text import clean
from teilhabe.directory.models import Offer
from teilhabe.directory.queries import offers_in, offers_meeting, offers_of
from teilhabe.matching.operations import TellRefused, count_outcome, tell_centre
from teilhabe.matching.queries import LONGEST, Filters, NotReady, hits_for, suggestions
from teilhabe.organisations.hours import hours_of
from teilhabe.portal.access import area_of, need_of, offer_of, organisation_of, topic_of
from teilhabe.portal.cards import cards_for, lines_for
from teilhabe.portal.offers import add_texts, load_of, offers_by_key
from teilhabe.portal.opening import today
from teilhabe.portal.pages import OfferPage, OrganisationPage
from teilhabe.portal.picture import picture_of
from teilhabe.portal.queries import (
    ABOUT_VIOLENCE,
    Surroundings,
    public_organisations,
    surroundings,
)
from teilhabe.portal.results import Search, reason_words, results_for
from teilhabe.portal.structured import of_offer, of_organisation

LIST_LENGTH = 12
DIRECTORY_LENGTH = 60
DEEPEST_REASON = 50  # hits among which the reason for one offer is looked for

View = Callable[..., HttpResponseBase]


def of_centre(view: View) -> View:
    """A page of one centre; where none is named, the page that lists them answers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.centre is None:  # type: ignore[attr-defined]
            return centres(request)
        around = surroundings(request.centre)  # type: ignore[attr-defined]
        request.around = around  # type: ignore[attr-defined]  # for the foot of the page
        return view(request, around, *args, **kwargs)

    return answer


def centres(request: HttpRequest) -> HttpResponse:
    """All centres that answer here, each at its own host."""
    port = request.get_host().partition(":")[2]
    listed = [
        (centre, host.name if host else f"{centre.slug}.localhost" + (f":{port}" if port else ""))
        for centre in Centre.objects.prefetch_related("hosts")
        for host in [next(iter(centre.hosts.all()), None)]
    ]
    return render(request, "portal/centres.html", {"centres": listed})


@require_safe
def front(request: HttpRequest) -> HttpResponseBase:
    """The address without a language answers in the browser's."""
    return home(request, language=request.LANGUAGE_CODE)


@require_safe
@of_centre
def home(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return render(request, "portal/home.html", _with_centre(around, {}))


@require_safe
@of_centre
def search(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    asked = Search.from_address(request.GET, around)
    told: dict[str, Any] = {"search": asked, "query": asked.query}
    if not asked.query:
        return render(request, "portal/ask.html", _with_centre(around, told))
    try:
        results = results_for(asked, around, language, timezone.now())
    except NotReady:
        return render(request, "portal/not_ready.html", _with_centre(around, told), status=503)
    told["results"], told["is_about_violence"] = results, results.is_about_violence
    told["areas"] = [area for area in around.areas.values() if area.latitude is not None]
    if results.answer.outcome == "none":
        return render(request, "portal/no_match.html", _with_centre(around, told))
    return render(request, "portal/results.html", told)


@require_safe
@of_centre
def suggest(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    """What the typed beginning may become; read by the script of the search field."""
    typed = clean(request.GET.get("q", ""), 60)
    kinds = {"need": "needs", "offer": "offers", "organisation": "organisations"}
    found = suggestions(typed, language) if typed else []
    rows = [
        {"text": s.text, "kind": s.kind, "address": f"/{language}/{kinds[s.kind]}/{s.target}/"}
        for s in found
        if s.kind in kinds and (s.kind != "need" or s.target in around.needs)
    ]
    return JsonResponse({"suggestions": rows})


@csrf_exempt  # no session stands behind it, and pages with a token could not be kept
@require_POST
@of_centre
def count(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    """A page says that its search was not clearly met; counted without its text."""
    if not is_from_here(request):
        return HttpResponseForbidden()
    asked = Search.from_address(request.POST, around)
    if asked.query:
        try:
            answer = hits_for(asked.query, language=language, filters=asked.filters(), limit=1)
        except NotReady:
            return HttpResponse(status=204)
        count_outcome(answer, asked.chosen.get("district", ""))
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
@of_centre
def tell(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    """Keep the text nobody could match: the person asked for it."""
    if not is_from_here(request):
        raise PermissionDenied
    text = clean(request.POST.get("text", ""), LONGEST)
    try:
        tell_centre(text, language)
    except TellRefused:
        return redirect(f"/{language}/")
    return HttpResponseRedirect(f"/{language}/told/", status=303)


@require_safe
@of_centre
def told(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return render(request, "portal/told.html", _with_centre(around, {}))


@require_safe
@of_centre
def offer(request: HttpRequest, around: Surroundings, language: str, slug: str) -> HttpResponse:
    page = OfferPage(offer_of(slug, language), around, language, timezone.now())
    query = clean(request.GET.get("q", ""), LONGEST)
    told = {
        "page": page,
        "offer": page.offer,
        "about": f"offer:{page.offer.pk}",
        "query": query,
        "reasons": _reasons(page.offer, query, around, language),
        "structured": of_offer(page, request.build_absolute_uri(f"/{language}/offers/{slug}/")),
        "is_about_violence": bool(ABOUT_VIOLENCE & set(page.needs)),
    }
    return render(request, "portal/offer.html", told)


def _reasons(offer: Offer, query: str, around: Surroundings, language: str) -> list[str]:
    if not query:
        return []
    try:
        hits = hits_for(query, language=language, filters=Filters(kind="offer"), limit=DEEPEST_REASON).hits
    except NotReady:
        return []
    return next((reason_words(hit, around, language) for hit in hits if hit.id == str(offer.pk)), [])


@require_safe
@of_centre
def topics(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return render(request, "portal/topics.html", {"topics": around.topics, "around": around})


@require_safe
@of_centre
def topic(request: HttpRequest, around: Surroundings, language: str, slug: str) -> HttpResponse:
    found = topic_of(around, slug)
    is_violent = slug == "schutz"
    return render(request, "portal/topic.html", {"topic": found, "around": around, "is_about_violence": is_violent})


@require_safe
@of_centre
def need(request: HttpRequest, around: Surroundings, language: str, slug: str) -> HttpResponse:
    found = need_of(around, slug)
    told = {
        "need": found,
        "topic": topic_of(around, found.group_id),
        "related": [around.needs[n] for n in found.related if n in around.needs],
        "is_about_violence": slug in ABOUT_VIOLENCE,
    }
    return render(request, "portal/need.html", _with_list(request, around, offers_meeting(found), told))


@require_safe
@of_centre
def districts(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    areas = around.areas.values()
    return render(request, "portal/districts.html", {"areas": areas, "picture": picture_of(areas)})


@require_safe
@of_centre
def district(request: HttpRequest, around: Surroundings, language: str, slug: str) -> HttpResponse:
    area = area_of(around, slug)
    return render(request, "portal/district.html", _with_list(request, around, offers_in(area), {"area": area}))


@require_safe
@of_centre
def organisations(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    told = {"list": _page(request, public_organisations(), DIRECTORY_LENGTH)}
    return render(request, "portal/organisations.html", told)


@require_safe
@of_centre
def organisation(request: HttpRequest, around: Surroundings, language: str, slug: str) -> HttpResponse:
    found, now = organisation_of(slug), timezone.now()
    offers, hours = load_of(found, offers_of(found)[:DIRECTORY_LENGTH])
    add_texts(offers, language)
    told = {
        "page": OrganisationPage(found, hours, language, now),
        "about": f"organisation:{found.pk}",
        "lines": lines_for(offers, language, now),
        "structured": of_organisation(found, request.build_absolute_uri(f"/{language}/organisations/{slug}/")),
    }
    return render(request, "portal/organisation.html", told)


@require_safe
@of_centre
def about(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    now = timezone.now()
    told = {
        name: OrganisationPage(body, hours_of(body), language, now)
        for name, body in (("page", around.centre), ("service_page", around.service_point))
        if body
    }
    return render(request, "portal/about.html", _with_centre(around, told))


def _with_centre(around: Surroundings, told: dict[str, Any]) -> dict[str, Any]:
    """Besides: the topics, and the Service-Point with what to say of today."""
    point = around.service_point
    return {
        **told,
        "topics": around.topics,
        "around": around,
        "service_point": point,
        "service_today": today(hours_of(point), timezone.now()) if point else None,
    }


def _with_list(request: HttpRequest, around: Surroundings, offers: Any, told: dict[str, Any]) -> dict[str, Any]:
    """Besides: a page of the cards of `offers`."""
    page = _page(request, offers.values_list("pk", flat=True), LIST_LENGTH)
    language = request.LANGUAGE_CODE
    cards = cards_for(offers_by_key(page.object_list, language), language, timezone.now())
    return {**told, "around": around, "list": page, "cards": cards}


def _page(request: HttpRequest, rows: Any, length: int) -> Page[Any]:
    return Paginator(rows, length).get_page(request.GET.get("page"))
