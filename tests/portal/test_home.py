from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client


def test_the_home_page_asks_one_question_and_offers_topics(town: Any, reader: Any) -> None:
    html = reader.html("/de/")
    assert '<label for="q">Was brauchen Sie?</label>' in html
    assert 'action="/de/search"' in html
    assert 'href="/de/topics/familie/"' in html
    assert "Kinder und Familie" in html


def test_the_address_without_language_answers_in_the_browsers_language(town: Any, reader: Any) -> None:
    assert '<html lang="ar" dir="rtl">' in reader.html("/", **{"accept-language": "ar,de;q=0.5"})
    assert '<html lang="de" dir="ltr">' in reader.html("/", **{"accept-language": "de"})


def test_a_language_without_a_slash_leads_home(town: Any) -> None:
    answer = Client().get("/de")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/de/")


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-10-05 10:00+02:00", "Jetzt offen bis 16:00 Uhr"),
        ("2026-10-05 07:00+02:00", "Heute offen von 9:00 bis 16:00 Uhr"),
        ("2026-10-05 18:00+02:00", "Wieder offen: morgen, 9:00 Uhr"),
        ("2026-10-09 18:00+02:00", "Wieder offen: Montag, 9:00 Uhr"),
    ],
)
def test_the_home_page_tells_whether_the_service_point_is_open_today(
    town: Any, reader: Any, moment: str, told: str
) -> None:
    with time_machine.travel(moment):
        assert told in reader.text("/de/")


def test_emergency_numbers_stand_at_the_same_place_on_every_page(town: Any, reader: Any) -> None:
    for address in ("/de/", "/ar/about/", "/de/needs/kita-platz/"):
        html = reader.html(address)
        for number in ("tel:112", "tel:110", "tel:116016", "tel:116123"):
            assert f'href="{number}"' in html
        assert html.index('id="emergency"') > html.index("</main>")


def test_the_language_menu_keeps_the_page_and_its_query(town: Any, reader: Any) -> None:
    html = reader.html("/de/districts/opladen/?page=1")
    assert '<a href="/ar/districts/opladen/?page=1" lang="ar" dir="rtl" hreflang="ar">العربية</a>' in html
    assert 'lang="de" dir="ltr" hreflang="de" aria-current="true">Deutsch' in html


def test_pages_name_themselves_and_their_other_languages(town: Any, reader: Any) -> None:
    html = reader.html("/ar/districts/opladen/?page=1")
    assert '<link rel="canonical" href="http://testserver/ar/districts/opladen/">' in html
    assert '<link rel="alternate" hreflang="uk" href="http://testserver/uk/districts/opladen/">' in html


def test_a_demo_says_so(town: Any, centre: Any, reader: Any) -> None:
    assert "Das ist eine Demo" not in reader.text("/de/")
    centre.is_demo, centre.version = True, centre.version + 1
    centre.save()
    from teilhabe.centres.middleware import CentreOfHost

    CentreOfHost.known.clear()
    assert "Das ist eine Demo" in reader.text("/de/")


def test_with_several_centres_and_none_named_the_page_lists_them(centre: Any, other_centre: Any, reader: Any) -> None:
    for address in ("/", "/de/", "/de/needs/"):
        html = reader.html(address, **{"accept-language": "de"})
        assert f'href="http://{centre.slug}.localhost/de/"' in html
        assert f'href="http://{other_centre.slug}.localhost/de/"' in html
    client = Client(headers={"host": f"{centre.slug}.localhost"})
    assert "Was brauchen Sie?" in client.get("/de/").content.decode()


def test_an_empty_centre_has_a_home_page_too(centre: Any, reader: Any) -> None:
    assert "Was brauchen Sie?" in reader.text("/de/")
    assert "Hier sind noch keine Organisationen eingetragen." in reader.text("/de/organisations/")
    assert "Über uns" in reader.text("/de/about/")


def test_public_pages_set_no_cookie_and_load_nothing_foreign(town: Any) -> None:
    answer = Client().get("/de/")
    assert not answer.cookies
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    html = answer.content.decode()
    assert 'src="http' not in html
    assert "style=" not in html
    assert "<script>" not in html
