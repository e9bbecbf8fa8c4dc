"""The two demo centres, from their files."""

import re

import pytest

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Confirmation, Offer
from teilhabe.exchange.demo_centres import DemoRefused, demo_folders, load_demo
from teilhabe.organisations.models import Organisation, Person
from teilhabe.organisations.queries import own_organisations
from teilhabe.vocabulary.models import Area
from teilhabe.vocabulary.operations import load_needs
from tests.factories import make_centre

MAIN, SMALL = demo_folders()


@pytest.fixture
def leverkusen(db):
    load_needs()
    centre, report = load_demo(MAIN)
    assert report.kept_as_text.keys() <= {"conditions", "cost", "registration", "schedule"}
    with in_centre(centre):
        yield centre


def test_leverkusen_has_offers_over_all_districts_and_needs(leverkusen):
    assert leverkusen.is_demo
    assert Offer.objects.count() == Offer.objects.published().count() >= 180
    assert Organisation.objects.exclude(offers=None).count() >= 60
    assert list(Area.objects.exclude(places__offers__isnull=False).values_list("name", flat=True)) == []
    assert Area.objects.count() == 13
    assert not Offer.objects.filter(offer_needs=None).exists()


def test_its_own_facts_are_the_true_ones(leverkusen):
    own, service_points = own_organisations()
    assert str(own.places.all()[0]) == "Hauptstraße 105, 51373 Leverkusen"
    assert [str(h) for h in own.hours.all()] == [*(f"{d} 09:00-16:00" for d in range(4)), "4 09:00-12:30"]
    (point,) = service_points
    assert [str(h) for h in point.hours.all()] == ["0 12:45-16:45", "3 13:00-17:00", "4 08:30-12:30"]
    assert "bitte prüfen" in point.source
    assert "bitte prüfen" in point.summary
    assert Person.objects.exists()
    assert all("(Demo)" in person.name for person in Person.objects.all())


def test_nobody_real_can_be_called(leverkusen):
    numbers = {*Organisation.objects.values_list("phone", flat=True), *Offer.objects.values_list("phone", flat=True)}
    assert [n for n in sorted(numbers) if n and not re.fullmatch(r"0214 5550\d{3}", n)] == []
    mails = {*Organisation.objects.values_list("email", flat=True), *Offer.objects.values_list("email", flat=True)}
    assert [mail for mail in sorted(mails) if mail and not mail.endswith(".example.org")] == []


def test_an_offer_without_an_address_is_where_its_organisation_is(leverkusen):
    offer = Offer.objects.get(source_id="lev-a-001")
    assert offer.place.street
    assert offer.place == offer.organisation.places.first()
    assert Offer.objects.get(source_id="lev-b-001").phone == "0214 5550541"


def test_a_withheld_address_is_told_nowhere(leverkusen):
    offers = Offer.objects.filter(source_id__in=["lev-b-015", "lev-b-095", "lev-b-096", "lev-b-111"])
    told = [(o.place.area, o.place.street, o.place.postcode) for o in offers if o.place]
    assert len(offers) == 4
    assert set(told) <= {(None, "", "")}


def test_no_shelter_tells_where_it_is_by_inheritance(leverkusen):
    shelters = Offer.objects.filter(category=Offer.Category.SHELTER, title__contains="Frauenhaus")
    assert [offer.place.street if offer.place else "" for offer in shelters] == ["", ""]


def test_most_offers_were_confirmed_and_some_long_ago(leverkusen):
    days = [c.confirmed_on for c in Confirmation.objects.all()]
    assert 0.9 < len(days) / Offer.objects.count() < 1
    assert (max(days) - min(days)).days > 180


def test_a_second_time_changes_nothing(leverkusen):
    leverkusen.refresh_from_db()
    before = [*Offer.objects.values_list("updated_at"), *Organisation.objects.values_list("updated_at", "pk")]
    _, report = load_demo(MAIN)
    version = leverkusen.version
    leverkusen.refresh_from_db()
    assert (report.created, report.changed, leverkusen.version) == (0, 0, version)
    assert [*Offer.objects.values_list("updated_at"), *Organisation.objects.values_list("updated_at", "pk")] == before


def test_the_small_centre_is_another(leverkusen):
    olpe, report = load_demo(SMALL)
    assert (olpe.slug, report.created) == ("olpe", 12)
    assert not Offer.objects.filter(source_id__startswith="olpe").exists()
    with in_centre(olpe):
        assert Offer.objects.count() == 12
        assert Area.objects.count() >= 6


@pytest.mark.django_db
def test_invented_offers_do_not_go_into_a_real_centre():
    make_centre("05316000")
    with pytest.raises(DemoRefused, match="no demo"):
        load_demo(MAIN)
    with in_centre(Centre.objects.get()):
        assert list(Offer.objects.all()) == []
