"""The shapes of what is asked and answered, as the OpenAPI document tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from teilhabe.core.languages import code_of
from teilhabe.matching.queries import Filters

MOST = 50  # hits or offers in one answer
FURTHEST = 1_000_000
# neither space nor control nor bidi control: what core.text.clean leaves
SEEN = r"[^\s\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
UUID = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]

Kind = Literal["offer", "page", "event", "need"]
Level = Literal["Alpha", "A1", "A2", "B1", "B2", "C1", "C2"]
Category = Literal[
    "counselling", "language_course", "course", "meeting", "leisure", "goods", "health", "childcare", "authority",
    "accompaniment", "shelter", "volunteering", "professional", "information",
]  # fmt: skip
FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def _flag(text: Any) -> bool:
    if (found := FLAGS.get(str(text).lower())) is None:
        raise PydanticCustomError("flag", "Input should be 1, 0, true, false, yes or no")
    return found


Flag = Annotated[bool | None, BeforeValidator(_flag), WithJsonSchema({"type": "string", "enum": list(FLAGS)})]


def _without_null(schema: dict[str, Any]) -> None:
    """A parameter that is not given has no value; null cannot be written in an address."""
    for details in schema.get("properties", {}).values():
        if details.get("default", "") is None:
            del details["default"]


class Reader(Schema):
    """What every question may say."""

    model_config = ConfigDict(json_schema_extra=_without_null)

    language: str = Field(
        "de", description="The reader's language (BCP 47, or its name); unknown: `de`.", examples=["uk"]
    )
    centre: str = Field(
        "", description="Slug of the centre, when the host name does not say which.", examples=["leverkusen"]
    )


class Facts(Reader):
    """What offers must have; a slug that is not known here is met by nothing."""

    category: Category | SkipJsonSchema[None] = Field(None, description="Kind of offer.")
    need: str = Field("", description="Id of a need, see /api/v1/needs.", examples=["kita-platz"])
    district: str = Field("", description="Slug of a district.", examples=["opladen"])
    spoken: str = Field("", description="Language spoken there (BCP 47, or its name).", examples=["ar"])
    free: Flag = Field(None, description="Free of charge.")
    open_now: Flag = Field(None, description="Open at this moment; `0` does not matter.")
    online: Flag = Field(None, description="Takes place online.")
    step_free: Flag = Field(None, description="Can be reached without steps.")
    women_only: Flag = Field(None, description="For women only.")
    childcare: Flag = Field(None, description="Children are looked after meanwhile.")
    level: Level | SkipJsonSchema[None] = Field(None, description="German level the offer is made for.")
    limit: int = Field(10, ge=1, le=MOST, description="How many at most.")
    offset: int = Field(0, ge=0, le=FURTHEST, description="How many to leave out first.")

    def filters(self, kind: str | None = None) -> Filters:
        # cut: no slug or code is that long
        return Filters(
            kind=kind,
            category=self.category,
            need=self.need[:100] or None,
            area=self.district[:100] or None,
            spoken=code_of(self.spoken[:40]) or self.spoken[:40] or None,
            free=self.free,
            open_now=self.open_now or None,
            online=self.online,
            step_free=self.step_free,
            women_only=self.women_only,
            childcare=self.childcare,
            level=self.level,
        )


class SearchQuestion(Facts):
    """A need in anybody's words."""

    q: str = Field(
        description="The need, in any language and in one's own words; over 300 characters are cut.",
        json_schema_extra={"minLength": 1, "pattern": SEEN},
        examples=["Ich suche einen Kita-Platz in Opladen"],
    )
    kind: Kind | SkipJsonSchema[None] = Field(
        None, description="Only hits of this kind; `limit` counts after it. Not given: all but needs."
    )


class Labelled(Schema):
    id: str
    label: str = Field(description="In the reader's language, or the nearest one there is.")


class ReasonBody(Schema):
    code: str = Field(description="Which kind of reason, such as `need`, `district`, `name`, `meaning`.")
    label: str = Field(description="The reason in words, in the reader's language.", examples=["Kita-Platz"])


class HitBody(Schema):
    kind: Kind
    id: UUID
    source_id: str | None = Field(description="Its id where it was imported from.")
    source_ids: list[str] = Field(description="The ids of all its languages there.")
    title: str
    organisation: str | None
    url: Address = Field(description="Its page, absolute, in the reader's language.")
    score: float = Field(ge=0, le=1, description="Comparable within one answer only.")
    reasons: list[ReasonBody] = Field(description="Why it was found, the strongest reason first.")


class GroupBody(Schema):
    need: Labelled
    hits: list[UUID] = Field(description="Ids of those hits that meet this need.")


