"""Who somebody is: one e-mail, one account, made by a centre; cookies only where people work."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.db import IntegrityError
from django.test import Client

from teilhabe.accounts.models import User
from teilhabe.portal.middleware import KeptResponses
from tests.factories import make_user

WORD = "ein langes Wort"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    KeptResponses.forget()


@pytest.fixture
def person(db: None) -> User:
    user = make_user(email="Frau.Aydin@Example.org", password=WORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_an_email_is_the_same_in_any_case(person: User):
    assert person.email == "frau.aydin@example.org"
    assert User.objects.get_by_natural_key("FRAU.Aydin@example.ORG") == person
    assert authenticate(email="FRAU.AYDIN@example.org", password=WORD) == person
    with pytest.raises(IntegrityError):
        make_user(email="frau.AYDIN@EXAMPLE.org")


def test_without_a_password_nobody_gets_in(db: None):
    user = make_user(email="neu@example.org")
    assert not user.has_usable_password()
    assert authenticate(email="neu@example.org", password="") is None


@pytest.mark.usefixtures("centre")
def test_one_logs_in_with_email_in_any_case_and_password(person: User, client: Client):
    assert client.post("/account/login/", {"login": person.email, "password": "falsch"}).status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post("/account/login/", {"login": person.email.upper(), "password": WORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/workspace/")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.usefixtures("centre")
def test_nobody_signs_up_unasked(client: Client):
    typed = {"email": "ich@example.org", "password1": WORD, "password2": WORD}
    page = client.get("/account/signup/").content.decode()
    assert 'name="password1"' not in page
    client.post("/account/signup/", typed)
    assert list(User.objects.all()) == []


@pytest.mark.usefixtures("centre")
def test_only_the_office_sets_cookies(client: Client, person: User):
    login = client.get("/account/login/")
    assert 'name="password"' in login.content.decode()
    assert "csrftoken" in login.cookies
    client.force_login(person)
    for address in ("/", "/de/", "/de/needs/", "/de/search", "/api/v1/offers", "/nirgends"):
        assert not client.get(address).cookies, address


@pytest.mark.usefixtures("centre")
def test_public_pages_know_nobody(person: User, client: Client):
    client.force_login(person)
    request = client.get("/de/").wsgi_request
    assert request.session.is_empty()
    assert not request.user.is_authenticated
    assert client.get("/account/email/").wsgi_request.user == person
