"""Who comes into the workspace, and who may write there."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from teilhabe.audit.models import Entry
from teilhabe.centres.models import Membership
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Publication
from teilhabe.workspace.urls import urlpatterns
from tests.factories import make_offer, make_user
from tests.workspace.conftest import person, sit

WORD = "ein langes Wort"


def addresses(offer: Any) -> list[str]:
    return [
        reverse(f"workspace:{p.name}", kwargs={"key": offer.pk} if "key" in p.pattern.converters else None)
        for p in urlpatterns
    ]


def test_every_view_stands_behind_a_door():
    assert urlpatterns
    doors = [getattr(p.callback, "is_for_staff", False) or p.callback.__closure__ is not None for p in urlpatterns]
    assert all(doors)


def test_strangers_are_sent_to_the_login_and_come_back(centre: Any, client: Client):
    offer = make_offer()
    for address in addresses(offer):
        for send in (client.get, client.post):
            answer = send(address)
            assert answer.status_code in {302, 405}
            assert answer.status_code == 405 or answer["Location"].startswith("/account/login/?next=/workspace/")


def test_one_signs_in_and_stands_at_home(centre: Any, client: Client):
    user = person(centre, "editor", email="mira@example.org", password=WORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    answer = client.post("/account/login/", {"login": "mira@example.org", "password": WORD}, follow=True)
    assert answer.redirect_chain == [("/workspace/", 302)]
    assert "Was wartet" in answer.content.decode()
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/workspace/").status_code == 302


def test_a_person_added_at_the_prompt_sets_a_password_once_and_works(centre: Any, client: Client, capsys: Any):
    call_command("staff_add", "Neu@Example.org", centre=centre.slug, role="editor", name="Neu")
    told = capsys.readouterr().out
    path = told[told.index("/account/") :].strip()
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": WORD, "password2": WORD})
    client.post("/account/login/", {"login": "neu@example.org", "password": WORD})
    assert "Was wartet" in client.get("/workspace/").content.decode()
    call_command("staff_add", "neu@example.org", centre=centre.slug, role="head")
    assert "/account/" not in capsys.readouterr().out
    assert Membership.objects.count() == 2
    assert Client().get(path, follow=True).context["token_fail"]
    for wrong in ({"centre": "nowhere"}, {"email": "x"}):
        with pytest.raises(CommandError):
            call_command("staff_add", wrong.get("email", "a@example.org"), centre=wrong.get("centre", centre.slug))


def test_who_does_not_work_here_is_told_so(centre: Any, other_centre: Any):
    user = make_user()
    with in_centre(other_centre):
        person_there = person(other_centre, "head")
    for someone in (user, person_there):
        answer = sit(someone).get("/workspace/", headers={"host": f"{centre.slug}.localhost"})
        assert answer.status_code == 403
        assert "Sie arbeiten nicht an diesem Zentrum" in answer.content.decode()


@pytest.mark.parametrize("role", ["translator", "auditor"])
def test_readers_read_and_write_nothing(centre: Any, role: str):
    offer = make_offer(published=False)
    client = sit(person(centre, role))
    entries = Entry.objects.count()
    assert "darf lesen, nicht ändern" in client.get("/workspace/").content.decode()
    assert offer.title in client.get("/workspace/offers/").content.decode()
    assert client.get(f"/workspace/offers/{offer.pk}/")["Location"].endswith("/preview/")
    for address in addresses(offer):
        if not address.endswith("/language/"):
            assert client.post(address).status_code in {302, 403, 405}
    answer = client.post(f"/workspace/offers/{offer.pk}/publication/")
    assert answer.status_code == 403
    assert "Schreiben dürfen Redaktion, Koordination und Leitung" in answer.content.decode()
    assert (Publication.objects.count(), Entry.objects.count()) == (0, entries)


@pytest.mark.parametrize("role", ["head", "coordinator", "editor"])
def test_writers_write(centre: Any, role: str):
    offer = make_offer(published=False)
    sit(person(centre, role)).post(f"/workspace/offers/{offer.pk}/publication/")
    assert Publication.objects.count() == 1


def test_an_offer_of_another_centre_is_not_there(centre: Any, other_centre: Any, desk: Client):
    with in_centre(other_centre):
        offer = make_offer()
    here = {"host": f"{centre.slug}.localhost"}
    assert desk.get(f"/workspace/offers/{offer.pk}/", headers=here).status_code == 404
    assert desk.post(f"/workspace/offers/{offer.pk}/withdrawal/", headers=here).status_code == 404
    assert offer.title not in desk.get("/workspace/offers/", headers=here).content.decode()


def test_the_workspace_speaks_german_or_english_and_is_never_kept(desk: Client, mira: Any):
    german = desk.get("/workspace/", headers={"accept-language": "ar"})
    assert (german["Content-Language"], german["Cache-Control"]) == ("de", "no-store")
    assert 'lang="de"' in german.content.decode()
    desk.post("/workspace/language/", {"language": "ar"})
    desk.post("/workspace/language/", {"language": "en"})
    english = desk.get("/workspace/")
    assert english["Content-Language"] == "en"
    assert "What is waiting" in english.content.decode()
