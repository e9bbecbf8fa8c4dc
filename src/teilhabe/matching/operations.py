"""Deeds of the matching: indexes made current, needs suggested, unmet needs counted and told."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import current_centre, in_centre
from teilhabe.core.encoder import NoEncoder, encoder_name
from teilhabe.core.text import clean, fold
from teilhabe.directory.models import Offer, OfferNeed
from teilhabe.matching import documents, needs, vectors
from teilhabe.matching.head import folded
from teilhabe.matching.index import CentreIndex, build, open_index
from teilhabe.matching.models import ToldNeed, UnmetNeed
from teilhabe.matching.queries import Answer
from teilhabe.matching.texts import passages
from teilhabe.vocabulary.models import Area, HiddenNeed, HiddenPhrase, Need, OwnPhrase

SUGGESTED_FROM = 0.45  # affinity
MOST_SUGGESTED = 2

Progress = Callable[[int, int], None]

log = logging.getLogger("teilhabe.matching")


class TellRefused(Exception):
    """The text cannot be kept; the message says why."""


def refresh_index(centre: Centre, progress: Progress | None = None) -> CentreIndex:
    """Make the index of `centre` current and whole: every text has its vector when this returns.

    What can be found with few new vectors is found at once; `progress` gets (vectors done, vectors to do). Without an
    encoder the index stays one of words and letters, and the log says so.
    """
    index = rebuild_index(centre)
    with in_centre(centre):
        missing = texts_without_vector(index)
        if missing and compute_vectors(missing, progress):
            index = rebuild_index(centre)
    return index


def compute_vectors(texts: list[str], progress: Progress | None = None) -> bool:
    """Give texts their vectors; False when there is no encoder."""
    try:
        vectors.compute_rows(texts, progress)
    except NoEncoder as reason:
        log.warning("working without embeddings: %s", reason)
        return False
    return True


def rebuild_index(centre: Centre) -> CentreIndex:
    """Make the index of `centre` show the database as it is, with the vectors there are or that take a moment."""
    with in_centre(centre), _alone(centre):
        index = _build(centre)
        suggest_needs(index)
    return index


def _build(centre: Centre) -> CentreIndex:
    version = Centre.objects.values_list("version", flat=True).get(pk=centre.pk)
    offset = timezone.localtime().utcoffset()
    areas = list(Area.objects.all())
    about = {
        "house": _house(centre),
        "area_titles": [[area.name, area.slug] for area in areas],
        "area_names": {fold(area.name): area.slug for area in areas},
        "hidden_needs": list(HiddenNeed.objects.values_list("need_id", flat=True)),
        "hidden_phrases": [[folded(phrase.text), phrase.need_id] for phrase in HiddenPhrase.objects.all()],
        "own_phrases": {folded(phrase.text): phrase.need_id for phrase in OwnPhrase.objects.all()},
        "utc_offset": int(offset.total_seconds()) // 60 if offset else 0,
    }
    return build(centre.slug, version, documents.stamps(), documents.load, about)


def texts_without_vector(index: CentreIndex) -> list[str]:
    """The passages of the centre in scope that have no vector yet."""
    rows = [row for row in range(len(index)) if not index.arrays["whole"][row]]
    found: list[str] = []
    for document in documents.load([index.entry(row).key for row in rows]):
        found += passages(document)
    return found


@contextmanager
def _alone(centre: Centre) -> Iterator[None]:
    """One process of this node builds a centre's index at a time."""
    folder = Path(settings.TEILHABE_HOME) / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{centre.slug}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current(centre: Centre) -> bool:
    """Whether the index of `centre` on this node shows the database as it is (perhaps not with all vectors yet)."""
    index = open_index(centre.slug)
    version = Centre.objects.values_list("version", flat=True).get(pk=centre.pk)
    return (
        index is not None
        and index.version == version
        and index.about["house"] == _house(centre)
        and index.about["day"] == timezone.localdate().isoformat()
    )


def is_whole(centre: Centre) -> bool:
    """Whether the index is current and every text has its vector, as far as there is an encoder."""
    index = open_index(centre.slug)
    return is_current(centre) and index is not None and (index.is_complete or not encoder_name())


def _house(centre: Centre) -> str:
    """Tells this database's centre from one of the same name in another: after a restore, or a fresh start."""
    return f"{centre.pk} {centre.created_at.isoformat()}"


@transaction.atomic
def suggest_needs(index: CentreIndex) -> int:
    """Give offers for which nobody said a need those the head reads from their text, marked as suggested; how many."""
    known = set(Need.objects.values_list("pk", flat=True))
    bare = Offer.objects.filter(offer_needs=None).values_list("pk", flat=True)
    rows = []
    for pk in bare.iterator():
        row = index.row_of(str(pk))
        if row is None:
            continue
        affinity = index.arrays["needs"][row]
        likely = [int(n) for n in affinity.argsort()[::-1][:MOST_SUGGESTED] if affinity[n] >= SUGGESTED_FROM]
        names = [needs.ids()[n] for n in likely if needs.ids()[n] in known]
        rows += [
            OfferNeed(offer_id=pk, need_id=name, origin=OfferNeed.Origin.SUGGESTED, position=position)
            for position, name in enumerate(names)
        ]
    OfferNeed.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def count_outcome(answer: Answer, area: str = "") -> None:
    """Count that a search was not clearly met: by day, recognised need, language, district. No text is kept."""
    if answer.outcome not in UnmetNeed.Outcome.values:
        return
    row, _ = UnmetNeed.objects.get_or_create(
        centre=current_centre(),
        day=timezone.localdate(),
        need=answer.needs[0] if answer.needs else "",
        language=answer.detected_language[:8],
        area=area[:80],
        outcome=answer.outcome,
    )
    UnmetNeed.objects.filter(pk=row.pk).update(count=models.F("count") + 1)


def tell_centre(text: str, language: str) -> ToldNeed:
    """Keep what somebody told the centre they look for; TellRefused for an empty text. Deleted after 90 days."""
    text = clean(text, 300)
    if not text:
        raise TellRefused("there is no text")
    told: ToldNeed = ToldNeed.objects.create(text=text, language=language[:8])
    return told


def forget_told_needs() -> int:
    """Delete what was told more than 90 days ago; how many."""
    deleted: int = ToldNeed.objects.all().expired().delete()[0]
    return deleted
