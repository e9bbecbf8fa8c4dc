"""All that editors write of an offer, as plain values: what forms show, versions keep and operations write back."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from teilhabe.directory.models import Offer, OfferHours, OfferNeed, Question, Trait
from teilhabe.organisations.models import Organisation, Place
from teilhabe.organisations.operations import organisation_named
from teilhabe.vocabulary.models import Area

PLAIN = (
    "title", "summary", "description", "category", "cost", "is_free", "conditions", "registration", "bring", "schedule",
    "interpreters", "childcare", "step_free", "women_only", "online", "phone", "email", "website",
)  # fmt: skip
DAYS = ("valid_from", "valid_until")
PLACE = ("district", "street", "postcode", "city")
TRAITS = {"languages": Trait.Kind.LANGUAGE, "audiences": Trait.Kind.AUDIENCE, "ways_in": Trait.Kind.WAY_IN}
GROUPS = "target_groups"

Content = dict[str, Any]
Span = list[Any]  # weekday, nth, opens, closes, on holidays, valid from, valid until: as JSON knows them

EMPTY: Content = {
    "organisation": "",
    **dict.fromkeys(PLAIN, ""),
    "category": Offer.Category.INFORMATION.value,
    **dict.fromkeys(("is_free", "childcare", "step_free", "women_only", "online", *DAYS)),
    **dict.fromkeys(PLACE, ""),
    **{name: [] for name in (*TRAITS, GROUPS, "needs", "questions", "hours")},
}


def content_of(offer: Offer) -> Content:
    """What stands in the database now, in six queries."""
    place = offer.place
    traits = list(Trait.objects.filter(offer=offer).values_list("kind", "code"))
    needs = OfferNeed.objects.filter(offer=offer, origin=OfferNeed.Origin.SAID)
    return {
        "organisation": offer.organisation.name,
        **{name: getattr(offer, name) for name in PLAIN},
        **{name: day.isoformat() if (day := getattr(offer, name)) else None for name in DAYS},
        "district": place.area.name if place and place.area else "",
        **{name: getattr(place, name) if place else "" for name in PLACE[1:]},
        **{name: sorted(code for k, code in traits if k == kind) for name, kind in TRAITS.items()},
        GROUPS: [code for k, code in traits if k == Trait.Kind.TARGET_GROUP],
        "needs": list(needs.values_list("need", flat=True)),
        "questions": list(Question.objects.filter(offer=offer).values_list("text", flat=True)),
        "hours": [span_of(row) for row in OfferHours.objects.filter(offer=offer)],
    }


def span_of(row: OfferHours) -> Span:
    days = [day.isoformat() if day else None for day in (row.valid_from, row.valid_until)]
    return [row.weekday, row.nth, f"{row.opens:%H:%M}", f"{row.closes:%H:%M}", row.on_holidays, *days]


def hours_of_content(spans: list[Span], offer: Offer | None = None) -> list[OfferHours]:
    """Rows of hours, not saved."""
    return [
        OfferHours(
            **({"offer": offer} if offer else {}),
            weekday=weekday,
            nth=nth,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            on_holidays=on_holidays,
            valid_from=date.fromisoformat(first) if first else None,
            valid_until=date.fromisoformat(last) if last else None,
        )
        for weekday, nth, opens, closes, on_holidays, first, last in spans
    ]


def put_content(offer: Offer, content: Content, *, by: Any) -> None:
    """Write `content` to the offer and what hangs on it; inside a transaction."""
    offer.organisation = organisation_named(content["organisation"], by=by)
    for name in PLAIN:
        setattr(offer, name, content[name])
    for name in DAYS:
        setattr(offer, name, date.fromisoformat(content[name]) if content[name] else None)
    offer.place = _place_of(offer.organisation, content, offer.place)
    offer.save()
    Trait.objects.filter(offer=offer).delete()
    kinds = {**TRAITS, GROUPS: Trait.Kind.TARGET_GROUP}
    Trait.objects.bulk_create(
        Trait(offer=offer, kind=kind, code=code)
        for name, kind in kinds.items()
        for code in dict.fromkeys(content[name])
    )
    _put_needs(offer, content["needs"])
    Question.objects.filter(offer=offer).delete()
    Question.objects.bulk_create(Question(offer=offer, text=text) for text in content["questions"])
    if [span_of(row) for row in OfferHours.objects.filter(offer=offer)] != content["hours"]:
        OfferHours.objects.filter(offer=offer).delete()
        OfferHours.objects.bulk_create(hours_of_content(content["hours"], offer))


def _put_needs(offer: Offer, needs: list[str]) -> None:
    """Those a person said take the place of suggested ones; where nobody says any, what was suggested stays."""
    rows = OfferNeed.objects.filter(offer=offer)
    if needs:
        rows.delete()
    else:
        rows.filter(origin=OfferNeed.Origin.SAID).delete()
    OfferNeed.objects.bulk_create(
        OfferNeed(offer=offer, need_id=need, position=number) for number, need in enumerate(dict.fromkeys(needs))
    )


def _place_of(organisation: Organisation, content: Content, present: Place | None) -> Place | None:
    """The place of that address: the present one, another of the organisation, or a new one; addresses are shared."""
    said = {name: content[name] for name in PLACE[1:]}
    district = content["district"]
    if not district and not any(said.values()):
        return None
    area = Area.objects.filter(name=district).first() if district else None
    wanted = {"organisation_id": organisation.pk, "area_id": area.pk if area else None, **said}
    if present and all(getattr(present, name) == value for name, value in wanted.items()):
        return present
    known: Place | None = Place.objects.filter(organisation=organisation, area=area, **said).first()
    if known:
        return known
    made: Place = Place.objects.create(organisation=organisation, area=area, **said)
    return made
