"""What pages read: what every page of a centre shows, kept per version; offers with all that a card or a page tells."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    TimeField,
    Value,
)

from teilhabe.centres.models import Centre
from teilhabe.directory.models import Confirmation, KeptText, Offer, OfferHours, OfferHoursException, OfferNeed, Trait
from teilhabe.directory.queries import areas_with_counts, counts_by_need, public_offers
from teilhabe.organisations.hours import Hours
from teilhabe.organisations.models import Organisation, OrganisationHours, OrganisationHoursException
from teilhabe.translation.queries import Text, texts_of
from teilhabe.vocabulary.models import Area, HiddenNeed, Need, NeedGroup, NeedWording

# on their pages somebody may be watched: they get the quick exit
ABOUT_VIOLENCE = frozenset(
    {"haeusliche-gewalt", "frauenhaus", "sexualisierte-gewalt", "zwangsheirat", "ausbeutung", "kinderschutz"}
)
KEPT_FOR = 300  # seconds; offers run out without a change of version
CARD_TEXTS = ("title", "summary", "description", "cost")
PAGE_TEXTS = (*CARD_TEXTS, "conditions", "registration", "bring", "schedule", "interpreters")

Texts = dict[tuple[str, str], Text]


@dataclass
class Topic:
    """One group of needs, as this centre shows it."""

    group: NeedGroup
    needs: list[Need] = field(default_factory=list)


@dataclass
class Surroundings:
    """What stands around every page of a centre: its topics, districts, itself and its Service-Point."""

    topics: list[Topic]
    needs: dict[str, Need]
    offers_of_need: dict[str, int]
    areas: dict[str, Area]  # with `offers`: how many
    centre: Organisation | None
    service_point: Organisation | None
    wordings: dict[tuple[str, str], NeedWording]

    def need_label(self, need_id: str, language: str) -> str:
        """What this centre calls a need; the id when it is not (or no longer) known."""
        if wording := self.wordings.get((need_id, language)):
            return wording.label
        need = self.needs.get(need_id)
        return need.label(language) if need else need_id

    def need_help(self, need_id: str, language: str) -> str:
        if (wording := self.wordings.get((need_id, language))) and wording.help:
            return wording.help
        need = self.needs.get(need_id)
        return need.help(language) if need else ""


_kept: dict[int, tuple[int, float, Surroundings]] = {}


def forget_surroundings() -> None:
    """For tests, whose rows are rolled back."""
    _kept.clear()


def surroundings(centre: Centre) -> Surroundings:
    """Those of `centre`, which is in scope; from this process's memory while its version stands."""
    now = time.monotonic()
    kept = _kept.get(centre.pk)
    if kept and kept[0] == centre.version and now - kept[1] < KEPT_FOR:
        return kept[2]
    found = _look_around()
    _kept[centre.pk] = (centre.version, now, found)
    return found


def _look_around() -> Surroundings:
    hidden = set(HiddenNeed.objects.values_list("need_id", flat=True))
    needs = {need.pk: need for need in Need.objects.all() if need.pk not in hidden}
    topics = {group.pk: Topic(group) for group in NeedGroup.objects.all()}
    for need in needs.values():
        topics[need.group_id].needs.append(need)
    is_centre = Q(kind=Organisation.Kind.CENTRE)
    ours = list(Organisation.objects.filter(is_centre | Q(umbrella__kind=Organisation.Kind.CENTRE)).with_details())
    return Surroundings(
        topics=[topic for topic in topics.values() if topic.needs],
        needs=needs,
        offers_of_need=counts_by_need(),
        areas={area.slug: area for area in areas_with_counts()},
        centre=next((o for o in ours if o.kind == Organisation.Kind.CENTRE), None),
        service_point=next((o for o in ours if o.kind != Organisation.Kind.CENTRE), None),
        wordings={(w.need_id, w.language): w for w in NeedWording.objects.all()},
    )


