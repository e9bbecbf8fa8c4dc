"""The door of /api/v1: with or without final slash, GET and HEAD only, open to every origin, errors as problems."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from teilhabe.core import problems

METHODS = "GET, HEAD, OPTIONS"
ADVICE = "There is nothing at this address; /api/v1/openapi.json describes search, offers and needs."


@csrf_exempt  # nothing is written here, and a refused method shall be told as such
def door(request: HttpRequest, address: str = "") -> HttpResponseBase:
    response = _answer(request, address.removesuffix("/"))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(request: HttpRequest, address: str) -> HttpResponseBase:
    try:
        view, _, kwargs = _resolver().resolve(address)
    except Resolver404:
        return problems.answer(404, ADVICE)
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": METHODS, "Access-Control-Allow-Methods": METHODS})
    if request.method not in {"GET", "HEAD"}:
        return problems.answer(405, f"Ask with GET; {request.method} changes nothing here.", {"Allow": METHODS})
    is_head, request.method = request.method == "HEAD", "GET"  # the web server leaves the body out
    response: HttpResponseBase = view(request, **kwargs)
    if is_head:
        request.method = "HEAD"
    return response


@cache
def _resolver() -> URLResolver:
    """The endpoints, imported at the first question: their library takes half a second and 8 MB.

    Its own page at the empty address is left out.
    """
    from teilhabe.api.api import api

    return URLResolver(RegexPattern(""), [route for route in api.urls[0] if str(route.pattern)])
