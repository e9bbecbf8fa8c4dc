"""The pages that the law asks for: the centre's own words where it has written some, and what the code knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from teilhabe.centres.models import LegalText
from teilhabe.centres.queries import legal_text
from teilhabe.matching.models import ToldNeed
from teilhabe.portal.queries import Surroundings
from teilhabe.portal.views import of_centre

# first two digits of the municipality key, which name the state -> name, page and address of its ombuds office
OMBUDS_OFFICES = {
    "05": (
        "Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen",
        "https://www.lbbp.nrw.de/ombudsstelle",
        "ombudsstelle-barrierefreie-it@mags.nrw.de",
    ),
}
PAGES: dict[str, str] = {
    LegalText.Kind.IMPRINT: "portal/imprint.html",
    LegalText.Kind.PRIVACY: "portal/privacy.html",
    LegalText.Kind.ACCESSIBILITY: "portal/accessibility.html",
}


@dataclass(frozen=True)
class Kept:
    """One thing that is stored: what, why, and how long."""

    what: str | Promise
    why: str | Promise
    days: int | None = None  # None: `how_long` says it
    how_long: str | Promise = ""


STORED = [
    Kept(
        _("Suchen, die nichts Passendes finden"),
        _("Wir zählen Tag, Thema, Sprache und Stadtteil, ohne Ihren Text. So sehen wir, was in der Stadt fehlt."),
        how_long=_("Es sind nur Zahlen. Sie bleiben."),
    ),
    Kept(
        _("„Dem Zentrum sagen, was ich suche“"),
        _(
            "Wenn Sie auf diesen Knopf drücken, speichern wir diesen einen Text. "
            "Schreiben Sie bitte keine Namen hinein."
        ),
        days=ToldNeed.KEPT_FOR.days,
    ),
    Kept(
        _("„Stimmt etwas nicht?“: Ihre Meldung"),
        _("Damit wir Fehler und Barrieren beheben können."),
        how_long=_("Nach zwei Jahren löschen wir sie."),
    ),
    Kept(
        _("Ihre E-Mail-Adresse in einer Meldung, wenn Sie sie angeben"),
        _("Nur damit wir Ihnen antworten können."),
        how_long=_("Wir löschen sie 90 Tage nach unserer Antwort, spätestens nach einem Jahr."),
    ),
    Kept(
        _("Konten der Menschen, die hier arbeiten"),
        _(
            "Zum Anmelden: Name, E-Mail-Adresse, Passwort als Prüfwert. Nur dafür gibt es ein Cookie. "
            "Ein Protokoll sagt, wer was geändert hat."
        ),
        how_long=_("Bis das Konto gelöscht wird. Das Protokoll bleibt, ohne Namen."),
    ),
]


def encoder_host() -> str:
    """The foreign host that gets the texts of searches; empty when they are understood in this house."""
    return (urlsplit(settings.TEILHABE_ENCODER_URL).hostname or "") if settings.TEILHABE_ENCODER == "endpoint" else ""


@require_safe
@of_centre
def imprint(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    return _answer(request, around, LegalText.Kind.IMPRINT, language)


@require_safe
@of_centre
def privacy(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    told = {"stored": STORED, "host": request.get_host(), "encoder_host": encoder_host()}
    return _answer(request, around, LegalText.Kind.PRIVACY, language, told)


@require_safe
@of_centre
def accessibility(request: HttpRequest, around: Surroundings, language: str) -> HttpResponse:
    centre = request.centre  # type: ignore[attr-defined]
    told = {"ombuds_office": OMBUDS_OFFICES.get(centre.ags[:2])}
    return _answer(request, around, LegalText.Kind.ACCESSIBILITY, language, told)


def _answer(
    request: HttpRequest, around: Surroundings, kind: str, language: str, told: dict[str, Any] | None = None
) -> HttpResponse:
    own = legal_text(kind, language)
    return render(request, PAGES[kind], {**(told or {}), "own": own, "around": around})
