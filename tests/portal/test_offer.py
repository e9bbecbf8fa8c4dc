from __future__ import annotations

import json
import re
from datetime import date, time
from typing import Any

import pytest
import time_machine
from django.test import Client

from teilhabe.directory.models import Confirmation, KeptText, Offer, OfferHours, OfferHoursException, Publication
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import digest
from tests.factories import make_offer, make_organisation


@pytest.fixture
def page(town: Any, reader: Any) -> str:
    with time_machine.travel("2026-10-05 10:00+02:00"):
        return str(reader.text(f"/de/offers/{town['kita'].slug}/"))


def test_the_page_answers_in_the_order_people_ask(page: str) -> None:
    asked = [
        "Beratung zum Kita-Platz", "Wir suchen mit Ihnen einen Platz", "Für wen", "Familien mit Kindern", "Sprachen",
        "Deutsch (Ihre Sprache)", "Wann", "Jetzt offen bis 12:00 Uhr", "Wo", "Kirchplatz 3", "Kosten", "Kostenlos",
        "Bitte mitbringen", "Geburtsurkunde", "Anrufen oder schreiben", "0214 5550101",
        "Zuletzt bestätigt am 3. Oktober 2026",
    ]  # fmt: skip
    start = page.index("Beratung zum Kita-Platz Familienbüro")
    places = [page.index(words, start) for words in asked]
    assert places == sorted(places)


def test_hours_are_a_table_with_today_marked(town: Any, reader: Any) -> None:
    with time_machine.travel("2026-10-08 10:00+02:00"):
        html = reader.html(f"/de/offers/{town['kita'].slug}/")
    today = re.search(r'<tr aria-current="date">.*?</tr>', html)
    assert today
    assert "Donnerstag" in today[0]
    assert '<bdi dir="ltr">8:00–12:00</bdi><br><bdi dir="ltr">14:00–17:00</bdi>' in today[0]


def test_closing_days_are_announced(town: Any, reader: Any) -> None:
    OfferHoursException.objects.create(
        offer=town["kita"], first_day=date(2026, 10, 12), last_day=date(2026, 10, 16), note="Herbstferien"
    )
    with time_machine.travel("2026-10-05 10:00+02:00"):
        text = reader.text(f"/de/offers/{town['kita'].slug}/")
    assert "12. Oktober 2026 bis 16. Oktober 2026: geschlossen (Herbstferien)" in text


def test_a_public_holiday_is_announced(town: Any, reader: Any) -> None:
    with time_machine.travel("2027-05-25 10:00+02:00"):
        assert "27. Mai 2027: geschlossen" in reader.text(f"/de/offers/{town['kita'].slug}/")


def test_the_nth_weekday_is_named(town: Any, reader: Any) -> None:
    OfferHours.objects.create(offer=town["course"], weekday=5, nth=1, opens=time(10), closes=time(13))
    OfferHours.objects.create(offer=town["course"], weekday=1, nth=-1, opens=time(10), closes=time(13))
    text = reader.text(f"/de/offers/{town['course'].slug}/")
    assert "1. Samstag im Monat" in text
    assert "letzter Dienstag im Monat" in text
    assert "geschlossen" not in text


def test_hours_in_words_are_shown_as_they_were_written(town: Any, reader: Any) -> None:
    Offer.objects.filter(pk=town["shelter"].pk).update(schedule="nach Vereinbarung")
    assert "nach Vereinbarung" in reader.text(f"/de/offers/{town['shelter'].slug}/")


def test_a_course_tells_level_and_seats(town: Any, reader: Any) -> None:
    text = reader.text(f"/de/offers/{town['course'].slug}/")
    assert "Niveau A2" in text
    assert "Noch 4 Plätze frei" in text
    assert "2,29 € pro Stunde" in text


@pytest.mark.parametrize(
    ("day", "told"),
    [(None, "Das hat noch niemand bestätigt."), (date(2024, 1, 2), "Das ist lange her: Fragen Sie vorher nach.")],
)
def test_what_nobody_confirmed_lately_says_so(town: Any, reader: Any, day: date | None, told: str) -> None:
    Confirmation.objects.all().delete()
    if day:
        Confirmation.objects.create(offer=town["kita"], confirmed_on=day)
    assert told in reader.text(f"/de/offers/{town['kita'].slug}/")


