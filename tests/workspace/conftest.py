"""People at their desks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from teilhabe.accounts.models import User
from teilhabe.centres.operations import grant_role
from teilhabe.portal.middleware import KeptResponses
from teilhabe.portal.offers import forget_offers
from teilhabe.portal.queries import forget_surroundings
from teilhabe.vocabulary.operations import load_needs
from tests.factories import make_user


@pytest.fixture(autouse=True)
def _nothing_kept_by_the_portal() -> Iterator[None]:
    def forget() -> None:
        KeptResponses.forget()
        forget_surroundings()
        forget_offers()

    forget()
    yield
    forget()


@pytest.fixture
def needs(db: None) -> None:
    load_needs()


def sit(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def person(centre: Any, role: str, **fields: Any) -> User:
    user = make_user(**fields)
    grant_role(user, role, by=None, centre=centre)
    return user


@pytest.fixture
def mira(centre: Any) -> User:
    """An editor."""
    return person(centre, "editor", name="Mira Beispiel")


@pytest.fixture
def desk(mira: User) -> Client:
    return sit(mira)
