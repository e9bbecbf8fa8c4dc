"""Every address has a rule that says who may enter, and keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# the beginning of an address -> who may enter: everybody, or only who signed in
RULES = {
    "": "everybody",  # the front page
    "<language:language>": "everybody",
    "api/": "everybody",
    "health": "everybody",
    "robots.txt": "everybody",
    "sitemap.xml": "everybody",
    "account/login/": "everybody",
    "account/logout/": "everybody",
    "account/inactive/": "everybody",
    "account/signup/": "everybody",  # and told there that only invited people get an account
    "account/confirm-email/": "everybody",
    "account/^confirm-email/": "everybody",
    "account/password/reset/": "everybody",
    "account/^password/reset/": "everybody",
    "account/login/code/": "everybody",
    "workspace/": "signed in",
    "account/reauthenticate/": "signed in",
    "account/email/": "signed in",
    "account/password/change/": "signed in",
    "account/password/set/": "signed in",
}


def addresses(resolver: Any = None, before: str = "") -> Iterator[str]:
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from addresses(found, before + str(found.pattern))
        elif isinstance(found, URLPattern):
            yield before + str(found.pattern)


def rule_of(address: str, rules: dict[str, str]) -> str | None:
    """The rule with the longest beginning; the front page's own covers nothing else."""
    fitting = [start for start in rules if (start and address.startswith(start)) or address == start]
    return rules[max(fitting, key=len)] if fitting else None


def test_every_address_has_a_rule():
    assert rule_of("nowhere/", RULES) is None  # the guard sees an address nobody thought of
    assert [a for a in addresses() if rule_of(a, RULES) is None] == []


@pytest.mark.parametrize("address", [a for a, rule in RULES.items() if rule == "signed in"])
def test_strangers_are_sent_to_the_login(client: Any, centre: Any, address: str):
    response = client.get("/" + address)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/de/", "/de/about/", "/robots.txt", "/sitemap.xml", "/account/login/"])
def test_public_addresses_ask_nobody_who_they_are(client: Any, centre: Any, path: str):
    response = client.get(path)
    assert response.status_code == 200
    if not path.startswith("/account/"):
        assert response.cookies == {}
