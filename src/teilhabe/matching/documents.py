"""Published records as documents of the index."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone

from teilhabe.directory.hours import spans_of
from teilhabe.directory.models import Offer, Trait
from teilhabe.editorial import queries as guide
from teilhabe.editorial.models import PageNeed
from teilhabe.matching.head import head
from teilhabe.matching.texts import Document, Version
from teilhabe.translation.models import Translation

EPOCH = date(1970, 1, 1)
AHEAD = timedelta(days=21)  # how far opening hours are worked out
BATCH = 500


def stamps() -> dict[str, str]:
    """By key of all that can be found in the centre in scope: what changes when its document may have changed."""
    today = timezone.localdate()
    rows = Offer.objects.published().current(today).order_by()
    # as text from the database: twenty thousand times two datetimes made and written take a second
    changes = [Cast(name, CharField()) for name in ("updated_at", "organisation__updated_at")]
    offers = {str(key): _stamp(f"{offer} {body} {today}") for key, offer, body in rows.values_list("pk", *changes)}
    return offers | {key: _stamp(changed) for key, changed in guide.stamps().items()}


def _stamp(told: str) -> str:
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def load(keys: list[str]) -> list[Document]:
    """The documents of these offers and pages."""
    found = []
    for start in range(0, len(keys), BATCH):
        found += _load(keys[start : start + BATCH])
    offers = {document.key for document in found}
    return found + _load_pages([UUID(key) for key in keys if key not in offers])


def _load_pages(keys: list[UUID]) -> list[Document]:
    if not keys:
        return []
    needs = defaultdict(list)
    for page, need in PageNeed.objects.filter(page__in=keys).order_by("position").values_list("page", "need"):
        needs[page].append((need, 1.0))
    told = groupby(guide.documents(keys), key=lambda page: page.key)
    return [document_of_page(list(pages), needs[key]) for key, pages in told]


def document_of_page(pages: list[guide.PageDocument], needs: list[tuple[str, float]]) -> Document:
    """One page in all its languages as the index takes it in."""
    source, *others = sorted(pages, key=lambda page: (not page.is_source, page.language))
    return Document(
        key=str(source.key),
        kind="page",
        source_id=source.source_id,
        title=source.title,
        language=source.language,
        summary=next((passage.text for passage in source.passages), ""),
        versions=[version_of(page) for page in (source, *others)],
        needs=needs,
    )


def version_of(page: guide.PageDocument) -> Version:
    return Version(page.language, page.title, tuple((p.heading, p.text, p.anchor) for p in page.passages))


def _load(keys: list[str]) -> list[Document]:
    offers = list(
        Offer.objects.filter(pk__in=keys)
        .with_details()
        .prefetch_related("questions", "kept_texts", "organisation__aliases")
        .prefetch_related("organisation__hours", "organisation__hours_exceptions")
    )
    texts = defaultdict(list)
    for row in Translation.objects.of_kind(Offer).filter(key__in=keys, field__in=["title", "summary"]):
        texts[row.key].append(row.text)
    return [document_of(offer, texts[str(offer.pk)]) for offer in offers]


def document_of(offer: Offer, translations: Iterable[str] = ()) -> Document:
    """One offer as the index takes it in; `offer` comes with its details."""
    traits = defaultdict(list)
    for trait in offer.traits.all():
        traits[trait.kind].append(trait.code)
    body, place = offer.organisation, offer.place
    course = getattr(offer, "course", None)
    first_day = timezone.localdate()
    spans = spans_of(offer, first_day, first_day + AHEAD)
    kept = [kept.text for kept in offer.kept_texts.all()]
    return Document(
        key=str(offer.pk),
        kind="offer",
        source_id=offer.source_id,
        title=offer.title,
        language=head().language_of(f"{offer.title}. {offer.summary[:300]}", offer.language),
        summary=offer.summary,
        description=offer.description,
        more=" ".join([offer.conditions, offer.registration, offer.cost, offer.bring, *kept]),
        names=[body.name, *(alias.name for alias in body.aliases.all()), place.street if place else ""],
        abbreviations=[body.abbreviation] if body.abbreviation else [],
        questions=[question.text for question in offer.questions.all()],
        translations=list(translations),
        needs=[(need.need_id, 1.0) for need in offer.offer_needs.all() if need.origin == need.Origin.SAID],
        category=offer.category,
        area=place.area.slug if place and place.area else "",
        languages=traits[Trait.Kind.LANGUAGE],
        audiences=traits[Trait.Kind.AUDIENCE],
        groups=traits[Trait.Kind.TARGET_GROUP],
        free=offer.is_free,
        online=offer.online,
        step_free=offer.step_free if offer.step_free is not None or not place else place.step_free,
        women_only=offer.women_only,
        childcare=offer.childcare,
        level_from=course.level_from if course else "",
        level_to=course.level_to if course else "",
        valid_from=(offer.valid_from - EPOCH).days if offer.valid_from else 0,
        valid_until=(offer.valid_until - EPOCH).days if offer.valid_until else 0,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        spans=[(int(a.timestamp()) // 60, int(b.timestamp()) // 60) for a, b in spans],
    )
