from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from teilhabe.organisations.models import Place
from teilhabe.portal.distance import Spot, in_words, kilometres, spot_of_place

COLOGNE, DUESSELDORF = Spot(50.9413, 6.9583), Spot(51.2254, 6.7763)


def test_the_crow_flies() -> None:
    assert kilometres(COLOGNE, DUESSELDORF) == pytest.approx(34.0, abs=0.2)
    assert kilometres(COLOGNE, COLOGNE) == 0


@pytest.mark.parametrize(
    ("language", "there", "told"),
    [
        ("de", Spot(50.9460, 6.9583), "500 m"),
        ("de", Spot(50.9414, 6.9583), "100 m"),
        ("de", DUESSELDORF, "34,0 km"),
        ("en", DUESSELDORF, "34.0 km"),
        ("ar", Spot(50.9460, 6.9583), "500 م"),
        ("de", Spot(50.9760, 6.9583, is_about=True), "etwa 4 km"),
        ("de", Spot(50.9460, 6.9583, is_about=True), ""),
        ("de", None, ""),
    ],
)
def test_distances_in_words(language: str, there: Spot | None, told: str) -> None:
    with translation.override(language):
        assert in_words(COLOGNE, there) == told
        assert in_words(None, there) == ""


def test_a_place_without_coordinates_is_about_in_the_middle_of_its_district(town: Any) -> None:
    place = town["kita"].place
    assert spot_of_place(place) == Spot(51.069, 7.005, is_about=True)
    place.latitude, place.longitude = 51.07, 7.0
    assert spot_of_place(place) == Spot(51.07, 7.0)
    assert spot_of_place(Place(area=town["areas"]["rheindorf"])) is None
    assert spot_of_place(None) is None


def test_results_tell_distances_from_a_district(open_town: Any, reader: Any) -> None:
    html = reader.html("/de/search?q=Kita-Platz&near=wiesdorf")
    assert "Opladen<span data-distance>, etwa 4 km</span>" in html
    assert 'href="?q=Kita-Platz"><span class="tl-sr">Entfernen: </span>' not in html
    assert "Nähe Wiesdorf" in html
    assert 'href="?q=Kita-Platz&amp;near=opladen"' in html
    assert "near=rheindorf" not in html  # nobody knows where that is
