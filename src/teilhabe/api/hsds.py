"""The centre's published offers as Open Referral HSDS 3.1, below /api/hsds. Nothing here writes."""

from __future__ import annotations

import re
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.views.decorators.csrf import csrf_exempt

from teilhabe.api.asking import centre_of, refuse_too_many
from teilhabe.api.views import METHODS
from teilhabe.centres.models import Centre
from teilhabe.core import problems
from teilhabe.core.problems import Problem
from teilhabe.directory.models import Offer, OfferQuerySet
from teilhabe.directory.queries import public_offers
from teilhabe.exchange.hsds.telling import listed, region_of, service_of, with_all

VERSION = "3.1"
PROFILE = "https://docs.openreferral.org/en/3.1/hsds/"
OPENAPI = "https://raw.githubusercontent.com/openreferral/specification/3.1/schema/openapi.json"
PER_PAGE, MOST = 50, 100
ADVICE = "There is nothing at this address; /api/hsds/services lists the services, /api/hsds/services/{id} tells one."
_SERVICE = re.compile(r"services/([0-9a-fA-F-]{36})")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}


@csrf_exempt  # nothing is written here, and a refused method shall be told as such
def door(request: HttpRequest, address: str = "") -> HttpResponse:
    try:
        response = _answer(request, address.strip("/"))
    except Problem as fault:
        response = problems.answer(fault.status, fault.detail, fault.headers)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(request: HttpRequest, address: str) -> HttpResponse:
    found = _SERVICE.fullmatch(address)
    if address not in {"", "services"} and not found:
        raise Problem(404, ADVICE)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS, "Access-Control-Allow-Methods": METHODS})
    if request.method not in {"GET", "HEAD"}:
        raise Problem(405, f"Ask with GET; {request.method} changes nothing here.", {"Allow": METHODS})
    if address == "":
        return _json({"version": VERSION, "profile": PROFILE, "openapi_url": OPENAPI})
    centre = centre_of(request)
    refuse_too_many(request, "questions")
    return _json(_service(centre, found[1]) if found else _services(request, centre))


def _json(body: dict[str, Any]) -> HttpResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _service(centre: Centre, key: str) -> dict[str, Any]:
    """One published service with all that belongs to it; one past its last day is still there."""
    try:
        offer = with_all(Offer.objects.published()).filter(pk=UUID(key)).first()
    except ValueError as fault:
        raise Problem(404, ADVICE) from fault
    if offer is None:
        raise Problem(404, "There is no published service with this id here; /api/hsds/services lists those there are.")
    return service_of(offer, region=region_of(centre))


def _services(request: HttpRequest, centre: Centre) -> dict[str, Any]:
    """A page of services by name; the first page is there also when it is empty."""
    page, per_page = _number(request, "page", 1, 1_000_000), _number(request, "per_page", PER_PAGE, MOST)
    is_full, is_minimal = _flag(request, "full"), _flag(request, "minimal")
    offers = _wanted(request)
    total = offers.count()
    pages = max(1, ceil(total / per_page))
    if page > pages:
        raise Problem(404, f"There are {pages} pages; ask for page=1 to {pages}.")
    keys = list(offers.values_list("pk", flat=True)[(page - 1) * per_page : page * per_page])
    rows = {offer.pk: offer for offer in with_all(Offer.objects.published().filter(pk__in=keys))}
    region = region_of(centre)
    services = [service_of(rows[key], region=region) for key in keys if key in rows]
    if is_minimal:
        services = [{name: one[name] for name in ("id", "name", "status", "last_modified")} for one in services]
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": page,
        "size": len(services),
        "first_page": page == 1,
        "last_page": page == pages,
        "empty": not services,
        "contents": services if is_full or is_minimal else [listed(one) for one in services],
    }


def _wanted(request: HttpRequest) -> OfferQuerySet:
    """The public offers that the question narrows down to. Text is searched elsewhere, and better."""
    offers = public_offers()
    if request.GET.get("search"):
        raise Problem(400, "Texts are searched by /api/v1/search?q=...; leave search away here.")
    if key := request.GET.get("organization_id"):
        try:
            offers = offers.filter(organisation=UUID(key))
        except ValueError as fault:
            raise Problem(400, "organization_id should be a UUID, as services tell it.") from fault
    if text := request.GET.get("modified_after"):
        offers = offers.filter(updated_at__gte=_moment(text))
    return offers


def _moment(text: str) -> datetime:
    text = text.strip().replace(" ", "+")  # a plus sign in an address means a space
    try:
        day = parse_date(text)
        moment = parse_datetime(text) or (datetime(day.year, day.month, day.day) if day else None)  # noqa: DTZ001
        aware = make_aware(moment) if moment and is_naive(moment) else moment
        if aware is not None and 1900 <= aware.year <= 2200:
            return aware
    except (ValueError, OverflowError):
        pass
    raise Problem(400, "modified_after should be a day or a moment, such as 2026-11-01T00:00:00Z.")


def _number(request: HttpRequest, name: str, otherwise: int, most: int) -> int:
    text = request.GET.get(name, "").strip() or str(otherwise)
    if not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most):
        raise Problem(400, f"{name} should be a whole number from 1 to {most}.")
    return int(text)


def _flag(request: HttpRequest, name: str) -> bool:
    text = request.GET.get(name, "").strip().lower()
    if text not in _FLAGS:
        raise Problem(400, f"{name} should be true or false.")
    return _FLAGS[text]
