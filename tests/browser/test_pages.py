"""Every page type on a phone, German and Arabic: no finding of axe, nothing cut off, no error, nothing foreign."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from teilhabe.centres.scope import in_centre
from teilhabe.portal.middleware import KeptResponses
from tests.factories import make_offer, make_user
from tests.portal.town import open_search

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OVERFLOW = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('main details').forEach((part) => { part.open = true; })"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def pages_of(town: dict[str, Any], language: str) -> list[str]:
    offers = [f"offers/{town[name].slug}/" for name in ("kita", "course", "shelter")]
    paths = [
        "", "search", "search?q=Kita-Platz", "search?q=Beratung&district=opladen&free=1", "search?q=zzzqx vvkkw",
        "search?q=Kita-Platz&women_only=1", "told/", "needs/", "topics/familie/", "needs/kita-platz/",
        "needs/haeusliche-gewalt/", "needs/rente/", "districts/", "districts/opladen/", "organisations/",
        f"organisations/{town['bureau'].slug}/", "about/", "imprint/", "privacy/", "accessibility/",
        "feedback/?about=site:/de/", "feedback/thanks/", *offers, f"{offers[0]}?q=Kita-Platz",
        "pages/", "pages/kita-platz-finden/", "search?q=Beitrag Kita-Platz",
    ]  # fmt: skip
    return [f"/{language}/{path}" for path in paths]


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_whole_for_everybody(screen: Any, town: dict[str, Any], language: str, colours: str) -> None:
    screen.page.emulate_media(color_scheme=colours)
    wrong = {}
    paths = pages_of(town, language)
    if colours == "light":
        paths += ["/account/login/", "/account/password/reset/", "/account/signup/"]
    for path in paths:
        page = screen.open(path)
        page.evaluate(OPEN_ALL)
        found = [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page, options=RULES).response["violations"]]
        if page.evaluate(OVERFLOW):
            found.append(("overflow", path))
        if found:
            wrong[path] = found
    assert wrong == {}
    assert screen.faults == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_cut_off_at_other_widths(screen: Any, town: dict[str, Any], width: int) -> None:
    screen.page.set_viewport_size({"width": width, "height": 800})
    cut = []
    for path in pages_of(town, "de"):
        page = screen.open(path)
        if page.evaluate(OVERFLOW):
            cut.append(path)
    assert cut == []


def test_errors_are_whole_too(screen: Any) -> None:
    page = screen.open("/ar/nix/")
    assert page.get_by_role("heading", level=1).inner_text() == "هذه الصفحة غير موجودة"
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_pages_of_an_account_are_whole(screen: Any, town: dict[str, Any]) -> None:
    client = Client()
    client.force_login(make_user(email="mira@example.org", password="long enough to keep"))
    cookie = client.cookies["sessionid"].value
    screen.page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": town["address"]}])
    wrong = {}
    for path in ("email/", "password/change/", "logout/", "reauthenticate/"):
        page = screen.open(f"/account/{path}")
        found = [v["id"] for v in Axe().run(page, options=RULES).response["violations"]]
        if found or page.evaluate(OVERFLOW):
            wrong[page.url] = found
    assert wrong == {}
    page = screen.open("/account/password/change/")
    page.get_by_role("button", name="Passwort ändern").click()
    page.get_by_role("alert").wait_for()
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert screen.faults == []


def test_open_menus_and_suggestions_are_whole(screen: Any) -> None:
    page = screen.open("/de/")
    page.locator(".tl-menu > summary").first.click()
    assert page.get_by_role("link", name="العربية").is_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="العربية").is_visible()
    page.get_by_role("combobox").press_sequentially("kinderg")
    page.get_by_role("option").first.wait_for()
    assert Axe().run(page, options=RULES).response["violations"] == []


def test_a_full_page_of_results_stays_small(screen: Any, town: dict[str, Any]) -> None:
    """HTML, style, script and icons, zipped as they travel: 50 KB by the issue, fonts apart."""
    with in_centre(town["kita"].centre):
        for number in range(20):
            make_offer(f"Kita-Platz Beratung {number}", organisation=town["bureau"], place=town["kita"].place)
        open_search(town["kita"].centre)
    KeptResponses.forget()
    page = screen.open("/de/search?q=Kita-Platz")
    assert page.locator(".tl-card").count() == 10
    loaded = page.evaluate("performance.getEntries().map((entry) => entry.name.split('#')[0])")
    names = {name for name in loaded if name.startswith("http") and not name.endswith((".woff2", "/icon.svg"))}
    sizes = {name: len(gzip.compress(page.request.get(name).body(), 6)) for name in names}
    assert len(names) == 5
    assert sum(sizes.values()) < 50_000, sizes
