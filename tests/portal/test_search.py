from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client

from teilhabe.directory.models import Offer, Publication
from teilhabe.matching.models import ToldNeed, UnmetNeed
from teilhabe.matching.queries import hits_for
from teilhabe.portal.queries import surroundings
from teilhabe.portal.results import Search


def test_a_need_finds_its_offer_with_what_people_decide_by(open_town: Any, reader: Any) -> None:
    with time_machine.travel(datetime(2026, 10, 5, 8, tzinfo=UTC)):
        text = reader.text("/de/search?q=Kita-Platz")
    card = text[text.index("Beratung zum Kita-Platz") :]
    told = [
        "Familienbüro Leverkusen", "Wir suchen mit Ihnen einen Platz im Kindergarten.", "Familien mit Kindern",
        "Deutsch (Ihre Sprache)", "Türkçe", "Jetzt offen bis 12:00 Uhr", "Opladen", "Gefunden wegen:", "Anrufen",
        "Schreiben", "Weg",
    ]  # fmt: skip
    places = [card.index(words) for words in told]
    assert places == sorted(places)
    assert "Kosten:" not in card[: card.index("Anrufen")]


def test_phones_are_links_that_read_left_to_right(open_town: Any, reader: Any) -> None:
    html = reader.html("/ar/search?q=Kita-Platz")
    assert 'href="tel:+492145550101"' in html
    assert '<bdi dir="ltr">0214 5550101</bdi>' in html


def test_the_readers_language_stands_first_and_german_passages_are_marked(open_town: Any, reader: Any) -> None:
    html = reader.html("/ar/search?q=Kita-Platz")
    own = html.index('<bdi class="tl-lang tl-lang--own" lang="ar">العربية')
    assert own < html.index('<bdi class="tl-lang" lang="de">Deutsch')
    assert '<bdi lang="de" dir="ltr">Beratung zum Kita-Platz</bdi>' in html
    assert "عرض" in html


def test_the_way_to_the_offer_keeps_the_question(open_town: Any, reader: Any) -> None:
    kita = open_town["kita"]
    html = reader.html("/de/search?q=Kita-Platz")
    assert f'href="/de/offers/{kita.slug}/?q=Kita-Platz"' in html
    text = reader.text(f"/de/offers/{kita.slug}/?q=Kita-Platz")
    assert "Gefunden wegen:" in text
    assert "Gefunden wegen:" not in reader.text(f"/de/offers/{kita.slug}/")


def test_facets_count_and_chips_take_a_filter_away(open_town: Any, reader: Any) -> None:
    html = reader.html("/de/search?q=Beratung")
    assert 'href="?q=Beratung&amp;district=opladen"' in html
    chosen = reader.html("/de/search?q=Kita-Platz&district=opladen&free=1")
    assert 'aria-current="true"><bdi>Kostenlos</bdi>' in chosen
    assert 'class="tl-chip" href="?q=Kita-Platz&amp;free=1"' in chosen
    assert 'class="tl-chip" href="?q=Kita-Platz&amp;district=opladen"' in chosen
    assert "Alle entfernen" in chosen


def test_a_filter_that_leaves_nothing_says_how_to_see_more(open_town: Any, reader: Any) -> None:
    text = reader.text("/de/search?q=Kita-Platz&district=rheindorf&women_only=1")
    assert "Mit diesen Filtern finden wir nichts" in text
    assert "Ohne Filter suchen" in text


def test_values_that_mean_nothing_here_are_left_out(town: Any, centre: Any) -> None:
    address = QueryDict("q=x&district=atlantis&spoken=klingon&free=perhaps&level=Z9&category=x&page=-3&near=nowhere")
    assert Search.from_address(address, surroundings(centre)) == Search("x", {})
    good = QueryDict("q=x&district=opladen&spoken=ar&free=yes&level=B1&page=2")
    search = Search.from_address(good, surroundings(centre))
    assert search.chosen == {"district": "opladen", "spoken": "ar", "free": "1", "level": "B1"}
    assert search.filters().area == "opladen"
    assert search.filters().free is True
    assert search.address(free=None) == "?q=x&spoken=ar&district=opladen&level=B1"


def test_no_question_asks_for_one(town: Any, reader: Any) -> None:
    assert "Was brauchen Sie?" in reader.text("/de/search")


