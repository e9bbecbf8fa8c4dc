"""The ranking: one readable function over four channels, and what a wish adds or takes.

Channels: the *need* (which needs of the vocabulary are in the text, and how much of them an offer meets), the
*meaning* (embedding against passages, corrected for hubs), the *words* (BM25) and the *names* (how much of the text
names an organisation, a title or a street). All scores are made over the whole centre; filters come after.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import Vectors
from teilhabe.matching import lexical, needs, partners
from teilhabe.matching.head import LIKELY, folded, head, softmax
from teilhabe.matching.index import FLAGS, KINDS, LANGUAGE_CODES, LEVELS, CentreIndex, language_number
from teilhabe.matching.understanding import Wishes

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Chosen on the tuning halves of our own sets and the dev questions (docs/measurements.md)."""

    need: float = 0.94
    meaning: float = 0.31
    words: float = 1.11
    names: float = 0.34
    sharp: float = 1.12  # how much of the text must be a name before that counts
    letters: float = 0.8  # share of the letters' logits beside the meaning's
    near: float = 11.0  # what the phrase nearest in meaning adds to a need's logit, by its cosine
    spelt: float = 13.0  # likewise the phrase spelt most alike
    warmth: float = 1.3
    even: float = 0.29  # below 1, less likely needs count more
    lead: float = 0.11  # share of a document's mean beside its best passage
    hub: float = 0.68
    wish: float = 0.69
    miss: float = 0.03
    original: float = 0.3  # for a text in the language typed in, else for the German original before its translation


DEFAULT = Weights()
LETTERS_ALONE = 1.0
MOST_NEEDS = 8
ENOUGH = 30  # offers that tell how alike a document and a query usually are


@dataclass
class Scores:
    """By row of the index: the sum, and the channels it is made of."""

    total: Floats
    need: Floats
    meaning: Floats
    words: Floats
    names: Floats
    chances: Floats  # of the needs
    elsewhere: float  # chance that no centre can help
    closest: float  # raw cosine of the nearest passage; 0 without a vector
    wishes: dict[str, Floats] = field(default_factory=dict)


def need_chances(text: str, vector: Vectors | None, language: str, weights: Weights = DEFAULT) -> Floats:
    """How likely each need of the vocabulary is meant by `text`, and last that no centre can help; sums to 1."""
    letters = head().by_letters(text)
    spelt = weights.spelt * head().nearest_in_letters(text)
    if vector is None:
        return softmax(letters * LETTERS_ALONE + spelt)
    mean = head().mean_of(language)
    meaning = head().by_meaning(vector[None, :], mean)[0]
    near = head().nearest_in_meaning(vector, mean, np.argsort(-(meaning + letters))[:LIKELY])
    return softmax((meaning + weights.near * near + weights.letters * letters + spelt) / weights.warmth)


def score(index: CentreIndex, text: str, vector: Vectors | None, wishes: Wishes, weights: Weights = DEFAULT) -> Scores:
    """Scores of every document of `index` for a typed need; `vector` None: without embeddings."""
    size = len(index)
    *_, elsewhere = chances = need_chances(text, vector, wishes.language, weights)
    chances = chances[:-1]
    chances[_not_meant(index, wishes.typed)] = 0
    best = np.argsort(-chances)[:MOST_NEEDS]
    need = index.arrays["needs"][:, best].astype(np.float32) @ chances[best] ** weights.even
    found = lexical.search(index.arrays, text, size)
    meaning, closest = likeness(index, vector, wishes.language, weights)
    names = np.maximum(found.names**weights.sharp, 0.6 * found.abbreviation) + 0.3 * found.titles**weights.sharp
    total = weights.need * need + weights.words * found.words + weights.names * names
    if vector is not None:
        total += weights.meaning * meaning
    total += weights.original * in_own_words(index, wishes.language)
    lost = partners.adjustment(index, chances, wishes.person)
    if lost is not None:
        total += lost
    by_wish = wish_scores(index, wishes)
    for value in by_wish.values():
        total += np.where(value > 0, weights.wish * value, weights.miss * value)
    return Scores(total, need, meaning, found.words, names, chances, float(elsewhere), closest, by_wish)


def in_own_words(index: CentreIndex, language: str) -> NDArray[np.bool_]:
    """Which documents are written in `language`; where none is, those in German, the originals of the others.

    A page is written in all its languages.
    """
    spoken = index.about["languages"]
    wanted = language if language in spoken else "de"
    found = np.asarray(index.arrays["language"] == (spoken.index(wanted) if wanted in spoken else -1))
    found[index.arrays["passage_document"][index.arrays["passage_language"] == language_number(wanted)]] = True
    return found


def _not_meant(index: CentreIndex, text: str) -> list[int]:
    """Needs that the centre hides, or that it does not want to be understood from exactly this text."""
    typed = folded(text)
    names = index.about["hidden_needs"] + [need for phrase, need in index.about["hidden_phrases"] if phrase == typed]
    return [needs.place_of()[name] for name in names if name in needs.place_of()]