def test_texts_kept_from_a_table_are_shown(town: Any, reader: Any) -> None:
    KeptText.objects.create(offer=town["course"], column="level", text="Anfänger mit Vorkenntnissen")
    KeptText.objects.create(offer=town["course"], column="target_groups", text="Schichtarbeitende")
    text = reader.text(f"/de/offers/{town['course'].slug}/")
    assert "Anfänger mit Vorkenntnissen" in text
    assert "Schichtarbeitende" in text


def test_a_machine_translation_says_so_and_shows_the_way_to_the_source(town: Any, reader: Any) -> None:
    kita = town["kita"]
    Translation.objects.create(
        kind="directory.offer", key=str(kita.pk), field="title", language="ar", text="استشارة للحصول على مكان",
        origin=Translation.Origin.MACHINE, source_digest=digest(kita.title),
    )  # fmt: skip
    html = reader.html(f"/ar/offers/{kita.slug}/")
    assert "<h1>استشارة للحصول على مكان</h1>" in html
    assert "ترجم الحاسوب هذا النص" in html
    assert f'href="/de/offers/{kita.slug}/" hreflang="de"' in html


def test_a_text_that_is_german_only_says_so(town: Any, reader: Any) -> None:
    html = reader.html(f"/ar/offers/{town['kita'].slug}/")
    assert '<h1><bdi lang="de" dir="ltr">Beratung zum Kita-Platz</bdi></h1>' in html
    assert "هذا النص متوفر بالألمانية فقط" in html
    assert "بدون موعد" not in html  # what the provider wrote is not mixed with our words
    assert "بالألمانية فقط" not in reader.html(f"/de/offers/{town['kita'].slug}/")


def test_pages_about_violence_can_be_left_at_once(town: Any, reader: Any) -> None:
    html = reader.html(f"/de/offers/{town['shelter'].slug}/")
    assert re.search(r'<a class="tl-exit" href="https://www\.dwd\.de/"[^>]* data-exit>', html)
    assert "data-exit" in reader.html("/ar/needs/frauenhaus/")
    assert "data-exit" in reader.html("/de/topics/schutz/")
    assert "data-exit" not in reader.html(f"/de/offers/{town['kita'].slug}/")


def test_machines_read_the_offer_too(town: Any, reader: Any) -> None:
    Offer.objects.filter(pk=town["kita"].pk).update(summary="</script><script>alert(1)</script>")
    html = reader.html(f"/de/offers/{town['kita'].slug}/")
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(data) == 1
    told = json.loads(data[0])
    assert told["name"] == "Beratung zum Kita-Platz"
    assert told["description"] == "</script><script>alert(1)</script>"
    assert told["availableLanguage"] == ["de", "ar", "tr"]
    channel = told["availableChannel"]
    assert channel["servicePhone"]["telephone"] == "0214 5550101"
    assert channel["serviceLocation"]["address"]["postalCode"] == "51373"
    assert channel["serviceLocation"]["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": "https://schema.org/Monday",
        "opens": "08:00",
        "closes": "12:00",
    }


def test_what_is_not_published_is_not_there(town: Any) -> None:
    Publication.objects.filter(offer=town["kita"]).delete()
    assert Client().get(f"/de/offers/{town['kita'].slug}/").status_code == 404


def test_another_centres_offer_is_not_there(town: Any, other_centre: Any, centre: Any) -> None:
    answers = {
        slug: Client(headers={"host": f"{slug}.localhost"}).get(f"/de/offers/{town['kita'].slug}/").status_code
        for slug in (centre.slug, other_centre.slug)
    }
    assert answers == {centre.slug: 200, other_centre.slug: 404}


def test_an_offer_with_nothing_but_a_title_still_has_a_page(town: Any, reader: Any) -> None:
    bare = make_offer(
        "Nur ein Titel, der sehr lang ist " * 3, summary="", description="x", organisation=make_organisation()
    )
    text = reader.text(f"/de/offers/{bare.slug}/")
    assert "Hier ist kein Kontakt eingetragen." in text
    assert "Fragen Sie nach Ihrer Sprache." in text
