"""What the page of one offer, and of one organisation, tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property

from teilhabe.core.dates import ZONE
from teilhabe.core.languages import Language
from teilhabe.directory.models import Trait
from teilhabe.organisations.hours import Hours
from teilhabe.organisations.models import Organisation, Person, Place
from teilhabe.portal.cards import level_of, spoken, way_to
from teilhabe.portal.offers import PublicOffer
from teilhabe.portal.opening import Opening, Row, closings, opening, today, week
from teilhabe.portal.queries import Surroundings
from teilhabe.translation.queries import Text

LEAD = 320  # characters: a longer description stands below the facts
OLD = timedelta(days=365)  # a confirmation that is older is shown as old


@dataclass
class Contact:
    """Somebody to talk to."""

    person: Person
    languages: list[Language]


class OfferPage:
    """Says what to show of `offer`."""

    def __init__(self, offer: PublicOffer, around: Surroundings, language: str, at: datetime) -> None:
        self.offer, self.language = offer.record, language
        self.day = at.astimezone(ZONE).date()
        self.hours = offer.hours
        self._offer, self._around = offer, around
        self.opening: Opening | None = opening(self.hours, at, self.offer.category)

    def _text(self, name: str) -> Text:
        return self._offer.text(name, self.language)

    @property
    def title(self) -> Text:
        return self._text("title")

    @property
    def lead(self) -> Text:
        """One or two sentences: the summary, else a description as short as that."""
        summary, description = self._text("summary"), self._text("description")
        return summary or (description if len(description.text) <= LEAD else Text("", "de"))

    @property
    def more(self) -> Text:
        """The description, unless the lead is all of it."""
        description = self._text("description")
        return Text("", "de") if self.lead.text == description.text else description

    @property
    def cost(self) -> Text:
        return self._text("cost")

    @property
    def conditions(self) -> Text:
        return self._text("conditions")

    @property
    def registration(self) -> Text:
        return self._text("registration")

    @property
    def bring(self) -> Text:
        return self._text("bring")

    @property
    def interpreters(self) -> Text:
        return self._text("interpreters")

    @property
    def schedule(self) -> Text:
        """Hours in words, where they could not be understood."""
        return self._text("schedule") if not self.hours else Text("", "de")

    @property
    def is_machine_made(self) -> bool:
        return any(text.is_machine_made for text in self._offer.texts[self.language].values())

    @property
    def is_foreign(self) -> bool:
        """The text is not in the reader's language."""
        return self.title.language != self.language

    @property
    def needs(self) -> list[str]:
        return [need for need in self._offer.codes("need") if need in self._around.needs]

    @property
    def topics(self) -> list[tuple[str, str]]:
        """Needs it meets: id and label."""
        return [(need, self._around.need_label(need, self.language)) for need in self.needs]

    @property
    def languages(self) -> list[Language]:
        return spoken(self._offer.codes(Trait.Kind.LANGUAGE), self.language)

    @property
    def for_whom(self) -> list[str]:
        said = self._offer.codes(Trait.Kind.TARGET_GROUP)
        return said + self._offer.codes("target_groups")

    @property
    def ways_in(self) -> list[str]:
        known = dict(Trait.WayIn.choices)
        return [str(known[code]) for code in self._offer.codes(Trait.Kind.WAY_IN) if code in known]

    @property
    def level(self) -> str:
        return level_of(getattr(self.offer, "course", None))

    @property
    def kept_level(self) -> list[str]:
        """A level of a table that could not be understood: as it was written."""
        return self._offer.codes("level")

    @property
    def course(self) -> Any:
        return getattr(self.offer, "course", None)

    @property
    def week(self) -> list[Row]:
        return week(self.hours, self.day)

    @property
    def closings(self) -> list[Row]:
        return closings(self.hours, self.day)

    @property
    def place(self) -> Place | None:
        return self.offer.place

    @property
    def way(self) -> str:
        return way_to(self.offer.place)

    @property
    def step_free(self) -> bool | None:
        """Of the offer, else of its place."""
        known = self.offer.step_free
        return known if known is not None or self.place is None else self.place.step_free

    @cached_property
    def people(self) -> list[Contact]:
        return [Contact(person, spoken(person.languages, self.language)) for person in self._offer.people]

    @property
    def is_over(self) -> bool:
        return self.offer.valid_until is not None and self.offer.valid_until < self.day

    @property
    def is_to_come(self) -> bool:
        return self.offer.valid_from is not None and self.offer.valid_from > self.day

    @property
    def is_long_unconfirmed(self) -> bool:
        confirmed = getattr(self.offer, "confirmed_on", None)
        return confirmed is None or self.day - confirmed > OLD


class OrganisationPage:
    """What to show of an organisation with its places, hours and people."""

    def __init__(self, organisation: Organisation, hours: Hours, language: str, at: datetime) -> None:
        self.organisation, self.hours, self.language = organisation, hours, language
        self.day = at.astimezone(ZONE).date()
        self.opening: Opening | None = today(hours, at)

    @property
    def languages(self) -> list[Language]:
        return spoken(self.organisation.languages, self.language)

    @property
    def week(self) -> list[Row]:
        return week(self.hours, self.day)

    @property
    def closings(self) -> list[Row]:
        return closings(self.hours, self.day)

    @cached_property
    def places(self) -> list[tuple[Place, str]]:
        return [(place, way_to(place)) for place in self.organisation.places.all()]

    @property
    def way(self) -> str:
        return next((way for _place, way in self.places if way), "")

    @cached_property
    def people(self) -> list[Contact]:
        if not getattr(self.organisation, "has_people", True):
            return []
        return [Contact(p, spoken(p.languages, self.language)) for p in self.organisation.people.all()]
