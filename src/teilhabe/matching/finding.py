"""From a typed need to rows of the index, best first: query vectors, two needs in one sentence, filters, facets."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import NoEncoder, Vectors, encoder
from teilhabe.matching import needs, ranking
from teilhabe.matching.answers import Filters
from teilhabe.matching.head import folded
from teilhabe.matching.index import FLAGS, KINDS, LANGUAGE_CODES, LEVELS, CentreIndex
from teilhabe.matching.understanding import Wishes

FLOOR = 0.33  # of the best score: what is worse is no hit
LEAST = 0.05
MOST_PARTS = 3  # each costs the model's time
# a part of the text is a need of its own from this chance on, when the whole shows the need so much; what a story of
# several sentences mentions is mostly a detail of one need
GROUP, SHARE = 0.6, 0.01
GROUP_OF_STORY, SHARE_OF_STORY = 0.9, 0.3
SECOND = 0.8  # what the part adds to the whole's scores
MEETS = 0.3  # an offer meets a need from this affinity on
KEPT_QUERIES = 2000

Floats = NDArray[np.float32]


@dataclass
class Finding:
    text: str
    order: NDArray[np.int64]  # rows, best first
    total: Floats
    scores: ranking.Scores
    wishes: Wishes
    outcome: str
    needs: list[str]
    groups: dict[str, list[str]]
    encoder_ms: float


def find(index: CentreIndex, text: str, wishes: Wishes) -> Finding:
    began = time.perf_counter()
    wanted = wishes.wanted or text
    vector = query_vector(wanted)
    encoder_ms = (time.perf_counter() - began) * 1000
    scores = ranking.score(index, wanted, vector, wishes)
    own = needs.place_of().get(index.about["own_phrases"].get(folded(text), ""))
    total = scores.total
    groups: dict[str, list[str]] = {}
    recognised = ranking.recognised(scores.chances)
    if own is not None:  # the centre itself said what this means
        total = total + index.arrays["needs"][:, own].astype(np.float32)
        recognised = [needs.ids()[own]]
    share = SHARE_OF_STORY if wishes.is_story else SHARE
    if len(wishes.parts) > 1 and vector is not None and np.count_nonzero(scores.chances >= share) > 1:
        began = time.perf_counter()
        halves = _halves(wishes, scores.chances >= share)
        encoder_ms += (time.perf_counter() - began) * 1000
        if len(halves) > 1:
            total, groups = _two_needs(index, total, halves, wishes)
            recognised = list(groups)
    outcome = ranking.outcome(scores) if own is None else "found"
    order = np.argsort(-total, kind="stable")
    best = float(total[order[0]]) if len(order) else 0.0
    order = order[total[order] >= max(best * FLOOR, LEAST)] if outcome != "none" else order[:0]
    return Finding(text, order, total, scores, wishes, outcome, recognised, groups, encoder_ms)


def _halves(wishes: Wishes, is_shown: NDArray[np.bool_]) -> dict[int, tuple[str, Vectors | None]]:
    """Need -> the part of the text that asks for it, when at least two parts ask for different needs.

    A need of a part that the whole does not show as well (`is_shown`, by need) is a detail, not a second wish.
    """
    found: dict[int, tuple[float, str, Vectors | None]] = {}
    for part in wishes.parts[:MOST_PARTS]:
        vector = query_vector(part)
        chances = ranking.need_chances(part, vector, wishes.language)
        best = int(np.argmax(chances[:-1]))
        is_sure = chances[best] >= (GROUP_OF_STORY if wishes.is_story else GROUP)
        if is_sure and is_shown[best] and chances[best] > found.get(best, (0.0, "", None))[0]:
            found[best] = (float(chances[best]), part, vector)
    return {need: (part, vector) for need, (_, part, vector) in found.items()}


def _two_needs(
    index: CentreIndex, whole: Floats, halves: dict[int, tuple[str, Vectors | None]], wishes: Wishes
) -> tuple[Floats, dict[str, list[str]]]:
    """Scores in which each need's best offers stand high, and the keys of the best ten of each."""
    groups = {}
    of_parts = np.zeros_like(whole)
    for need, (part, vector) in halves.items():
        scores = ranking.score(index, part, vector, wishes).total
        best = np.argsort(-scores, kind="stable")[:10]
        groups[needs.ids()[need]] = [index.entry(int(row)).key for row in best]
        of_parts = np.maximum(of_parts, _of_best(scores))
    return _of_best(whole) + SECOND * of_parts, groups


