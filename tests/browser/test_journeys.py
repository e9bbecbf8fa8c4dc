"""From a need to the phone, as people go."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from teilhabe.centres.operations import touch
from teilhabe.centres.scope import in_centre
from teilhabe.feedback.models import Report
from teilhabe.matching.models import ToldNeed, UnmetNeed
from teilhabe.organisations.models import Place
from teilhabe.portal.queries import forget_surroundings
from teilhabe.vocabulary.models import Area
from tests.browser.test_pages import RULES

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.model
def test_a_need_in_arabic_leads_to_the_phone(screen: Any, town: dict[str, Any]) -> None:
    page = screen.open("/ar/")
    page.get_by_label("ماذا تحتاج؟").first.fill("أبحث عن روضة لابني")
    page.get_by_role("button", name="بحث").click()
    page.get_by_role("link", name="Beratung zum Kita-Platz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beratung zum Kita-Platz")
    call = page.get_by_role("link", name="اتصال")
    expect(call).to_have_attribute("href", "tel:+492145550101")
    box = call.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    expect(page.locator(".tl-phone bdi")).to_have_css("direction", "ltr")
    assert screen.faults == []


def test_the_same_way_without_javascript(plain_screen: Any, town: dict[str, Any]) -> None:
    page = plain_screen.open("/de/")
    page.get_by_label("Was brauchen Sie?").fill("Kita-Platz")
    page.get_by_role("button", name="Suchen").click()
    page.locator(".tl-facets > summary").click()
    page.get_by_role("link", name=re.compile("^Kostenlos")).click()
    assert "free=1" in page.url
    page.get_by_role("link", name="Beratung zum Kita-Platz").click()
    assert page.get_by_role("link", name="Anrufen").get_attribute("href") == "tel:+492145550101"
    page.locator(".tl-menu > summary").first.click()
    page.get_by_role("link", name="العربية").click()
    assert f"/ar/offers/{town['kita'].slug}/?q=Kita-Platz" in page.url


def test_what_was_not_found_can_be_told_without_javascript(plain_screen: Any, town: dict[str, Any]) -> None:
    page = plain_screen.open("/de/search?q=zzzqx vvkkw")
    page.get_by_role("button", name="Dem Zentrum sagen, was ich suche").click()
    assert page.url.endswith("/de/told/")
    with in_centre(town["kita"].centre):
        assert [told.text for told in ToldNeed.objects.all()] == ["zzzqx vvkkw"]


def test_a_search_that_met_nothing_is_counted_once(screen: Any, town: dict[str, Any]) -> None:
    page = screen.open("/de/")
    with page.expect_request("**/de/count"):
        page.goto(f"{screen.address}/de/search?q=zzzqx vvkkw")
    page.wait_for_timeout(300)
    page.reload()
    page.wait_for_timeout(300)
    with in_centre(town["kita"].centre):
        assert [row.count for row in UnmetNeed.objects.all()] == [1]


def test_suggestions_go_by_keyboard(screen: Any) -> None:
    page = screen.open("/de/")
    box = page.get_by_role("combobox")
    box.press_sequentially("kinderg")
    option = page.get_by_role("option").first
    option.wait_for()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("a")
    page.get_by_role("option").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/needs/**")


@pytest.mark.parametrize("way", ["button", "keys"])
def test_the_page_about_violence_is_left_at_once_and_does_not_stay_behind(screen: Any, way: str) -> None:
    screen.page.route("https://www.dwd.de/**", lambda route: route.fulfill(body="Wetter", content_type="text/html"))
    page = screen.open("/de/")
    page.goto(f"{screen.address}/de/needs/haeusliche-gewalt/")
    if way == "button":
        page.get_by_role("link", name="Seite schnell verlassen").click()
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.dwd.de/**")
    page.go_back()
    assert page.url == f"{screen.address}/de/"


def test_a_shared_position_stays_in_the_browser(browser: Any, town: dict[str, Any]) -> None:
    with in_centre(town["kita"].centre):
        Place.objects.filter(pk=town["kita"].place_id).update(latitude=51.0650, longitude=7.0060)
    context = browser.new_context(
        viewport={"width": 1100, "height": 740}, locale="de", permissions=["geolocation"],
        geolocation={"latitude": 51.0335, "longitude": 6.9840},
    )  # fmt: skip
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{town['address']}/de/search?q=Kita-Platz")
    page.get_by_text("Entfernung ab").click()
    page.get_by_role("button", name="Mein Standort").click()
    expect(page.locator("[data-distance]").first).to_have_text(", 3,9 km")
    assert page.url.endswith("#at=51.034,6.984") or page.url.endswith("#at=51.033,6.984")
    page.get_by_role("link", name=re.compile("^Kostenlos")).click()
    expect(page.locator("[data-distance]").first).to_have_text(", 3,9 km")
    assert not [url for url in asked if "6.98" in url.split("#")[0]]
    context.close()


def test_the_keyboard_reaches_the_content_first(screen: Any) -> None:
    page = screen.open("/de/needs/kita-platz/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_paper_shows_phones_instead_of_buttons(screen: Any) -> None:
    page = screen.open("/de/search?q=Kita-Platz")
    page.emulate_media(media="print")
    expect(page.get_by_text("0214 5550101")).to_be_visible()
    expect(page.get_by_role("link", name="Anrufen")).to_be_hidden()
    expect(page.locator(".tl-search")).to_be_hidden()


def test_without_javascript_a_mistake_on_an_offer_is_reported(plain_screen: Any, town: dict[str, Any]) -> None:
    page = plain_screen.open(f"/ar/offers/{town['kita'].slug}/")
    page.get_by_role("link", name="هل هناك خطأ؟").first.click()
    expect(page.get_by_text("Beratung zum Kita-Platz")).to_be_visible()
    expect(page.locator("input[name=homepage]")).to_be_hidden()
    send = page.get_by_role("button", name="إرسال البلاغ")
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("يرجى كتابة ما هو غير صحيح باختصار.")
    page.get_by_label("عمَّ يدور الأمر؟").select_option("outdated")
    page.get_by_label("ما الخطأ؟").fill("الرقم قديم")
    send.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("شكرًا على بلاغك")
    with in_centre(town["kita"].centre):
        assert list(Report.objects.values_list("about_key", "text", "language")) == [
            (str(town["kita"].pk), "الرقم قديم", "ar")
        ]


def test_a_form_with_mistakes_is_whole(screen: Any) -> None:
    page = screen.open("/de/feedback/?about=site:/de/")
    page.get_by_role("button", name="Meldung absenden").click()
    page.get_by_role("alert").wait_for()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.get_by_role("link", name="Schreiben Sie bitte kurz, was nicht stimmt.").click()
    expect(page.get_by_label("Was stimmt nicht?")).to_be_focused()


def test_the_picture_of_districts_is_walked_with_the_keyboard(screen: Any, town: dict[str, Any]) -> None:
    with in_centre(town["kita"].centre) as centre:
        Area.objects.filter(slug="rheindorf").update(latitude=51.054, longitude=6.953)
        touch(centre)
    forget_surroundings()
    page = screen.open("/ar/districts/")
    assert Axe().run(page, options=RULES).response["violations"] == []
    opladen, wiesdorf = (page.locator("figure a").filter(has_text=name) for name in ("Opladen", "Wiesdorf"))
    north, south = opladen.bounding_box(), wiesdorf.bounding_box()
    assert north
    assert south
    assert north["y"] < south["y"]
    assert min(north["width"], north["height"]) >= 44
    opladen.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/ar/districts/wiesdorf/$"))
