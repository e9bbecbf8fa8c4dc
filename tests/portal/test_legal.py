"""Imprint, privacy, accessibility: the centre's own words, and what the code does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from teilhabe.centres.operations import TextRefused, write_legal_text
from teilhabe.centres.scope import in_centre
from teilhabe.exchange.demo_centres import demo_folders, load_demo
from teilhabe.feedback.models import Report
from teilhabe.matching.models import ToldNeed
from teilhabe.portal.middleware import KeptResponses
from teilhabe.vocabulary.operations import load_needs


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_every_page_leads_to_what_the_law_asks_for(town: Any, reader: Any, language: str) -> None:
    for path in ("", "search?q=x", f"offers/{town['kita'].slug}/", "districts/", "imprint/"):
        html = reader.html(f"/{language}/{path}") if "search" not in path else reader.html(f"/{language}/search")
        for name in ("imprint", "privacy", "accessibility"):
            assert f'href="/{language}/{name}/"' in html


@pytest.mark.parametrize(
    ("typed", "name"), [("impressum", "imprint"), ("datenschutz", "privacy"), ("barrierefreiheit", "accessibility")]
)
def test_german_names_lead_there_too(town: Any, typed: str, name: str) -> None:
    answer = Client().get(f"/ar/{typed}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/ar/{name}/")
    assert Client().get(answer["Location"]).status_code == 200


def test_the_imprint_tells_who_publishes_with_and_without_own_words(town: Any, centre: Any, reader: Any) -> None:
    text = reader.text("/de/imprint/")
    for words in ("Integrationszentrum Leverkusen", "Hauptstraße 105", "0214 555000", "ki@example.org", "noch nichts"):
        assert words in text
    write_legal_text("imprint", "de", "# Leitung\n\n<b>Mira</b> Beispiel", by=None)
    KeptResponses.forget()
    html = reader.html("/en/imprint/")
    assert (
        '<div class="tl-prose tl-gap" lang="de" dir="ltr"><h2>Leitung</h2><p>&lt;b&gt;Mira&lt;/b&gt; Beispiel</p></div>'
        in html
    )
    assert "has not written anything" not in html
    assert "0214 555000" in html


def test_own_words_are_those_of_the_reader_and_of_this_centre(
    town: Any, centre: Any, other_centre: Any, reader: Any, settings: Any
) -> None:
    settings.TEILHABE_DEFAULT_CENTRE = centre.slug
    with in_centre(other_centre):
        write_legal_text("imprint", "de", "Fremdes Impressum", by=None)
    write_legal_text("imprint", "de", "Deutsches Impressum", by=None)
    write_legal_text("imprint", "en", "English imprint", by=None)
    assert "English imprint" in reader.text("/en/imprint/")
    assert "English imprint" in reader.text("/tr/imprint/")
    german = reader.text("/de/imprint/")
    assert "Deutsches Impressum" in german
    assert "Fremdes" not in german


def test_a_text_is_written_once_and_taken_away_by_an_empty_one(centre: Any) -> None:
    def version() -> int:
        centre.refresh_from_db()
        return int(centre.version)

    before = version()
    first = write_legal_text("privacy", "de", "Wir sind sparsam.", by=None)
    assert version() == before + 1
    assert write_legal_text("privacy", "de", "Wir sind sparsam. ", by=None) == first
    assert version() == before + 1
    assert write_legal_text("privacy", "de", " ", by=None) is None
    assert version() == before + 2
    for kind, language in (("terms", "de"), ("privacy", "xx")):
        with pytest.raises(TextRefused):
            write_legal_text(kind, language, "Text", by=None)


def test_privacy_says_what_the_code_does(town: Any, reader: Any, settings: Any) -> None:
    text = reader.text("/de/privacy/")
    assert f"Nach {ToldNeed.KEPT_FOR.days} Tagen löschen wir es." in text
    assert Report.KEPT_FOR.days == 730
    assert "Nach zwei Jahren löschen wir sie." in text
    assert f"Wir löschen sie {Report.ADDRESS_KEPT_FOR.days} Tage nach unserer Antwort" in text
    assert Report.ADDRESS_KEPT_AT_MOST.days == 365
    assert "spätestens nach einem Jahr" in text
    assert "Ihr Browser spricht nur mit testserver" in text
    assert "Damit wir Ihre Suche verstehen" not in text


def test_privacy_names_the_foreign_host_that_gets_searches(town: Any, reader: Any, settings: Any) -> None:
    settings.TEILHABE_ENCODER, settings.TEILHABE_ENCODER_URL = "endpoint", "https://vectors.example.org/v1"
    assert "geht ihr Text ohne weitere Angaben an vectors.example.org" in reader.text("/de/privacy/")


def test_the_ombuds_office_is_that_of_the_state(town: Any, centre: Any, reader: Any) -> None:
    assert "Nordrhein-Westfalen" in reader.text("/de/accessibility/")
    centre.ags = "09162000"
    centre.save()
    KeptResponses.forget()
    from teilhabe.centres.middleware import CentreOfHost

    CentreOfHost.known.clear()
    assert "Ombudsstelle" not in reader.text("/de/accessibility/")


@pytest.mark.parametrize("folder", demo_folders(), ids=lambda folder: folder.name)
def test_demo_centres_say_that_their_texts_are_a_demo(db: None, folder: Any) -> None:
    load_needs()
    centre, _report = load_demo(folder)
    before = centre.__class__.objects.get(pk=centre.pk).version
    load_demo(folder)
    assert centre.__class__.objects.get(pk=centre.pk).version == before
    client = Client(headers={"host": f"{centre.slug}.localhost"})
    for language, word in {"de": "Demo", "en": "demo", "ar": "تجريبي"}.items():
        for page in ("imprint", "privacy"):
            html = client.get(f"/{language}/{page}/").content.decode()
            main = html.partition("<main")[2].partition("</main>")[0]
            assert word in main, (page, language)
