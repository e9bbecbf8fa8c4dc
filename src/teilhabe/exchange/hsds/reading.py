"""What one service of HSDS means to us: the draft of an offer, and what is left that only HSDS can say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from teilhabe.core.languages import ALL, code_of
from teilhabe.core.text import clean, fold
from teilhabe.directory.models import Trait
from teilhabe.exchange.columns import Draft, Needs, RowFault, understand
from teilhabe.exchange.hsds.joining import Fault
from teilhabe.exchange.hsds.schedules import OffDays, Span, day_of, exceptions_of, in_words, schedules_of, spans_of
from teilhabe.exchange.hsds.shapes import TABLES, Record, shaped
from teilhabe.exchange.hsds.taxonomies import cells_of, is_ours
from teilhabe.organisations.models import Organisation, Person, Place

# a change of how services are understood makes every service of the next import count as changed
RECIPE = "hsds 1"
LONGEST_RECORD = 200_000  # characters of one service with all that belongs to it

# field of a service -> column of the table import, which is the field of the offer too
SAME = {
    "description": "description", "url": "website", "email": "email", "application_process": "registration",
    "eligibility_description": "conditions", "interpretation_services": "interpreters",
}  # fmt: skip
# what only HSDS can say of a service: given out again as it is
ONLY_THERE = (
    "alternate_name", "additional_urls", "wait_time", "fees", "accreditations", "minimum_age", "maximum_age",
    "licenses", "alert", "service_areas", "funding", "program", "capacities",
)  # fmt: skip
_OF_PLACE = {"id", "location_type", "name", "transportation", "latitude", "longitude", "addresses", "accessibility"}
_OF_ADDRESS = {"id", "address_1", "city", "postal_code", "state_province", "country", "address_type"}
_OF_BODY = {"id", "name", "description", "email", "website"}
_STEP_FREE = {"step-free", "stufenlos", "stufenlos erreichbar", "barrierefrei", "rollstuhlgerecht",
              "wheelchair accessible"}  # fmt: skip
STEP_FREE = "stufenlos erreichbar"


@dataclass
class HsdsDraft(Draft):
    """The draft of an offer with what a table has no columns for."""

    status: str = "active"
    hours: list[Span] = field(default_factory=list)
    off_days: list[OffDays] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)  # fields of Person
    body: dict[str, str] = field(default_factory=dict)  # fields of Organisation
    other_name: str = ""  # of the organisation
    assured: tuple[date, str] | None = None  # on which day, by whom
    rest: Record = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """A service that is no longer there is not put before the public."""
        return super().is_complete and self.is_there

    @property
    def is_there(self) -> bool:
        return self.status not in {"inactive", "defunct"}


@dataclass(frozen=True)
class Around:
    """What a service is read against."""

    needs: Needs
    areas: Mapping[str, str]  # folded name -> name of the centre's districts
    region: str  # state of the centre, as its addresses tell it
    own: frozenset[str]  # keys of the centre's offers that came from nowhere else


def read_service(number: int, value: Any, around: Around) -> HsdsDraft:
    """The draft of one service. RowFault when it cannot be taken in."""
    if isinstance(value, Fault):
        raise RowFault(value.reason)
    if not isinstance(value, dict):
        raise RowFault("is no JSON object")
    source_id = id_of(value)
    if not source_id:
        raise RowFault("has no id")
    if source_id in around.own:
        raise RowFault("is an offer of this centre itself, given out before")
    record = shaped("service", value)
    told = json.dumps([RECIPE, source_id, record], sort_keys=True)
    if len(told) > LONGEST_RECORD:
        raise RowFault(f"has {len(told):,} characters; at most {LONGEST_RECORD:,} are read")
    cells, unknown = cells_of(record.get("attributes", ()), around.needs)
    cells = {**_cells(record, around), **cells, "source_id": source_id}
    for column, name in (("title", "name"), ("organisation", "organization")):
        if not cells[column]:
            raise RowFault(f"has no {name}")
    draft = HsdsDraft(**vars(understand(number, cells, around.needs, with_more=True)))
    draft.digest = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    _set_facts(draft, record, cells)
    _set_times(draft, record)
    _set_others(draft, record)
    draft.rest = _rest(draft, record, around)
    for name in unknown:
        draft.keep("attributes", name)
    _keep_words(draft, record, value)
    return draft


def id_of(value: Any) -> str:
    """The id of a service as its package says it; it need not be a UUID there."""
    key = value.key if isinstance(value, Fault) else value.get("id") if isinstance(value, dict) else ""
    return clean(str(key)) if isinstance(key, str | int) and not isinstance(key, bool) else ""


def _cells(record: Record, around: Around) -> dict[str, str]:
    """The service as a row of the import table."""
    cells = {column: record.get(name, "") for name, column in SAME.items()}
    cells["title"] = record.get("name", "")
    cells["organisation"] = record.get("organization", {}).get("name", "")
    cells["cost"] = cost_in_words(record)
    cells["bring"] = "\n".join(documents_of(record))
    cells["phone"] = main_phone(record)
    cells["schedule"] = in_words(schedules_told(record))
    cells["languages"] = "|".join(code for one in record.get("languages", ()) if (code := language_of(one)))
    locations = [one.get("location", {}) for one in record.get("service_at_locations", ())]
    virtual = [one for one in locations if one.get("location_type") == "virtual"]
    if virtual and len(virtual) == len(locations):
        cells["online"] = "yes"
        cells["website"] = cells["website"] or next((one["url"] for one in virtual if "url" in one), "")
    location = main_location(record) or {}
    address: Record = next(iter(location.get("addresses", ())), {})
    street = ", ".join(filter(None, (address.get("address_1"), address.get("address_2"))))
    cells |= {"street": street, "postcode": address.get("postal_code", ""), "city": address.get("city", "")}
    for name in (address.get("region", ""), address.get("address_2", "")):
        cells["district"] = cells.get("district") or around.areas.get(fold(name), "")
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
        cells |= {"latitude": str(latitude), "longitude": str(longitude)}
    if any(fold(one.get("description", "")) in _STEP_FREE for one in location.get("accessibility", ())):
        cells["step_free"] = "yes"
    return cells


def main_location(record: Record) -> Record | None:
    """Where one goes: the first place with an address or coordinates, else the first that is not virtual."""
    locations = [one["location"] for one in record.get("service_at_locations", ()) if "location" in one]
    real = [one for one in locations if one.get("location_type") != "virtual"]
    placed = [one for one in real if one.get("addresses") or "latitude" in one]
    return next(iter(placed or real), None)


def all_phones(record: Record) -> list[Record]:
    """Those of the service, of the service at its places, of its places."""
    found = list(record.get("phones", ()))
    for one in record.get("service_at_locations", ()):
        found += [*one.get("phones", ()), *one.get("location", {}).get("phones", ())]
    return found


def main_phone(record: Record) -> str:
    return next((clean(phone["number"]) for phone in all_phones(record)), "")


def schedules_told(record: Record) -> list[Record]:
    """Those of the service; else of the service at its place; else of the place."""
    parts = record.get("service_at_locations", ())
    at_place = [schedule for one in parts for schedule in one.get("schedules", ())]
    of_place = (main_location(record) or {}).get("schedules", [])
    return record.get("schedules") or at_place or of_place


def language_of(told: Record) -> str:
    return code_of(told.get("code", "")) or code_of(told.get("name", "")) or ""


def documents_of(record: Record) -> list[str]:
    return [text for one in record.get("required_documents", ()) if (text := clean(one.get("document", "")))]


def cost_in_words(record: Record) -> str:
    return clean(record.get("fees_description") or record.get("fees") or options_in_words(record))


def options_in_words(record: Record) -> str:
    told = []
    for one in record.get("cost_options", ()):
        amount = f"{one['amount']} {one.get('currency', '').upper()}".strip() if "amount" in one else ""
        words = " ".join(filter(None, (amount, one.get("amount_description"))))
        told.append(": ".join(filter(None, (one.get("option"), words))))
    return "; ".join(filter(None, told))


def is_free_of(record: Record) -> bool | None:
    """What the amounts say, when there are any."""
    amounts = [one["amount"] for one in record.get("cost_options", ()) if "amount" in one]
    return not any(amounts) if amounts else None


def _set_facts(draft: HsdsDraft, record: Record, cells: Mapping[str, str]) -> None:
    """What a table has no column for, but an offer a field."""
    draft.status = record.get("status", "active")
    free = {"yes": True, "no": False}.get(cells.get("is_free", ""), is_free_of(record))
    if free is not None:
        draft.offer["is_free"] = free
        draft.in_words = [column for column in draft.in_words if column != "cost"]
    for way in cells.get("way_in", "").split("|"):
        if way in Trait.WayIn.values:
            draft.trait(Trait.Kind.WAY_IN, way)
    course = draft.course
    if course.get("seats_free", 0) > course.get("seats_total", course.get("seats_free", 0)):
        draft.keep("seats_free", str(course.pop("seats_free")))
    location = main_location(record) or {}
    for name, column in (("name", "name"), ("transportation", "directions")):
        text = clean(location.get(name, ""))
        if text and _fits(Place, column, text):
            draft.place[column] = text
    if day := day_of(record.get("assured_date")):
        draft.assured = day, record.get("assurer_email", "")[:200]


def _set_times(draft: HsdsDraft, record: Record) -> None:
    schedules = schedules_told(record)
    draft.off_days = exceptions_of(schedules)
    draft.hours = spans_of(schedules)
    if draft.hours or any(set(one) & {"freq", "byday", "opens_at", "closes_at"} for one in schedules):
        draft.spans = ()  # words do not tell more than the schedule itself
    if draft.hours or draft.spans:
        draft.in_words = [column for column in draft.in_words if column != "schedule"]


def _set_others(draft: HsdsDraft, record: Record) -> None:
    """The organisation's own facts, and whom to ask."""
    body = record.get("organization", {})
    facts = {
        "summary": body.get("description", ""),
        "email": body.get("email", ""),
        "website": body.get("website", ""),
        "phone": next((clean(phone["number"]) for phone in body.get("phones", ())), ""),
    }
    draft.body = {name: text for name, text in facts.items() if text and _fits(Organisation, name, text)}
    draft.other_name = clean(body.get("alternate_name", ""))[:200]
    contacts = [*record.get("contacts", ())]
    for one in record.get("service_at_locations", ()):
        contacts += one.get("contacts", ())
    for contact in contacts:
        person = person_of(contact)
        if person["name"] and person not in draft.people and all(_fits(Person, n, t) for n, t in person.items()):
            draft.people.append(person)


