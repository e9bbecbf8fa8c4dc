"""Every owned model fails closed, and no row may point into another centre, whichever key it uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from teilhabe.centres.models import Centre, Host, OwnedModel
from teilhabe.centres.scope import ForeignCentre, NoCentre, check_ownership, in_centre, owned_references
from teilhabe.feedback.operations import Subject, receive_report
from teilhabe.jobs.models import Run
from teilhabe.organisations.models import Person
from tests.factories import make_area, make_offer, make_organisation, make_page
from tests.guards.test_tiers import our_models

# rows that belong to nobody: shared by all centres, or the tenant itself
OF_ALL = {"User", "Entry", "Centre", "Host", "Need", "NeedGroup", "Vector"}
MAKERS: dict[str, Callable[[], models.Model]] = {
    "Organisation": make_organisation,
    "Place": lambda: make_organisation().places.create(street="Lindenweg 1"),
    "Area": make_area,
    "Offer": make_offer,
    "Page": make_page,
    "Person": lambda: Person.objects.create(organisation=make_organisation(), name="A. Muster (Demo)"),
    "Report": lambda: receive_report("wrong", "Falsch", Subject(), language="de"),
    "Run": lambda: Run.objects.create(kind="import.offers"),
}
OWNED = [m for m in our_models() if issubclass(m, OwnedModel)]
KEYS = [(model, field) for model in OWNED for field in owned_references(model)]


def test_every_model_has_an_owner_or_says_why_not():
    ownerless = {m.__name__ for m in our_models() if not issubclass(m, OwnedModel)}
    # the many-to-many tables of Django's permissions belong to the user
    assert ownerless - {"User_groups", "User_user_permissions"} == OF_ALL
    assert Centre in our_models()
    assert Host in our_models()


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_outside_a_scope_every_manager_raises(model: Any):
    for manager in (model._default_manager, model._base_manager):
        with pytest.raises(NoCentre):
            manager.count()


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_related_managers_answer_for_the_centre_in_scope_only(centre: Any, other_centre: Any, model: Any):
    """Every relation that leads to `model` shows nothing of another centre, and raises outside any."""
    for target, field in ((f.related_model, f) for f in owned_references(model)):
        name = field.remote_field.get_accessor_name()
        if name is None or name.startswith("+") or field.one_to_one:
            continue
        row = MAKERS[target.__name__]()
        with in_centre(other_centre):
            assert list(getattr(row, name).all()) == []


@pytest.mark.parametrize(("model", "field"), KEYS, ids=[f"{m.__name__}.{f.name}" for m, f in KEYS])
def test_no_key_leads_into_another_centre(centre: Any, other_centre: Any, model: Any, field: Any):
    with in_centre(other_centre):
        theirs = MAKERS[field.related_model.__name__]()
    for given in ({field.name: theirs}, {field.attname: theirs.pk}):
        with pytest.raises(ForeignCentre):
            check_ownership([model(centre=centre, **given)])
    mine = MAKERS[field.related_model.__name__]()
    check_ownership([model(centre=centre, **{field.attname: mine.pk})])


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_unique_constraints_include_the_centre(model: Any):
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            assert "centre" in constraint.fields, constraint.name
