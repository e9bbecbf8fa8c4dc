"""A page costs the same few queries for one row and for thirty."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teilhabe.directory.models import Confirmation, Offer, OfferHours, OfferNeed, Trait
from teilhabe.portal.middleware import KeptResponses
from teilhabe.portal.offers import forget_offers
from tests.factories import make_offer, make_organisation
from tests.portal.town import open_search

MOST = 5
PAGES = [
    "/", "/needs/", "/topics/familie/", "/needs/kita-platz/", "/districts/", "/districts/opladen/", "/organisations/",
    "/organisations/familienbuero-leverkusen/", "/about/", "/imprint/", "/privacy/", "/accessibility/",
    "/feedback/", "/sitemap.xml",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _centre_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which centre answers is asked once in half a second, whatever a page costs; no answer is remembered."""
    monkeypatch.setattr("teilhabe.centres.middleware.FRESH_FOR", 60)
    monkeypatch.setattr("teilhabe.matching.queries.KEPT_ANSWERS", 0)


def queries_of(address: str) -> int:
    """Of a second request: what every page of the centre shows is kept by then, the page is not."""
    client = Client()
    KeptResponses.forget()
    client.get(address)
    KeptResponses.forget()
    forget_offers()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def add_offers(town: Any, number: int) -> None:
    for n in range(number):
        body = town["bureau"] if n % 2 else make_organisation()
        offer = make_offer(f"Kita-Hilfe Nummer {n}", organisation=body, place=town["kita"].place)
        OfferNeed.objects.create(offer=offer, need_id="kita-platz")
        Trait.objects.create(offer=offer, kind=Trait.Kind.LANGUAGE, code="ar")
        OfferHours.objects.create(offer=offer, weekday=n % 5, opens=time(9), closes=time(12))
        Confirmation.objects.create(offer=offer, confirmed_on=date(2026, 5, 1))


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_lists_cost_the_same_for_one_and_for_thirty(town: Any, page: str, language: str) -> None:
    few = queries_of(f"/{language}{page}")
    add_offers(town, 30)
    assert queries_of(f"/{language}{page}") == few
    assert few <= MOST


@pytest.mark.parametrize("language", ["de", "ar"])
def test_results_cost_the_same_for_one_and_for_many(open_town: Any, centre: Any, language: str) -> None:
    few = queries_of(f"/{language}/search?q=Kita-Platz")
    add_offers(open_town, 30)
    open_search(centre)
    assert queries_of(f"/{language}/search?q=Kita-Platz") == few
    assert few <= MOST


@pytest.mark.parametrize("language", ["de", "ar"])
def test_an_offers_page_costs_few_queries(town: Any, language: str) -> None:
    offer: Offer = town["kita"]
    assert queries_of(f"/{language}/offers/{offer.slug}/") <= MOST
