"""GET /api/v1/search: the body of CONTRACT, its filters, its groups."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from teilhabe.api.bodies import search_body
from teilhabe.centres.models import Host
from teilhabe.matching.answers import Answer, Group, Hit, Reason
from teilhabe.matching.operations import refresh_index
from teilhabe.translation.models import Translation
from teilhabe.translation.queries import digest
from teilhabe.vocabulary.models import Need, NeedWording
from teilhabe.vocabulary.operations import hide_need
from tests.factories import make_need

FLAGS = ("free", "open_now", "online", "step_free", "women_only", "childcare")


def titles(body: Any) -> list[str]:
    return [hit["title"] for hit in body["hits"]]


def test_the_body_has_every_field_of_the_contract(ask: Any, town: Any):
    body = ask("search?q=Kita-Platz")
    assert list(body) == [
        "query", "truncated", "language", "detected_language", "took_ms", "outcome", "total", "hits", "groups",
    ]  # fmt: skip
    assert (body["query"], body["language"], body["detected_language"]) == ("Kita-Platz", "de", "de")
    assert body["truncated"] is False
    assert body["outcome"] in {"found", "unsure"}
    assert body["total"] >= len(body["hits"]) > 0
    assert body["took_ms"] > 0
    assert body["groups"] == []
    assert body["hits"][0] == {
        "kind": "offer",
        "id": str(town.kita.pk),
        "source_id": "k-1",
        "source_ids": ["k-1"],
        "title": "Hilfe bei der Kita-Anmeldung",
        "organisation": "Familienbüro (Demo)",
        "url": f"http://testserver/de/offers/{town.kita.slug}/",
        "score": 1.0,
        "reasons": [{"code": "need", "label": "Kita-Platz"}],
    }
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)
    assert "Entwurf Kita" not in titles(body)


def test_the_readers_language_makes_title_labels_and_addresses(ask: Any, town: Any):
    Translation.objects.create(
        kind="directory.offer", key=str(town.kita.pk), field="title", language="en", text="Help with day care",
        source_digest=digest(town.kita.title),
    )  # fmt: skip
    hit = ask("search?q=Kita-Platz&language=en")["hits"][0]
    assert hit["title"] == "Help with day care"
    assert hit["url"].startswith("http://testserver/en/offers/")
    assert hit["reasons"][0]["label"] == "Day-care place"
    assert ask("search?q=Kita-Platz&language=xx")["language"] == "de"
    assert ask("search?q=Kita-Platz&language=uk-UA")["language"] == "uk"
    tigrinya = ask("search?q=Kita-Platz&language=ti")  # no language of the interface: the nearest one's pages
    assert (tigrinya["language"], tigrinya["hits"][0]["url"][:21]) == ("ti", "http://testserver/en/")


def test_a_centre_calls_needs_as_it_likes(ask: Any, town: Any):
    NeedWording.objects.create(need_id="kita-platz", language="de", label="Platz im Kindergarten")
    assert ask("search?q=Kita-Platz")["hits"][0]["reasons"][0]["label"] == "Platz im Kindergarten"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("category=language_course", ["Deutschkurs A2"]),
        ("need=schulden", ["Schuldnerberatung"]),
        ("need=nirgends", []),
        ("district=opladen", ["Hilfe bei der Kita-Anmeldung"]),
        ("district=nirgends", []),
        ("spoken=ar", ["Hilfe bei der Kita-Anmeldung"]),
        ("spoken=ar-SY", ["Hilfe bei der Kita-Anmeldung"]),
        ("spoken=Arabisch", ["Hilfe bei der Kita-Anmeldung"]),
        ("spoken=klingonisch", []),
        ("free=1", ["Hilfe bei der Kita-Anmeldung"]),
        ("free=No", ["Deutschkurs A2"]),
        ("open_now=yes", ["Frauencafé"]),
        ("women_only=true&step_free=1", ["Frauencafé"]),
        ("childcare=1", []),
        ("online=true", []),
        ("level=B1", ["Deutschkurs A2"]),
        ("level=C1", []),
        ("category=meeting&level=B1", []),
    ],
)
def test_filters_mean_the_same_in_search_and_in_the_list(ask: Any, town: Any, filters: str, expected: list[str]):
    assert [offer["title"] for offer in ask(f"offers?{filters}")["offers"]] == expected
    body = ask(f"search?q={quote(''.join(expected) or 'Kita-Platz')}&{filters}")
    assert titles(body) == expected
    assert body["total"] == len(expected)
    if not expected:
        assert body["outcome"] == "none"


def test_pages_follow_each_other(ask: Any, town: Any):
    words = quote("Kita-Platz Schuldnerberatung Deutschkurs Frauencafé")
    whole = ask(f"search?q={words}")
    assert whole["total"] > 2
    parts = [ask(f"search?q={words}&limit=1&offset={n}") for n in range(whole["total"])]
    assert [hit["id"] for part in parts for hit in part["hits"]] == [hit["id"] for hit in whole["hits"]]
    assert ask(f"search?q={words}&offset=1000000")["hits"] == []


def test_needs_are_hits_when_they_are_asked_for(ask: Any, town: Any):
    body = ask("search?q=Kita-Platz&kind=need&language=en")
    assert body["hits"][0]["kind"] == "need"
    assert body["hits"][0]["title"] == "Day-care place"
    assert body["hits"][0]["url"] == "http://testserver/en/needs/kita-platz/"
    assert body["hits"][0]["organisation"] is body["hits"][0]["source_id"] is None
    assert UUID(body["hits"][0]["id"]).version == 5
    assert body["hits"][0]["id"] == ask("search?q=Kita-Platz&kind=need")["hits"][0]["id"]
    assert ask("search?q=Kita-Platz&kind=need&limit=1&offset=1")["hits"] == body["hits"][1:2]
    hide_need(Need.objects.get(pk="kita-platz"), by=None, centre=town.centre)
    refresh_index(town.centre)
    assert "kita-platz" not in str(ask("search?q=Kita-Platz&kind=need"))


def test_kinds_that_are_not_there_yet_are_empty(ask: Any, town: Any):
    for kind in ("page", "event"):
        body = ask(f"search?q=Kita-Platz&kind={kind}")
        assert (body["hits"], body["total"], body["outcome"]) == ([], 0, "none")


def test_two_needs_give_two_groups_of_ids(town: Any):
    make_need("schulden")
    hits = [
        Hit("offer", str(offer.pk), "", offer.title, None, offer.slug, 1.0, [Reason("meaning")])
        for offer in (town.kita, town.debts)
    ]
    groups = [Group("kita-platz", [hits[0].id]), Group("schulden", [hits[1].id])]
    answer = Answer("x", "ar", "de", False, 1.0, "found", 2, hits, groups)
    body = search_body(answer, town.centre, "https://example.org")
    assert body["groups"] == [
        {"need": {"id": "kita-platz", "label": "مكان في الروضة"}, "hits": [hits[0].id]},
        {"need": {"id": "schulden", "label": "Debts"}, "hits": [hits[1].id]},
    ]
    assert [hit["id"] for hit in body["hits"]] == [hit.id for hit in hits]
    assert body["hits"][0]["url"] == f"https://example.org/ar/offers/{town.kita.slug}/"
    assert body["hits"][0]["source_id"] is None
    assert body["hits"][0]["source_ids"] == []


@pytest.mark.parametrize("query", ["", "q=", "q=%20%09", "q=%0A", "q=%00", "q=%E2%80%8E%E2%80%AE", "q=%EF%BF%BF"])
def test_without_a_need_it_says_what_to_do(ask: Any, town: Any, query: str):
    assert "?q=" in ask(f"search?{query}", 400)["detail"]


@pytest.mark.parametrize(
    ("parameter", "named"),
    [
        ("limit=0", "greater than or equal to 1"),
        ("limit=51", "less than or equal to 50"),
        ("limit=x", "limit"),
        ("offset=-1", "offset"),
        ("kind=person", "'offer', 'page', 'event' or 'need'"),
        ("category=x", "'counselling'"),
        ("level=D1", "'Alpha', 'A1'"),
        *((f"{flag}=maybe", f"{flag} should be 1, 0, true, false, yes or no.") for flag in FLAGS),
    ],
)
def test_an_impossible_value_is_named_with_the_possible_ones(ask: Any, town: Any, parameter: str, named: str):
    problem = ask(f"search?q=Kita&{parameter}", 400)
    assert named in problem["detail"]
    assert (problem["title"], problem["status"], problem["type"]) == ("Bad Request", 400, "about:blank")


def test_unknown_parameters_do_not_matter(ask: Any, town: Any):
    assert titles(ask("search?q=Kita-Platz&utm_source=x")) == titles(ask("search?q=Kita-Platz"))


def test_a_long_need_is_cut_and_says_so(ask: Any, town: Any):
    body = ask("search?q=" + "Kita " * 80)
    assert body["truncated"] is True
    assert len(body["query"]) <= 300
    assert ask("search?q=" + "k" * 300)["truncated"] is False


def test_spaces_push_no_need_out(ask: Any, town: Any):
    assert ask(f"search?q={'+' * 1300}Kita")["query"] == "Kita"


def test_without_an_index_it_says_when_to_come_back(client: Any, centre: Any):
    response = client.get("/api/v1/search?q=Kita")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert client.get("/api/v1/offers?free=1").status_code == 503
    assert client.get("/api/v1/offers").json()["offers"] == []


def found_by_command(*arguments: str) -> str:
    out = StringIO()
    call_command("find", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_same_body(ask: Any, town: Any):
    told = json.loads(found_by_command("Kita-Platz", "--json", "--language", "en"))
    asked = ask("search?q=Kita-Platz&language=en", HTTP_HOST="leverkusen.localhost:8000")
    assert told | {"took_ms": 0} == asked | {"took_ms": 0}
    Host.objects.create(centre=town.centre, name="ki.example.org")
    told = json.loads(found_by_command("Kita-Platz", "--json", "--kind", "need", "--limit", "1"))
    assert [hit["url"] for hit in told["hits"]] == ["http://ki.example.org/de/needs/kita-platz/"]
    assert "Hilfe bei der Kita-Anmeldung (Familienbüro (Demo))  [Kita-Platz]" in found_by_command("Kita-Platz")


def test_the_command_asks_for_what_it_wants(town: Any):
    with pytest.raises(CommandError, match="leverkusen"):
        found_by_command("Kita-Platz", "--centre", "nirgends")
    with pytest.raises(CommandError) as refused:
        found_by_command(" ")
    assert refused.value.returncode == 2
