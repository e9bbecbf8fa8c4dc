"""Makes a centre of a given size: the demo's offers again and again under varied titles. `python -m ... SLUG SIZE`.

No text is encoded: the vector of a copied passage is that of the demo's passage with a little noise, kept under the
digest of the new text. Questions ("people would ask for it like this") are the demo's own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import numpy as np

KINDS = ("Gruppe", "Standort", "Termin", "Kurs")
STREETS = (
    "Ahornweg",
    "Lindenhof",
    "Marktplatz",
    "Rheinufer",
    "Birkenallee",
    "Kirchplatz",
    "Südpark",
    "Alte Feuerwache",
)
NOISE = 0.25  # length of the noise beside a vector of length 1: a cosine of 0.97
BATCH = 500


def main(slug: str, size: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    import django

    django.setup()
    from teilhabe.centres.models import Centre
    from teilhabe.centres.operations import create_centre
    from teilhabe.centres.scope import in_centre
    from teilhabe.matching.operations import refresh_index

    began = time.perf_counter()
    demo = Centre.objects.get(slug="leverkusen")
    with in_centre(demo):
        copied = _demo()
    centre = create_centre(f"99{size:06}", by=None, name=f"Bench {size}", slug=slug)
    with in_centre(centre):
        passages = _write(centre, copied, size)
    written = time.perf_counter()
    refresh_index(centre)
    told = {"written_s": written - began, "index_s": time.perf_counter() - written, "passages": passages}
    print(json.dumps(told))


def _demo() -> dict[Any, list[Any]]:
    """Every row of the demo centre by its model, those pointed at first."""
    from teilhabe.directory import models as directory
    from teilhabe.organisations import models as organisations
    from teilhabe.vocabulary.models import Area

    kinds = [
        Area, organisations.Organisation, organisations.OrganisationAlias, organisations.OrganisationHours,
        organisations.Place, directory.Offer, directory.Publication, directory.Course, directory.Trait,
        directory.OfferNeed, directory.Question, directory.KeptText, directory.OfferHours,
    ]  # fmt: skip
    return {kind: list(kind.objects.order_by("pk")) for kind in kinds}


def _write(centre: Any, copied: dict[Any, list[Any]], size: int) -> int:
    from django.db import transaction

    from teilhabe.directory.models import Offer

    known: dict[tuple[Any, Any], Any] = {}  # (model, key in the demo) -> key of the copy
    kinds = list(copied)
    stock, offers = kinds[: kinds.index(Offer)], kinds[kinds.index(Offer) :]
    passages = 0
    with transaction.atomic():
        for kind in stock:
            _copy(kind, copied[kind], centre, known)
        for number in range(-(-size // len(copied[Offer]))):
            chosen = copied[Offer][: size - number * len(copied[Offer])]
            keys = {offer.pk for offer in chosen}
            for kind in offers:
                rows = chosen if kind is Offer else [row for row in copied[kind] if row.offer_id in keys]
                _copy(kind, rows, centre, known, number)
            passages += _vectors(chosen, copied, number)
    return passages


def _copy(kind: Any, rows: list[Any], centre: Any, known: dict[tuple[Any, Any], Any], number: int = 0) -> None:
    fields = [field for field in kind._meta.concrete_fields if not field.primary_key]
    made = []
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in fields}
        values["centre_id"] = centre.pk
        for field in fields:
            if field.related_model is kind:
                values[field.attname] = None  # an umbrella is not needed here
            elif field.is_relation and (field.related_model, values[field.attname]) in known:
                values[field.attname] = known[field.related_model, values[field.attname]]
        if hasattr(row, "title"):
            values |= {"title": varied(row.title, number), "slug": f"{row.slug[:90]}-{number}", "source_id": ""}
        made.append(kind(**values))
    kind.objects.bulk_create(made, batch_size=BATCH)
    known.update({(kind, old.pk): new.pk for old, new in zip(rows, made, strict=True)})


def varied(title: str, number: int) -> str:
    """The title of a copy: as people tell the same thing at two places apart."""
    return f"{title}, {KINDS[number % 4]} {STREETS[number // 4 % 8]} {number}" if number else title


def _vectors(offers: list[Any], copied: dict[Any, list[Any]], number: int) -> int:
    from teilhabe.directory.models import Question
    from teilhabe.matching.models import Vector
    from teilhabe.matching.texts import Document, passages
    from teilhabe.matching.vectors import digest, known_rows, pack, unpack

    asked: dict[Any, list[str]] = {}
    for question in copied[Question]:
        asked.setdefault(question.offer_id, []).append(question.text)
    pairs = []
    for offer in offers:
        told = {"summary": offer.summary, "description": offer.description, "questions": asked.get(offer.pk, [])}
        old = passages(Document(key="", kind="offer", title=offer.title, **told))
        new = passages(Document(key="", kind="offer", title=varied(offer.title, number), **told))
        pairs += [(digest(a), digest(b)) for a, b in zip(old, new, strict=True)]
    known = known_rows(a for a, _ in pairs)
    fresh = list({b: a for a, b in pairs if b not in known and a in known}.items())
    if fresh:
        rows = np.stack([np.frombuffer(known[a], np.uint8) for _, a in fresh])
        vectors = unpack(rows)
        noise = np.random.default_rng(number).normal(size=vectors.shape).astype(np.float32)
        vectors = vectors + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
        packed = pack(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        kept = [Vector(digest=b, data=row.tobytes()) for (b, _), row in zip(fresh, packed, strict=True)]
        Vector.objects.bulk_create(kept, batch_size=BATCH, ignore_conflicts=True)
    return len(pairs)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
