"""An offer as a service of HSDS 3.1: our own facts, and around them what it said when it came from HSDS."""

from __future__ import annotations

import uuid
from typing import Any

from teilhabe.centres.models import Centre
from teilhabe.core.languages import ALL
from teilhabe.core.text import clean
from teilhabe.directory.models import Offer, OfferQuerySet, Trait
from teilhabe.exchange.hsds.reading import (
    ONLY_THERE,
    SAME,
    STEP_FREE,
    cost_in_words,
    documents_of,
    is_free_of,
    language_of,
    main_location,
    main_phone,
    person_of,
    schedules_told,
)
from teilhabe.exchange.hsds.schedules import exceptions_of, in_words, schedules_of, spans_of
from teilhabe.exchange.hsds.shapes import PARTS, TABLES, Record, complete, email_of, uri_of
from teilhabe.exchange.hsds.taxonomies import attributes_of

# first two figures of the municipality key -> ISO 3166-2
_STATES = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW", "09": "BY",
    "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip


def region_of(centre: Centre) -> str:
    """The state in which the centre lies; empty when its key does not say."""
    return _STATES.get(centre.ags[:2], "")


def with_all(offers: OfferQuerySet) -> OfferQuerySet:
    """`offers` with all that `service_of` tells, in a fixed number of queries."""
    found: OfferQuerySet = offers.with_details().select_related("hsds_rest").prefetch_related("people")
    return found


def service_of(offer: Offer, *, region: str) -> Record:
    """The service with all that belongs to it, valid against service.json."""
    rest: Record = offer.hsds_rest.record if hasattr(offer, "hsds_rest") else {}
    told = _texts(offer, rest)
    told |= {
        "phones": _phones(offer, rest),
        "schedules": _schedules(offer, rest),
        "service_at_locations": _places(offer, rest, region),
        "languages": _languages(offer, rest),
        "organization": _body(offer, rest),
        "cost_options": _costs(offer, rest),
        "required_documents": _documents(offer, rest),
        "contacts": _contacts(offer, rest),
        "attributes": rest.get("attributes", []) + attributes_of(offer),
    }
    told = {name: value for name, value in told.items() if value not in (None, "", [], {})}
    told |= {"id": str(offer.pk), "name": offer.title}
    return {**complete("service", told, named=str(offer.pk)), "last_modified": offer.updated_at.isoformat()}


def listed(service: Record) -> Record:
    """A service as lists show it: only its own fields, and those of its organisation and program."""
    found = _own_fields("service", service)
    for name in ("organization", "program"):
        if name in service:
            found[name] = _own_fields(name, service[name])
    return found


def _own_fields(table: str, record: Record) -> Record:
    parts = {name for name, kind in TABLES[table].items() if kind.strip("[]") in TABLES}
    return {name: value for name, value in record.items() if name not in parts}


def _texts(offer: Offer, rest: Record) -> Record:
    told = {name: rest.get(name) for name in (*ONLY_THERE, "status", "fees_description")}
    for name, own in SAME.items():
        told[name] = getattr(offer, own) or rest.get(name)
    told["url"], told["email"] = uri_of(told["url"] or ""), email_of(told["email"] or "")
    told["description"] = told["description"] or offer.summary
    if offer.cost and ("fees_description" in rest or offer.cost != cost_in_words(rest)):
        told["fees_description"] = offer.cost
    if day := getattr(offer, "confirmed_on", None):
        told["assured_date"] = day.isoformat()
        told["assurer_email"] = email_of(offer.confirmed_for or "")  # type: ignore[attr-defined]  # annotated
    return told


def _phones(offer: Offer, rest: Record) -> list[Record]:
    phones: list[Record] = rest.get("phones", [])
    if main_phone(rest) == offer.phone:
        return phones
    others = phones[1:]
    return [{**(phones[0] if phones else {}), "number": offer.phone}, *others] if offer.phone else others


def _schedules(offer: Offer, rest: Record) -> list[Record]:
    """As they came, while our hours still say the same."""
    hours, off_days = list(offer.hours.all()), list(offer.hours_exceptions.all())
    came = schedules_told(rest)
    if came:
        ours = {(h.weekday, h.opens, h.closes, h.nth, h.valid_from, h.valid_until) for h in hours}
        theirs = {(s.weekday, s.opens, s.closes, s.nth, s.valid_from, s.valid_until) for s in spans_of(came)}
        words = in_words(came)
        days = {(d.first_day, d.last_day) for d in off_days} ^ {(d.first_day, d.last_day) for d in exceptions_of(came)}
        if ours == theirs and not days and offer.schedule in {"", words}:
            return rest.get("schedules", [])  # type: ignore[no-any-return]
    return schedules_of(hours, off_days, offer.schedule)


