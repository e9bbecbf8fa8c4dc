"""What HSDS says of offers and the import table cannot: made ready beforehand, written right after the offers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from teilhabe.accounts.models import User
from teilhabe.audit.operations import record
from teilhabe.centres.scope import current_centre
from teilhabe.directory.models import Confirmation, Offer, OfferHours, OfferHoursException, OfferPerson, Publication
from teilhabe.exchange.hsds.reading import HsdsDraft
from teilhabe.exchange.models import HsdsRest
from teilhabe.exchange.offers import CHUNK
from teilhabe.exchange.rows import Rows
from teilhabe.organisations.models import Organisation, OrganisationAlias, Person, folded_name

_REPLACED = (HsdsRest, OfferPerson, OfferHoursException)  # hours are replaced together with their offer
_OF_BODY = ("summary", "email", "website", "phone")


class Beside:
    """The rest, the hours, the people and the organisation's facts of drafts whose offers are written just before."""

    def __init__(
        self, drafts: list[HsdsDraft], keys: Mapping[str, UUID], *, changed: Collection[str], by: User | None
    ) -> None:
        """`keys` of the offers by source id; `changed` names those that were there before."""
        centre = current_centre()
        pairs = [(draft, Offer(id=keys[draft.source_id], centre=centre)) for draft in drafts]
        self._pairs, self._by = pairs, by
        self._before = [offer.pk for draft, offer in pairs if draft.source_id in changed]
        self._rows = [
            Rows(HsdsRest, (HsdsRest(offer=o, record=d.rest) for d, o in pairs if d.rest)),
            Rows(OfferHours, (OfferHours(offer=o, **vars(span)) for d, o in pairs for span in d.hours)),
            Rows(
                OfferHoursException,
                (OfferHoursException(offer=o, **vars(days)) for d, o in pairs for days in d.off_days),
            ),
        ]
        self._people = Rows(OfferPerson, (OfferPerson(offer=o) for d, o in pairs for _ in d.people))

    def write(self) -> int:
        """Write all of it; inside a transaction. How many offers were taken from the public."""
        for start in range(0, len(self._before), CHUNK):
            part = self._before[start : start + CHUNK]
            for model in _REPLACED:
                model.objects.filter(offer__in=part).delete()
        bodies = {body.folded: body for body in Organisation.objects.all()} if self._pairs else {}
        self._complete_bodies(bodies)
        for number, person in enumerate(self._asked(bodies)):
            self._people.point(number, "person", person.pk)
        for rows in (*self._rows, self._people):
            rows.write()
        self._confirm()
        return self._withdraw()

    def _complete_bodies(self, bodies: dict[str, Organisation]) -> None:
        """Fill in what is not said of organisations yet; what a person wrote stays."""
        moved: dict[str, Organisation] = {}
        aliases: dict[tuple[UUID, str], OrganisationAlias] = {}
        for draft, _ in self._pairs:
            folded = folded_name(draft.organisation)
            body = bodies[folded]
            for name, text in draft.body.items():
                if not getattr(body, name):
                    setattr(body, name, text)
                    moved[folded] = body
            name = draft.other_name
            if name and name != body.name and (body.pk, name) not in aliases:
                aliases[body.pk, name] = OrganisationAlias(organisation=body, name=name)
        Rows(Organisation, moved.values()).write(over=(*_OF_BODY, "updated_at"))
        there = set(OrganisationAlias.objects.values_list("organisation", "name"))
        OrganisationAlias.objects.bulk_create(alias for key, alias in aliases.items() if key not in there)

    def _asked(self, bodies: dict[str, Organisation]) -> list[Person]:
        """Whom to ask, in the order of the drafts; those who are new to their organisation are made."""

        def key(person: Person) -> tuple[Any, ...]:
            return person.organisation_id, person.name, person.tasks, person.email, person.phone

        wanted = [
            Person(organisation=bodies[folded_name(draft.organisation)], **told)
            for draft, _ in self._pairs
            for told in draft.people
        ]
        known: dict[tuple[Any, ...], Person] = {}
        for person in Person.objects.all() if wanted else ():
            known.setdefault(key(person), person)
        new: dict[tuple[Any, ...], Person] = {}
        for person in wanted:
            if key(person) not in known:
                new.setdefault(key(person), person)
        known |= {key(person): person for person in Person.objects.bulk_create(new.values())}
        return [known[key(person)] for person in wanted]

    def _confirm(self) -> None:
        """Keep on which day somebody vouched for a service, once."""
        there = set()
        for start in range(0, len(self._before), CHUNK):
            rows = Confirmation.objects.filter(offer__in=self._before[start : start + CHUNK])
            there |= set(rows.values_list("offer_id", "confirmed_on", "on_behalf_of"))
        told = [(offer, *draft.assured) for draft, offer in self._pairs if draft.assured]
        Confirmation.objects.bulk_create(
            Confirmation(offer=offer, confirmed_on=day, on_behalf_of=name, confirmed_by=self._by)
            for offer, day, name in told
            if (offer.pk, day, name) not in there
        )

    def _withdraw(self) -> int:
        """Take from the public what is no longer there."""
        gone = [offer.pk for draft, offer in self._pairs if not draft.is_there]
        withdrawn = 0
        for start in range(0, len(gone), CHUNK):
            withdrawn += Publication.objects.filter(offer__in=gone[start : start + CHUNK]).delete()[0]
        if withdrawn:
            record("offers.withdrawn", None, by=self._by, centre=current_centre().slug)
        return withdrawn
