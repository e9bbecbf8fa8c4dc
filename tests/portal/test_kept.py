from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from teilhabe.centres.middleware import CentreOfHost
from teilhabe.centres.operations import touch
from teilhabe.portal import middleware
from teilhabe.portal.middleware import KeptResponses
from tests.factories import make_offer


def count_pages() -> int:
    return len(KeptResponses.kept)


def test_a_page_is_kept_and_answered_without_the_database(town: Any, django_assert_num_queries: Any) -> None:
    client = Client()
    first = client.get("/de/needs/kita-platz/")
    with django_assert_num_queries(0):
        second = client.get("/de/needs/kita-platz/")
    assert second.content == first.content
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Content-Language"] == "de"


def test_a_change_at_the_centre_is_seen_at_once(town: Any, centre: Any) -> None:
    client = Client()
    assert b"Neues Treffen" not in client.get("/de/districts/opladen/").content
    make_offer("Neues Treffen", place=town["kita"].place)
    touch(centre)
    CentreOfHost.known.clear()
    assert b"Neues Treffen" in client.get("/de/districts/opladen/").content


def test_an_unchanged_page_is_not_sent_again(town: Any) -> None:
    client = Client()
    tag = client.get("/de/").headers["ETag"]
    again = client.get("/de/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert client.get("/de/about/", headers={"if-none-match": tag}).status_code == 200


def test_browsers_that_can_get_it_zipped(town: Any) -> None:
    client = Client()
    plain = client.get("/de/")
    zipped = client.get("/de/", headers={"accept-encoding": "gzip, br"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.headers["Content-Length"] == str(len(zipped.content))
    assert gzip.decompress(zipped.content) == plain.content
    assert "Accept-Encoding" in zipped.headers["Vary"]


def test_errors_are_zipped_right_and_not_kept(town: Any) -> None:
    answer = Client().get("/de/nix/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 404
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert b"Diese Seite gibt es nicht" in gzip.decompress(answer.content)
    assert count_pages() == 0


def test_each_language_host_and_query_is_a_page_of_its_own(town: Any, centre: Any) -> None:
    client = Client()
    pages = {
        client.get(address, headers=headers).content
        for address, headers in [
            ("/de/", {}), ("/ar/", {}), ("/", {"accept-language": "uk"}), ("/", {"accept-language": "fr"}),
            ("/de/", {"host": f"{centre.slug}.localhost"}),
        ]
    }  # fmt: skip
    assert len(pages) == 5


@pytest.mark.parametrize("address", ["/account/login/", "/health"])
def test_office_and_health_are_never_kept(town: Any, address: str) -> None:
    Client().get(address)
    assert count_pages() == 0


def test_a_post_is_never_kept(open_town: Any) -> None:
    Client().post("/de/tell", {"text": "x"})
    assert count_pages() == 0


def test_what_is_kept_is_bounded(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "LARGEST", 60_000)
    client = Client()
    for number in range(30):
        client.get(f"/de/?{number}")
    assert 0 < count_pages() < 30
    assert KeptResponses.size <= 60_000
    assert KeptResponses.size == sum(kept.size for kept in KeptResponses.kept.values())
    client.get("/de/?" + "x" * 3000)
    assert all(len(str(key)) < 3000 for key in KeptResponses.kept)


def test_a_page_is_made_anew_after_a_minute(town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.get("/de/")
    monkeypatch.setattr(middleware, "KEPT_FOR", -1.0)
    kept = next(iter(KeptResponses.kept.values()))
    client.get("/de/")
    assert next(iter(KeptResponses.kept.values())) is not kept
