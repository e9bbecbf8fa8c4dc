"""A real Chromium against a real server. Without Debian's Chromium these tests do not run, and CI fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from teilhabe.centres.scope import in_centre
from teilhabe.portal.middleware import KeptResponses
from teilhabe.portal.offers import forget_offers
from teilhabe.portal.queries import forget_surroundings
from tests.factories import make_centre
from tests.portal.guide import build_guide
from tests.portal.town import build_town, open_search

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser(live_server: Any) -> Iterator[Browser]:
    """After the server, so that it is closed before it: no request is left on the way."""
    if not CHROMIUM.exists():
        said = f"NO BROWSER: {CHROMIUM} is not there; say: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def town(transactional_db: None, live_server: Any) -> Iterator[dict[str, Any]]:
    """The invented town, served and searchable."""
    KeptResponses.forget()
    forget_surroundings()
    forget_offers()
    centre = make_centre("05316000", is_demo=True)
    with in_centre(centre):
        records = build_town(centre)
        records |= build_guide(records)
        open_search(centre)
    yield {**records, "address": live_server.url}
    KeptResponses.forget()
    forget_surroundings()
    forget_offers()


class Screen:
    """A page of the browser that notes what went wrong on it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.faults.append(f"asked {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def screen(browser: Browser, town: dict[str, Any]) -> Iterator[Screen]:
    """A phone of 360 pixels."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="de")
    yield Screen(context.new_page(), town["address"])
    context.close()


@pytest.fixture
def plain_screen(browser: Browser, town: dict[str, Any]) -> Iterator[Screen]:
    """The same without JavaScript."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    yield Screen(context.new_page(), town["address"])
    context.close()
