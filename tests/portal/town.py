"""A small invented town for tests of pages: the centre with its Service-Point, three bodies, a handful of offers."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from teilhabe.centres.models import Centre
from teilhabe.directory.models import Confirmation, Course, Offer, OfferHours, OfferNeed, Trait
from teilhabe.matching.operations import refresh_index
from teilhabe.organisations.models import Organisation, OrganisationHours, Person, Place
from teilhabe.portal.queries import forget_surroundings
from teilhabe.vocabulary.models import Area, Need
from teilhabe.vocabulary.operations import areas_named, load_needs
from tests.factories import make_offer, make_organisation

WEEKDAYS = range(5)


def build_town(centre: Centre) -> dict[str, Any]:
    """In scope of `centre`; answers the records by short names. Nothing is searchable before `open_search`."""
    load_needs()
    areas = {area.slug: area for area in areas_named(["Wiesdorf", "Opladen", "Rheindorf"]).values()}
    for slug, spot in {"wiesdorf": (51.032, 6.988), "opladen": (51.069, 7.005)}.items():
        areas[slug].latitude, areas[slug].longitude = spot
        areas[slug].save()
    ki = make_organisation(
        "Integrationszentrum Leverkusen", kind=Organisation.Kind.CENTRE, phone="0214 555000", email="ki@example.org"
    )
    _place(ki, areas["wiesdorf"], "Hauptstraße 105")
    Person.objects.create(
        organisation=ki, name="Mira Beispiel", tasks="Deutschkurse", languages=["de", "ar"], phone="0214 555001"
    )
    point = make_organisation("Service-Point Integration", kind=Organisation.Kind.COUNSELLING, umbrella=ki)
    _place(point, areas["wiesdorf"], "Luminaden 1")
    for weekday in WEEKDAYS:
        OrganisationHours.objects.create(organisation=point, weekday=weekday, opens=time(9), closes=time(16))
    bureau = make_organisation("Familienbüro Leverkusen", phone="0214 5550101", email="info@familie.example.org")
    kita = _offer(
        "Beratung zum Kita-Platz",
        bureau,
        ["kita-platz"],
        summary="Wir suchen mit Ihnen einen Platz im Kindergarten.",
        description="Kommen Sie vorbei.\n\nWir füllen den Antrag auf einen Kindergartenplatz mit Ihnen aus.",
        place=_place(bureau, areas["opladen"], "Kirchplatz 3"),
        languages=["de", "ar", "tr"],
        groups=["Familien mit Kindern"],
        is_free=True,
        bring="Geburtsurkunde",
        cost="kostenlos",
        registration="Ohne Termin",
    )
    for weekday in WEEKDAYS:
        OfferHours.objects.create(offer=kita, weekday=weekday, opens=time(8), closes=time(12))
    OfferHours.objects.create(offer=kita, weekday=3, opens=time(14), closes=time(17))
    Confirmation.objects.create(offer=kita, confirmed_on=date(2026, 10, 3), on_behalf_of="Anbieter")
    school = make_organisation("Sprachschule Rhein", phone="0214 5550102", website="https://schule.example.org/")
    course = _offer(
        "Deutschkurs A2 am Abend",
        school,
        ["integrationskurs"],
        summary="Zweimal in der Woche Deutsch lernen.",
        place=_place(school, areas["rheindorf"], "Rheinallee 7"),
        languages=["de"],
        cost="2,29 € pro Stunde",
        is_free=False,
    )
    Course.objects.create(offer=course, level_from="A2", level_to="A2", seats_total=15, seats_free=4)
    shelter = _offer(
        "Beratung bei Gewalt zu Hause",
        make_organisation("Frauenberatung Leverkusen", phone="0214 5550103"),
        ["haeusliche-gewalt"],
        summary="Wir hören zu und helfen Ihnen, sicher zu sein.",
        women_only=True,
    )
    forget_surroundings()
    return {
        "areas": areas, "centre": ki, "point": point, "bureau": bureau, "kita": kita, "course": course,
        "shelter": shelter, "school": school,
    }  # fmt: skip


def open_search(centre: Centre) -> None:
    refresh_index(centre)


def _place(body: Organisation, area: Area, street: str) -> Place:
    place: Place = Place.objects.create(
        organisation=body, street=street, postcode="51373", city="Leverkusen", area=area
    )
    return place


def _offer(
    title: str, body: Organisation, needs: list[str], *, languages: list[str] | None = None,
    groups: list[str] | None = None, **fields: Any,
) -> Offer:  # fmt: skip
    offer = make_offer(title, organisation=body, **fields)
    for position, need in enumerate(needs):
        OfferNeed.objects.create(offer=offer, need=Need.objects.get(pk=need), position=position)
    rows = [(Trait.Kind.LANGUAGE, code) for code in languages or []]
    rows += [(Trait.Kind.TARGET_GROUP, group) for group in groups or []]
    for kind, code in rows:
        Trait.objects.create(offer=offer, kind=kind, code=code)
    return offer
