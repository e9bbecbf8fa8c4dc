"""Rows made ready beforehand are what bulk_create would have written."""

from datetime import date, time

import pytest

from teilhabe.centres.scope import ForeignCentre, in_centre
from teilhabe.directory.models import Course, Offer, OfferHours, Trait
from teilhabe.exchange.rows import Rows
from tests.factories import make_offer, make_organisation


def offers(count, **more):
    return [Offer(title=f"Kurs {n}", slug=f"kurs-{n}", sort_key="", is_free=None, **more) for n in range(count)]


def told(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}


def test_they_are_what_bulk_create_writes(centre):
    first, second = make_offer("Eins"), make_offer("Zwei")
    for model, values in (
        (Course, {"level_from": "A1", "starts_on": date(2026, 9, 1), "has_waiting_list": True}),
        (OfferHours, {"weekday": 2, "opens": time(9), "closes": time(12, 30), "nth": -1}),
    ):
        model.objects.bulk_create([model(offer=first, **values)])
        Rows(model, [model(offer=second, **values)]).write()
        assert told(model.objects.get(offer=second)) == told(model.objects.get(offer=first)) | {"offer_id": second.pk}


def test_each_of_many_points_where_it_should(centre):
    bodies = [make_organisation(f"Haus {n}") for n in range(3)]
    rows = Rows(Offer, offers(70))  # more than SQLite takes in one statement
    for n in range(70):
        rows.point(n, "organisation", bodies[n % 3].pk)
    rows.write()
    found = dict(Offer.objects.values_list("slug", "organisation"))
    assert found == {f"kurs-{n}": bodies[n % 3].pk for n in range(70)}


def test_over_a_row_that_is_there_only_the_named_fields_are_written(centre):
    old = make_offer("Alt", summary="alt", cost="5 Euro")
    new = Offer(id=old.pk, organisation=old.organisation, title="Neu", slug="neu", summary="neu", cost="")
    Rows(Offer, [new]).write(over=("title", "cost"))
    assert Offer.objects.values_list("title", "slug", "summary", "cost").get() == ("Neu", old.slug, "alt", "")


def test_they_are_refused_before_anything_is_written_when_they_point_at_another_centre(centre, other_centre):
    with in_centre(other_centre):
        foreign = make_offer("Fremd")
    with pytest.raises(ForeignCentre):
        Rows(Trait, [Trait(offer=foreign, kind="language", code="de")])
