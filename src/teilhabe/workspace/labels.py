"""What the workspace calls the fields of records, and how it shows their values."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teilhabe.core.languages import ALL
from teilhabe.directory.models import Offer, Trait

LABELS = {
    "organisation": gettext_lazy("Organisation"),
    "title": gettext_lazy("Titel"),
    "summary": gettext_lazy("Zusammenfassung"),
    "description": gettext_lazy("Beschreibung"),
    "category": gettext_lazy("Bereich"),
    "cost": gettext_lazy("Kosten"),
    "is_free": gettext_lazy("Kostenlos"),
    "conditions": gettext_lazy("Voraussetzungen"),
    "registration": gettext_lazy("So meldet man sich an"),
    "bring": gettext_lazy("Bitte mitbringen"),
    "schedule": gettext_lazy("Zeiten in Worten"),
    "interpreters": gettext_lazy("Dolmetschen"),
    "childcare": gettext_lazy("Mit Kinderbetreuung"),
    "step_free": gettext_lazy("Ohne Stufen erreichbar"),
    "women_only": gettext_lazy("Nur für Frauen"),
    "online": gettext_lazy("Online oder am Telefon möglich"),
    "phone": gettext_lazy("Telefon"),
    "email": gettext_lazy("E-Mail"),
    "website": gettext_lazy("Internetseite"),
    "valid_from": gettext_lazy("Beginnt am"),
    "valid_until": gettext_lazy("Endet am"),
    "district": gettext_lazy("Stadtteil"),
    "street": gettext_lazy("Straße und Hausnummer"),
    "postcode": gettext_lazy("Postleitzahl"),
    "city": gettext_lazy("Ort"),
    "languages": gettext_lazy("Sprachen, die dort gesprochen werden"),
    "audiences": gettext_lazy("Für wen allgemein"),
    "target_groups": gettext_lazy("Für wen genauer"),
    "ways_in": gettext_lazy("So kommt man hin"),
    "needs": gettext_lazy("Bedarfe"),
    "questions": gettext_lazy("So fragen Menschen danach"),
    "hours": gettext_lazy("Wöchentliche Zeiten"),
    "content": gettext_lazy("Text"),
}
_CODES: dict[str, Any] = {
    "category": dict(Offer.Category.choices),
    "audiences": dict(Trait.Audience.choices),
    "ways_in": dict(Trait.WayIn.choices),
    "languages": {code: language.name for code, language in ALL.items()},
}


def label_of(name: str) -> str:
    return str(LABELS[name]) if name in LABELS else name


def in_words(name: str, value: Any, needs: dict[str, str]) -> str:
    """A value as people read it; `needs` are the labels of needs by id. Lists stand on lines of their own."""
    if isinstance(value, list):
        if name == "hours":
            return "\n".join(span_in_words(span) for span in value)
        names = needs if name == "needs" else _CODES.get(name, {})
        return "\n".join(str(names.get(one, one)) for one in value)
    if isinstance(value, bool) or value is None:
        return "" if value is None else _("ja") if value else _("nein")
    if name in {"valid_from", "valid_until"}:
        return date_format(date.fromisoformat(value))
    return str(_CODES.get(name, {}).get(value, value))


def span_in_words(span: list[Any]) -> str:
    """One row of hours: "Montag 09:00–12:00"."""
    weekday, nth, opens, closes, _on_holidays, first, last = span
    told = f"{nth_in_words(nth)} {WEEKDAYS[weekday]}" if nth else str(WEEKDAYS[weekday])
    told = f"{told} {opens}–{closes}"
    if first:
        told += " " + _("ab %(day)s") % {"day": date_format(date.fromisoformat(first))}
    if last:
        told += " " + _("bis %(day)s") % {"day": date_format(date.fromisoformat(last))}
    return told


def nth_in_words(nth: int | None) -> str:
    return {
        None: _("jede Woche"), 1: _("1. im Monat"), 2: _("2. im Monat"), 3: _("3. im Monat"), 4: _("4. im Monat"),
        5: _("5. im Monat"), -1: _("letzter im Monat"),
    }.get(nth, str(nth))  # fmt: skip
