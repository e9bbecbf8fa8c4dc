"""The guide: its pages as readers of any language see them, its front page, and its place beside found offers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teilhabe.centres.operations import touch
from teilhabe.directory.models import OfferNeed
from teilhabe.editorial.operations import (
    give_slug,
    show_contacts,
    withdraw_page,
    write_text,
)
from teilhabe.portal.middleware import KeptResponses
from teilhabe.portal.offers import forget_offers
from tests.factories import make_offer, make_organisation, make_page
from tests.portal.guide import build_guide
from tests.portal.town import open_search

KITA = "/de/pages/familie/kita-platz-finden/"


@pytest.fixture
def guide(town: dict[str, Any], centre: Any) -> dict[str, Any]:
    return {**town, **build_guide(town)}


def test_a_page_tells_its_text_and_all_that_hangs_on_it(guide: Any, reader: Any) -> None:
    text = reader.text(KITA)
    text = text[text.rindex("Ratgeber") :]  # the menu has it, too
    told = [
        "Ratgeber", "Familie", "Kita-Platz finden", "Auf dieser Seite", "Der Beitrag hängt vom Einkommen ab.",
        "Mehr zu diesem Thema", "Tagesmutter", "Angebote dazu", "Beratung zum Kita-Platz", "Hier bekommen Sie Hilfe",
        "Familienbüro Leverkusen", "0214 5550101", "Dokumente", "Merkblatt", "PDF",
    ]  # fmt: skip
    places = [text.index(words) for words in told]
    assert places == sorted(places)
    html = reader.html(KITA)
    assert '<h2 id="kosten">Kosten</h2>' in html
    assert 'href="#kosten"' in html
    assert '<a href="/de/pages/familie/">zur Familie</a>' in html


def test_an_old_address_leads_to_the_new_one_for_good(guide: Any) -> None:
    give_slug(guide["kita_page"], "de", "Kita", by=None)
    for old in (KITA, "/de/pages/kita-platz-finden/", "/de/pages/anderswo/kita/"):
        answer = Client().get(old)
        assert (answer.status_code, answer["Location"]) == (301, "/de/pages/familie/kita/")


@pytest.mark.parametrize("path", ["gibt-es-nicht/", "familie/gibt-es-nicht/", "%00/", "familie/../../x/"])
def test_what_is_no_page_is_not_there(guide: Any, path: str) -> None:
    assert Client().get(f"/de/pages/{path}").status_code == 404


def test_a_withdrawn_page_is_not_there_nor_what_hangs_on_it(guide: Any) -> None:
    document = f"/de/documents/{guide['kita_page'].attachments.get().pk}/"
    answer = Client().get(document)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF-1.7")
    assert answer["Content-Disposition"] == 'attachment; filename="merkblatt.pdf"'
    withdraw_page(guide["family_page"], by=None)
    for address in (KITA, document):
        assert Client().get(address).status_code == 404
    assert "pages/familie" not in Client().get("/de/sitemap.xml").content.decode()


def test_a_text_in_another_language_says_so_and_is_marked(guide: Any, reader: Any) -> None:
    path = "/uk/pages/family/find-a-day-care-place/"
    html = reader.html(path)
    assert "<bdi>English</bdi>" in html
    assert '<div class="tl-prose tl-page" lang="en" dir="ltr">' in html
    assert '<h1><bdi lang="en" dir="ltr">Find a day-care place</bdi></h1>' in html
    assert '<link rel="canonical" href="http://testserver/en/pages/family/find-a-day-care-place/">' in html
    hreflangs = re.findall(r'<link rel="alternate" hreflang="(\w+)" href="http://testserver([^"]*)"', html)
    german, english = KITA, "/en/pages/family/find-a-day-care-place/"
    assert sorted(hreflangs)[1:] == [("de", german), ("en", english)]
    assert [code for code, _ in sorted(hreflangs)] == ["ar", "de", "en"]
    translated = reader.html(english)
    assert "A computer translated this text." in translated
    assert f'<a href="{german}" hreflang="de">' in translated
    assert 'tl-page" lang' not in translated
    assert "A computer" not in reader.text(KITA)


def test_machines_read_what_the_page_is(guide: Any, reader: Any) -> None:
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', reader.html(KITA))[1])  # type: ignore[index]
    assert (told["@type"], told["name"], told["inLanguage"]) == ("WebPage", "Kita-Platz finden", "de")
    crumbs = [(item["position"], item["item"]) for item in told["breadcrumb"]["itemListElement"]]
    assert crumbs == [(1, "http://testserver/de/pages/familie/"), (2, f"http://testserver{KITA}")]
    assert f"<loc>http://testserver{KITA}</loc>" in reader.html("/de/sitemap.xml")
    assert "<loc>http://testserver/de/pages/</loc>" in reader.html("/de/sitemap.xml")


def test_the_front_page_lists_the_tree_and_the_menu_leads_there(guide: Any, reader: Any) -> None:
    html = reader.html("/de/pages/")
    assert html.index('href="/de/pages/familie/"') < html.index(f'href="{KITA}"')
    assert 'href="/de/pages/"' in reader.html("/de/")


def test_without_pages_the_front_page_says_what_to_do_and_no_menu_leads_there(town: Any, reader: Any) -> None:
    assert "Hier steht noch nichts" in reader.text("/de/pages/")
    assert 'href="/de/pages/"' not in reader.html("/de/about/")


def test_pages_stand_beside_offers_with_the_passage_that_answers(guide: Any, centre: Any, reader: Any) -> None:
    open_search(centre)
    html = reader.html("/de/search?q=Beitrag+für+den+Kita-Platz")
    assert html.index("Beratung zum Kita-Platz") < html.index("Im Ratgeber")
    assert f'<a href="{KITA}#kosten">Kita-Platz finden</a>' in html
    assert "<strong>Kosten</strong> · <mark>Der Beitrag hängt vom Einkommen ab.</mark>" in html
    assert "Im Ratgeber" not in reader.text("/de/search?q=Beitrag+für+den+Kita-Platz&page=2")


def test_pages_help_where_no_offer_is_left(guide: Any, centre: Any, reader: Any) -> None:
    open_search(centre)
    text = reader.text("/de/search?q=Beitrag+für+den+Kita-Platz&district=rheindorf&women_only=1")
    assert "Mit diesen Filtern finden wir nichts" in text
    assert text.index("Im Ratgeber") < text.index("Der Beitrag hängt vom Einkommen ab.")


def test_what_is_quoted_is_text(guide: Any, centre: Any, reader: Any) -> None:
    make_page(
        "Schnuller <b>", "<h2>A &amp; B &lt;i&gt;</h2><p>Ein Schnuller &lt;script&gt;alert(1)&lt;/script&gt;.</p>"
    )
    open_search(centre)
    html = reader.html("/de/search?q=Schnuller")
    assert "<mark>Ein Schnuller &lt;script&gt;alert(1)&lt;/script&gt;.</mark>" in html
    assert "<script>alert" not in html


def queries_of(address: str) -> int:
    client = Client()
    if "?" not in address:
        address = client.get(address, follow=True).request["PATH_INFO"]
    for _ in range(2):  # the second time, what every page of the centre shows is kept
        KeptResponses.forget()
        forget_offers()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["pages/", "pages/familie/kita-platz-finden/", "search?q=Kita-Platz"])
def test_the_guide_costs_the_same_for_one_and_for_thirty(
    guide: Any, centre: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teilhabe.centres.middleware.FRESH_FOR", 60)
    monkeypatch.setattr("teilhabe.matching.queries.KEPT_ANSWERS", 0)
    open_search(centre)
    few = queries_of(f"/ar/{path}")
    page = guide["kita_page"]
    bodies = [make_organisation() for _ in range(10)]
    for number in range(30):
        child = make_page(f"Kita-Platz {number}", "<p>Ein Kita-Platz.</p>", parent=page)
        write_text(child, "ar", f"روضة {number}", "<p>x</p>", by=None)
        OfferNeed.objects.create(offer=make_offer(f"Kita {number}"), need_id="kita-platz")
    show_contacts(page, [(body, None) for body in bodies], by=None)
    touch(centre)
    open_search(centre)
    assert queries_of(f"/ar/{path}") == few
    assert few <= 18
