"""At the desk: an offer is written, published and found; two people write at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from teilhabe.centres.operations import grant_role
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Offer
from tests.browser.test_pages import OVERFLOW, RULES
from tests.factories import make_user
from tests.portal.town import open_search

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sit(browser: Any, town: dict[str, Any], name: str, **context: Any) -> Page:
    """A page of the workspace, signed in."""
    user = make_user(name=name)
    with in_centre(town["kita"].centre):
        grant_role(user, "editor", by=None, centre=town["kita"].centre)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    opened = browser.new_context(viewport={"width": 360, "height": 740}, locale="de", **context)
    opened.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": town["address"]}])
    return opened.new_page()


@pytest.fixture
def mira(browser: Any, town: dict[str, Any]) -> Iterator[Page]:
    page = sit(browser, town, "Mira", java_script_enabled=False)
    yield page
    page.context.close()


def test_an_editor_publishes_and_finds_it_without_javascript(mira: Page, town: dict[str, Any]) -> None:
    page = mira
    page.goto(f"{town['address']}/workspace/")
    page.get_by_role("link", name="Neues Angebot schreiben").click()
    page.get_by_label("Titel").fill("Fahrradwerkstatt für alle")
    page.get_by_label("Organisation", exact=True).fill("Sprachschule Rhein")
    page.get_by_role("button", name="Als Entwurf speichern").click()
    expect(page.get_by_text("Noch nicht so weit. Es fehlt:")).to_be_visible()
    page.get_by_label("Zusammenfassung").fill("Wir reparieren mit Ihnen Ihr Fahrrad.")
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_role("button", name="Angebot veröffentlichen").click()
    expect(page.get_by_text("Das Angebot ist veröffentlicht.")).to_be_visible()
    open_search(town["kita"].centre)
    page.goto(f"{town['address']}/de/search?q=Fahrrad reparieren")
    expect(page.get_by_role("link", name="Fahrradwerkstatt für alle")).to_be_visible()


def test_two_editors_collide_and_the_later_one_sees_both_texts(browser: Any, mira: Page, town: dict[str, Any]) -> None:
    address = f"{town['address']}/workspace/offers/{town['kita'].pk}/"
    jan = sit(browser, town, "Jan")
    for page in (mira, jan):
        page.goto(address)
    mira.get_by_label("Titel").fill("Hilfe beim Kita-Platz")
    mira.get_by_role("button", name="Speichern, sofort öffentlich").click()
    jan.get_by_label("Titel").fill("Kita-Beratung")
    jan.get_by_label("Bitte mitbringen").fill("Ausweis")
    jan.get_by_role("button", name="Speichern, sofort öffentlich").click()
    expect(jan.get_by_role("group", name="Titel")).to_contain_text("Hilfe beim Kita-Platz")
    expect(jan.get_by_role("group", name="Titel")).to_contain_text("Kita-Beratung")
    expect(jan.locator("fieldset")).to_have_count(1)
    assert Axe().run(jan, options=RULES).response["violations"] == []
    jan.get_by_label("Was inzwischen gespeichert ist").check()
    jan.get_by_role("button", name="So speichern").click()
    expect(jan.get_by_text("Gespeichert: Bitte mitbringen.")).to_be_visible()
    with in_centre(town["kita"].centre):
        after = Offer.objects.get(pk=town["kita"].pk)
        assert (after.title, after.bring) == ("Hilfe beim Kita-Platz", "Ausweis")
    jan.context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_of_the_workspace_is_whole(browser: Any, town: dict[str, Any], colours: str) -> None:
    page = sit(browser, town, "Mira")
    page.emulate_media(color_scheme=colours)
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    offer = f"offers/{town['kita'].pk}/"
    wrong = {}
    for path in ("", "offers/", "offers/?q=zzz", "offers/new/", offer, f"{offer}preview/", f"{offer}history/"):
        answer = page.goto(f"{town['address']}/workspace/{path}")
        assert answer
        assert (path, answer.status) == (path, 200)
        found = [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page, options=RULES).response["violations"]]
        if page.evaluate(OVERFLOW):
            found.append(("overflow", path))
        if found:
            wrong[path] = found
    assert wrong == {}
    assert faults == []
    page.context.close()


def test_needs_follow_what_is_typed_and_it_is_kept(browser: Any, town: dict[str, Any]) -> None:
    page = sit(browser, town, "Mira")
    page.goto(f"{town['address']}/workspace/offers/{town['course'].pk}/")
    with page.expect_response("**/finding/"), page.expect_response("**/draft/"):
        page.get_by_label("Zusammenfassung").fill("Sie bekommen Hilfe beim Antrag auf einen Kindergartenplatz.")
    page.reload()
    expect(page.get_by_text("geschrieben und nicht gespeichert")).to_be_visible()
    page.context.close()