def with_records(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """With the single records an offer points at, in the same query."""
    return offers.select_related("organisation", "place__area", "course")


def with_confirmation(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """With when, and on whose behalf, somebody last said that the offer is right."""
    latest = Confirmation.objects.filter(offer=OuterRef("pk"))
    return offers.annotate(
        confirmed_on=Subquery(latest.values("confirmed_on")[:1]),
        confirmed_for=Subquery(latest.values("on_behalf_of")[:1]),
    )


def with_people(records: Any) -> Any:
    """With whether somebody to talk to is named: few have one, and the rest need not be asked."""
    return records.annotate(has_people=Exists(records.model.objects.filter(pk=OuterRef("pk"), people__isnull=False)))


@dataclass
class Details:
    """The small things that hang on offers, by key."""

    hours: dict[Any, Hours]  # of organisations too
    facts: dict[Any, dict[str, list[str]]]  # traits by kind; on pages "need" and columns of kept texts besides

    def codes(self, offer: Offer, kind: str) -> list[str]:
        return self.facts.get(offer.pk, {}).get(kind, [])

    def hours_of(self, offer: Offer) -> Hours:
        """When to come: its own hours; its organisation's where it says nothing of time at all."""
        own = self.hours.get(offer.pk)
        return own or (Hours([]) if offer.schedule else self.hours.get(offer.organisation_id, Hours([])))


def details_of(offers: Sequence[Offer], organisation: Organisation | None = None, *, is_page: bool = False) -> Details:
    """Hours and small facts of `offers`, and the hours of a further organisation: in one query, however many rows.

    Lists of a page would otherwise cost a query each; `is_page` adds what only an offer's own page tells.
    """
    bodies = {offer.organisation_id for offer in offers} | ({organisation.pk} if organisation else set())
    own, theirs = Q(offer__in=offers), Q(organisation__in=bodies)
    parts = [
        _weekly(OfferHours.objects.filter(own), "offer_id"),  # first: it gives the columns their types
        _weekly(OrganisationHours.objects.filter(theirs), "organisation_id"),
        _exceptions(OfferHoursException.objects.filter(own), "offer_id"),
        _exceptions(OrganisationHoursException.objects.filter(theirs), "organisation_id"),
        _facts(Trait.objects.filter(own), F("kind"), "code", "pk"),
    ]
    if is_page:
        parts.append(_facts(OfferNeed.objects.filter(own), Value("need", CharField()), "need_id", "position"))
        parts.append(_facts(KeptText.objects.filter(own), F("column"), "text", "pk"))
    found = Details({}, {})
    for owner, kind, text, _position, *when in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[3]):
        if kind == WEEKLY:
            row: Any = OfferHours(**dict(zip(WEEKLY_FIELDS, when, strict=True)))
            found.hours.setdefault(owner, Hours([])).weekly.append(row)  # type: ignore[attr-defined]
        elif kind == EXCEPTION:
            _, _, opens, closes, first, last, _ = when
            row = OfferHoursException(first_day=first, last_day=last, opens=opens, closes=closes, note=text)
            found.hours.setdefault(owner, Hours([])).exceptions.append(row)  # type: ignore[attr-defined]
        else:
            found.facts.setdefault(owner, {}).setdefault(kind, []).append(text)
    return found


WEEKLY, EXCEPTION = " weekly", " exception"  # no trait and no column is called so
WEEKLY_FIELDS = ("weekday", "nth", "opens", "closes", "valid_from", "valid_until", "on_holidays")


def _weekly(rows: Any, owner: str) -> Any:
    kind, text = Value(WEEKLY, CharField()), Value("", CharField())
    return rows.order_by().values_list(F(owner), kind, text, "pk", *WEEKLY_FIELDS)


def _exceptions(rows: Any, owner: str) -> Any:
    nothing = Value(None, SmallIntegerField())
    days = ("opens", "closes", "first_day", "last_day")
    kind = Value(EXCEPTION, CharField())
    return rows.order_by().values_list(F(owner), kind, "note", "pk", nothing, nothing, *days, Q(pk=None))


def _facts(rows: Any, kind: Any, text: str, position: str) -> Any:
    number, clock, day = (Value(None, field) for field in (SmallIntegerField(), TimeField(), DateField()))
    return rows.order_by().values_list(
        F("offer_id"), kind, text, position, number, number, clock, clock, day, day, Q(pk=None)
    )


def texts_for(offers: Sequence[Offer], fields: Iterable[str], language: str) -> Texts:
    """The texts of `offers` for a reader of `language`; a source text says in which language it is."""
    fields = tuple(fields)
    found = texts_of(offers, fields, language)
    for offer in offers:
        for place in ((str(offer.pk), name) for name in fields):
            if not found[place].origin and found[place].language != offer.language:
                found[place] = Text(found[place].text, offer.language)
    return found


def public_organisations() -> QuerySet[Organisation]:
    """Those with a page: the centre, what stands under its roof, and whoever offers something today."""
    offering = public_offers().order_by().values("organisation")
    is_ours = Q(kind=Organisation.Kind.CENTRE) | Q(umbrella__kind=Organisation.Kind.CENTRE)
    found: QuerySet[Organisation] = Organisation.objects.filter(is_ours | Q(pk__in=offering))
    return found
