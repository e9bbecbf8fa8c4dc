"""Offers from the empty form to the public and back."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from teilhabe.audit.models import Entry
from teilhabe.directory.contents import EMPTY, content_of
from teilhabe.directory.models import Confirmation, Offer, OfferNeed, Publication, Trait
from teilhabe.directory.operations import create_offer, save_offer
from teilhabe.history.merging import token_of
from teilhabe.history.queries import versions_of
from teilhabe.matching.operations import refresh_index
from teilhabe.matching.queries import hits_for, need_labels
from teilhabe.workspace.forms import TYPED
from teilhabe.workspace.queries import LENGTH
from tests.factories import make_area, make_need, make_offer, make_organisation
from tests.workspace.conftest import person, sit

TYPED_NEW = {
    "title": "Hilfe beim Kita-Platz",
    "organisation": "Familienbüro",
    "is_new_organisation": "on",
    "summary": "Wir suchen mit Ihnen.",
    "category": "counselling",
    "languages": ["tr", "ar"],
    "street": "Kirchplatz 3",
    "city": "Leverkusen",
    "is_free": "yes",
    "questions": "Wo finde ich eine Kita?\nأبحث عن روضة",
}


def fields(page: Any) -> dict[str, Any]:
    """What a browser would send back of the form on the page, untouched."""
    told: dict[str, Any] = {}
    text = page.content.decode()
    text = text[text.index('id="writing"') :]
    text = text[: text.index("</form>")]
    for tag in re.findall(r"<input[^>]+>", text):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if found.get("type") in {"checkbox", "radio"} and " checked" not in tag:
            continue
        default = "on" if found.get("type") == "checkbox" else ""
        told.setdefault(found["name"], []).append(unescape(found.get("value", default)))
    for name, value in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', text, re.DOTALL):
        told[name] = [unescape(value)]
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        told[name] = [unescape(value) for value in re.findall(r'value="([^"]*)" selected', options)] or [""]
    return told


def messages(page: Any) -> list[str]:
    return [str(m) for m in page.context["messages"]]


def test_a_new_offer_becomes_a_draft_with_all_that_was_typed(centre: Any, desk: Client, mira: Any):
    make_area("Opladen")
    page = desk.post("/workspace/offers/new/", {**TYPED_NEW, "district": "Opladen"}, follow=True)
    offer = Offer.objects.get()
    assert page.redirect_chain == [(f"/workspace/offers/{offer.pk}/", 302)]
    content = content_of(offer)
    assert content["languages"] == ["ar", "tr"]
    assert content["questions"] == ["Wo finde ich eine Kita?", "أبحث عن روضة"]
    assert (offer.organisation.name, str(offer.place), offer.place.area.name) == (
        "Familienbüro", "Kirchplatz 3, Leverkusen", "Opladen",
    )  # fmt: skip
    assert (offer.slug, offer.is_free, Publication.objects.count()) == ("hilfe-beim-kita-platz", True, 0)
    assert [(v.number, v.saved_by) for v in versions_of(offer)] == [(1, mira)]
    assert "Niemand" not in page.content.decode()
    entry = Entry.objects.filter(deed="offer.created").get()
    assert (entry.by, entry.centre) == (str(mira.pk), centre.slug)


def test_a_form_with_faults_says_each_and_loses_nothing(desk: Client):
    make_organisation("Familienbüro Leverkusen")
    faulty = {
        "organisation": "Familienbuero",
        "email": "x",
        "valid_from": "2027-02-02",
        "valid_until": "2027-01-01",
        "bring": "Pass",
    }
    page = desk.post("/workspace/offers/new/", {**TYPED_NEW, "title": "", "is_new_organisation": "", **faulty})
    assert page.status_code == 422
    assert sorted(page.context["form"].errors) == ["email", "organisation", "title", "valid_until"]
    text = page.content.decode()
    assert "Oder meinen Sie: Familienbüro Leverkusen?" in text
    assert 'href="#id_title"' in text
    assert "Pass</textarea>" in text
    assert Offer.objects.count() == 0


def test_saving_what_was_not_touched_changes_nothing(desk: Client):
    make_area("Opladen")
    desk.post("/workspace/offers/new/", {**TYPED_NEW, "district": "Opladen"})
    offer = Offer.objects.get()
    before = content_of(offer)
    page = desk.post(f"/workspace/offers/{offer.pk}/", fields(desk.get(f"/workspace/offers/{offer.pk}/")), follow=True)
    assert messages(page) == ["Es gab nichts Neues zu speichern."]
    assert content_of(Offer.objects.get()) == before
    assert len(versions_of(offer)) == 1


def test_a_save_names_what_it_changed_and_moves_the_centre(centre: Any, desk: Client):
    offer = make_offer("Kurs")
    centre.refresh_from_db()
    version = centre.version
    told = {**fields(desk.get(f"/workspace/offers/{offer.pk}/")), "phone": "0214 1", "languages": ["de"]}
    page = desk.post(f"/workspace/offers/{offer.pk}/", told, follow=True)
    assert messages(page) == ["Gespeichert: Telefon, Sprachen, die dort gesprochen werden."]
    centre.refresh_from_db()
    assert centre.version > version
    assert Entry.objects.get(deed="offer.saved").fields == ["languages", "phone"]
    assert list(Trait.objects.values_list("kind", "code")) == [("language", "de")]


def test_what_the_form_does_not_show_stays(desk: Client):
    offer = make_offer("Kurs", source_id="a1", source="Tabelle")
    OfferNeed.objects.create(offer=offer, need=make_need("kita-platz"))
    told = {**fields(desk.get(f"/workspace/offers/{offer.pk}/")), "title": "Neuer Kurs"}
    desk.post(f"/workspace/offers/{offer.pk}/", told)
    after = Offer.objects.get()
    assert (after.title, after.source_id, after.slug) == ("Neuer Kurs", "a1", offer.slug)
    assert content_of(after)["needs"] == ["kita-platz"]


def test_two_editors_see_both_texts_and_the_later_one_chooses(centre: Any, desk: Client, mira: Any):
    offer = make_offer("Kurs", phone="1", cost="2 €")
    other = sit(person(centre, "editor", name="Jan"))
    address = f"/workspace/offers/{offer.pk}/"
    mine, theirs = fields(desk.get(address)), fields(other.get(address))
    desk.post(address, {**mine, "title": "Deutschkurs", "phone": "2", "bring": "Pass"})
    page = other.post(address, {**theirs, "title": "Sprachkurs", "phone": "3", "cost": "frei"})
    assert page.status_code == 409
    text = page.content.decode()
    assert [c.name for c in page.context["choices"]] == ["title", "phone"]
    assert "Deutschkurs" in text
    assert "Sprachkurs" in text
    assert "Mira Beispiel" in text
    assert Offer.objects.get().title == "Deutschkurs"
    told = {**theirs, "title": "Sprachkurs", "phone": "3", "cost": "frei", "seen": page.context["seen"]}
    undecided = other.post(address, {**told, "choose-title": "theirs"})
    assert [c.name for c in undecided.context["choices"]] == ["phone"]
    other.post(address, {**told, "choose-title": "theirs", "choose-phone": "mine"})
    after = Offer.objects.get()
    assert (after.title, after.phone, after.cost, after.bring) == ("Deutschkurs", "3", "frei", "Pass")


def test_a_third_change_while_one_chooses_is_not_lost_either(centre: Any, desk: Client):
    offer = make_offer("Kurs")
    address = f"/workspace/offers/{offer.pk}/"
    mine = {**fields(desk.get(address)), "title": "Meins"}
    content = content_of(offer)
    save_offer(offer, {"title": "Zwei"}, token=token_of(content), by=None)
    page = desk.post(address, mine)
    save_offer(offer, {"title": "Drei"}, token=token_of({**content, "title": "Zwei"}), by=None)
    again = desk.post(address, {**mine, "seen": page.context["seen"], "choose-title": "mine"})
    assert again.status_code == 409
    assert "Drei" in again.content.decode()
    assert Offer.objects.get().title == "Drei"


def test_a_form_without_its_token_is_refused(desk: Client):
    offer = make_offer("Kurs")
    told = fields(desk.get(f"/workspace/offers/{offer.pk}/"))
    assert desk.post(f"/workspace/offers/{offer.pk}/", {**told, "token": ""}).status_code == 400
    assert Offer.objects.get().title == "Kurs"


def test_what_was_typed_and_not_saved_comes_back(desk: Client):
    offer = make_offer("Kurs")
    address = f"/workspace/offers/{offer.pk}/"
    told = {**fields(desk.get(address)), "title": "Halb fertig", "languages": ["ar", "de"]}
    assert desk.post(f"{address}draft/", told).status_code == 204
    assert Offer.objects.get().title == "Kurs"
    page = desk.get(address)
    assert "geschrieben und nicht gespeichert" in page.content.decode()
    assert fields(page)["title"] == ["Kurs"]
    kept = fields(desk.get(f"{address}?draft=1"))
    assert (kept["title"], sorted(kept["languages"])) == (["Halb fertig"], ["ar", "de"])
    desk.post(address, kept)
    assert Offer.objects.get().title == "Halb fertig"
    assert desk.get(address).context["draft"] is None
    desk.post(f"{address}draft/", told)
    desk.post(f"{address}draft/deletion/")
    assert desk.get(address).context["draft"] is None


def test_publishing_says_what_is_missing_and_undoing_a_withdrawal_brings_it_back(desk: Client):
    offer = create_offer({"title": "Kurs", "organisation": "Verein"}, by=None)
    address = f"/workspace/offers/{offer.pk}/"
    assert "Es fehlt:" in desk.get(address).content.decode()
    page = desk.post(f"{address}publication/", follow=True)
    assert messages(page) == ["Noch nicht veröffentlicht. Es fehlt: Zusammenfassung."]
    told = {**fields(desk.get(address)), "summary": "Deutsch lernen."}
    desk.post(address, told)
    desk.post(f"{address}publication/")
    assert desk.get(f"/de/offers/{offer.slug}/").status_code == 200
    page = desk.post(f"{address}withdrawal/")
    assert "Rückgängig" in page.content.decode()
    assert Publication.objects.count() == 0
    desk.post(f"{address}publication/")
    assert Publication.objects.count() == 1


def test_a_public_offer_cannot_lose_what_the_public_needs(desk: Client):
    offer = make_offer("Kurs", summary="Deutsch lernen.")
    told = {**fields(desk.get(f"/workspace/offers/{offer.pk}/")), "summary": ""}
    page = desk.post(f"/workspace/offers/{offer.pk}/", told)
    assert page.status_code == 422
    assert Offer.objects.get().summary == "Deutsch lernen."
    assert versions_of(offer) == []


def test_the_preview_is_the_public_page_and_the_public_does_not_see_it(desk: Client, client: Client):
    offer = make_offer("Kurs", published=False, summary="Deutsch lernen.")
    page = desk.get(f"/workspace/offers/{offer.pk}/preview/?language=ar").content.decode()
    assert "Deutsch lernen." in page
    assert '<html lang="ar" dir="rtl">' in page
    assert client.get(f"/de/offers/{offer.slug}/").status_code == 404


def test_history_tells_each_change_and_brings_an_old_version_back(desk: Client, mira: Any):
    offer = make_offer("Kurs am Montag", phone="1")
    address = f"/workspace/offers/{offer.pk}/"
    assert "Hier hat noch niemand etwas geändert" in desk.get(f"{address}history/").content.decode()
    desk.post(address, {**fields(desk.get(address)), "title": "Kurs am Dienstag", "phone": "2"})
    page = desk.get(f"{address}history/")
    newest, first = page.context["steps"]
    assert [(label, [p.text for p in pieces]) for label, pieces in newest.changes] == [
        ("Titel", ["Kurs am ", "Montag", "Dienstag"]), ("Telefon", ["1", "2"]),
    ]  # fmt: skip
    assert first.is_first
    page = desk.post(f"{address}history/restorations/", {"number": "1"}, follow=True)
    assert messages(page) == ["Die Fassung 1 gilt wieder."]
    assert Offer.objects.get().title == "Kurs am Montag"
    assert [(v.number, v.restores) for v in versions_of(offer)] == [(3, 1), (2, None), (1, None)]
    for nonsense in ("9", "x", "²", ""):
        assert desk.post(f"{address}history/restorations/", {"number": nonsense}).status_code == 302
    assert len(versions_of(offer)) == 3


def test_confirming_is_one_press(desk: Client, mira: Any):
    offer = make_offer()
    desk.post(f"/workspace/offers/{offer.pk}/confirmation/")
    told = Confirmation.objects.get()
    assert (told.offer, told.confirmed_by, told.confirmed_on) == (offer, mira, timezone.localdate())


@pytest.fixture
def many(centre: Any) -> dict[str, Offer]:
    """One offer of each state."""
    area = make_area("Opladen")
    body = make_organisation("Müttertreff e.V.")
    place = body.places.create(area=area)
    long_ago = timezone.localdate() - timedelta(days=400)
    made = {
        "fresh": make_offer("Apfelkurs", organisation=body, place=place),
        "old": make_offer("Bibelkreis", category="meeting"),
        "never": make_offer("Chor"),
        "draft": make_offer("Deutschkurs", published=False, organisation=body),
        "over": make_offer("Ende", valid_until=long_ago),
    }
    Confirmation.objects.create(offer=made["fresh"], confirmed_on=timezone.localdate())
    Confirmation.objects.create(offer=made["old"], confirmed_on=long_ago)
    OfferNeed.objects.create(offer=made["fresh"], need=make_need("kita-platz"), origin="said")
    OfferNeed.objects.create(offer=made["old"], need=make_need("kita-platz"), origin="suggested")
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["fresh", "old", "never", "draft", "over"]),
        ("state=drafts", ["draft"]),
        ("state=published", ["fresh", "old", "never", "over"]),
        ("state=unconfirmed", ["old", "never"]),
        ("state=suggested", ["old"]),
        ("state=needless", ["never", "draft", "over"]),
        ("state=over", ["over"]),
        ("area=opladen", ["fresh"]),
        ("category=meeting", ["old"]),
        ("q=muttertreff e.V.", ["fresh", "draft"]),
        ("q=KURS", ["fresh", "draft"]),
        ("q=kurs mütter", ["fresh", "draft"]),
        ("state=drafts&area=opladen", []),
        ("state=nonsense&category=nonsense&page=99999999&order=x", ["fresh", "old", "never", "draft", "over"]),
    ],
)
def test_the_list_shows_what_its_sentence_says(many: dict[str, Offer], desk: Client, query: str, found: list[str]):
    page = desk.get(f"/workspace/offers/?{query}")
    assert [line.offer.title for line in page.context["list"].lines] == [many[name].title for name in found]


def test_the_sentence_is_one_a_person_would_say(many: dict[str, Offer], desk: Client):
    said = desk.get("/workspace/offers/?state=drafts&area=opladen&q=kurs").context["sentence"]
    assert said == "Entwürfe in Opladen mit „kurs“: 0 Angebote"


def test_home_tells_what_waits(many: dict[str, Offer], desk: Client):
    waiting = {
        w.state: (w.count, [line.offer.title for line in w.lines]) for w in desk.get("/workspace/").context["waiting"]
    }
    assert {state: count for state, (count, _) in waiting.items()} == {
        "drafts": 1,
        "suggested": 1,
        "unconfirmed": 2,
        "over": 1,
    }
    assert waiting["drafts"][1] == ["Deutschkurs"]


def test_a_long_list_has_pages_and_costs_what_a_short_one_does(
    centre: Any, desk: Client, django_assert_num_queries: Any, monkeypatch: Any
):
    monkeypatch.setattr("teilhabe.centres.middleware.FRESH_FOR", 60)
    make_offer("Eins")
    desk.get("/workspace/offers/")
    with django_assert_num_queries(6):
        desk.get("/workspace/offers/")
    for number in range(LENGTH + 5):
        make_offer(f"Angebot {number:03}")
    with django_assert_num_queries(6):
        page = desk.get("/workspace/offers/")
    assert len(page.context["list"].lines) == LENGTH
    last = desk.get("/workspace/offers/" + page.context["list"].after)
    assert [line.offer.title for line in last.context["list"].lines][-1] == "Eins"
    assert last.context["list"].after == ""


def test_needs_are_shown_with_their_rank_and_confirmed_with_a_tick(needs: None, centre: Any, desk: Client):
    offer = make_offer("Hilfe beim Kita-Platz", summary="Wir suchen mit Ihnen einen Kindergarten.")
    other = make_offer("Kita-Platz Beratung", summary="Kita und Kindergarten.")
    OfferNeed.objects.create(offer=other, need_id="kita-platz")
    draft = make_offer("Fahrrad reparieren", published=False)
    refresh_index(centre)
    address = f"/workspace/offers/{offer.pk}/"
    shown = desk.get(address).context["ranks"]
    assert (shown[0].need, shown[0].is_said) == ("kita-platz", False)
    hits = [hit.id for hit in hits_for(need_labels("de")["kita-platz"], language="de").hits]
    assert shown[0].rank == hits.index(str(offer.pk)) + 1
    assert shown[0].total == len(hits)
    token = token_of({"needs": []})
    desk.post(f"{address}needs/", {"need": ["kita-platz", "", "nonsense"], "token": token})
    assert list(OfferNeed.objects.filter(offer=offer).values_list("need", "origin")) == [("kita-platz", "said")]
    page = desk.post(f"{address}needs/", {"need": ["rente"], "token": token}, follow=True)
    assert messages(page)[-1] == "Jemand anders hat die Bedarfe inzwischen geändert. So stehen sie jetzt da."
    typed = {
        **fields(desk.get(f"/workspace/offers/{draft.pk}/")),
        "title": "Hilfe beim Kita-Platz",
        "summary": "Kindergarten",
    }
    page = desk.post(f"/workspace/offers/{draft.pk}/finding/", typed)
    assert page.context["ranks"][0].need == "kita-platz"
    assert page.context["ranks"][0].rank is not None
    assert Offer.objects.get(pk=draft.pk).title == "Fahrrad reparieren"


def test_without_an_index_needs_can_still_be_said(needs: None, desk: Client):
    offer = make_offer("Kurs")
    page = desk.get(f"/workspace/offers/{offer.pk}/").content.decode()
    assert "Die Suche ist noch nicht bereit" in page
    assert 'value="kita-platz"' in page


def test_typed_fields_and_content_are_the_same_words():
    assert set(TYPED) | {"needs", "hours"} == set(EMPTY)
