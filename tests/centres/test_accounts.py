"""A person who leaves is gone from every centre; what they did stays, and no centre loses its last head."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import models
from django.db.models.fields.reverse_related import ForeignObjectRel

from teilhabe.accounts.models import User
from teilhabe.audit.models import Entry
from teilhabe.centres.models import Membership
from teilhabe.centres.operations import AccountRefused, delete_account, grant_role
from teilhabe.centres.scope import in_centre
from teilhabe.directory.models import Publication
from teilhabe.directory.operations import publish_offer
from tests.factories import make_centre, make_offer, make_user


@pytest.fixture
def town(db):
    return make_centre("05316000")


@pytest.fixture
def person(town, other_centre):
    """An editor at two centres, who has published something at each."""
    user = make_user(name="Frau Aydın")
    user.groups.add(Group.objects.create(name="Probe"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for centre in (town, other_centre):
        with in_centre(centre):
            grant_role(user, Membership.Role.EDITOR, by=None, centre=centre)
            publish_offer(make_offer("Schwimmkurs", published=False), by=user)
    return user


def people(centre):
    with in_centre(centre):
        return list(Membership.objects.values_list("user__name", "role"))


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_person_goes_from_all_centres_and_what_they_did_stays(where, person, town, other_centre):
    key = str(person.pk)
    with in_centre(other_centre):
        grant_role(make_user(name="Bleibt"), Membership.Role.EDITOR, by=None, centre=other_centre)
    before = list(Entry.objects.order_by("pk").values())
    if where == "inside":
        with in_centre(town):
            delete_account(person, by=None)
    else:
        delete_account(person, by=None)
    assert list(User.objects.values_list("name", flat=True)) == ["Bleibt"]
    assert not EmailAddress.objects.exists()
    assert people(town) == []
    assert people(other_centre) == [("Bleibt", "editor")]
    for centre in (town, other_centre):
        with in_centre(centre):
            assert list(Publication.objects.values_list("published_by", flat=True)) == [None]
    entries = list(Entry.objects.order_by("pk").values())
    assert entries[: len(before)] == before
    assert {entry["by"] for entry in before if entry["deed"] == "offer.published"} == {key}
    told = [(entry["deed"], entry["centre"]) for entry in entries[len(before) :]]
    assert sorted(told) == [("account.deleted", ""), ("role.ended", other_centre.slug), ("role.ended", town.slug)]
    assert next(e["key"] for e in entries if e["deed"] == "account.deleted") == key


def test_a_second_time_changes_nothing(person):
    again = User.objects.get(pk=person.pk)
    delete_account(person, by=None)
    entries = Entry.objects.count()
    delete_account(again, by=None)
    assert Entry.objects.count() == entries


def test_the_last_head_of_any_centre_stays(person, town, other_centre):
    with in_centre(other_centre):
        grant_role(person, Membership.Role.HEAD, by=None, centre=other_centre)
        grant_role(make_user(is_active=False), Membership.Role.HEAD, by=None, centre=other_centre)
    before = (people(town), people(other_centre), Entry.objects.count())
    with pytest.raises(AccountRefused, match=rf"Frau Aydın is the last head of {other_centre.name}\. Make somebody"):
        delete_account(person, by=None)
    assert (people(town), people(other_centre), Entry.objects.count()) == before
    with in_centre(other_centre):
        grant_role(make_user(), Membership.Role.HEAD, by=None, centre=other_centre)
    delete_account(person, by=person)
    assert not User.objects.filter(pk=person.pk).exists()


def test_a_house_without_centres_lets_a_person_go(db):
    person = make_user()
    delete_account(person, by=None)
    assert not User.objects.exists()


def test_everything_that_points_at_a_person_says_what_becomes_of_it():
    relations = [r for r in User._meta.get_fields(include_hidden=True) if isinstance(r, ForeignObjectRel)]
    known = {models.CASCADE, models.SET_NULL}
    assert [str(r) for r in relations if not r.many_to_many and r.on_delete not in known] == []
