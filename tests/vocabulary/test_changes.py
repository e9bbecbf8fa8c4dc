"""A centre adds, hides and rewords needs and phrases; an update of the shipped ones overwrites nothing of it."""

import pytest

from teilhabe.centres.scope import in_centre
from teilhabe.matching.operations import refresh_index
from teilhabe.matching.queries import hits_for
from teilhabe.vocabulary.models import Need
from teilhabe.vocabulary.operations import add_phrase, hide_need, hide_phrase, load_needs, reword_need, show_need
from teilhabe.vocabulary.queries import needs_of_centre
from tests.factories import make_offer


@pytest.fixture
def schulden(centre):
    load_needs()
    offer = make_offer("Schuldnerberatung", summary="Hilfe bei Schulden und Mahnungen.")
    make_offer("Schwimmkurs", summary="Schwimmen lernen.")
    need = Need.objects.get(pk="schulden")
    offer.offer_needs.create(need=need)
    return need


def first(query):
    hits = hits_for(query, language="de").hits
    return hits[0].title if hits else None


def test_an_own_phrase_finds_the_need(centre, schulden):
    refresh_index(centre)
    assert "schulden" not in hits_for("blaue Eule", language="de").needs
    add_phrase(schulden, "de", "Blaue Eule", by=None, centre=centre)
    refresh_index(centre)
    assert first("blaue eule!") == "Schuldnerberatung"
    assert hits_for("blaue eule!", language="de").outcome == "found"


def test_a_hidden_phrase_means_the_need_no_longer(centre, schulden):
    refresh_index(centre)
    assert "schulden" in hits_for("ich habe Schulden", language="de").needs
    hide_phrase(schulden, "de", "ich habe Schulden", by=None, centre=centre)
    refresh_index(centre)
    assert "schulden" not in hits_for("ich habe Schulden", language="de").needs
    assert "schulden" in hits_for("Ich habe viele Schulden", language="de").needs


def test_changes_are_the_centres_own_and_survive_an_update(centre, other_centre, schulden):
    hide_need(Need.objects.get(pk="sport"), by=None, centre=centre)
    reword_need(schulden, "de", "Geldsorgen", by=None, centre=centre)
    Need.objects.filter(pk="schulden").update(icon="old")
    assert load_needs() == 1
    mine = {need.pk: need.label("de") for need in needs_of_centre()}
    assert "sport" not in mine
    assert mine["schulden"] == "Geldsorgen"
    with in_centre(other_centre):
        theirs = {need.pk: need.label("de") for need in needs_of_centre()}
    assert "sport" in theirs
    assert theirs["schulden"] != "Geldsorgen"
    show_need(Need.objects.get(pk="sport"), by=None, centre=centre)
    assert "sport" in {need.pk for need in needs_of_centre()}
