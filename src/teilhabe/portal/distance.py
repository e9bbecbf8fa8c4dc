"""How far it is, as the crow flies, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from teilhabe.organisations.models import Place
from teilhabe.vocabulary.models import Area

EARTH = 6371.0  # kilometres


@dataclass(frozen=True)
class Spot:
    """Degrees; `is_about` when it is the middle of a district."""

    latitude: float
    longitude: float
    is_about: bool = False


def spot_of_area(area: Area | None) -> Spot | None:
    if area is None or area.latitude is None or area.longitude is None:
        return None
    return Spot(area.latitude, area.longitude, is_about=True)


def spot_of_place(place: Place | None) -> Spot | None:
    """Its own coordinates, else the middle of its district; None for what has no place."""
    if place is None:
        return None
    if place.latitude is not None and place.longitude is not None:
        return Spot(place.latitude, place.longitude)
    return spot_of_area(place.area)


def kilometres(here: Spot, there: Spot) -> float:
    a, b = math.radians(here.latitude), math.radians(there.latitude)
    turn = math.radians(there.longitude - here.longitude)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(h))


def in_words(here: Spot | None, there: Spot | None) -> str:
    """ "800 m", "4,2 km", "etwa 3 km"; in one district, whose middle is all that is known, nothing."""
    if here is None or there is None:
        return ""
    far = kilometres(here, there)
    if there.is_about:
        return _("etwa %(kilometres)s km") % {"kilometres": round(far)} if far >= 1 else ""
    if far < 1:
        return _("%(metres)s m") % {"metres": max(100, round(far * 10) * 100)}
    return _("%(kilometres)s km") % {"kilometres": number_format(far, 1)}
