"""Organisations by name, and a centre as one of them."""

import pytest

from teilhabe.centres.scope import in_centre
from teilhabe.organisations.models import Organisation, folded_name
from teilhabe.organisations.operations import (
    Address,
    organisation_named,
    organisations_named,
    places_at,
    set_up_centre,
)
from teilhabe.organisations.queries import own_organisations
from teilhabe.vocabulary.models import Area
from tests.factories import make_area, make_organisation


@pytest.mark.parametrize(
    "name",
    [
        "Brückenwerk e. V.",
        "BRÜCKENWERK e.V.",
        "Bruckenwerk eV",
        "Brückenwerk, e. V.",
        "Brückenwerk gGmbH",
        "Brückenwerk",
    ],
)
def test_case_accents_and_legal_form_do_not_count(name):
    assert folded_name(name) == "bruckenwerk"


@pytest.mark.parametrize("name", ["Kreisverband Agen", "Evangelische Kirche", "Eva e. V. Haus"])
def test_words_that_look_like_a_legal_form_count(name):
    assert len(folded_name(name)) >= len("eva haus")
    assert folded_name("AG") == "ag"  # nothing else is left


def test_a_name_is_one_organisation(centre):
    first = organisation_named("Lernhaus e. V.", by=None)
    assert organisation_named("LERNHAUS", by=None) == first
    assert list(Organisation.objects.all()) == [first]


def test_many_at_once_keep_their_addresses_apart(centre):
    known = make_organisation("Träger A")
    found = organisations_named(["Träger A e.V.", "Träger B", "träger b GmbH", "Träger-B-", "Trager (C)", "Träger C!"])
    assert found["trager a"] == known
    assert sorted(Organisation.objects.values_list("slug", flat=True)) == ["traeger-a", "traeger-b", "trager-c"]


def test_an_address_is_one_place(centre):
    body, area = make_organisation(), make_area()
    address = Address(body, area, street="Weg 1", postcode="51373")
    first = places_at([address, address])
    assert places_at([address]) == first
    assert len(first) == 1


def test_the_centre_is_an_organisation_with_its_districts(centre):
    own = set_up_centre(centre)
    assert own.name == "Kommunales Integrationszentrum Leverkusen"
    assert set_up_centre(centre) == own == own_organisations()[0]
    assert [area.name for area in Area.objects.all()] == [
        "Wiesdorf", "Manfort", "Rheindorf", "Hitdorf", "Opladen", "Küppersteg", "Bürrig", "Quettingen",
        "Bergisch Neukirchen", "Schlebusch", "Steinbüchel", "Lützenkirchen", "Alkenrath",
    ]  # fmt: skip


def test_what_one_centre_has_another_has_not(centre, other_centre):
    organisation_named("Lernhaus", by=None)
    with in_centre(other_centre):
        assert organisations_named([]) == {}


@pytest.mark.parametrize("number", [1, 30])
def test_details_cost_the_same_for_one_and_for_thirty(centre, number, django_assert_num_queries):
    for _ in range(number):
        make_organisation()
    with django_assert_num_queries(6):
        assert len([(list(o.places.all()), list(o.hours.all())) for o in Organisation.objects.with_details()]) == number
