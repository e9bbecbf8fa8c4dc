"""Guide pages in /api/v1/search, imported as an Integreat system gives them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from teilhabe.editorial.models import Page

NOW = "2026-05-01T10:00:00+02:00"


def page(id: int, language: str, title: str, html: str, others: dict[str, int]) -> dict[str, Any]:
    path = f"/stadt/{language}/{title.lower().replace(' ', '-')}/"
    return {
        "id": id, "url": f"https://guide.example.org{path}", "path": path, "title": title,
        "modified_gmt": NOW, "last_updated": NOW, "excerpt": "", "content": html, "order": 0,
        "parent": {"id": 0, "url": None, "path": None},
        "available_languages": {
            code: {"id": number, "url": "", "path": f"/stadt/{code}/{name.lower().replace(' ', '-')}/"}
            for code, (number, name) in others.items()
        },
        "thumbnail": None, "organization": None, "hash": None, "embedded_offers": [],
    }  # fmt: skip


@pytest.fixture
def guide(town: Any, tmp_path: Path) -> Page:
    german = page(101, "de", "Kita", "<p>Die Vormerkung geht im Portal.</p>", {"en": (202, "Day care")})
    english = page(202, "en", "Day care", "<p>You put your child on the list online.</p>", {"de": (101, "Kita")})
    files = []
    for language, told in (("de", german), ("en", english)):
        files.append(tmp_path / f"{language}.json")
        files[-1].write_text(json.dumps([told]))
    call_command("import_integreat", *map(str, files), centre=town.centre.slug, stdout=StringIO(), stderr=StringIO())
    return Page.objects.get()


@pytest.mark.parametrize(
    ("query", "language", "title", "path"),
    [
        ("Vormerkung im Portal", "de", "Kita", "de/pages/kita"),
        ("put my child on the list", "en", "Day care", "en/pages/day-care"),
        ("put my child on the list", "ti", "Day care", "en/pages/day-care"),
    ],
)
def test_an_imported_page_is_one_hit_in_all_its_languages(
    ask: Any, guide: Page, query: str, language: str, title: str, path: str
):
    hits = [hit for hit in ask(f"search?q={query}&language={language}")["hits"] if hit["kind"] == "page"]
    (hit,) = hits
    assert {name: hit[name] for name in ("id", "source_id", "title", "organisation", "url")} == {
        "id": str(guide.pk),
        "source_id": "101",
        "title": title,
        "organisation": None,
        "url": f"http://testserver/{path}/",
    }
    assert sorted(hit["source_ids"]) == ["101", "202"]


def test_kind_asks_for_pages_or_for_offers_only(ask: Any, guide: Page, town: Any):
    everything = ask("search?q=Kita")
    assert {hit["kind"] for hit in everything["hits"]} == {"offer", "page"}
    pages = ask("search?q=Kita&kind=page&limit=1")
    assert ([hit["id"] for hit in pages["hits"]], pages["total"]) == ([str(guide.pk)], 1)
    offers = ask("search?q=Kita&kind=offer")
    assert {hit["kind"] for hit in offers["hits"]} == {"offer"}
    assert offers["total"] + 1 == everything["total"]


def test_the_address_of_the_hit_answers(client: Any, ask: Any, guide: Page):
    url = ask("search?q=Kita&kind=page&language=ar")["hits"][0]["url"]
    assert url == "http://testserver/ar/pages/day-care/"
    assert client.get(url.removeprefix("http://testserver")).status_code == 200
