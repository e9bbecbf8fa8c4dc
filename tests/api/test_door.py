"""What holds for every address of the API: slashes, methods, centres, rate, hostile input."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teilhabe.centres.scope import in_centre
from teilhabe.core.rate import MOST_CLIENTS, Rate
from teilhabe.core.text import clean
from teilhabe.matching.operations import refresh_index
from tests.factories import make_offer

ADDRESSES = ("search?q=Kita", "offers", "needs", "openapi.json")
STRANGER = "203.0.113.9"


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_works_with_and_without_final_slash(ask: Any, town: Any, address: str):
    path, _, query = address.partition("?")
    bodies = [ask(f"{path}{slash}?{query}") for slash in ("", "/")]
    for body in bodies:
        body.pop("took_ms", None)
    assert bodies[0] == bodies[1]
    assert ask(f"offers/{town.kita.pk}") == ask(f"offers/{town.kita.pk}/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_reading_leaves_nothing_behind(client: Any, town: Any, address: str):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200
    assert [q["sql"] for q in queries if not q["sql"].lstrip("( ").startswith("SELECT")] == []
    assert "Set-Cookie" not in response.headers
    assert not response.cookies


def test_every_origin_may_read(client: Any, town: Any):
    for address in (*ADDRESSES, "search", "nothing", "offers?limit=0"):
        assert client.get(f"/api/v1/{address}").headers["Access-Control-Allow-Origin"] == "*"


def test_the_answer_says_in_which_language_it_is(client: Any, town: Any):
    assert client.get("/api/v1/search?q=Kita&language=uk").headers["Content-Language"] == "uk"
    assert client.get("/api/v1/search", headers={"Accept-Language": "fr"}).headers["Content-Language"] == "en"


def test_head_is_get_without_a_body_and_options_says_what_may_be_asked(client: Any, town: Any):
    head = client.head("/api/v1/offers")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"].startswith("application/json")
    options = client.options("/api/v1/offers")
    assert (options.status_code, options.content) == (204, b"")
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(town: Any, method: str):
    response = Client(enforce_csrf_checks=True).generic(method, "/api/v1/search?q=Kita")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "GET" in response.json()["detail"]


@pytest.mark.parametrize("address", ["", "nothing", "search/kita", "offers/x", "search//"])
def test_what_is_not_there_says_where_to_look(ask: Any, town: Any, address: str):
    assert "/api/v1/openapi.json" in ask(address, 404)["detail"]


def test_the_host_or_the_parameter_says_which_centre(ask: Any, town: Any, other_centre: Any, settings: Any):
    with in_centre(other_centre):
        make_offer("Kita anderswo")
        refresh_index(other_centre)
    ours, theirs = town.centre.slug, other_centre.slug

    def first(address: str = "", **headers: Any) -> str:
        return str(ask(f"search?q=Kita{address}", **headers)["hits"][0]["title"])

    assert f"{theirs}, {ours}" in ask("search?q=Kita", 404)["detail"] or f"{ours}, {theirs}" in str(
        ask("search?q=Kita", 404)
    )
    assert first(f"&centre={theirs}") == "Kita anderswo"
    assert first(HTTP_HOST=f"{ours}.localhost:8000") == "Hilfe bei der Kita-Anmeldung"
    # the host name comes before the parameter
    assert first(f"&centre={ours}", HTTP_HOST=f"{theirs}.localhost") == "Kita anderswo"
    assert "?centre=" in ask("needs?centre=nirgends", 404)["detail"]
    assert ask("openapi.json")["info"]["title"] == "Teilhabe"


def test_addresses_lead_to_the_pages_of_that_centre(ask: Any, town: Any, other_centre: Any, settings: Any):
    settings.TEILHABE_DEFAULT_CENTRE = town.centre.slug
    with in_centre(other_centre):
        make_offer("Kita anderswo")
        refresh_index(other_centre)

    def host(address: str) -> str:
        url = ask(f"search?q=Kita&{address}", HTTP_HOST="localhost:8123")["hits"][0]["url"]
        return str(url).split("/de/")[0]

    assert host("") == "http://localhost:8123"
    assert host(f"centre={town.centre.slug}") == "http://localhost:8123"
    assert host(f"centre={other_centre.slug}") == f"http://{other_centre.slug}.localhost:8123"


HOSTILE = {
    "100 kB": "Kita " * 20_000,
    "one long word": "k" * 100_000,
    "combining marks": "a" + "\u0301" * 50_000,
    "NUL": "Ki\x00ta",
    "NUL alone": "\x00",
    "bidi": "\u202eKita\u2066\u200f",
    "bidi alone": "\u202e",
    "not assigned": "\U0003ffff\ufdd0",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE directory_offer; -- %s %(x)s",
    "pattern": "(((((a+)+)+)+)+)$ \\ [ *",
    "punctuation": "?!...,,,;;;",
    "emoji": "🏠👨‍👩‍👧‍👦",
    "lines": "Kita\r\nSet-Cookie: a=b",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_answered(ask: Any, town: Any, text: str):
    ask("search?q=warm")
    status = 200 if clean(text) else 400
    for place in ("q", "district", "need", "spoken", "language"):
        body = ask(f"search?{'q=Kita&' if place != 'q' else ''}{place}={quote(text)}", status if place == "q" else 200)
        assert len(body.get("query", "")) <= 300
    for kind in ("need", "page"):
        ask(f"search?q={quote(text)}&kind={kind}", status)
    assert "?centre=" in ask(f"needs?centre=x{quote(text)}", 404)["detail"]
    assert ask("offers")["total"] == 4


@pytest.mark.parametrize("query", ["q=%ED%A0%80", "q=%FF%FE", "q=%C3", "q=%u0000", "q=a&q=%ED%BF%BF", "q[]=x&q=%25"])
def test_broken_encodings_are_answered(ask: Any, town: Any, query: str):
    assert isinstance(ask(f"search?{query}")["hits"], list)


def test_too_many_parameters_are_refused(ask: Any, town: Any):
    assert ask("search?q=Kita" + "&x=1" * 2000, 400)["status"] == 400


def test_a_client_that_searches_too_often_waits(client: Any, town: Any, settings: Any):
    settings.TEILHABE_SEARCH_RATE = 3
    statuses = [client.get("/api/v1/search?q=Kita", REMOTE_ADDR=STRANGER).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    response = client.get("/api/v1/search?q=Kita", REMOTE_ADDR=STRANGER)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    for address, free in (("search?q=Kita", "203.0.113.10"), ("offers", STRANGER), ("search?q=Kita", "127.0.0.1")):
        assert client.get(f"/api/v1/{address}", REMOTE_ADDR=free).status_code == 200
    assert client.get("/api/v1/search?q=Kita", REMOTE_ADDR="::1").status_code == 200


def test_after_a_minute_one_may_search_again_and_memory_stays_bounded(monkeypatch: pytest.MonkeyPatch):
    now = [60_000.0]
    monkeypatch.setattr("teilhabe.core.rate.time.time", lambda: now[0])
    searches = Rate(seconds=60)
    assert [searches.seconds_to_wait("a", 1) for _ in range(2)] == [0, 61]
    now[0] += 59
    assert searches.seconds_to_wait("a", 1) == 2
    now[0] += 1
    assert searches.seconds_to_wait("a", 1) == 0
    for n in range(MOST_CLIENTS * 2):
        searches.seconds_to_wait(str(n), 1)
    assert len(searches._counts) <= MOST_CLIENTS + 1
