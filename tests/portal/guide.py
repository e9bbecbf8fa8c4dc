"""A small guide for tests of pages: a page with everything, the one above it and one below."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from teilhabe.editorial.models import Page
from teilhabe.editorial.operations import attach_document, list_offers_for, show_contacts, write_text
from teilhabe.organisations.models import Person
from teilhabe.portal.queries import forget_surroundings
from teilhabe.translation.models import Translation
from teilhabe.vocabulary.models import Need
from tests.factories import make_page

GERMAN = """<p>Das Wichtigste zuerst: Fragen Sie früh, und sehen Sie <a href="page:{family}">zur Familie</a>.</p>
<h2>Anmelden</h2><p>Im Portal der Stadt, am besten ein Jahr vorher.</p>
<h2>Kosten</h2><p>Der Beitrag hängt vom Einkommen ab. Manche zahlen nichts.</p>
<h3>Tabelle</h3><table><tr><th>Einkommen</th><th>Beitrag</th></tr><tr><td>wenig</td><td>0 €</td></tr></table>"""
ENGLISH = "<h2>Register</h2><p>Online.</p><h2>Costs</h2><p>They depend on your income.</p><h2>More</h2><p>Ask.</p>"


def build_guide(town: dict[str, Any]) -> dict[str, Page]:
    """In the scope of the town's centre; answers the pages by short names."""
    family = make_page("Familie", "<p>Für Eltern und Kinder.</p>")
    write_text(family, "en", "Family", "<p>For parents and children.</p>", by=None)
    kita = make_page("Kita-Platz finden", GERMAN.format(family=family.pk), parent=family)
    origin = Translation.Origin.MACHINE
    write_text(kita, "en", "Find a day-care place", ENGLISH, by=None, origin=origin, provider="Test")
    write_text(kita, "ar", "البحث عن مكان في الروضة", "<h2>التكاليف</h2><p>حسب الدخل.</p>", by=None, origin=origin)
    child = make_page("Tagesmutter", "<p>Ein Platz bei einer Tagesmutter.</p>", parent=kita)
    list_offers_for(kita, [Need.objects.get(pk="kita-platz")], by=None)
    person = Person.objects.get(organisation=town["centre"])
    show_contacts(kita, [(town["bureau"], None), (town["centre"], person)], by=None)
    attach_document(kita, io.BytesIO(b"%PDF-1.7"), "a.pdf", title="Merkblatt", by=None, dated_on=date(2026, 5, 1))
    forget_surroundings()
    return {"family_page": family, "kita_page": kita, "child_page": child}
