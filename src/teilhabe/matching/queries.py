"""Finding: a need in anybody's words -> ranked hits with their reasons. A search reads, and writes nothing."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from teilhabe.centres.scope import current_centre
from teilhabe.core.languages import ALL
from teilhabe.core.text import clean
from teilhabe.directory.models import Offer
from teilhabe.matching import needs
from teilhabe.matching.answers import Answer, Filters, Group, Hit, Point, Quote, Reason, Shown, Suggestion
from teilhabe.matching.finding import MEETS, Finding, facets, filtered, find, query_vector
from teilhabe.matching.head import folded, head
from teilhabe.matching.index import KINDS, CentreIndex, open_index
from teilhabe.matching.quoting import ShownPage, quote_of, shown_pages
from teilhabe.matching.ranking import NAMED, need_chances
from teilhabe.matching.understanding import understand, wanted
from teilhabe.organisations.models import Organisation
from teilhabe.translation.queries import texts_of
from teilhabe.vocabulary.models import Need, NeedGroup
from teilhabe.vocabulary.queries import needs_of_centre

LONGEST = 300  # characters of a typed need that are read
KEPT_ANSWERS = 1000  # about 10 KB each
KEPT_SHOWN = 5000  # about half a KB each
KEPT_PAGES = 300  # about 5 KB each
MOST_CENTRES = 8  # a process remembers the answers of those that changed or were asked last

Floats = NDArray[np.float32]

__all__ = ["Answer", "Filters", "Group", "Hit", "NotReady", "Point", "Quote", "Reason", "Suggestion"]


class NotReady(Exception):
    """There is no index yet: the task worker has not run, nor `teilhabe reindex`."""


def hits_for(
    need: str,
    *,
    language: str,
    filters: Filters | None = None,
    place: Point | None = None,
    at: datetime | None = None,
    limit: int = 10,
    offset: int = 0,
    guide: int = 0,
) -> Answer:
    """Ranked hits for a typed `need` in the centre in scope, for a reader of `language`.

    `filters` are applied after scoring; `place` adds distances; `at` (default now) is the moment of "open now"; the
    best `guide` pages come beside, whatever the filters. NotReady without an index. Cost: at most two database queries
    for offers and five for pages, however many; none for hits that were shown before in this language, as long as
    nothing has changed.
    """
    began = time.perf_counter()
    filters, at = filters or Filters(), at or timezone.now()
    text = clean(need, LONGEST)
    is_cut = len(clean(need, 2 * LONGEST)) > LONGEST
    index = current_index()
    asked = (text, language, filters, at.timestamp() // 60, limit, offset, guide)
    with _lock:
        kept = _kept(index).answers.get(asked) if place is None else None
    if kept:
        took = (time.perf_counter() - began) * 1000
        return replace(kept, truncated=is_cut, took_ms=took, encoder_ms=0.0)
    wishes = understand(text, language, index.about["area_names"])
    finding = find(index, text, wishes)
    rows = filtered(index, finding.order, filters, at)
    shown = rows[offset : offset + limit]
    pages = filtered(index, finding.order, Filters(kind="page"), at)[:guide]
    answer = Answer(
        query=text,
        language=language,
        detected_language=wishes.language,
        truncated=is_cut,
        took_ms=0.0,
        outcome=finding.outcome if len(rows) else "none",
        total=len(rows),
        hits=_hits(index, shown, finding, language, place),
        facets=facets(index, rows, at),
        needs=finding.needs,
        guide=_hits(index, pages, finding, language, None),
        encoder_ms=finding.encoder_ms,
    )
    listed = [hit.id for hit in answer.hits]
    answer.groups = [Group(n, [k for k in keys if k in listed]) for n, keys in finding.groups.items()]
    answer.took_ms = (time.perf_counter() - began) * 1000
    if place is None:  # where somebody stands is never kept
        _keep(asked, index, answer)
    return answer


@dataclass
class _Kept:
    """What this process remembers of a centre while its index, its version and the day stand."""

    index: CentreIndex
    version: int
    day: date
    answers: OrderedDict[tuple[Any, ...], Answer] = field(default_factory=OrderedDict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)  # language -> need -> label
    shown: OrderedDict[tuple[str, str], Shown] = field(default_factory=OrderedDict)  # by language and key
    pages: OrderedDict[tuple[str, str], ShownPage] = field(default_factory=OrderedDict)  # likewise


_of_centre: dict[str, _Kept] = {}
_lock = Lock()


def _kept(index: CentreIndex) -> _Kept:
    centre, today = current_centre(), timezone.localdate()
    kept = _of_centre.get(centre.slug)
    if kept is None or kept.index is not index or kept.version != centre.version or kept.day != today:
        _of_centre.pop(centre.slug, None)
        kept = _of_centre[centre.slug] = _Kept(index, centre.version, today)
        while len(_of_centre) > MOST_CENTRES:
            del _of_centre[next(iter(_of_centre))]
    return kept


def _keep(asked: tuple[Any, ...], index: CentreIndex, answer: Answer) -> None:
    with _lock:
        kept = _kept(index).answers
        kept[asked] = answer
        if len(kept) > KEPT_ANSWERS:
            kept.popitem(last=False)


def current_index() -> CentreIndex:
    """The index of the centre in scope."""
    index = open_index(current_centre().slug)
    if index is None:
        raise NotReady("there is no index yet; say: teilhabe reindex")
    return index


def _hits(
    index: CentreIndex, rows: NDArray[np.int64], finding: Finding, language: str, place: Point | None
) -> list[Hit]:
    entries = [(int(row), index.entry(int(row))) for row in rows]
    offers = _shown(index, [entry.key for _, entry in entries if entry.kind == "offer"], language)
    pages = _shown_pages(index, [entry.key for _, entry in entries if entry.kind == "page"], language)
    best = float(finding.total.max()) if len(finding.total) else 1.0
    hits = []
    for row, entry in entries:
        page = pages.get(entry.key)
        shown = page or offers.get(entry.key)
        if shown is None:  # withdrawn a moment ago: the index follows
            continue
        hits.append(
            Hit(
                kind=entry.kind,
                id=entry.key,
                source_id=entry.source_id,
                title=shown.title,
                organisation=shown.organisation,
                slug=shown.slug,
                score=round(min(1.0, max(0.0, float(finding.total[row]) / max(best, 1e-6))), 4),
                reasons=_reasons(index, row, finding),
                language=shown.language,
                distance=_distance(index.arrays["place"][row], place),
                source_ids=list(shown.source_ids),
                quote=quote_of(index, row, page, finding) if page else None,
            )
        )
    return hits


def _shown(index: CentreIndex, keys: list[str], language: str) -> dict[str, Shown]:
    """What hits tell of those offers of `keys` that are public today, for a reader of `language`."""
    with _lock:
        kept = _kept(index).shown
        found = {key: kept[language, key] for key in keys if (language, key) in kept}
    missing = [key for key in keys if key not in found]
    if missing:
        rows = Offer.objects.published().current().filter(pk__in=missing).order_by().select_related("organisation")
        offers = list(rows.only("title", "language", "slug", "organisation__name"))
        titles = texts_of(offers, ["title"], language)
        for offer in offers:
            key = str(offer.pk)
            title = titles[key, "title"]
            found[key] = Shown(title.text, title.language, offer.slug, offer.organisation.name)
        with _lock:
            kept.update(((language, key), found[key]) for key in missing if key in found)
            while len(kept) > KEPT_SHOWN:
                kept.popitem(last=False)
    return found


def _shown_pages(index: CentreIndex, keys: list[str], language: str) -> dict[str, ShownPage]:
    """Likewise of pages; kept apart because they are longer."""
    with _lock:
        kept = _kept(index).pages
        found = {key: kept[language, key] for key in keys if (language, key) in kept}
    missing = [key for key in keys if key not in found]
    if missing:
        found |= (fresh := shown_pages(missing, language))
        with _lock:
            kept.update(((language, key), page) for key, page in fresh.items())
            while len(kept) > KEPT_PAGES:
                kept.popitem(last=False)
    return found


def _reasons(index: CentreIndex, row: int, finding: Finding) -> list[Reason]:
    """What speaks for this hit, the strongest first."""
    scores = finding.scores
    found = []
    if scores.names[row] >= NAMED:
        found.append(Reason("name"))
    for need in finding.needs:
        if index.arrays["needs"][row, needs.place_of()[need]] > MEETS:
            found.append(Reason("need", need))
            break
    values = {
        "district": index.about["areas"][index.arrays["area"][row]],
        "level": finding.wishes.level,
        "spoken": finding.wishes.spoken,
    }
    found += [Reason(code, values.get(code, "")) for code, fit in scores.wishes.items() if fit[row] > 0]
    if not found or found[0].code not in {"name", "need"}:
        found.append(Reason("words") if scores.words[row] > 0.4 else Reason("meaning"))
    return found


def _distance(at: Floats, place: Point | None) -> float | None:
    """Kilometres as the crow flies."""
    if place is None or np.isnan(at).any():
        return None
    a, b = math.radians(place.latitude), math.radians(float(at[0]))
    turn = math.radians(float(at[1]) - place.longitude)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return round(2 * 6371 * math.asin(math.sqrt(h)), 1)


def reason_labels(reasons: Iterable[Reason], language: str) -> list[str]:
    """The reasons in words, for a reader of `language` (the active language of the interface)."""
    reasons = list(reasons)
    index = open_index(current_centre().slug)
    areas = {slug: name for name, slug in index.about["area_titles"]} if index else {}
    names = need_labels(language) if any(reason.code == "need" for reason in reasons) else {}
    return [_label(reason, names, areas) for reason in reasons]


def need_labels(language: str) -> dict[str, str]:
    """What the centre in scope calls the needs it shows; kept in memory until the index follows a change."""
    index = open_index(current_centre().slug)
    if index is None:
        return {need.pk: need.label(language) for need in needs_of_centre()}
    with _lock:
        kept = _kept(index).labels
    if language not in kept:
        kept[language] = {need.pk: need.label(language) for need in needs_of_centre()}
    return kept[language]


def _label(reason: Reason, names: dict[str, str], areas: dict[str, str]) -> str:
    plain = {
        "name": _("Name"),
        "words": _("gleiche Wörter"),
        "meaning": _("ähnliche Bedeutung"),
        "free": _("kostenlos"),
        "online": _("online"),
        "women_only": _("nur für Frauen"),
        "childcare": _("mit Kinderbetreuung"),
        "step_free": _("ohne Stufen"),
        "time": _("passende Zeit"),
    }
    if reason.code == "need":
        return names.get(reason.value, reason.value)
    if reason.code == "district":
        return areas.get(reason.value, reason.value)
    if reason.code == "spoken":
        return ALL[reason.value].name if reason.value in ALL else reason.value
    if reason.code == "level":
        return reason.value
    return plain.get(reason.code, reason.code)


def keys_meeting(filters: Filters, at: datetime) -> set[str]:
    """Keys of all that can be found and has what `filters` want; "open now" means `at`. NotReady without an index."""
    index = current_index()
    rows = filtered(index, np.arange(len(index)), filters, at)
    return {index.entry(int(row)).key for row in rows}


def needs_meant(typed: str, language: str = "de", least: float = 0.05) -> list[tuple[str, float]]:
    """Ids of the needs that a typed text may mean, the likeliest first, with their chances (0 to 1)."""
    text = wanted(clean(typed, LONGEST))
    chances = need_chances(text, query_vector(text), head().language_of(text, language))
    return [(needs.ids()[n], float(chances[n])) for n in np.argsort(-chances[:-1]) if chances[n] >= least]


def needs_with_counts(language: str) -> list[tuple[NeedGroup, list[tuple[Need, int]]]]:
    """The groups of needs with their needs and how many published offers meet each."""
    index = open_index(current_centre().slug)
    counts = np.zeros(len(needs.ids()), np.int64)
    if index is not None and len(index):
        counts = (index.arrays["needs"][index.arrays["kind"] == KINDS.index("offer")] > MEETS).sum(axis=0)
    by_group: dict[str, list[tuple[Need, int]]] = {}
    for need in needs_of_centre():
        place = needs.place_of().get(need.pk)
        by_group.setdefault(need.group_id, []).append((need, int(counts[place]) if place is not None else 0))
    return [(group, by_group.get(group.pk, [])) for group in NeedGroup.objects.all()]


def suggestions(typed: str, language: str, limit: int = 8) -> list[Suggestion]:
    """What somebody may be about to type: needs by their label, then organisations and offers by their names."""
    wanted = folded(clean(typed, 60))
    if len(wanted) < 2:
        return []
    found = [
        Suggestion(need.label(language), "need", need.pk)
        for need in needs_of_centre()
        if f" {wanted}" in f" {folded(need.label(language))}" or f" {wanted}" in f" {folded(need.label('de'))}"
    ]
    if len(found) < limit:
        known = Offer.objects.published().current().values("organisation")
        bodies = Organisation.objects.filter(folded__contains=wanted, pk__in=known)[: limit - len(found)]
        found += [Suggestion(body.name, "organisation", body.slug) for body in bodies]
    if len(found) < limit:
        offers = Offer.objects.published().current().filter(sort_key__contains=wanted)[: limit - len(found)]
        found += [Suggestion(offer.title, "offer", offer.slug) for offer in offers]
    return found[:limit]
