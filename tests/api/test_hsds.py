"""The offers of a centre as HSDS 3.1: valid, paged, its own, and what came from HSDS comes back."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teilhabe.api import hsds
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Course, Offer, OfferHours, OfferHoursException, OfferNeed, OfferPerson, Trait
from teilhabe.exchange.hsds.importing import import_hsds
from teilhabe.organisations.models import Person
from tests.exchange.services import full_service, service
from tests.factories import make_area, make_need, make_offer, make_organisation
from tests.standards.hsds import faults

STRANGER = "203.0.113.9"
FLAGS = ("first_page", "last_page", "empty")


@pytest.fixture
def get(client: Any) -> Any:
    """GET an address below /api/hsds and read its JSON."""

    def get(address: str, status: int = 200, **headers: Any) -> Any:
        response = client.get(f"/api/hsds{address}", **headers)
        assert response.status_code == status, response.content[:500]
        kind = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["Content-Type"].split(";")[0] == kind
        return response.json()

    return get


def rich_offer(**fields: Any) -> Offer:
    """An offer that says something in every field."""
    body = make_organisation(phone="0214 1", email="haus@example.org", website="https://example.org/ü", summary="Haus.")
    place = body.places.create(
        name="Haus", street="Weg 1", postcode="51373", city="Leverkusen", area=make_area("Opladen"), latitude=51.0,
        longitude=7.0, step_free=True, directions="Bus 1",
    )  # fmt: skip
    offer = make_offer(
        organisation=body, place=place, description="Lang.", category="course", cost="kostenlos", is_free=True,
        conditions="Für alle", registration="Anrufen", bring="Ausweis\nStift", schedule="Mo 9-12", interpreters="ja",
        childcare=True, step_free=True, women_only=False, online=False, phone="0214 2", email="kurs@example.org",
        website="https://example.org/ä?a=1", valid_from=date(2026, 1, 1), valid_until=date(2099, 1, 1), **fields,
    )  # fmt: skip
    for kind, code in (("language", "ar"), ("audience", "newcomers"), ("target_group", "Eltern"), ("way_in", "phone")):
        Trait.objects.create(offer=offer, kind=kind, code=code)
    OfferNeed.objects.create(offer=offer, need=make_need("kita-platz", labels={"de": "Kita-Platz"}))
    Course.objects.create(offer=offer, level_from="A1", level_to="B1", starts_on="2026-12-01", seats_total=9,
                          seats_free=3, has_waiting_list=True, exam="DTZ")  # fmt: skip
    for weekday, nth in ((0, None), (2, None), (5, -1)):
        OfferHours.objects.create(offer=offer, weekday=weekday, nth=nth, opens=time(9), closes=time(23, 59))
    OfferHoursException.objects.create(offer=offer, first_day="2026-12-24", last_day="2027-01-02", note="Ferien")
    person = Person.objects.create(organisation=body, name="A. Muster (Demo)", tasks="Leitung", phone="0214 3")
    OfferPerson.objects.create(offer=offer, person=person)
    return offer


def test_the_root_says_what_this_is(get: Any, centre: Any):
    assert get("") == get("/") == {"version": "3.1", "profile": hsds.PROFILE, "openapi_url": hsds.OPENAPI}


def test_every_answer_is_valid(get: Any, centre: Any):
    offers = [rich_offer(), make_offer(summary=""), make_offer(organisation=make_organisation("Ä" * 200))]
    for offer in offers:
        told = get(f"/services/{offer.pk}")
        assert faults("service", told) == []
        assert told == get(f"/services/{offer.pk}/")
        assert told["id"] == str(offer.pk)
    for address in ("/services", "/services/", "/services?full=true", "/services?minimal=true"):
        page = get(address)
        assert [faults("service", one) for one in page["contents"]] == [[], [], []]


def test_an_offer_says_all_it_has(get: Any, centre: Any):
    told = get(f"/services/{rich_offer(source_id='k-1').pk}")
    assert told["url"] == "https://example.org/%C3%A4?a=1"
    assert (told["status"], told["email"], told["fees_description"]) == ("active", "kurs@example.org", "kostenlos")
    assert [phone["number"] for phone in told["phones"]] == ["0214 2"]
    assert [(one["code"], one["name"]) for one in told["languages"]] == [("ar", "Arabic")]
    assert [one["document"] for one in told["required_documents"]] == ["Ausweis", "Stift"]
    assert [(one["amount"], one["currency"]) for one in told["cost_options"]] == [(0, "EUR")]
    assert [(one["name"], one["phones"][0]["number"]) for one in told["contacts"]] == [("A. Muster (Demo)", "0214 3")]
    location = told["service_at_locations"][0]["location"]
    assert location["accessibility"][0]["description"] == "stufenlos erreichbar"
    address = location["addresses"][0]
    assert (address["address_1"], address["state_province"], address["country"]) == ("Weg 1", "NW", "DE")
    days = [(one.get("freq"), one.get("byday"), one.get("closes_at")) for one in told["schedules"]]
    assert days == [("WEEKLY", "MO,WE", "24:00"), ("MONTHLY", "-1SA", "24:00"), (None, None, None)]
    facts = {one["label"]: one["value"] for one in told["attributes"]}
    assert facts.pop("summary").endswith("für alle.")
    assert facts == {
        "category": "course", "need": "kita-platz", "audience": "newcomers", "target_groups": "Eltern",
        "way_in": "phone", "childcare": "yes", "step_free": "yes", "women_only": "no", "online": "no",
        "is_free": "yes", "valid_from": "2026-01-01", "valid_until": "2099-01-01", "district": "Opladen",
        "course_start": "2026-12-01", "exam": "DTZ", "seats_total": "9", "seats_free": "3", "waiting_list": "yes",
        "level": "A1-B1", "source_id": "k-1",
    }  # fmt: skip


def without_ids(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: without_ids(value) for name, value in told.items() if name not in {"id", "last_modified"}}
    return [without_ids(one) for one in told] if isinstance(told, list) else told


def test_hsds_comes_back_as_it_came(get: Any, centre: Any, tmp_path: Path):
    make_area("Opladen")
    path = tmp_path / "dienst.json"
    path.write_text(json.dumps(full_service()))
    import_hsds(str(path), centre=centre, by=None, publish=True)
    told = get(f"/services/{Offer.objects.get().pk}")
    assert faults("service", told) == []
    told["attributes"] = [one for one in told["attributes"] if one["link_type"] != "teilhabe"]
    assert without_ids(told) == without_ids(full_service())


def test_what_we_say_is_understood_by_another_centre(get: Any, centre: Any, other_centre: Any, tmp_path: Path):
    """Ours -> HSDS -> ours -> HSDS: a second centre says the same of the offer as the first."""
    first = get(f"/services/{rich_offer().pk}?centre={centre.slug}")
    path = tmp_path / "dienst.json"
    path.write_text(json.dumps(first))
    with in_centre(other_centre):
        report = import_hsds(str(path), centre=other_centre, by=None, publish=True)
        assert report.rejected == []
        copy = Offer.objects.get()
    second = get(f"/services/{copy.pk}?centre={other_centre.slug}")
    for told in (first, second):
        told["attributes"] = [one for one in told["attributes"] if one["label"] != "source_id"]
    assert without_ids(second) == without_ids(first)


def test_what_was_changed_here_stands_before_what_came(get: Any, centre: Any, tmp_path: Path):
    path = tmp_path / "dienst.json"
    path.write_text(json.dumps(full_service()))
    import_hsds(str(path), centre=centre, by=None, publish=True)
    offer = Offer.objects.get()
    offer.phone, offer.cost, offer.is_free, offer.bring = "0214 99", "", True, "Foto"
    offer.save()
    offer.hours.all().delete()
    offer.people.clear()
    offer.place.street = "Neuer Weg 2"
    offer.place.save()
    told = get(f"/services/{offer.pk}")
    assert [phone["number"] for phone in told["phones"]] == ["0214 99", "0214 55 11"]
    assert [one["amount"] for one in told["cost_options"]] == [0]
    assert [one["document"] for one in told["required_documents"]] == ["Foto"]
    assert [one.get("byday") for one in told["schedules"]] == [None]
    assert "contacts" not in told
    address = told["service_at_locations"][0]["location"]["addresses"][0]
    assert (address["address_1"], address.get("address_2"), address["region"]) == ("Neuer Weg 2", None, "Opladen")


def test_pages_as_hsds_says(get: Any, centre: Any):
    for number in range(5):
        make_offer(f"Angebot {number}")
    page = get("/services?per_page=2&page=2")
    assert [one["name"] for one in page["contents"]] == ["Angebot 2", "Angebot 3"]
    assert (page["total_items"], page["total_pages"], page["page_number"], page["size"]) == (5, 3, 2, 2)
    assert [page[flag] for flag in FLAGS] == [False, False, False]
    assert [get("/services?per_page=2&page=3")[flag] for flag in FLAGS] == [False, True, False]
    assert [get("/services?per_page=5")[flag] for flag in FLAGS] == [True, True, False]
    assert "page=1 to 3" in get("/services?per_page=2&page=4", 404)["detail"]


def test_a_centre_without_offers_has_one_empty_page(get: Any, centre: Any):
    page = get("/services")
    assert (page["total_items"], page["total_pages"], page["size"], page["contents"]) == (0, 1, 0, [])
    assert [page[flag] for flag in FLAGS] == [True, True, True]


def test_lists_tell_own_fields_and_full_ones_everything(get: Any, centre: Any):
    offer = rich_offer()
    (short,), (full,) = get("/services")["contents"], get("/services?full=true")["contents"]
    assert full == get(f"/services/{offer.pk}")
    assert "phones" not in short
    assert "phones" not in short["organization"]
    assert short.items() <= {**full, "organization": short["organization"]}.items()
    (least,) = get("/services?minimal=true")["contents"]
    assert set(least) == {"id", "name", "status", "last_modified"}


def test_narrowing_down(get: Any, centre: Any):
    old, new = make_offer("Alt"), make_offer("Neu")
    Offer.objects.filter(pk=old.pk).update(updated_at="2020-01-01T00:00:00Z")

    def found(question: str) -> list[str]:
        return [one["name"] for one in get(f"/services?{question}")["contents"]]

    assert found(f"organization_id={old.organisation_id}") == ["Alt"]
    for since in ("2021-01-01", "2021-01-01T00:00:00Z", "2021-01-01T00:00:00+01:00", "2021-01-01T00:00:00%2B01:00"):
        assert found(f"modified_after={since}") == ["Neu"]
    assert found(f"unknown=1&organization_id={new.organisation_id}") == ["Neu"]


@pytest.mark.parametrize(
    "question",
    ["page=0", "page=x", "page=-1", "page=1e3", "page=²", "per_page=101", "per_page=99999999999", "full=vielleicht",
     "organization_id=7", "modified_after=gestern", "modified_after=2026-02-31", "modified_after=0001-01-01",
     "search=Kita"],
)  # fmt: skip
def test_impossible_values_are_refused_with_a_sentence(get: Any, centre: Any, question: str):
    told = get(f"/services?{question}", 400)
    assert question.split("=")[0] in told["detail"]


def test_only_published_offers_of_the_centre_that_answers(get: Any, centre: Any, other_centre: Any):
    ours, draft = make_offer("Unseres"), make_offer("Entwurf", published=False)
    past = make_offer("Vorbei", valid_until=date(2020, 1, 1))
    with in_centre(other_centre):
        theirs = make_offer("Anderswo")
    assert [one["name"] for one in get(f"/services?centre={centre.slug}")["contents"]] == ["Unseres"]
    assert [one["name"] for one in get(f"/services?centre={other_centre.slug}")["contents"]] == ["Anderswo"]
    for key, status in ((ours.pk, 200), (past.pk, 200), (draft.pk, 404), (theirs.pk, 404)):
        get(f"/services/{key}?centre={centre.slug}", status)
    assert "?centre=" in get("/services", 404)["detail"]


def test_what_is_not_there_says_where_to_look(get: Any, centre: Any):
    for address in ("/nothing", "/services/x", "/services/" + "0" * 36, "/services/a/b", "/organizations"):
        assert "/api/hsds/services" in get(address, 404)["detail"]


def test_only_reading(client: Any, centre: Any):
    make_offer()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = Client(enforce_csrf_checks=True).generic(method, "/api/hsds/services")
        assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.options("/api/hsds/services").status_code == 204
    assert client.head("/api/hsds/services").content == b""
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/api/hsds/services?full=true")
    assert [q["sql"] for q in queries if not q["sql"].lstrip("( ").startswith("SELECT")] == []
    assert not response.cookies
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_client_that_asks_too_often_waits(client: Any, centre: Any, settings: Any):
    settings.TEILHABE_SEARCH_RATE = 2
    answers = [client.get("/api/hsds/services", REMOTE_ADDR=STRANGER) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert client.get("/api/hsds/services", REMOTE_ADDR="127.0.0.1").status_code == 200


def test_thirty_services_cost_as_many_queries_as_one(client: Any, centre: Any):
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        # which centre answers is looked up now and then only
        return len([query for query in queries if 'FROM "centres_' not in query["sql"]])

    rich_offer()
    addresses = ("/api/hsds/services?full=true", "/api/hsds/services")
    one = [cost(address) for address in addresses]
    for _ in range(29):
        rich_offer()
    assert [cost(address) for address in addresses] == one
    assert max(one) <= 8


def test_hostile_texts_of_our_own_stay_valid(get: Any, centre: Any):
    offer = rich_offer(source_id="<script>")
    offer.email, offer.website = "kein@ort", "https://example.org/[x]?ü=%zz#a#b"
    offer.description = "\ud7ff" + "<b>" * 1000
    offer.save()
    assert faults("service", get(f"/services/{offer.pk}")) == []


def test_two_services_of_one_place_keep_its_names_apart(get: Any, centre: Any, tmp_path: Path):
    def at(name: str) -> list[dict[str, Any]]:
        address = {"address_1": "Weg 1", "city": "Leverkusen", "postal_code": "51373", "state_province": "NW",
                   "country": "DE", "address_type": "physical"}  # fmt: skip
        return [{"location": {"location_type": "physical", "name": name, "addresses": [address]}}]

    path = tmp_path / "zwei.json"
    path.write_text(json.dumps([service(n, service_at_locations=at(f"Raum {n}")) for n in (1, 2)]))
    import_hsds(str(path), centre=centre, by=None, publish=True)
    rooms = [one["service_at_locations"][0]["location"]["name"] for one in get("/services?full=true")["contents"]]
    assert rooms == ["Raum 1", "Raum 2"]
