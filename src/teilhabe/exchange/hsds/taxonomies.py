"""Our own words in HSDS: what HSDS has no field for is told as attributes, and read again from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from teilhabe.core.text import fold
from teilhabe.directory.models import Course, Offer, Trait
from teilhabe.exchange.columns import Needs, category_named
from teilhabe.exchange.hsds.shapes import Record

OURS = "teilhabe"  # link_type of facts; terms have the taxonomy teilhabe:NAME
_TRAITS = {"audience": Trait.Kind.AUDIENCE, "target_groups": Trait.Kind.TARGET_GROUP, "way_in": Trait.Kind.WAY_IN}
_FLAGS = ("childcare", "step_free", "women_only", "online", "is_free")
_COURSE = {"course_start": "starts_on", "course_end": "ends_on", "exam": "exam", "seats_total": "seats_total",
           "seats_free": "seats_free", "waiting_list": "has_waiting_list"}  # fmt: skip
# what others may tell us in this way; anything else would let them write into any column
_READ = {*_FLAGS, *_COURSE, "summary", "valid_from", "valid_until", "district", "level", "category"}


def _fact(label: str, value: Any) -> Record:
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return {"link_type": OURS, "link_entity": "service", "label": label, "value": text}


def _term(kind: str, code: str, name: str) -> Record:
    term = {"code": code, "name": name, "taxonomy": f"{OURS}:{kind}", "language": "de"}
    return {"link_type": OURS, "link_entity": "service", "label": kind, "value": code, "taxonomy_term": term}


def attributes_of(offer: Offer) -> list[Record]:
    """All that an offer says and HSDS has no field for; reads only what was fetched with it."""
    found = [_term("category", offer.category, str(Offer.Category(offer.category).label))]
    found += [
        _term("need", row.need_id, row.need.label("de"))
        for row in offer.offer_needs.all()
        if row.origin == row.Origin.SAID
    ]
    for name, kind in _TRAITS.items():
        found += [_term(name, code, code) for code in offer.codes(kind)]
    if offer.summary and offer.description:
        found.append(_fact("summary", offer.summary))
    found += [_fact(name, value) for name in _FLAGS if (value := getattr(offer, name)) is not None]
    found += [_fact(name, value) for name in ("valid_from", "valid_until") if (value := getattr(offer, name))]
    if offer.place and offer.place.area:
        found.append(_fact("district", offer.place.area.name))
    if course := getattr(offer, "course", None):
        found += _of_course(course)
    if offer.source_id:
        found.append(_fact("source_id", offer.source_id))
    return found


def _of_course(course: Course) -> list[Record]:
    found = [_fact(name, told) for name, own in _COURSE.items() if (told := getattr(course, own)) not in (None, "")]
    low, high = course.level_from, course.level_to
    if low or high:
        level = f"{low}-{high}" if low and high and low != high else low if low == high else low or high
        bound = "" if low and high else "from " if low else "up to "
        found.append(_fact("level", bound + level))
    return found


def cells_of(attributes: Iterable[Record], needs: Needs) -> tuple[dict[str, str], list[str]]:
    """Cells of the import table that attributes stand for, and the names of terms that mean nothing here."""
    lists: dict[str, list[str]] = {"needs": [], "audience": [], "target_groups": [], "way_in": []}
    cells: dict[str, str] = {}
    unknown: list[str] = []
    for attribute in attributes:
        term = attribute.get("taxonomy_term", {})
        label, value = attribute.get("label", ""), attribute.get("value", "")
        if is_ours(attribute):
            kind = {"need": "needs"}.get(label, label)
            if kind in lists:
                lists[kind].append(value.replace("|", "/"))
            elif label in _READ:
                cells[label] = value
            continue
        names = list(dict.fromkeys(n for n in (term.get("name"), term.get("code"), label, value) if n))
        if need := next((needs[fold(name)] for name in names if fold(name) in needs), None):
            lists["needs"].append(need.id)
        elif category := next((c for name in names if (c := category_named(name))), None):
            cells.setdefault("category", category)
        elif names:
            unknown.append(f"{label}: {value}" if value and label and not term else names[0])
    cells |= {name: "|".join(values) for name, values in lists.items() if values}
    return cells, unknown


def is_ours(attribute: Record) -> bool:
    return attribute.get("link_type") == OURS