def _of_best(scores: Floats) -> Floats:
    """Scores as shares of the best one."""
    return scores / max(float(scores.max(initial=0.0)), 1e-6)


_vectors: OrderedDict[str, Vectors] = OrderedDict()
_lock = Lock()


def query_vector(text: str) -> Vectors | None:
    """The vector of a typed text, kept for the next time; None without an encoder, or for an empty text."""
    key = text.lower()
    if not key:
        return None
    with _lock:
        if key in _vectors:
            _vectors.move_to_end(key)
            return _vectors[key]
    model = encoder()
    if model is None:
        return None
    try:
        vector = model.query(key)
    except NoEncoder:
        return None  # an endpoint that is away must not take the search with it
    with _lock:
        _vectors[key] = vector
        if len(_vectors) > KEPT_QUERIES:
            _vectors.popitem(last=False)
    return vector


def filtered(index: CentreIndex, order: NDArray[np.int64], filters: Filters, at: datetime) -> NDArray[np.int64]:
    facts = index.arrays["facts"]
    keep = np.ones(len(index), np.bool_)
    if filters.kind:
        keep &= index.arrays["kind"] == (KINDS.index(filters.kind) if filters.kind in KINDS else 255)
    for name, value in (("category", filters.category), ("area", filters.area)):
        if value:
            known = index.about["categories" if name == "category" else "areas"]
            keep &= index.arrays[name] == (known.index(value) if value in known else 65535)
    if filters.need:
        place = needs.place_of().get(filters.need)
        keep &= index.arrays["needs"][:, place] > MEETS if place is not None else False
    if filters.spoken:
        keep &= ranking.speaks(facts, filters.spoken) if filters.spoken in LANGUAGE_CODES else False
    for number, flag in enumerate(FLAGS):
        wanted = getattr(filters, flag)
        if wanted is not None:
            keep &= facts[:, number] == int(wanted)
    if filters.level:
        keep &= ranking.level_fit(facts, filters.level) > 0 if filters.level in LEVELS else False
    if filters.open_now:
        keep &= open_at(index, at)
    return order[keep[order]]


def open_at(index: CentreIndex, at: datetime) -> NDArray[np.bool_]:
    """By row: open at this moment."""
    minute = int(at.timestamp()) // 60
    spans = index.arrays["spans"]
    found = np.zeros(len(index), np.bool_)
    found[ranking.owners(index, (spans[:, 0] <= minute) & (minute < spans[:, 1]))] = True
    return found


def facets(index: CentreIndex, rows: NDArray[np.int64], at: datetime) -> dict[str, list[tuple[str, int]]]:
    """How many of the hits have which value, the most frequent first."""
    facts = index.arrays["facts"][rows]
    flags = np.count_nonzero(facts[:, : len(FLAGS)] == 1, axis=0).tolist()
    told = facts[facts[:, 8:10].max(axis=1) >= 0]  # the few that say a level
    found: dict[str, list[tuple[str, int]]] = {
        "category": _counted(index.about["categories"], index.arrays["category"][rows]),
        "district": _counted(index.about["areas"], index.arrays["area"][rows]),
        "spoken": list(zip(LANGUAGE_CODES, ranking.speakers(facts), strict=True)),
        "level": [(v, int(np.count_nonzero(ranking.level_fit(told, v) > 0))) for v in LEVELS],
        **{flag: [("1", n)] for flag, n in zip(FLAGS, flags, strict=True)},
        "open_now": [("1", int(np.count_nonzero(open_at(index, at)[rows])))],
    }
    return {
        name: sorted(((v, n) for v, n in values if n and v), key=lambda pair: (-pair[1], pair[0]))
        if name != "level"
        else [(v, n) for v, n in values if n]
        for name, values in found.items()
    }


def _counted(names: list[str], values: NDArray[np.integer]) -> list[tuple[str, int]]:
    counts = np.bincount(values, minlength=len(names))
    return [(name, int(count)) for name, count in zip(names, counts, strict=True)]
