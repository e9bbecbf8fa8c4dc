"""Shipped needs and districts become rows."""

import pytest

from teilhabe.core.text import fold
from teilhabe.vocabulary import data
from teilhabe.vocabulary.models import Area, Need, NeedGroup
from teilhabe.vocabulary.operations import areas_named, load_areas, load_needs
from teilhabe.vocabulary.queries import needs_by_name


@pytest.mark.django_db
def test_every_shipped_need_has_a_row_and_a_german_label():
    load_needs()
    assert set(Need.objects.values_list("pk", flat=True)) == {need["id"] for need in data.needs()}
    assert NeedGroup.objects.count() == len(data.groups())
    assert all(need.label("de") for need in Need.objects.all())


@pytest.mark.django_db
def test_a_second_time_writes_nothing(django_assert_num_queries):
    assert load_needs() > 100
    with django_assert_num_queries(4):  # two reads and the transaction's savepoint
        assert load_needs() == 0


@pytest.mark.django_db
def test_a_changed_row_is_mended_and_a_foreign_one_stays():
    load_needs()
    group = NeedGroup.objects.first()
    Need.objects.create(id="frueher", group=group, position=999, icon="x", labels={"de": "Früher"})
    Need.objects.filter(pk="kita-platz").update(icon="falsch", position=77)
    assert load_needs() == 1
    assert Need.objects.get(pk="kita-platz").icon != "falsch"
    assert Need.objects.filter(pk="frueher").exists()


@pytest.mark.django_db
def test_a_need_is_found_by_id_and_by_label():
    load_needs()
    need = Need.objects.get(pk="kita-platz")
    found = needs_by_name()
    assert found["kita-platz"] == found[fold(need.label("de"))] == found[fold(need.label("en"))] == need


def test_related_needs_exist():
    ids = {need["id"] for need in data.needs()}
    assert {name for need in data.needs() for name in need.get("related", [])} <= ids


def test_districts_are_loaded_once_and_new_ones_follow(centre):
    load_areas(centre)
    load_areas(centre)
    assert Area.objects.count() == 13
    areas = areas_named(["Leichlingen", "OPLADEN", "leichlingen"])
    assert areas[fold("Opladen")].name == "Opladen"
    assert [area.name for area in Area.objects.all()][-1] == "Leichlingen"
    assert Area.objects.count() == 14


def test_districts_come_with_their_middle_and_a_centres_own_stay(centre):
    Area.objects.create(name="Opladen", slug="opladen", latitude=51.0, longitude=7.0)
    load_areas(centre)
    load_areas(centre)
    assert Area.objects.filter(latitude=None).count() == 0
    assert Area.objects.count() == 13
    assert Area.objects.get(slug="opladen").latitude == 51.0


def test_labels_read_by_themselves_are_those_of_the_whole_files():
    whole = {
        language: {
            name: {key: value for key, value in table.items() if isinstance(value, str)}
            for name, table in file.items()
            if isinstance(table, dict)
        }
        for language, file in data.phrase_files().items()
    }
    labels = {
        language: {name: table for name, table in file.items() if isinstance(table, dict)}
        for language, file in data.label_files().items()
    }
    assert labels == whole
    assert len(labels) >= 14
