"""The form for everybody: about any record, without session or script, kept like any page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from teilhabe.centres.scope import in_centre
from teilhabe.feedback.models import Report
from teilhabe.portal.reports import MOST, sent
from tests.factories import make_offer, make_organisation, make_page

TOLD = {"kind": "wrong", "text": "Die Nummer ist falsch.", "email": "", "homepage": ""}
STRANGER = "203.0.113.9"


@pytest.fixture(autouse=True)
def _nobody_sent_before() -> Iterator[None]:
    sent.forget()
    yield
    sent.forget()


def send(address: str = "/de/feedback/", *, headers: dict[str, str] | None = None, **told: str) -> Any:
    return Client().post(address, {**TOLD, **told}, headers=headers, REMOTE_ADDR=STRANGER)


def test_every_offer_page_leads_to_the_form_about_it(town: Any, reader: Any) -> None:
    offer = town["kita"]
    html = reader.html(f"/de/offers/{offer.slug}/")
    assert "mailto:" not in re.search(r"<footer.*?</footer>", html, re.DOTALL)[0]  # type: ignore[index]
    link = re.search(r'<p><a href="([^"]*)" rel="nofollow">Stimmt etwas nicht\?', html)
    assert link
    assert link[1] == f"/de/feedback/?about=offer:{offer.pk}"
    form = reader.html(link[1])
    assert "Beratung zum Kita-Platz" in form
    answer = send(about=re.search(r'name="about" value="([^"]*)"', form)[1], email="a@example.org")  # type: ignore[index]
    assert (answer.status_code, answer["Location"]) == (303, "/de/feedback/thanks/")
    kept = Report.objects.get()
    assert (kept.about_kind, kept.about_key) == ("directory.offer", str(offer.pk))
    assert (kept.kind, kept.text, kept.email, kept.language) == (
        "wrong", "Die Nummer ist falsch.", "a@example.org", "de",
    )  # fmt: skip
    assert "Danke für Ihre Meldung" in reader.text("/de/feedback/thanks/")


def test_any_record_and_any_page_can_be_reported(town: Any) -> None:
    page = make_page("Ankommen")
    for about in (f"organisation:{town['bureau'].pk}", f"page:{page.pk}", "site:/de/needs/"):
        send(about=about)
    rows = Report.objects.values_list("about_kind", "about_key", "about_title")
    assert list(rows) == [
        ("organisations.organisation", str(town["bureau"].pk), "Familienbüro Leverkusen"),
        ("editorial.page", str(page.pk), "Ankommen"),
        ("", "/de/needs/", ""),
    ]


def test_what_is_not_public_is_neither_named_nor_kept(
    town: Any, centre: Any, other_centre: Any, reader: Any, settings: Any
) -> None:
    settings.TEILHABE_DEFAULT_CENTRE = centre.slug
    hidden = [
        f"offer:{make_offer('Geheimer Entwurf', published=False).pk}",
        f"page:{make_page('Geheimer Entwurf', published=False).pk}",
        f"organisation:{make_organisation('Geheimer Verein').pk}",
    ]
    with in_centre(other_centre):
        hidden.append(f"offer:{make_offer('Geheimes von anderswo').pk}")
    for about in [*hidden, f"offer:{uuid4()}", "offer:7", "offer:", "x" * 500, "accounts.user:1", "site:evil"]:
        assert "Geheim" not in reader.html(f"/de/feedback/?about={about}").partition("<form")[0]
        assert send(about=about).status_code == 303
    assert set(Report.objects.values_list("about_kind", "about_key", "about_title")) == {("", "", "")}


def test_nothing_is_lost_when_something_is_missing(town: Any) -> None:
    answer = send(kind="", email="keine adresse", about="site:/de/", text="مرحبا")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "مرحبا</textarea>" in html
    assert 'value="keine adresse"' in html
    assert 'name="about" value="site:/de/"' in html
    assert html.count("Wählen Sie bitte aus, worum es geht.") == 2  # in the summary and beside the field
    assert html.count("Diese Adresse kann nicht stimmen.") == 2
    assert Report.objects.count() == 0
    assert send(text=" \n ").status_code == 422
    assert send(text="x" * 2001).status_code == 422


def test_who_fills_the_trap_is_asked_once_more(town: Any) -> None:
    answer = send(homepage="https://example.org/pills")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Bitte drücken Sie noch einmal" in html
    assert "pills" not in html
    assert Report.objects.count() == 0
    assert send().status_code == 303


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_forms_of_other_sites_are_refused(town: Any, headers: dict[str, str]) -> None:
    assert send(headers=headers).status_code == 403
    assert Report.objects.count() == 0


def test_the_form_sets_no_cookie_and_can_be_kept(town: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    first, second = (client.get("/de/feedback/?about=site:/de/") for _ in range(2))
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    assert client.post("/de/feedback/", TOLD).status_code == 303
    assert not client.cookies


def test_many_reports_from_one_connection_wait(town: Any) -> None:
    assert [send().status_code for _ in range(MOST)] == [303] * MOST
    answer = send(text="Mein elfter Fund")
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 601
    assert "Mein elfter Fund" in answer.content.decode()
    assert Report.objects.count() == MOST
    assert Client().post("/de/feedback/", TOLD, REMOTE_ADDR="203.0.113.10").status_code == 303


def test_the_statement_leads_to_the_form_about_barriers(town: Any, reader: Any) -> None:
    assert '"/ar/feedback/?kind=barrier"' in reader.html("/ar/accessibility/")
    assert '<option value="barrier" selected>' in reader.html("/ar/feedback/?kind=barrier")
    assert "selected" not in reader.html("/ar/feedback/?kind=nix")