def person_of(contact: Record) -> dict[str, str]:
    """The fields of Person that a contact tells."""
    return {
        "name": clean(contact.get("name", "")),
        "tasks": ", ".join(filter(None, (clean(contact.get(name, "")) for name in ("title", "department")))),
        "email": contact.get("email", ""),
        "phone": next((clean(phone["number"]) for phone in contact.get("phones", ())), ""),
    }


def _fits(model: Any, name: str, text: str) -> bool:
    longest = model._meta.get_field(name).max_length
    return longest is None or len(text) <= longest


def _rest(draft: HsdsDraft, record: Record, around: Around) -> Record:
    """What the offer cannot say: given out again beside it."""
    rest = {name: record[name] for name in ONLY_THERE if name in record}
    rest |= {
        name: record[name]
        for name, own in (*SAME.items(), ("fees_description", "cost"))
        if name in record and (draft.offer.get(own) != record[name] or (own == "cost" and "cost_options" in record))
    }
    if record.get("status", "active") != "active":
        rest["status"] = record["status"]
    # where places keep what is theirs, what the service itself says is kept too, to be told apart from it
    place_is_plain = _is_plain_place(record.get("service_at_locations", ()), around.region)
    held = {
        "phones": place_is_plain and _plain(record.get("phones", ()), {"number"}, most=1),
        "schedules": place_is_plain
        and _without_ids(record.get("schedules", ()))
        == schedules_of(draft.hours, draft.off_days, draft.offer.get("schedule", "")),
        "languages": all(
            (known := ALL.get(language_of(one))) and set(one) <= {"id", "code", "name"}
            and one.get("code") == known.code and one.get("name", known.english) == known.english
            for one in record.get("languages", ())
        ),
        "required_documents": _plain(record.get("required_documents", ()), {"document"}),
        "contacts": place_is_plain and _plain(record.get("contacts", ()), {"name", "title", "email"}),
        "service_at_locations": place_is_plain,
        "attributes": all(is_ours(one) for one in record.get("attributes", ())),
        "cost_options": "cost_options" not in record,
    }  # fmt: skip
    for name, is_held in held.items():
        if name in record and not is_held:
            rest[name] = [one for one in record[name] if not (name == "attributes" and is_ours(one))]
    body = record.get("organization", {})
    phones_are_held = _plain(body.get("phones", ()), {"number"}, most=1)
    more = {n: v for n, v in body.items() if n not in _OF_BODY and not (n == "phones" and phones_are_held)}
    return rest | ({"organization": more} if more else {})