def likeness(
    index: CentreIndex, vector: Vectors | None, language: str, weights: Weights = DEFAULT
) -> tuple[Floats, float]:
    """Standard scores of the documents' likeness to the query, over the centre; and the nearest raw cosine."""
    size = len(index)
    if vector is None or not len(index.arrays["vectors"]):
        return np.zeros(size, np.float32), 0.0
    query = vector - head().mean_of(language)
    raw = index.passage_similarities(query / np.linalg.norm(query))
    corrected = raw - weights.hub * index.arrays["hubness"]
    owner = index.arrays["passage_document"]
    best = np.full(size, -1.0, np.float32)
    np.maximum.at(best, owner, corrected)
    count = np.bincount(owner, minlength=size)
    mean = np.bincount(owner, weights=corrected, minlength=size) / np.maximum(count, 1)
    likeness = np.where(count > 0, (1 - weights.lead) * best + weights.lead * mean, np.nan)
    offers = likeness[index.arrays["kind"] == KINDS.index("offer")]
    usual = offers if len(offers) >= ENOUGH else likeness  # pages beside offers change nothing among these
    spread = float(np.nanstd(usual)) or 1.0
    standard = (likeness - np.nanmean(usual)) / max(spread, 1e-6)
    return np.nan_to_num(standard, nan=-1.0).astype(np.float32) / 3, float(raw.max())


def wish_scores(index: CentreIndex, wishes: Wishes) -> dict[str, Floats]:
    """By wish: 1 where a document meets it, -1 where it says otherwise, between where it does not say."""
    facts = index.arrays["facts"]
    found: dict[str, Floats] = {}
    for flag in sorted(wishes.flags):  # a set has another order in each process
        column = facts[:, FLAGS.index(flag)]
        found[flag] = np.choose(column + 1, [-0.5, -1, 1]).astype(np.float32)
    if wishes.areas:
        places = [index.about["areas"].index(a) for a in wishes.areas if a in index.about["areas"]]
        here = np.isin(index.arrays["area"], places)
        unknown = index.arrays["area"] == (index.about["areas"].index("") if "" in index.about["areas"] else -1)
        found["district"] = np.where(here, 1, np.where(unknown, 0, -0.6)).astype(np.float32)
    if wishes.level:
        found["level"] = level_fit(facts, wishes.level)
    if wishes.spoken in LANGUAGE_CODES:
        found["spoken"] = np.where(speaks(facts, wishes.spoken), 1, -0.7).astype(np.float32)
    if wishes.weekdays or wishes.daytimes:
        found["time"] = time_fit(index, wishes)
    return found


def level_fit(facts: NDArray[np.int32], level: str) -> Floats:
    """1 where a course takes this level in, -1 where it takes others, 0 where it says nothing; "from B1" has no end."""
    low, high = facts[:, 8], facts[:, 9]
    says = (low >= 0) | (high >= 0)
    wanted = LEVELS.index(level)
    inside = says & (low <= wanted) & (np.where(high >= 0, high, len(LEVELS)) >= wanted)
    return np.where(inside, 1, np.where(says, -1, 0)).astype(np.float32)


def speaks(facts: NDArray[np.int32], code: str) -> NDArray[np.bool_]:
    bit = LANGUAGE_CODES.index(code)
    column, shift = (5, bit) if bit < 30 else (6, bit - 30)
    return np.asarray((facts[:, column] >> shift) & 1 == 1)


def speakers(facts: NDArray[np.int32]) -> list[int]:
    """How many rows speak each of LANGUAGE_CODES: `speaks` for all of them at once."""
    bits = np.unpackbits(np.ascontiguousarray(facts[:, 5:7], "<i4").view(np.uint8), axis=1, bitorder="little")
    counts = np.count_nonzero(bits, axis=0).tolist()
    return [*counts[:30], *counts[32:]][: len(LANGUAGE_CODES)]


def owners(index: CentreIndex, spans: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The rows of the documents that `spans` (of all times, those chosen) belong to."""
    return np.searchsorted(index.arrays["span_start"], np.flatnonzero(spans), "right") - 1


def time_fit(index: CentreIndex, wishes: Wishes) -> Floats:
    """1 where a document is open on one of the wished weekdays in one of the wished parts of the day."""
    spans = index.arrays["spans"]
    local = spans + index.about["utc_offset"]  # minutes; good enough for a part of the day
    day = ((local[:, 0] // 1440) + 3) % 7  # 1970-01-01 was a Thursday
    start, end = local[:, 0] % 1440, local[:, 0] % 1440 + (local[:, 1] - local[:, 0])
    fits = np.isin(day, list(wishes.weekdays)) if wishes.weekdays else np.ones(len(spans), np.bool_)
    if wishes.daytimes:
        fits &= np.logical_or.reduce([(np.minimum(end, b) - np.maximum(start, a)) >= 45 for a, b in wishes.daytimes])
    met = np.zeros(len(index), np.bool_)
    met[owners(index, fits)] = True
    has_hours = np.diff(index.arrays["span_start"]) > 0
    return np.where(met, 1, np.where(has_hours, -1, 0)).astype(np.float32)


def recognised(chances: Floats, least: float = 0.2) -> list[str]:
    """Ids of the needs that are likely meant, best first."""
    best = np.argsort(-chances)[:3]
    return [needs.ids()[n] for n in best if chances[n] >= least]


# found | unsure | none: chosen on the tuning half
NAMED, SURE, HOPELESS = 0.6, 0.3, 0.15
ELSEWHERE, PERHAPS_ELSEWHERE = 0.55, 0.25


def outcome(scores: Scores) -> str:
    """found; unsure; or none, when nothing here is likely to help."""
    if not len(scores.total):
        return "none"
    if float(scores.names.max()) >= NAMED:
        return "found"
    evidence = float(scores.chances.max()) + 0.5 * min(float(scores.words.max()), 1.0)
    if scores.elsewhere >= ELSEWHERE or evidence < HOPELESS:
        return "none"
    return "found" if evidence >= SURE and scores.elsewhere < PERHAPS_ELSEWHERE else "unsure"
