"""The endpoints of /api/v1. Nothing here writes, sets a cookie or keeps what was asked."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from teilhabe.api import bodies, queries, schemas
from teilhabe.api.asking import centre_of, refuse_too_many
from teilhabe.centres.models import Centre
from teilhabe.centres.queries import centre_answering
from teilhabe.core import problems
from teilhabe.core.http import host_name
from teilhabe.core.problems import Problem
from teilhabe.core.text import clean
from teilhabe.matching.queries import LONGEST, NotReady

PREFIX = "/api/v1/"
RETRY_AFTER = {"Retry-After": "5"}  # seconds in which the task worker makes an index
DESCRIPTION = """\
Find what meets a need, in anybody's words and language; read the published offers and the vocabulary of needs.

All answers are JSON and open to every origin; nothing is written, no cookie is set and no key is wanted. Every address
works with and without final slash. Unknown parameters are ignored; an impossible value of a known one is refused with
a sentence that says what to do. Errors are `application/problem+json` (RFC 9457).

**Which centre answers**: the centre's own host name; else `<slug>.localhost`; else `?centre=slug`; else the only or the
default centre.

**Rate**: `/search` answers 600 times a minute and client (the operator may change it), counted in the memory of each
server process; then 429 with `Retry-After`. Offers and needs are not counted, nor is the machine itself.
"""

api = NinjaAPI(
    title="Teilhabe",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)


@api.get("search", response=schemas.SearchAnswer, operation_id="search", summary="Find what meets a need")
def search(request: HttpRequest, response: HttpResponse, question: Query[schemas.SearchQuestion]) -> dict[str, Any]:
    """Ranked hits with their reasons, for a need typed in any language, misspelt or romanised."""
    centre = centre_of(request)
    refuse_too_many(request, "searches")
    if not clean(question.q, LONGEST):
        raise Problem(400, "Say in q what is needed, such as /api/v1/search?q=Kita-Platz.")
    language = response["Content-Language"] = queries.reader_of(question.language)
    answer = queries.search(
        question.q,
        language=language,
        filters=question.filters(question.kind),
        limit=question.limit,
        offset=question.offset,
    )
    rest = answer.took_ms - answer.encoder_ms
    response["Server-Timing"] = f"encoder;dur={answer.encoder_ms:.2f}, search;dur={rest:.2f}"
    return bodies.search_body(answer, centre, _base_url(request, centre))


@api.get("offers", response=schemas.OffersAnswer, operation_id="offers", summary="Published offers, by title")
def offers(request: HttpRequest, response: HttpResponse, question: Query[schemas.Facts]) -> dict[str, Any]:
    """A page of the offers that have all the facts asked for; those past their last day are left out."""
    centre, at = centre_of(request), timezone.now()
    language = response["Content-Language"] = queries.reader_of(question.language)
    total, page = queries.offers_page(question.filters(), limit=question.limit, offset=question.offset, at=at)
    return {
        "language": language,
        "total": total,
        "limit": question.limit,
        "offset": question.offset,
        "offers": bodies.offer_bodies(page, language, _base_url(request, centre), at),
    }


@api.get("offers/{uuid:offer_id}", response=schemas.OfferBody, operation_id="offer", summary="One published offer")
def offer(
    request: HttpRequest, response: HttpResponse, offer_id: UUID, question: Query[schemas.Reader]
) -> dict[str, Any]:
    """All facts of one offer; one past its last day is still there."""
    centre = centre_of(request)
    language = response["Content-Language"] = queries.reader_of(question.language)
    found = get_object_or_404(queries.with_facts(), pk=offer_id)
    return bodies.offer_bodies([found], language, _base_url(request, centre), timezone.now())[0]


@api.get("needs", response=schemas.NeedsAnswer, operation_id="needs", summary="The vocabulary of needs")
def needs(request: HttpRequest, response: HttpResponse, question: Query[schemas.Reader]) -> dict[str, Any]:
    """The groups and their needs as this centre shows them, and how many offers meet each."""
    centre = centre_of(request)
    language = response["Content-Language"] = queries.reader_of(question.language)
    return bodies.needs_body(language, _base_url(request, centre))


@api.get("openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> dict[str, Any]:
    return document()


MEANINGS = {
    "400": "A parameter is missing or impossible; the sentence says which, and what to do.",
    "404": "There is no such centre, or no such published offer here.",
    "429": "Too many searches in this minute; `Retry-After` says when to come back.",
    "503": "The index of this centre is being made; `Retry-After` says when to come back.",
}
FAULTS = {
    "search": ("400", "404", "429", "503"),
    "offers": ("400", "404", "503"),
    "offer": ("400", "404"),
    "needs": ("400", "404"),
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document; tests/api/openapi.json is its committed copy."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    del found["servers"]  # the one that gives this document
    problem = schemas.ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    found["components"]["schemas"]["Problem"] = problem
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in found["paths"].values():
        operation = path["get"]
        for parameter in operation["parameters"]:
            parameter.pop("examples", None)  # a list belongs into the schema; here it is against the standard
        for status in FAULTS[operation["operationId"]]:
            operation["responses"][status] = {"description": MEANINGS[status], "content": content}
    return found


@api.exception_handler(Problem)
def _problem(request: HttpRequest, fault: Problem) -> HttpResponse:
    return problems.answer(fault.status, fault.detail, fault.headers)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, fault: Http404) -> HttpResponse:
    return problems.answer(404, "There is no published offer with this id here; /api/v1/offers lists those there are.")


@api.exception_handler(NotReady)
def _not_ready(request: HttpRequest, fault: NotReady) -> HttpResponse:
    return problems.answer(503, "The index of this centre is being made; ask again in a few seconds.", RETRY_AFTER)


@api.exception_handler(ValidationError)
def _impossible(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return problems.answer(400, " ".join(_sentence(error) for error in fault.errors))


def _sentence(error: dict[str, Any]) -> str:
    name = str(error["loc"][-1])
    if error["type"] == "missing":
        return f"Say in {name} what is needed, such as /api/v1/search?q=Kita-Platz."
    return f"{error['msg'].replace('Input', name, 1)}."


def _base_url(request: HttpRequest, centre: Centre) -> str:
    """The host that was asked, unless the pages of `centre` are not there because only ?centre= named it."""
    if "centre" in request.GET and centre_answering(host_name(request)) != centre:
        return bodies.centre_address(centre, urlsplit(f"//{request.get_host()}").port)
    return f"{request.scheme}://{request.get_host()}"
