"""What every page knows: its centre, its language, and the same page in the other languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from teilhabe.core.languages import ALL, INTERFACE, Language


@dataclass(frozen=True)
class OtherLanguage:
    """One entry of the language menu."""

    language: Language
    address: str  # keeps the query, for the menu
    page: str  # absolute and without query, for hreflang
    is_current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    centre = getattr(request, "centre", None)
    code = getattr(request, "LANGUAGE_CODE", None) or get_language() or "de"
    code = code if code in ALL else "de"
    first, _slash, rest = request.path.removeprefix("/").partition("/")
    has_languages = first in INTERFACE or request.path == "/"
    tail = rest if first in INTERFACE else ""
    return {
        "centre": centre,
        "centre_title": _title(centre),
        "language": ALL[code],
        "comma": "، " if ALL[code].rtl else ", ",
        "languages": _languages(request, code, tail) if has_languages else [],
        "canonical": request.build_absolute_uri(f"/{code}/{tail}" if has_languages else request.path),
    }


def _languages(request: HttpRequest, current: str, tail: str) -> list[OtherLanguage]:
    centre = getattr(request, "centre", None)
    codes = [code for code in (centre.languages if centre else INTERFACE) if code in INTERFACE] or ["de"]
    query = request.META.get("QUERY_STRING", "")
    return [
        OtherLanguage(
            ALL[code],
            f"/{code}/{tail}" + (f"?{query}" if query else ""),
            request.build_absolute_uri(f"/{code}/{tail}"),
            code == current,
        )
        for code in codes
    ]


def _title(centre: Any) -> str:
    """What kind of body speaks here; the town's name stands beside it."""
    if centre is None:
        return "Teilhabe"
    if centre.kind == centre.Kind.OTHER:
        return _("Wegweiser Integration")
    return _("Kommunales Integrationszentrum")