EXAMPLE: dict[str, Any] = {
    "query": "kita platz opladen",
    "truncated": False,
    "language": "en",
    "detected_language": "de",
    "took_ms": 7.4,
    "outcome": "found",
    "total": 1,
    "hits": [
        {
            "kind": "offer",
            "id": "0f5a3f0e-6d0c-4f86-9a52-5d2a4c1b7e11",
            "source_id": None,
            "source_ids": [],
            "title": "Help with the registration for day care",
            "organisation": "Familienbüro (Demo)",
            "url": "http://leverkusen.localhost:8000/en/offers/anmeldung-kita/",
            "score": 1.0,
            "reasons": [{"code": "need", "label": "Place in a day-care centre"}],
        }
    ],
    "groups": [],
}


class SearchAnswer(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    query: str = Field(description="What was searched: trimmed, cut, without control characters.")
    truncated: bool = Field(description="Whether more than 300 characters were typed.")
    language: str = Field(description="The reader's.")
    detected_language: str = Field(description="In which the need is written.")
    took_ms: float
    outcome: Literal["found", "unsure", "none"] = Field(
        description="`none`: nothing here is likely to help; hits are never padded."
    )
    total: int = Field(description="How many hits there are beyond this page.")
    hits: list[HitBody] = Field(description="Flat and best first, also when there are groups.")
    groups: list[GroupBody] = Field(description="When two needs stand in one sentence: which hits meet which.")


class OrganisationBody(Schema):
    id: UUID
    name: str
    url: Address


class OfferNeedBody(Labelled):
    suggested: bool = Field(description="Read from the text by the machine; nobody has said so yet.")


class PlaceBody(Schema):
    name: str
    street: str
    postcode: str
    city: str
    district: Labelled | None
    latitude: float | None
    longitude: float | None
    directions: str


class HoursBody(Schema):
    weekday: int = Field(ge=1, le=7, description="1 Monday to 7 Sunday (ISO 8601).")
    nth: int | None = Field(description="Only the nth such weekday of a month; -1 the last.")
    opens: str = Field(examples=["09:00"])
    closes: str = Field(examples=["12:30"])
    valid_from: date | None
    valid_until: date | None
    on_holidays: bool


class HoursExceptionBody(Schema):
    first_day: date
    last_day: date
    opens: str | None = Field(description="null: closed.")
    closes: str | None
    note: str


class CourseBody(Schema):
    level_from: str = Field(examples=["A1"])
    level_to: str = Field(examples=["B1"])
    starts_on: date | None
    ends_on: date | None
    exam: str
    seats_total: int | None
    seats_free: int | None
    waiting_list: bool | None


class OfferBody(Schema):
    """One offer with all facts; null means that nobody has said."""

    id: UUID
    source_id: str | None
    url: Address
    language: str = Field(description="Of the title as shown.")
    machine_translated: bool = Field(description="Whether a machine made one of the texts.")
    title: str
    summary: str
    description: str
    cost: str
    conditions: str
    registration: str
    bring: str
    schedule: str = Field(description="Hours in words, as the provider wrote them.")
    interpreters: str
    organisation: OrganisationBody
    category: Category
    needs: list[OfferNeedBody]
    audience: list[str]
    target_groups: list[str]
    spoken: list[str] = Field(description="Codes of the languages spoken there.")
    ways_in: list[str]
    free: bool | None
    childcare: bool | None
    step_free: bool | None
    women_only: bool | None
    online: bool | None
    open_now: bool | None
    hours: list[HoursBody] = Field(description="Its own; where it says nothing of time, its organisation's.")
    hours_exceptions: list[HoursExceptionBody]
    place: PlaceBody | None
    course: CourseBody | None
    phone: str
    email: str
    website: str
    valid_from: date | None
    valid_until: date | None
    confirmed_on: date | None = Field(description="When somebody last said that all this is right.")
    confirmed_by: str
    updated_at: datetime


class OffersAnswer(Schema):
    language: str
    total: int
    limit: int
    offset: int
    offers: list[OfferBody] = Field(description="By title.")


class NeedBody(Labelled):
    help: str = Field(description="One sentence; may be empty.")
    icon: str
    related: list[str] = Field(description="Ids of needs that often come along.")
    offers: int = Field(description="How many published offers meet it.")
    url: Address


class NeedGroupBody(Labelled):
    icon: str
    needs: list[NeedBody]


class NeedsAnswer(Schema):
    language: str
    groups: list[NeedGroupBody]


class ProblemBody(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What to do, in a sentence.", examples=["limit should be at least 1."])
