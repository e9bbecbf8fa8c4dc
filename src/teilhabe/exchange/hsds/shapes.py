"""What HSDS 3.1 can say: its tables and their fields, and any value brought into that form or left out.

Whatever comes from outside passes here once, so that what is kept beside an offer can be given out again as it is.
"""

from __future__ import annotations

import math
import re
import uuid
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.dateparse import parse_datetime

from teilhabe.core.text import clean_lines

Record = dict[str, Any]
LONGEST_TEXT = 20_000  # characters of one field
MOST_PARTS = 500  # of one kind in one record

# of the names from which parts without an id of their own get one: never changes
PARTS = uuid.UUID("0c3a6f5e-8b1d-5a47-9e2c-687364732e31")

# field:kind, text when not said; a kind in brackets is a list of that table. Links are told by nesting, so the ids
# that only repeat them are left out, as is metadata: it tells of the history of another database.
_TABLES = {
    "service": """id:uuid name alternate_name description url:uri additional_urls:[url] email:email status:status
        interpretation_services application_process fees_description wait_time fees accreditations
        eligibility_description minimum_age:number maximum_age:number assured_date assurer_email:email licenses alert
        phones:[phone] schedules:[schedule] service_areas:[service_area] service_at_locations:[service_at_location]
        languages:[language] organization:organization funding:[funding] cost_options:[cost_option] program:program
        required_documents:[required_document] contacts:[contact] capacities:[service_capacity]
        attributes:[attribute]""",
    "organization": """id:uuid name alternate_name description email:email website:uri additional_websites:[url]
        tax_status tax_id year_incorporated:number legal_status logo uri:uri parent_organization_id:uuid
        funding:[funding] contacts:[contact] phones:[phone] locations:[location] programs:[program]
        organization_identifiers:[organization_identifier] attributes:[attribute]""",
    "location": """id:uuid location_type:place url:uri name alternate_name description transportation latitude:number
        longitude:number external_identifier external_identifier_type languages:[language] addresses:[address]
        contacts:[contact] accessibility:[accessibility] phones:[phone] schedules:[schedule] attributes:[attribute]""",
    "service_at_location": """id:uuid description service_areas:[service_area] contacts:[contact] phones:[phone]
        schedules:[schedule] location:location attributes:[attribute]""",
    "address": """id:uuid attention address_1 address_2 city region state_province postal_code country
        address_type:place attributes:[attribute]""",
    "phone": "id:uuid number extension:number type description languages:[language] attributes:[attribute]",
    "contact": "id:uuid name title department email:email phones:[phone] attributes:[attribute]",
    "schedule": """id:uuid valid_from valid_to dtstart timezone:number until count:number wkst:weekday freq:freq
        interval:number byday byweekno bymonthday byyearday description opens_at closes_at schedule_link:uri
        attending_type notes attributes:[attribute]""",
    "language": "id:uuid name code note attributes:[attribute]",
    "cost_option": """id:uuid valid_from valid_to option currency amount:number amount_description
        attributes:[attribute]""",
    "service_area": "id:uuid name description extent extent_type uri attributes:[attribute]",
    "accessibility": "id:uuid description details url:uri attributes:[attribute]",
    "required_document": "id:uuid document uri:uri attributes:[attribute]",
    "funding": "id:uuid source attributes:[attribute]",
    "program": "id:uuid name alternate_name description attributes:[attribute]",
    "organization_identifier": "id:uuid identifier_scheme identifier_type identifier attributes:[attribute]",
    "service_capacity": """id:uuid unit:unit available:number maximum:number description updated:moment
        attributes:[attribute]""",
    "unit": "id:uuid name scheme identifier uri:uri",
    "url": "id:uuid label url:uri attributes:[attribute]",
    "attribute": "id:uuid link_type link_entity value label taxonomy_term:taxonomy_term",
    "taxonomy_term": """id:uuid code name description parent_id:uuid taxonomy taxonomy_detail:taxonomy language
        term_uri:uri""",
    "taxonomy": "id:uuid name description uri:uri version",
}
TABLES: dict[str, dict[str, str]] = {
    table: {name: kind or "text" for name, _, kind in (field.partition(":") for field in fields.split())}
    for table, fields in _TABLES.items()
}
# without these a part says nothing
_NEEDED = {
    "phone": ("number",),
    "url": ("url",),
    "service_capacity": ("unit", "available", "updated"),
    "unit": ("name",),
    "program": ("name",),
    "organization": ("name",),
    "taxonomy_term": ("name",),
    "taxonomy": ("name",),
    "organization_identifier": ("identifier",),
}
# what the standard demands and may stay empty
_FILLED = {
    "address": {
        "address_1": "", "city": "", "state_province": "", "postal_code": "", "country": "", "address_type": "physical",
    },
    "location": {"location_type": "physical"},
    "organization": {"description": ""},
    "program": {"description": ""},
    "taxonomy_term": {"description": ""},
    "taxonomy": {"description": ""},
    "organization_identifier": {"identifier_type": ""},
    "service": {"status": "active"},
}  # fmt: skip
_ONE_OF = {
    "status": ("active", "inactive", "defunct", "temporarily closed"),
    "place": ("physical", "postal", "virtual"),
    "weekday": ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    "freq": ("WEEKLY", "MONTHLY"),
}
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_is_email = EmailValidator()