def _plain(parts: Iterable[Record], fields: set[str], most: int = 1000) -> bool:
    """Whether the parts say no more than we can hold."""
    listed = list(parts)
    return len(listed) <= most and all(set(one) <= {"id"} | fields for one in listed)


def _is_plain_place(parts: Iterable[Record], region: str) -> bool:
    listed = list(parts)
    if len(listed) != 1 or set(listed[0]) - {"id", "location"}:
        return not listed
    location = listed[0].get("location", {})
    addresses = location.get("addresses", [])
    return (
        location.get("location_type", "physical") == "physical"
        and not set(location) - _OF_PLACE
        and all(one.get("description") == STEP_FREE for one in location.get("accessibility", ()))
        and _plain(location.get("accessibility", ()), {"description"}, most=1)
        and _plain(addresses, _OF_ADDRESS, most=1)
        and all(one.get("state_province") == region and one.get("country") == "DE" for one in addresses)
    )


def _without_ids(parts: Iterable[Record]) -> list[Record]:
    return [{name: value for name, value in one.items() if name != "id"} for one in parts]


def _keep_words(draft: HsdsDraft, record: Record, value: Record) -> None:
    """What people should be able to read and find, although there is no field for it."""
    for name in ONLY_THERE:
        for one in record[name] if isinstance(record.get(name), list) else [record.get(name)]:
            if one is not None and (words := _words(one)) and name != "fees":
                draft.keep(name, words)
    if draft.status != "active":
        draft.keep("status", draft.status)
    for phone in [one for one in all_phones(record) if clean(one["number"]) != draft.offer.get("phone")]:
        if ("phones", words := _words(phone)) not in draft.kept:
            draft.keep("phones", words)
    for one in record.get("languages", ()):
        if not language_of(one):
            draft.keep("languages", one.get("name") or one.get("code", ""))
    _keep_words_of_places(draft, record)
    # a field that was not what the standard says it is: its words at least
    for name in TABLES["service"]:
        told = value.get(name)
        if name not in record and name != "id" and isinstance(told, str | int | float) and not isinstance(told, bool):
            draft.keep(name, str(told)[:2000])
    draft.kept = [(column, text) for column, text in draft.kept if text]


def _keep_words_of_places(draft: HsdsDraft, record: Record) -> None:
    main = main_location(record)
    for one in record.get("service_at_locations", ()):
        location = one.get("location", {})
        if location and location is not main:
            own = {
                name: location[name] for name in ("name", "description", "transportation", "url") if name in location
            }
            for told in (own, *location.get("addresses", ())):
                draft.keep("locations", _words(told))
        for told in location.get("accessibility", ()):
            if fold(words := _words(told)) not in _STEP_FREE:
                draft.keep("accessibility", words)


_NOT_READ = {"id", "extent", "extent_type", "location_type", "address_type", "external_identifier_type"}


def _words(told: Any) -> str:
    """The texts of a part, one after the other."""
    if isinstance(told, dict):
        return ", ".join(w for name, one in told.items() if name not in _NOT_READ and (w := _words(one)))
    return ", ".join(filter(None, map(_words, told))) if isinstance(told, list) else clean(str(told or ""))
