from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from teilhabe.portal.middleware import KeptResponses
from teilhabe.portal.offers import forget_offers
from teilhabe.portal.queries import forget_surroundings
from tests.portal.town import build_town, open_search


@pytest.fixture(autouse=True)
def _no_page_kept() -> Iterator[None]:
    KeptResponses.forget()
    forget_surroundings()
    forget_offers()
    caches["template_fragments"].clear()
    yield
    KeptResponses.forget()
    forget_surroundings()
    forget_offers()
    caches["template_fragments"].clear()


@pytest.fixture
def town(centre: Any) -> dict[str, Any]:
    return build_town(centre)


@pytest.fixture
def open_town(town: dict[str, Any], centre: Any) -> dict[str, Any]:
    """The town with its search ready."""
    open_search(centre)
    return town


class Reader:
    """Reads pages as a person does: text without markup."""

    def __init__(self) -> None:
        self.client = Client()

    def html(self, address: str, **headers: str) -> str:
        answer = self.client.get(address, headers=headers)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()

    def text(self, address: str, **headers: str) -> str:
        return as_text(self.html(address, **headers))


def as_text(html: str) -> str:
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", bare.replace("&quot;", '"').replace("&amp;", "&"))


@pytest.fixture
def reader() -> Reader:
    return Reader()
