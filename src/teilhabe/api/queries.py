"""What the API reads: a search, pages of offers, the needs. Everything belongs to the centre in scope."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from teilhabe.core.languages import code_of
from teilhabe.directory.models import Offer, OfferQuerySet
from teilhabe.directory.queries import public_offers
from teilhabe.matching.queries import (
    Answer,
    Filters,
    Hit,
    Reason,
    hits_for,
    keys_meeting,
    need_labels,
    needs_meant,
    needs_with_counts,
)
from teilhabe.vocabulary.models import Need, NeedGroup

# of the names from which needs get their UUIDs: never changes
NEEDS = uuid.UUID("6f1c2d0e-52a7-5c0b-9d3e-7465696c6861")
SURE = 0.5  # chance from which a need counts as found


def reader_of(language: str) -> str:
    """The code of the language somebody reads; German when it is not known."""
    return code_of(language[:40]) or "de"


def search(need: str, *, language: str, filters: Filters, limit: int = 10, offset: int = 0) -> Answer:
    """Ranked hits for a typed need; with `filters.kind` "need" the needs of the vocabulary that may be meant."""
    if filters.kind != "need":
        return hits_for(need, language=language, filters=filters, limit=limit, offset=offset)
    answer = hits_for(need, language=language, limit=0)
    hits = _need_hits(need, language)
    outcome = "none" if not hits else "found" if hits[0].score >= SURE else "unsure"
    return replace(answer, hits=hits[offset : offset + limit], total=len(hits), outcome=outcome, groups=[])


def _need_hits(text: str, language: str) -> list[Hit]:
    meant = needs_meant(text, language)
    labels = need_labels(language)
    return [
        Hit(
            kind="need",
            id=str(uuid.uuid5(NEEDS, need)),
            source_id="",
            title=labels[need],
            organisation=None,
            slug=need,
            score=round(chance, 4),
            reasons=[Reason("need", need)],
        )
        for need, chance in meant
        if need in labels
    ]


def topics(language: str) -> list[tuple[NeedGroup, list[tuple[Need, int]]]]:
    """The groups with the needs as this centre shows them, and how many offers meet each."""
    return [(group, rows) for group, rows in needs_with_counts(language) if rows]


def with_facts() -> OfferQuerySet:
    """Published offers with all that their bodies tell, in a fixed number of queries."""
    offers: OfferQuerySet = (
        Offer.objects.published()
        .with_details()
        .prefetch_related("organisation__hours", "organisation__hours_exceptions")
    )
    return offers


def offers_page(filters: Filters, *, limit: int, offset: int, at: datetime) -> tuple[int, list[Offer]]:
    """How many public offers have what `filters` want, and a page of them by title."""
    keys = public_offers().values_list("pk", flat=True)
    if filters == Filters():
        total, page = keys.count(), list(keys[offset : offset + limit])
    else:
        meeting = keys_meeting(filters, at)
        found = [key for key in keys if str(key) in meeting]
        total, page = len(found), found[offset : offset + limit]
    rows = {offer.pk: offer for offer in with_facts().filter(pk__in=page)}
    return total, [rows[key] for key in page if key in rows]
