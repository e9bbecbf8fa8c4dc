"""Which centres there are, which one answers a host, and what is known of a municipality."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from teilhabe.centres.models import Centre, Host, LegalText
from teilhabe.core.languages import reading_order

DATA = Path(__file__).parent / "data"

# the town's own nine-and-four districts with the middle of each, to a few hundred metres: enough for "about 3 km";
# other towns bring theirs with their data
DISTRICTS: dict[str, dict[str, tuple[float, float]]] = {
    "05316000": {
        "Wiesdorf": (51.032, 6.988),
        "Manfort": (51.029, 7.012),
        "Rheindorf": (51.054, 6.953),
        "Hitdorf": (51.061, 6.920),
        "Opladen": (51.069, 7.005),
        "Küppersteg": (51.048, 6.995),
        "Bürrig": (51.045, 6.974),
        "Quettingen": (51.056, 7.029),
        "Bergisch Neukirchen": (51.083, 7.034),
        "Schlebusch": (51.033, 7.050),
        "Steinbüchel": (51.049, 7.062),
        "Lützenkirchen": (51.065, 7.059),
        "Alkenrath": (51.036, 7.028),
    }
}


@dataclass(frozen=True)
class Municipality:
    """A municipality as the shipped official lists know it."""

    ags: str
    name: str
    kind: str


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality and every one of the 54 NRW centres' towns and districts, by its 8-digit key."""
    found = {}
    with (DATA / "gemeinden.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found[row["ags"]] = Municipality(row["ags"], row["name"].split(",")[0], Centre.Kind.OTHER)
    with (DATA / "nrw-54.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            kind = Centre.Kind.CITY if "Stadt" in row["typ"] else Centre.Kind.DISTRICT
            found[row["ags"]] = Municipality(row["ags"], row["name"], kind)
    return found


def legal_text(kind: str, language: str) -> LegalText | None:
    """What the centre in scope says itself on such a page, in the language nearest to the reader's; None: nothing."""
    order = reading_order(language)
    found = [text for text in LegalText.objects.filter(kind=kind) if text.language in order]
    return min(found, key=lambda text: order.index(text.language), default=None)


def centre_for_host(host: str) -> Centre | None:
    """The centre that `host` (without port) names, by its own host name or as `<slug>.localhost`."""
    host = host.casefold().rstrip(".")
    known = Host.objects.select_related("centre").filter(name=host).first()
    if known:
        return known.centre
    if host.endswith(".localhost"):
        return Centre.objects.filter(slug=host.removesuffix(".localhost")).first()
    return None


def centre_answering(host: str) -> Centre | None:
    """The centre whose pages stand at `host`; a name under localhost that no centre has leads to no other one."""
    return centre_for_host(host) or (None if host.rstrip(".").endswith(".localhost") else default_centre())


def default_centre() -> Centre | None:
    """The only centre there is, else the one the operator named, else, when all are a demo, the first, else None."""
    few = list(Centre.objects.all()[:2])
    if len(few) == 1:
        return few[0]
    if settings.TEILHABE_DEFAULT_CENTRE:
        return Centre.objects.filter(slug=settings.TEILHABE_DEFAULT_CENTRE).first()
    if Centre.objects.filter(is_demo=False).exists():
        return None
    return Centre.objects.order_by("pk").first()


def check_default_centre() -> None:
    """Raise ImproperlyConfigured when TEILHABE_DEFAULT_CENTRE names no centre."""
    slug = settings.TEILHABE_DEFAULT_CENTRE
    if slug and not Centre.objects.filter(slug=slug).exists():
        known = ", ".join(Centre.objects.values_list("slug", flat=True)) or "none yet"
        raise ImproperlyConfigured(f"TEILHABE_DEFAULT_CENTRE={slug!r}: there is no such centre; there are: {known}.")
