"""The demo: centres whose organisations and offers stand as files in `demo/<slug>/`, taken in as any table is.

centre.toml tells whose centre it is, when its offers were confirmed, and its imprint. What an offer leaves out
(address, step-free) is its organisation's, unless it says `"address": "withheld"`: shelters do not tell where they are.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from teilhabe.centres.models import Centre
from teilhabe.centres.operations import create_centre, touch, write_legal_text
from teilhabe.centres.scope import in_centre
from teilhabe.core.text import fold
from teilhabe.directory.models import Confirmation, Offer
from teilhabe.exchange.columns import COLUMNS, MORE_COLUMNS
from teilhabe.exchange.demo_pages import load_pages
from teilhabe.exchange.operations import Progress, Report, take_in
from teilhabe.exchange.tables import Row, Table, read_table
from teilhabe.organisations.models import (
    Organisation,
    OrganisationAlias,
    OrganisationHours,
    Person,
    Place,
    folded_name,
)
from teilhabe.organisations.operations import organisation_named, set_up_centre
from teilhabe.organisations.schedules import understand_schedule
from teilhabe.vocabulary.operations import areas_named

FOLDER = Path(__file__).parent / "demo"
_ADDRESS = ("district", "street", "postcode", "city")
_UNCONFIRMED = 20  # every so many-th offer was never confirmed


class DemoRefused(Exception):
    """The demo cannot be loaded here; the message says why."""


def demo_folders() -> list[Path]:
    """The folders of the demo centres, the main one first."""
    return sorted((path.parent for path in FOLDER.glob("*/centre.toml")), key=lambda path: path.name != "leverkusen")


def load_demo(folder: Path, *, progress: Progress = lambda what, done, total: None) -> tuple[Centre, Report]:
    """Make the demo centre of a folder equal to its files; a second call writes nothing."""
    about = tomllib.loads((folder / "centre.toml").read_text(encoding="utf-8"))
    existing = Centre.objects.filter(ags=about["ags"]).first()
    if existing and not existing.is_demo:
        raise DemoRefused(f"{existing.name} has a centre that is no demo; invented offers do not go there.")
    with transaction.atomic():
        centre = existing or create_centre(about["ags"], by=None, is_demo=True)
        set_up_centre(centre)
        with in_centre(centre):
            facts = {folded_name(f["name"]): f for path in _files(folder, "organisations") for f in _objects(path)}
            if _take_in_organisations(list(facts.values())):
                touch(centre)
            report = take_in(
                _offers(folder, facts), "Demo", centre=centre, by=None, publish=True, with_more=True, progress=progress
            )
            if report.rejected:
                bad = report.rejected[0]
                raise DemoRefused(f"{folder.name}: offer {bad.source_id} {bad.reason}")
            _confirm(report.written_ids, about["confirmed_from"], about["confirmed_until"])
            load_pages(folder)
            for kind, texts in about["legal"].items():
                for language, text in texts.items():
                    write_legal_text(kind, language, text, by=None)
    return centre, report


def _files(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"{kind}-*.jsonl"))


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _offers(folder: Path, bodies: dict[str, dict[str, Any]]) -> Table:
    """The offers of all files of a folder as one table."""
    columns: dict[str, None] = {}
    rows: list[Row] = []
    for path in _files(folder, "offers"):
        table = read_table(path, known=())
        columns.update(dict.fromkeys(table.columns))
        for row in table.rows:
            body = bodies.get(folded_name(row.cells.get("organisation", "")), {})
            rows.append(Row(len(rows) + 1, _with_address(row.cells, body), row.fault))
    return Table([column for column in columns if column in {**COLUMNS, **MORE_COLUMNS}], rows)


def _with_address(cells: dict[str, str], body: dict[str, Any]) -> dict[str, str]:
    if cells.get("address") == "withheld" or any(cells.get(name) for name in ("district", "street", "postcode")):
        return cells
    inherited = {name: body.get(name) or "" for name in _ADDRESS}
    if not cells.get("step_free") and body.get("step_free") is not None:
        inherited["step_free"] = "yes" if body["step_free"] else "no"
    return {**cells, **inherited}


def _take_in_organisations(rows: list[dict[str, Any]]) -> int:
    """Make organisations equal to `rows`; how many were written."""
    there = {body.folded: body for body in Organisation.objects.with_details()}
    written = 0
    for facts in rows:
        body = there.get(folded_name(facts["name"]))
        if body is None or _told(body) != _wanted(facts):
            _write_organisation(facts)
            written += 1
    return written


_PLAIN = ("name", "kind", "abbreviation", "summary", "phone", "email", "website", "source")


def _wanted(facts: dict[str, Any]) -> dict[str, Any]:
    """What the database should tell of an organisation."""
    spans = understand_schedule(facts.get("hours") or "").spans or ()
    return {
        **{name: facts.get(name) or "" for name in _PLAIN},
        "source": facts.get("source") or "Demo",
        "languages": facts.get("languages") or [],
        "umbrella": facts.get("umbrella") or "",
        "aliases": sorted(set(facts.get("aliases") or [])),
        "place": (*(facts.get(name) or "" for name in (*_ADDRESS, "directions")), facts.get("step_free")),
        "hours": sorted((s.weekday, s.nth or 0, s.opens, s.closes) for s in spans),
        "people": [
            (p["name"], p.get("tasks", ""), p.get("languages", []), p.get("phone", ""), p.get("hours", ""))
            for p in facts.get("people") or []
        ],
    }


def _told(body: Organisation) -> dict[str, Any]:
    """What the database tells of an organisation; `body` comes with its details."""
    # an organisation's own place is the first it got, before its offers brought theirs
    place = next(iter(body.places.all()), None)
    area = place.area.name if place and place.area else ""
    return {
        **{name: getattr(body, name) for name in _PLAIN},
        "languages": body.languages,
        "umbrella": body.umbrella.name if body.umbrella else "",
        "aliases": sorted(alias.name for alias in body.aliases.all()),
        "place": (area, place.street, place.postcode, place.city, place.directions, place.step_free) if place else (),
        "hours": sorted((h.weekday, h.nth or 0, h.opens, h.closes) for h in body.hours.all()),
        "people": [(p.name, p.tasks, p.languages, p.phone, p.hours) for p in body.people.all()],
    }


def _write_organisation(facts: dict[str, Any]) -> None:
    wanted = _wanted(facts)
    body = organisation_named(facts["name"], by=None, kind=wanted["kind"])
    for name in (*_PLAIN, "languages"):
        setattr(body, name, wanted[name])
    umbrella = facts.get("umbrella")
    body.umbrella = organisation_named(umbrella, by=None, kind=wanted["kind"], source="Demo") if umbrella else None
    body.save()
    district, street, postcode, city, directions, step_free = wanted["place"]
    place = body.places.order_by("pk").first() or Place(organisation=body)
    place.area = areas_named([district])[fold(district)] if district else None
    place.street, place.postcode, place.city = street, postcode, city
    place.directions, place.step_free = directions, step_free
    place.save()
    for rows in (body.aliases, body.hours, body.people):
        rows.all().delete()
    OrganisationAlias.objects.bulk_create(OrganisationAlias(organisation=body, name=name) for name in wanted["aliases"])
    spans = understand_schedule(facts.get("hours") or "").spans or ()
    OrganisationHours.objects.bulk_create(
        OrganisationHours(
            organisation=body, weekday=s.weekday, nth=s.nth, opens=s.opens, closes=s.closes, on_holidays=s.on_holidays
        )
        for s in spans
    )
    Person.objects.bulk_create(
        Person(organisation=body, position=n, name=name, tasks=tasks, languages=languages, phone=phone, hours=hours)
        for n, (name, tasks, languages, phone, hours) in enumerate(wanted["people"])
    )


def _confirm(source_ids: list[str], first: date, last: date) -> None:
    """Give new offers a confirmation each, on a day that is always the same for the same offer."""
    days = (last - first).days + 1
    rows = []
    for offer in Offer.objects.filter(source_id__in=source_ids, confirmations=None).order_by("source_id"):
        number = int.from_bytes(hashlib.blake2b(offer.source_id.encode(), digest_size=4).digest(), "big")
        if number % _UNCONFIRMED:
            by_whom = "Anbieter" if number % 3 else "Redaktion"
            rows.append(
                Confirmation(offer=offer, confirmed_on=first + timedelta(number // 7 % days), on_behalf_of=by_whom)
            )
    Confirmation.objects.bulk_create(rows)