def shaped(table: str, value: Any) -> Record:
    """What of `value` this table can say; empty when it is nothing of the kind. Never raises."""
    if not isinstance(value, dict):
        return {}
    found: Record = {}
    for name, kind in TABLES[table].items():
        if name in value and (told := _value(kind, value[name])) is not None:
            found[name] = told
    if any(found.get(name) in (None, "") for name in _NEEDED.get(table, ())):
        return {}
    return found


def _value(kind: str, value: Any) -> Any:
    """`value` as that kind; None when it is none, or empty."""
    if kind.startswith("["):
        parts = value if isinstance(value, list) else [value]
        return [part for one in parts[:MOST_PARTS] if (part := shaped(kind[1:-1], one))] or None
    if kind in TABLES:
        return shaped(kind, value) or None
    if kind == "number":
        return number_of(value)
    if isinstance(value, bool | dict | list) or value is None:
        return None
    text = clean_lines(str(value)[:LONGEST_TEXT])
    if kind in _ONE_OF:
        by_case = {choice.casefold(): choice for choice in _ONE_OF[kind]}
        return by_case.get(text.casefold())
    reader = {"uuid": _uuid, "uri": uri_of, "email": email_of, "moment": _moment}.get(kind)
    return (reader(text) if reader else text) or None


def number_of(value: Any) -> int | float | None:
    """A number, also when a table writes it as text; whole ones without a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number) or abs(number) > 1e15:
        return None
    return int(number) if number.is_integer() else number


def _uuid(text: str) -> str:
    """The id, if it is a UUID: another one would be against the standard when it is given out."""
    try:
        return str(uuid.UUID(text)) if len(text) == 36 else ""
    except ValueError:
        return ""


def uri_of(text: str) -> str:
    """`text` as a URI of the web (RFC 3986); empty when it is none."""
    text = text.strip()
    text = f"https://{text}" if text.casefold().startswith("www.") else text
    try:
        parts = urlsplit(text)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or re.search(r"[\s<>\"\\^`{|}]", text):
            return ""
        _ = parts.port
    except ValueError:
        return ""
    before, hash_, after = text.partition("#")
    quoted = quote(before, safe="/:?@!$&'()*+,;=%~") + hash_ + quote(after, safe="/:?@!$&'()*+,;=%~")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quoted)


def email_of(text: str) -> str:
    try:
        _is_email(text)
    except ValidationError:
        return ""
    return text if text.isascii() else ""


def _moment(text: str) -> str:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return ""
    if moment is None or moment.tzinfo is None:
        return ""
    return text if _RFC3339.fullmatch(text) else moment.isoformat()


def complete(table: str, record: Record, *, named: str) -> Record:
    """`record` with what the standard demands of it and its parts: ids made from `named` where it has none."""
    found: Record = {"id": record.get("id") or str(uuid.uuid5(PARTS, named))}
    found |= {**_FILLED.get(table, {}), **record}
    for name, kind in TABLES[table].items():
        value = found.get(name)
        if not value:
            continue
        if kind.startswith("["):
            found[name] = [complete(kind[1:-1], one, named=f"{named}/{name}/{at}") for at, one in enumerate(value)]
        elif kind in TABLES:
            found[name] = complete(kind, value, named=f"{named}/{name}")
    return {name: found[name] for name in TABLES[table] if name in found}
