"""Shipped needs and known districts become rows; a centre's own changes to needs and phrases."""

from __future__ import annotations

import re

from django.db import models, transaction

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.models import Centre
from teilhabe.centres.operations import touch
from teilhabe.centres.queries import DISTRICTS
from teilhabe.core.text import clean, fold, slug
from teilhabe.vocabulary import data
from teilhabe.vocabulary.models import Area, HiddenNeed, HiddenPhrase, Need, NeedGroup, NeedWording, OwnPhrase


@transaction.atomic
def load_needs() -> int:
    """Make the rows of groups and needs equal to the shipped files; how many rows were written.

    Files are read and compared each time (a tenth of a second), so there is no state that could go stale.
    A need that is shipped no longer stays: offers may point at it.
    """
    return _write(_shipped_groups(), NeedGroup) + _write(_shipped_rows(), Need)


def _shipped_groups() -> list[NeedGroup]:
    files = {language: file.get("groups", {}) for language, file in data.label_files().items()}
    return [
        NeedGroup(
            id=group["id"],
            position=position,
            icon=group["icon"],
            labels={"de": group["label"]}
            | {code: names[group["id"]] for code, names in files.items() if group["id"] in names},
        )
        for position, group in enumerate(data.groups(), 1)
    ]


def _shipped_rows() -> list[Need]:
    rows = []
    for position, need in enumerate(data.needs(), 1):
        texts = {language: file[need["id"]] for language, file in data.label_files().items() if need["id"] in file}
        # until a German file names the need, the first words of the note for its authors do
        first_words = re.split(r"[,;:(]", need["scope"])[0].strip()[:80]
        rows.append(
            Need(
                id=need["id"],
                group_id=need["group"],
                position=position,
                icon=need["icon"],
                labels={"de": first_words} | {code: text["label"] for code, text in texts.items() if text.get("label")},
                helps={code: text["help"] for code, text in texts.items() if text.get("help")},
                related=need.get("related", []),
            )
        )
    return rows


def _write(rows: list[NeedGroup] | list[Need], model: type[models.Model]) -> int:
    """Write those of `rows` that the table of `model` has not, or has otherwise."""
    fields = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    there = {row.pk: row for row in model._default_manager.all()}
    moved = [
        row
        for row in rows
        if row.pk not in there or any(getattr(row, name) != getattr(there[row.pk], name) for name in fields)
    ]
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(moved, update_conflicts=True, unique_fields=["id"], update_fields=names)
    return len(moved)


def load_areas(centre: Centre) -> None:
    """Give the centre in scope the districts that are known of its town; a second call changes nothing."""
    known = DISTRICTS.get(centre.ags, {})
    areas = areas_named(tuple(known))
    nowhere = [areas[fold(name)] for name in known if areas[fold(name)].latitude is None]
    for area in nowhere:
        area.latitude, area.longitude = known[area.name]
    Area.objects.bulk_update(nowhere, ["latitude", "longitude"])


def areas_named(names: list[str] | tuple[str, ...]) -> dict[str, Area]:
    """The areas of the centre in scope by folded name; those that are new to it are made, in the order given."""
    areas = {area.folded: area for area in Area.objects.all()}
    slugs = {area.slug for area in areas.values()}
    made: list[Area] = []
    for name in names:
        folded = fold(name)
        if folded in areas:
            continue
        address = base = slug(name) or "ort"
        number = 1
        while address in slugs:
            number += 1
            address = f"{base[:74]}-{number}"
        slugs.add(address)
        areas[folded] = Area(name=name, folded=folded, slug=address, position=len(areas) + 1)
        made.append(areas[folded])
    Area.objects.bulk_create(made)
    return areas


@transaction.atomic
def hide_need(need: Need, *, by: User | None, centre: Centre) -> None:
    """Show this need no longer at the centre in scope; a second call changes nothing."""
    _, is_new = HiddenNeed.objects.get_or_create(centre=centre, need=need)
    _changed("need.hidden", need, by, centre, is_new)


@transaction.atomic
def show_need(need: Need, *, by: User | None, centre: Centre) -> None:
    """Show a hidden need again."""
    deleted, _ = HiddenNeed.objects.filter(need=need).delete()
    _changed("need.shown", need, by, centre, bool(deleted))


@transaction.atomic
def reword_need(need: Need, language: str, label: str, help: str = "", *, by: User | None, centre: Centre) -> None:
    """Call a need otherwise in one language at the centre in scope; the shipped wording stays untouched."""
    told = {"label": label, "help": help}
    NeedWording.objects.update_or_create(centre=centre, need=need, language=language, defaults=told)
    _changed("need.reworded", need, by, centre, True)


@transaction.atomic
def add_phrase(need: Need, language: str, text: str, *, by: User | None, centre: Centre) -> None:
    """Whoever types exactly this at the centre in scope means this need; a second call changes nothing."""
    _, is_new = OwnPhrase.objects.get_or_create(centre=centre, need=need, language=language, text=clean(text, 300))
    _changed("phrase.added", need, by, centre, is_new)


@transaction.atomic
def hide_phrase(need: Need, language: str, text: str, *, by: User | None, centre: Centre) -> None:
    """Whoever types exactly this at the centre in scope does not mean this need; a second call changes nothing."""
    _, is_new = HiddenPhrase.objects.get_or_create(centre=centre, need=need, language=language, text=clean(text, 300))
    _changed("phrase.hidden", need, by, centre, is_new)


def _changed(deed: str, need: Need, by: User | None, centre: Centre, has_changed: bool) -> None:
    if has_changed:
        record(deed, need, by=by, centre=centre.slug)
        touch(centre)
