"""The districts as a picture: a tile each, where it lies among the others. No map, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from teilhabe.vocabulary.models import Area

FEWEST, MOST_IN_ROW = 3, 3  # three beside each other stay legible on a phone
WIDTH, HEIGHT, GAP = 120, 76, 6  # of a tile, in units of the drawing (a phone shows them as pixels)
LETTER, PADDING = 8.6, 6  # how wide a letter is about; what stays free beside a name


@dataclass(frozen=True)
class Tile:
    """One district in the drawing; its name stands in one or two lines, squeezed to `width` where it is too long."""

    area: Area
    x: float
    y: float
    lines: list[tuple[str, float, int | None]]  # words, height of the line, width to squeeze them to

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2

    @property
    def count_at(self) -> float:
        return self.y + HEIGHT - 12


@dataclass(frozen=True)
class Picture:
    """All tiles, from north to south and in each row from west to east, which is the order of the keyboard too."""

    tiles: list[Tile]
    width: int
    height: int
    tile_width: int = WIDTH
    tile_height: int = HEIGHT


def picture_of(areas: Iterable[Area]) -> Picture | None:
    """The picture of the districts whose place is known; None when they are too few to lie anywhere."""
    placed = [area for area in areas if area.latitude is not None and area.longitude is not None]
    if len(placed) < FEWEST:
        return None
    rows = _rows(placed)
    tiles = []
    for number, row in enumerate(rows):
        inset = (MOST_IN_ROW - len(row)) * (WIDTH + GAP) / 2
        y = number * (HEIGHT + GAP) + GAP
        for place, area in enumerate(row):
            tiles.append(Tile(area, GAP + inset + place * (WIDTH + GAP), y, _lines(area.name, y)))
    return Picture(tiles, MOST_IN_ROW * (WIDTH + GAP) + GAP, len(rows) * (HEIGHT + GAP) + GAP)


def _rows(areas: list[Area]) -> list[list[Area]]:
    """From north to south, each from west to east; the rows as even as their number allows, the longer ones inside."""
    north_first = sorted(areas, key=lambda area: (-(area.latitude or 0), area.longitude or 0, area.slug))
    rows = max(2, -(-len(areas) // MOST_IN_ROW))
    sizes = [len(areas) // rows] * rows
    middle_first = sorted(range(rows), key=lambda row: (abs(row - (rows - 1) / 2), row))
    for row in middle_first[: len(areas) % rows]:
        sizes[row] += 1
    found, start = [], 0
    for size in sizes:
        found.append(sorted(north_first[start : start + size], key=lambda area: (area.longitude or 0, area.slug)))
        start += size
    return found


def _lines(name: str, y: float) -> list[tuple[str, float, int | None]]:
    """The name in one line, or in two where it has two words and is long."""
    room = WIDTH - 2 * PADDING
    words = name.replace("-", "-\0").replace(" ", "\0").split("\0")
    parts = [name]
    if len(name) * LETTER > room and len(words) > 1:
        cuts = [[_joined(words[:n]), _joined(words[n:])] for n in range(1, len(words))]
        parts = min(cuts, key=lambda pair: max(map(len, pair)))
    top = y + (30 if len(parts) == 1 else 24)
    return [(part, top + 20 * n, room if len(part) * LETTER > room else None) for n, part in enumerate(parts)]


def _joined(words: list[str]) -> str:
    return " ".join(words).replace("- ", "-")