def _places(offer: Offer, rest: Record, region: str) -> list[Record]:
    """Our place stands where theirs stood; other places as they came."""
    came: list[Record] = rest.get("service_at_locations", [])
    main = main_location(rest)
    ours = _location(offer, main or {}, region) if offer.place else None
    found = []
    for one in came:
        if one.get("location") is not main or main is None:
            found.append(one)
        elif ours:
            found.append({**one, "location": ours})
        elif not any(main.get(name) for name in ("name", "transportation", "addresses")):
            found.append(one)  # it said nothing of which a place could be made
    if ours and main is None:
        found.insert(0, {"location": ours})
    return found


def _location(offer: Offer, came: Record, region: str) -> Record:
    place = offer.place
    assert place is not None
    told: dict[str, Any] = {
        "name": place.name,
        "transportation": place.directions,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
    location = {**came, **{name: value for name, value in told.items() if value not in (None, "")}}
    location.setdefault("id", str(uuid.uuid5(PARTS, f"place/{place.pk}")))
    location.setdefault("location_type", "physical")
    theirs: Record = next(iter(came.get("addresses", ())), {})
    street = ", ".join(filter(None, (theirs.get("address_1"), theirs.get("address_2"))))
    address = {"postal_code": place.postcode, "city": place.city}
    if place.street != clean(street):
        theirs = {name: value for name, value in theirs.items() if name != "address_2"}
        address["address_1"] = place.street
    if place.street or place.postcode or place.city:
        address = {"state_province": region, "country": "DE", **theirs, **address}
        location["addresses"] = [address, *came.get("addresses", [])[1:]]
    if place.step_free or offer.step_free:
        location.setdefault("accessibility", [{"description": STEP_FREE}])
    return location


def _languages(offer: Offer, rest: Record) -> list[Record]:
    codes = offer.codes(Trait.Kind.LANGUAGE)
    came = [one for one in rest.get("languages", ()) if (code := language_of(one)) in codes or not code]
    said = {language_of(one) for one in came}
    return came + [
        {"code": code, **({"name": ALL[code].english} if code in ALL else {})} for code in codes if code not in said
    ]


def _costs(offer: Offer, rest: Record) -> list[Record]:
    came: list[Record] = rest.get("cost_options", [])
    if came and is_free_of(rest) in {None, offer.is_free} and offer.cost in {"", cost_in_words(rest)}:
        return came
    return [{"option": "kostenlos", "amount": 0, "currency": "EUR"}] if offer.is_free else []


def _documents(offer: Offer, rest: Record) -> list[Record]:
    came: list[Record] = rest.get("required_documents", [])
    if came and offer.bring == "\n".join(documents_of(rest)):
        return came
    return [{"document": line} for line in offer.bring.split("\n") if line]


def _contacts(offer: Offer, rest: Record) -> list[Record]:
    """Those who are still asked; what was said of them beyond our fields stays with them."""
    people = [{"name": p.name, "tasks": p.tasks, "email": p.email, "phone": p.phone} for p in offer.people.all()]
    came = [one for one in rest.get("contacts", ()) if not one.get("name") or person_of(one) in people]
    elsewhere = [c for one in rest.get("service_at_locations", ()) for c in one.get("contacts", ())]
    said = [person_of(one) for one in (*came, *elsewhere)]
    for person in people:
        if person not in said:
            contact = {"name": person["name"], "title": person["tasks"], "email": email_of(person["email"])}
            phones = {"phones": [{"number": person["phone"]}]} if person["phone"] else {}
            came.append({name: value for name, value in contact.items() if value} | phones)
    return came


def _body(offer: Offer, rest: Record) -> Record:
    body, came = offer.organisation, rest.get("organization", {})
    told = {
        "name": body.name,
        "alternate_name": body.abbreviation,
        "description": body.summary,
        "email": email_of(body.email),
        "website": uri_of(body.website),
    }
    found = {**{name: value for name, value in told.items() if value}, **came, "id": str(body.pk)}
    if body.phone and "phones" not in found:
        found["phones"] = [{"number": body.phone}]
    return found
