"""The districts as a picture, with the list below."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from teilhabe.centres.queries import DISTRICTS
from teilhabe.portal.picture import HEIGHT, MOST_IN_ROW, WIDTH, picture_of
from teilhabe.portal.queries import forget_surroundings
from teilhabe.vocabulary.models import Area

LEVERKUSEN = DISTRICTS["05316000"]


def areas(places: dict[str, tuple[float | None, float | None]]) -> list[Any]:
    return [
        SimpleNamespace(slug=name.lower(), name=name, latitude=north, longitude=east, offers=1)
        for name, (north, east) in places.items()
    ]


def test_north_is_up_and_west_is_left() -> None:
    corners = {"SO": (51.0, 7.1), "N": (51.2, 7.0), "SW": (51.0, 6.9), "S": (51.0, 7.0)}
    picture = picture_of(areas(corners))
    assert picture is not None
    place = {tile.area.name: (tile.x, tile.y) for tile in picture.tiles}
    assert [tile.area.name for tile in picture.tiles][-2:] == ["S", "SO"]
    assert place["N"][1] < place["S"][1]
    assert place["S"][0] < place["SO"][0]
    assert place["S"][1] == place["SO"][1]


def test_every_district_has_a_tile_and_none_covers_another() -> None:
    picture = picture_of(areas(LEVERKUSEN))  # type: ignore[arg-type]
    assert picture is not None
    assert {tile.area.name for tile in picture.tiles} == set(LEVERKUSEN)
    for tile in picture.tiles:
        assert 0 <= tile.x <= picture.width - WIDTH
        assert 0 <= tile.y <= picture.height - HEIGHT
    for a in picture.tiles:
        assert [b for b in picture.tiles if abs(a.x - b.x) < WIDTH and abs(a.y - b.y) < HEIGHT] == [a]
    assert max(sum(1 for b in picture.tiles if b.y == a.y) for a in picture.tiles) <= MOST_IN_ROW


@pytest.mark.parametrize("number", range(3, 24))
def test_rows_are_even(number: int) -> None:
    picture = picture_of(areas({f"A{n}": (51 + n * 0.01, 7 + n % 3 * 0.01) for n in range(number)}))
    assert picture is not None
    rows = [sum(1 for b in picture.tiles if b.y == y) for y in sorted({t.y for t in picture.tiles})]
    assert sum(rows) == number
    assert max(rows) - min(rows) <= 1


def test_long_names_take_two_lines_or_are_squeezed() -> None:
    names = {"Bergisch Neukirchen": (51.3, 7.0), "Opladen": (51.2, 7.0), "Lützenkirchenbach": (51.1, 7.0)}
    picture = picture_of(areas(names))
    assert picture is not None
    lines = {tile.area.name: [(words, squeezed) for words, _y, squeezed in tile.lines] for tile in picture.tiles}
    assert lines["Bergisch Neukirchen"] == [("Bergisch", None), ("Neukirchen", None)]
    assert lines["Opladen"] == [("Opladen", None)]
    assert lines["Lützenkirchenbach"] == [("Lützenkirchenbach", WIDTH - 12)]


def test_two_known_places_are_no_picture(town: Any, reader: Any) -> None:
    html = reader.html("/de/districts/")
    assert "<svg role" not in html
    assert 'href="/de/districts/opladen/"' in html


def test_picture_and_list_say_the_same(town: Any, reader: Any) -> None:
    Area.objects.filter(slug="rheindorf").update(latitude=51.054, longitude=6.953)
    forget_surroundings()
    html = reader.html("/ar/districts/")
    drawn, _svg, listed = html.partition("</figure>")
    link = r'href="(/ar/districts/[\w-]+/)"'
    assert sorted(re.findall(link, drawn.partition("<figure")[2])) == sorted(re.findall(link, listed))
    assert len(re.findall(link, listed)) == 3
    picture = reader.html("/de/districts/").partition("<figure")[2].partition("</figure>")[0]
    assert 'aria-label="Opladen: 1 Angebot"' in picture
    assert 'aria-label="Wiesdorf: 0 Angebote"' in picture
