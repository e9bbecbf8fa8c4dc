"""Offers as pages show them."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from teilhabe.directory.hours import spans_of
from teilhabe.directory.models import Confirmation, Offer, OfferHours, OfferNeed, Trait
from teilhabe.directory.queries import areas_with_counts, counts_by_need, offers_in, offers_meeting
from teilhabe.organisations.models import OrganisationHours, Place
from tests.factories import make_area, make_need, make_offer, make_organisation


def make_full_offer():
    offer = make_offer(place=Place.objects.create(organisation=make_organisation(), area=make_area()))
    Trait.objects.create(offer=offer, kind=Trait.Kind.LANGUAGE, code="ar")
    OfferNeed.objects.create(offer=offer, need=make_need())
    OfferHours.objects.create(offer=offer, weekday=0, opens=time(9), closes=time(12))
    Confirmation.objects.create(offer=offer, confirmed_on=date(2026, 10, 1), on_behalf_of="Redaktion")
    Confirmation.objects.create(offer=offer, confirmed_on=date(2026, 11, 1), on_behalf_of="Anbieter")
    return offer


@pytest.mark.parametrize("number", [1, 30])
def test_details_cost_the_same_for_one_and_for_thirty(centre, number, django_assert_num_queries):
    for _ in range(number):
        make_full_offer()
    with django_assert_num_queries(5):
        for offer in Offer.objects.with_details():
            assert offer.codes(Trait.Kind.LANGUAGE) == ["ar"]
            assert offer.place.area.name == "Opladen"
            assert [row.need.label("de") for row in offer.offer_needs.all()] == ["kita-platz"]
            assert (offer.confirmed_on, offer.confirmed_for) == (date(2026, 11, 1), "Anbieter")
            assert len(offer.hours.all()) == 1


def test_offers_meeting_a_need_said_before_suggested(centre):
    yesterday = timezone.localdate() - timedelta(days=1)
    suggested, said = make_offer("A"), make_offer("B")
    past, hidden, other = make_offer("C", valid_until=yesterday), make_offer("D", published=False), make_offer("E")
    need = make_need()
    OfferNeed.objects.create(offer=suggested, need=need, origin=OfferNeed.Origin.SUGGESTED)
    for offer in (said, past, hidden):
        OfferNeed.objects.create(offer=offer, need=need)
    OfferNeed.objects.create(offer=other, need=make_need("sport"))
    assert list(offers_meeting("kita-platz")) == [said, suggested]
    assert counts_by_need() == {"kita-platz": 2, "sport": 1}


def test_districts_with_their_offers(centre):
    offer, _ = make_full_offer(), make_offer("ohne Ort")
    make_area("Hitdorf")
    assert list(offers_in(offer.place.area)) == [offer]
    assert {area.name: area.offers for area in areas_with_counts()} == {"Opladen": 1, "Hitdorf": 0}


def test_an_offer_is_open_only_while_it_is_valid(centre):
    offer = make_offer(valid_from=date(2027, 2, 8), valid_until=date(2027, 2, 21))
    OfferHours.objects.create(offer=offer, weekday=0, opens=time(9), closes=time(12))
    days = [start.day for start, _ in spans_of(offer, date(2027, 2, 1), date(2027, 2, 28))]
    assert days == [8, 15]


def test_an_offer_that_says_nothing_of_time_has_its_organisations_hours(centre):
    silent, by_appointment = make_offer(), make_offer(schedule="nach Vereinbarung")
    for offer in (silent, by_appointment):
        OrganisationHours.objects.create(organisation=offer.organisation, weekday=0, opens=time(9), closes=time(12))
    day = date(2027, 2, 1)
    assert len(spans_of(silent, day, day)) == 1
    assert spans_of(by_appointment, day, day) == []


def test_contacts_fall_back_to_the_organisation(centre):
    body = make_organisation(phone="0214 5550100", email="a@example.org", website="https://a.example.org/")
    own = make_offer(organisation=body, phone="0214 5550199")
    assert (own.call, own.write, own.read_more) == ("0214 5550199", "a@example.org", "https://a.example.org/")
