from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from teilhabe.vocabulary.models import HiddenNeed, Need, NeedWording
from tests.factories import make_offer


def test_a_topic_lists_its_needs_with_the_number_of_offers(town: Any, reader: Any) -> None:
    html = reader.html("/de/topics/familie/")
    tile = re.search(r'href="/de/needs/kita-platz/".*?</a>', html, re.DOTALL)
    assert tile
    assert "1 Angebot" in tile[0]


def test_a_need_shows_help_offers_and_what_often_helps_too(town: Any, reader: Any) -> None:
    need = Need.objects.get(pk="kita-platz")
    text = reader.text("/de/needs/kita-platz/")
    assert need.help("de") in text
    assert "Beratung zum Kita-Platz" in text
    assert "Deutschkurs A2 am Abend" not in text
    for other in need.related:
        assert f'href="/de/needs/{other}/"' in reader.html("/de/needs/kita-platz/")


def test_a_need_without_offers_says_whom_to_ask(town: Any, reader: Any) -> None:
    text = reader.text("/de/needs/rente/")
    assert "Dazu haben wir noch kein Angebot" in text
    assert "So erreichen Sie uns" in text


def test_a_centre_can_hide_and_rename_needs(town: Any, reader: Any) -> None:
    HiddenNeed.objects.create(need_id="rente")
    NeedWording.objects.create(need_id="kita-platz", language="de", label="Kindergarten finden", help="Wir helfen.")
    from teilhabe.portal.queries import forget_surroundings

    forget_surroundings()
    assert Client().get("/de/needs/rente/").status_code == 404
    text = reader.text("/de/needs/kita-platz/")
    assert "Kindergarten finden" in text
    assert "Wir helfen." in text


def test_a_district_lists_what_is_there(town: Any, reader: Any) -> None:
    text = reader.text("/de/districts/opladen/")
    assert "Angebote in Opladen" in text
    assert "Beratung zum Kita-Platz" in text
    assert "Deutschkurs" not in text
    assert re.search(r"Opladen\s+1\b", reader.text("/de/districts/"))


def test_a_district_without_offers_says_what_to_do(town: Any, reader: Any) -> None:
    assert "Hier ist noch kein Angebot eingetragen" in reader.text("/de/districts/wiesdorf/")


def test_organisations_stand_from_a_to_z_and_only_those_with_something_to_show(town: Any, reader: Any) -> None:
    names = re.findall(r'href="/de/organisations/([\w-]+)/"', reader.html("/de/organisations/"))
    assert names == [
        "familienbuero-leverkusen",
        "frauenberatung-leverkusen",
        "integrationszentrum-leverkusen",
        "service-point-integration",
        "sprachschule-rhein",
    ]


def test_an_organisation_shows_contact_and_offers(town: Any, reader: Any) -> None:
    html = reader.html("/de/organisations/familienbuero-leverkusen/")
    assert 'href="tel:+492145550101"' in html
    assert f'href="/de/offers/{town["kita"].slug}/"' in html
    assert "Kirchplatz 3" in html
    assert '"@type": "Organization"' in html


def test_about_tells_persons_hours_and_the_service_point(town: Any, reader: Any) -> None:
    with time_machine.travel("2026-10-05 10:00+02:00"):
        text = reader.text("/de/about/")
    for words in (
        "Mira Beispiel",
        "Deutschkurse",
        "العربية",
        "0214 555001",
        "Service-Point Integration",
        "Hauptstraße 105",
    ):
        assert words in text
    assert "Jetzt offen bis 16:00 Uhr" in text


@pytest.mark.parametrize(
    "address",
    [
        "/de/needs/nix/",
        "/de/topics/nix/",
        "/de/districts/nix/",
        "/de/organisations/nix/",
        "/de/offers/nix/",
        "/xx/",
        "/nix",
    ],
)
def test_what_does_not_exist_says_so_in_words(town: Any, address: str) -> None:
    answer = Client().get(address, headers={"accept-language": "de"})
    assert answer.status_code == 404
    html = answer.content.decode()
    assert "Diese Seite gibt es nicht" in html
    assert "Zur Startseite" in html
    assert "tel:112" in html


def test_an_error_on_our_side_says_what_to_do(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("teilhabe.portal.views.surroundings", broken)
    answer = Client(raise_request_exception=False).get("/ar/")
    assert answer.status_code == 500
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()


def test_long_lists_have_pages(town: Any, reader: Any) -> None:
    for number in range(25):
        make_offer(f"Kurs {number:02}", organisation=town["bureau"], place=town["kita"].place)
    pages = [reader.text(f"/de/districts/opladen/?page={number}") for number in (1, 2, 3)]
    assert ["Seite 1 von 3" in pages[0], "Seite 2 von 3" in pages[1]] == [True, True]
    shown = [set(re.findall(r"Kurs \d\d", page)) for page in pages]
    assert sum(map(len, shown)) == len(set.union(*shown)) == 25


def test_health_tells_on_what_it_stands(db: None, settings: Any) -> None:
    settings.TEILHABE_ENCODER = "none"
    from teilhabe.core.encoder import encoder

    encoder.cache_clear()
    told = Client().get("/health").json()
    encoder.cache_clear()
    assert told["status"] == "ok"
    assert told["database"] in {"sqlite", "postgresql"}
    assert told["embeddings"] is False


def test_sitemaps_name_what_is_public(town: Any, centre: Any) -> None:
    index = Client().get("/sitemap.xml").content.decode()
    assert "<loc>http://testserver/ar/sitemap.xml</loc>" in index
    hidden = make_offer("Entwurf", published=False)
    told = Client().get("/ar/sitemap.xml").content.decode()
    assert f"<loc>http://testserver/ar/offers/{town['kita'].slug}/</loc>" in told
    assert "<loc>http://testserver/ar/needs/kita-platz/</loc>" in told
    assert hidden.slug not in told
    assert "Sitemap: http://testserver/sitemap.xml" in Client().get("/robots.txt").content.decode()


def test_every_page_describes_itself_to_search_engines(town: Any, reader: Any) -> None:
    def description(path: str) -> str:
        (found,) = re.findall(r'<meta name="description" content="([^"]*)">', reader.html(path))
        return str(found)

    own = description("/de/")
    assert "in Ihrer Sprache" in own
    assert description(f"/de/offers/{town['kita'].slug}/") == "Wir suchen mit Ihnen einen Platz im Kindergarten."
    assert description("/de/needs/kita-platz/") == Need.objects.get(pk="kita-platz").help("de")
    assert description("/de/organisations/familienbuero-leverkusen/") == own
    assert description("/en/") not in {own, ""}