def test_without_an_index_the_page_says_so_and_offers_topics(town: Any) -> None:
    answer = Client().get("/de/search?q=Kita")
    assert answer.status_code == 503
    assert "Die Suche ist gleich bereit" in answer.content.decode()
    assert "/de/topics/familie/" in answer.content.decode()


@pytest.fixture
def nothing_found(open_town: Any) -> str:
    """A text for which the search answers `none`."""
    text = "zzzqx vvkkw"
    assert hits_for(text, language="de").outcome == "none"
    return text


def test_no_match_is_said_honestly_with_a_next_step(nothing_found: str, reader: Any) -> None:
    text = reader.text(f"/de/search?q={nothing_found}")
    assert f"Zu „ {nothing_found} “ haben wir noch kein Angebot" in text
    for words in ("Dem Zentrum sagen, was ich suche", "Ohne Termin zum Service-Point", "Oder wählen Sie ein Thema"):
        assert words in text


def test_what_is_told_to_the_centre_is_kept_once_without_the_person(nothing_found: str, centre: Any) -> None:
    answer = Client().post("/de/tell", {"text": nothing_found})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/de/told/")
    assert list(ToldNeed.objects.values_list("text", "language")) == [(nothing_found, "de")]
    assert "Danke, das hilft uns" in Client().get("/de/told/").content.decode()


def test_other_sites_cannot_tell_or_count(open_town: Any) -> None:
    for address in ("/de/tell", "/de/count"):
        answer = Client().post(address, {"text": "x", "q": "zzzqx"}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert not ToldNeed.objects.exists()
    assert not UnmetNeed.objects.exists()


def test_an_empty_text_is_not_kept(open_town: Any) -> None:
    assert Client().post("/de/tell", {"text": " \u202e "}).headers["Location"] == "/de/"
    assert not ToldNeed.objects.exists()


def test_a_search_writes_nothing_and_its_page_counts_by_a_post(nothing_found: str, reader: Any) -> None:
    assert 'data-count="/de/count"' in reader.html(f"/de/search?q={nothing_found}")
    assert not UnmetNeed.objects.exists()
    for _ in range(2):
        assert Client().post("/de/count", {"q": nothing_found, "district": "opladen"}).status_code == 204
    row = UnmetNeed.objects.get()
    assert (row.outcome, row.area, row.count) == ("none", "opladen", 2)


def test_withdrawn_offers_are_not_shown_even_before_the_index_follows(open_town: Any, reader: Any) -> None:
    Publication.objects.filter(offer=open_town["kita"]).delete()
    assert "Beratung zum Kita-Platz" not in reader.text("/de/search?q=Kita-Platz")


def test_suggestions_lead_to_pages(open_town: Any) -> None:
    rows = Client().get("/de/suggest?q=kinderg").json()["suggestions"]
    assert {"text", "kind", "address"} == set(rows[0])
    assert "/de/needs/kita-platz/" in [row["address"] for row in rows]
    assert Client().get("/de/suggest?q=").json() == {"suggestions": []}


@pytest.mark.model
def test_violence_in_the_question_brings_the_quick_exit(open_town: Any, reader: Any) -> None:
    assert "data-exit" in reader.html("/de/search?q=Mein Mann schlägt mich")
    assert "data-exit" not in reader.html("/de/search?q=Kita-Platz")


HOSTILE = [
    "x" * 100_000, "\x00\x01", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\u202e\u2066abc",
    "<script>alert(1)</script>", "' OR 1=1; --", "%%(a)s {{ 7*7 }}", "😀" * 50, "ا" * 400,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("address", ["/de/search", "/ar/suggest"])
def test_hostile_text_is_only_text(open_town: Any, text: str, address: str) -> None:
    answer = Client().get(address, {"q": text, "district": text[:200], "page": text[:50], "near": text[:90]})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_an_offer_past_its_last_day_is_not_listed_but_its_page_says_so(open_town: Any, reader: Any) -> None:
    kita = open_town["kita"]
    Offer.objects.filter(pk=kita.pk).update(valid_until="2026-01-31")
    assert "Beratung zum Kita-Platz" not in reader.text("/de/needs/kita-platz/")
    assert "Dieses Angebot ist vorbei. Es ging bis 31. Januar 2026." in reader.text(f"/de/offers/{kita.slug}/")
