"""What import-linter says of imports holds for foreign keys too."""

from __future__ import annotations

import configparser
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[2]


def tier_of() -> dict[str, int]:
    """Room -> tier, from the one list in .importlinter."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    layers = parser["importlinter:contract:tiers"]["layers"].split("\n")
    rows = [row.strip() for row in layers if row.strip()]
    return {room.strip(): len(rows) - n for n, row in enumerate(rows) for room in row.split("|")}


def upward_keys(found: list[type[models.Model]], tiers: dict[str, int]) -> list[str]:
    wrong = []
    for model in found:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if isinstance(target, type) and target._meta.app_label in tiers:
                here, there = tiers[model._meta.app_label], tiers[target._meta.app_label]
                if there > here or (there == here and target._meta.app_label != model._meta.app_label):
                    wrong.append(f"{model.__name__}.{field.name}")
    return wrong


def our_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("teilhabe.")]


def test_foreign_keys_point_downwards():
    assert our_models()
    assert upward_keys(our_models(), tier_of()) == []


def test_the_guard_sees_a_key_that_points_upwards():
    tiers = {**tier_of(), "organisations": 1}
    assert "Place.area" in upward_keys(our_models(), tiers)


def test_every_room_of_the_tree_has_a_tier():
    rooms = {p.parent.name for p in (ROOT / "src" / "teilhabe").glob("*/__init__.py")}
    assert rooms == set(tier_of())
