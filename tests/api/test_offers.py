"""GET /api/v1/offers and /api/v1/needs: facts as they are stored, pages that cost the same however long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from teilhabe.centres.middleware import CentreOfHost
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import OfferNeed, Trait
from teilhabe.matching.operations import refresh_index
from teilhabe.vocabulary.models import HiddenNeed, NeedWording
from tests.factories import make_need, make_offer

EVERY = ["Deutschkurs A2", "Frauencafé", "Hilfe bei der Kita-Anmeldung", "Schuldnerberatung"]


def test_the_list_holds_what_is_published_and_current_by_title(ask: Any, town: Any):
    make_offer("Vorbei", valid_until=timezone.localdate() - timedelta(days=1))
    body = ask("offers")
    assert [offer["title"] for offer in body["offers"]] == EVERY
    assert (body["total"], body["limit"], body["offset"], body["language"]) == (4, 10, 0, "de")
    page = ask("offers?limit=2&offset=1")
    assert [offer["title"] for offer in page["offers"]] == EVERY[1:3]
    assert page["total"] == 4


def test_an_offer_of_another_centre_is_not_there(ask: Any, town: Any, other_centre: Any):
    with in_centre(other_centre):
        theirs = make_offer("Anderswo")
    host = {"HTTP_HOST": "leverkusen.localhost"}
    assert [offer["title"] for offer in ask("offers", **host)["offers"]] == EVERY
    assert "/api/v1/offers" in ask(f"offers/{theirs.pk}", 404, **host)["detail"]
    assert ask(f"offers/{theirs.pk}", HTTP_HOST=f"{other_centre.slug}.localhost")["title"] == "Anderswo"


def test_one_offer_tells_its_facts(ask: Any, town: Any):
    body = ask(f"offers/{town.kita.pk}?language=en")
    assert body["title"] == "Hilfe bei der Kita-Anmeldung"
    assert (body["language"], body["machine_translated"]) == ("de", False)
    assert body["source_id"] == "k-1"
    assert body["url"] == f"http://testserver/en/offers/{town.kita.slug}/"
    assert body["organisation"]["name"] == "Familienbüro (Demo)"
    assert body["needs"] == [{"id": "kita-platz", "label": "Day-care place", "suggested": False}]
    assert body["spoken"] == ["ar"]
    assert (body["free"], body["childcare"], body["open_now"]) == (True, None, None)
    assert body["place"]["district"] == {"id": "opladen", "label": "Opladen"}
    assert (body["phone"], body["website"]) == ("0214 1", "https://example.org/")
    assert (body["confirmed_on"], body["confirmed_by"]) == ("2026-10-01", "Redaktion")
    assert body["course"] is None
    course = ask(f"offers/{town.course.pk}")["course"]
    assert (course["level_from"], course["level_to"], course["seats_free"]) == ("A2", "B1", 3)
    cafe = ask(f"offers/{town.women.pk}")
    assert cafe["open_now"] is True
    assert [row["weekday"] for row in cafe["hours"]] == [1, 2, 3, 4, 5, 6, 7]
    assert (cafe["hours"][0]["opens"], cafe["hours"][0]["closes"]) == ("00:00", "23:59")


def test_what_is_not_public_is_not_there(ask: Any, town: Any):
    ask(f"offers/{town.draft.pk}", 404)
    ask(f"offers/{uuid4()}", 404)
    ask("offers/kein-uuid", 404)


def test_lists_cost_the_same_for_one_and_for_thirty(ask: Any, town: Any):
    def cost(address: str) -> int:
        CentreOfHost.known.clear()  # the middleware asks for the centre twice a second
        with CaptureQueriesContext(connection) as queries:
            ask(address, HTTP_HOST="leverkusen.localhost")
        assert all(query["sql"].lstrip("( ").startswith("SELECT") for query in queries), queries.captured_queries
        return len(queries)

    for n in range(30):
        offer = make_offer(f"Beratung bei Schulden {n}", is_free=True)
        OfferNeed.objects.create(offer=offer, need=make_need("schulden"))
        Trait.objects.create(offer=offer, kind=Trait.Kind.LANGUAGE, code="ru")
    refresh_index(town.centre)
    for language in ("de", "en", "ar"):  # the names of needs are kept from the first question on
        ask(f"search?q=Kita&language={language}", HTTP_HOST="leverkusen.localhost")
    for address in ("offers?language=en", "offers?free=1", "search?q=Schulden&language=ar", "search?q=x&kind=need"):
        assert cost(f"{address}&limit=1") == cost(f"{address}&limit=30") <= 15, address
    assert cost("needs") <= 8


def test_needs_come_in_groups_with_counts(ask: Any, town: Any):
    groups = ask("needs?language=en")["groups"]
    assert [group["id"] for group in groups] == ["familie"]
    needs = {need["id"]: need for need in groups[0]["needs"]}
    assert needs["kita-platz"] == {
        "id": "kita-platz",
        "label": "Day-care place",
        "help": "",
        "icon": "home",
        "related": [],
        "offers": ask("offers?need=kita-platz")["total"],
        "url": "http://testserver/en/needs/kita-platz/",
    }
    assert needs["kita-platz"]["offers"] >= 1
    NeedWording.objects.create(need_id="kita-platz", language="en", label="Kindergarten", help="From age one.")
    HiddenNeed.objects.create(need_id="schulden")
    assert [(n["label"], n["help"]) for n in ask("needs?language=en")["groups"][0]["needs"]] == [
        ("Kindergarten", "From age one.")
    ]
