"""Who is asked and who asks: what all doors of the API settle before they answer."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from teilhabe.api import rate
from teilhabe.centres.models import Centre
from teilhabe.core.http import client_address, is_loopback
from teilhabe.core.problems import Problem


def centre_of(request: HttpRequest) -> Centre:
    """The centre that answers; Problem 404 when the address names none."""
    centre: Centre | None = getattr(request, "centre", None)
    if centre is None:
        slugs = ", ".join(Centre.objects.order_by("slug").values_list("slug", flat=True)[:100]) or "none yet"
        raise Problem(404, f"Which centre? Say ?centre=SLUG; there are: {slugs}.")
    return centre


def refuse_too_many(request: HttpRequest, what: str) -> None:
    """Problem 429 when a client asks more often than the operator allows; loopback is free."""
    client = client_address(request)
    if is_loopback(client):
        return
    if wait := rate.seconds_to_wait(client, settings.TEILHABE_SEARCH_RATE):
        raise Problem(429, f"Too many {what}; ask again in {wait} seconds.", {"Retry-After": str(wait)})
