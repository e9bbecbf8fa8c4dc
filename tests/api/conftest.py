"""A small town for the API: five offers of three organisations, found without embeddings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest

from teilhabe.api import rate
from teilhabe.core.encoder import encoder
from teilhabe.directory.models import Confirmation, Course, OfferHours, OfferNeed, Trait
from teilhabe.matching.operations import refresh_index
from tests.factories import make_area, make_need, make_offer, make_organisation


@pytest.fixture(autouse=True)
def _words_alone(settings: Any) -> Iterator[None]:
    settings.TEILHABE_ENCODER = "none"
    encoder.cache_clear()
    rate.forget()
    yield
    encoder.cache_clear()
    rate.forget()


@pytest.fixture
def town(centre: Any) -> Any:
    kita = make_need("kita-platz", labels={"de": "Kita-Platz", "en": "Day-care place", "ar": "مكان في الروضة"})
    debts = make_need("schulden", labels={"de": "Schulden", "en": "Debts"})
    opladen = make_area("Opladen")
    office = make_organisation("Familienbüro (Demo)", phone="0214 1", website="https://example.org/")
    place = office.places.create(street="Lindenweg 1", postcode="51379", city="Leverkusen", area=opladen)
    school = make_organisation("Sprachschule Rhein (Demo)")
    found = SimpleNamespace(
        centre=centre,
        kita=make_offer(
            "Hilfe bei der Kita-Anmeldung", organisation=office, place=place, category="counselling", is_free=True,
            summary="Wir suchen mit Ihnen einen Kita-Platz.", source_id="k-1",
        ),
        debts=make_offer("Schuldnerberatung", summary="Beratung bei Schulden und Mahnungen."),
        course=make_offer("Deutschkurs A2", organisation=school, category="language_course", is_free=False),
        women=make_offer("Frauencafé", organisation=school, category="meeting", women_only=True, step_free=True),
        draft=make_offer("Entwurf Kita", published=False),
    )  # fmt: skip
    OfferNeed.objects.create(offer=found.kita, need=kita)
    OfferNeed.objects.create(offer=found.debts, need=debts)
    Trait.objects.create(offer=found.kita, kind=Trait.Kind.LANGUAGE, code="ar")
    Course.objects.create(offer=found.course, level_from="A2", level_to="B1", seats_total=20, seats_free=3)
    for weekday in range(7):
        OfferHours.objects.create(
            offer=found.women, weekday=weekday, opens=time(0), closes=time(23, 59), on_holidays=True
        )
    Confirmation.objects.create(offer=found.kita, confirmed_on="2026-10-01", on_behalf_of="Redaktion")
    refresh_index(centre)
    return found


@pytest.fixture
def ask(client: Any) -> Any:
    """GET an address below /api/v1 and read its JSON."""

    def get(address: str, status: int = 200, **headers: Any) -> Any:
        response = client.get(f"/api/v1/{address}", **headers)
        assert response.status_code == status, response.content[:500]
        kind = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["Content-Type"].split(";")[0] == kind
        return response.json()

    return get
