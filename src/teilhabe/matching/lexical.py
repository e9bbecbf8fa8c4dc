"""Words: BM25 over weighted fields; what of a query names a title, an organisation or a street is told apart."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.text import fold
from teilhabe.matching.texts import STEM, STOP, Document, german_umlauts, query_terms, terms, whole

K, B = 1.2, 0.6
LONGEST_TERM = 24  # bytes
TITLE, NAME, ABBREVIATION = 1, 2, 4  # where a term stands, as bits
FIELD_WEIGHTS = {"title": 3.0, "names": 2.0, "questions": 1.5, "summary": 1.5, "description": 1.0, "more": 0.6}
FUZZY = 0.7  # a term reached by mending a typing error counts so much

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]


@dataclass
class Forward:
    """What one document contributes: its terms, their weighted frequency, where they stand."""

    terms: NDArray[np.bytes_]
    frequencies: Floats
    places: NDArray[np.uint8]
    length: float  # weighted words of one language


Fields = list[tuple[str, float, int]]  # text, weight, where it stands


def forward(document: Document) -> Forward:
    """The terms of one document; a page's are those of all its languages, a word in several counts once."""
    told = [_counted(fields) for fields in _versions(document)]
    frequency: dict[bytes, float] = {}
    place: dict[bytes, int] = {}
    for frequencies, places in told:
        for term, number in frequencies.items():
            frequency[term] = max(frequency.get(term, 0.0), number)
            place[term] = place.get(term, 0) | places[term]
    order = sorted(frequency)
    return Forward(
        np.array(order, f"S{LONGEST_TERM}"),
        np.array([frequency[t] for t in order], np.float32),
        np.array([place[t] for t in order], np.uint8),
        sum(sum(frequencies.values()) for frequencies, _ in told) / len(told),
    )


def _versions(document: Document) -> list[Fields]:
    if document.versions:
        return [
            [
                (version.title, FIELD_WEIGHTS["title"], TITLE),
                *((heading, FIELD_WEIGHTS["summary"], 0) for heading, _, _ in version.sections),
                *((text, FIELD_WEIGHTS["description"], 0) for _, text, _ in version.sections),
            ]
            for version in document.versions
        ]
    fields: Fields = [
        (document.title, FIELD_WEIGHTS["title"], TITLE),
        (" ".join(document.names), FIELD_WEIGHTS["names"], NAME),
        (" ".join(document.abbreviations), FIELD_WEIGHTS["names"], NAME | ABBREVIATION),
        (" ".join(document.questions), FIELD_WEIGHTS["questions"], 0),
        (" ".join([document.summary, *document.translations]), FIELD_WEIGHTS["summary"], 0),
        (document.description, FIELD_WEIGHTS["description"], 0),
        (f"{document.more} {' '.join(document.groups)}", FIELD_WEIGHTS["more"], 0),
    ]
    return [fields]


def _counted(fields: Fields) -> tuple[dict[bytes, float], dict[bytes, int]]:
    frequency: dict[bytes, float] = {}
    place: dict[bytes, int] = {}
    for text, weight, bit in fields:
        for term in terms(text):
            key = term.encode()[:LONGEST_TERM]
            frequency[key] = frequency.get(key, 0.0) + weight
            place[key] = place.get(key, 0) | bit
    return frequency, place


def invert(parts: list[Forward], kinds: NDArray[np.uint8] | None = None) -> dict[str, NDArray[Any]]:
    """Postings of all documents, in their order, with the forward lists from which they can be made anew.

    What is long is long beside others of its kind (None: all are of one): a page is no worse for not being an offer.
    """
    counts = np.array([len(p.terms) for p in parts], np.int64)
    pointers = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    everything = np.concatenate([p.terms for p in parts]) if parts else np.zeros(0, f"S{LONGEST_TERM}")
    table, ids = np.unique(everything, return_inverse=True)
    frequencies = np.concatenate([p.frequencies for p in parts]) if parts else np.zeros(0, np.float32)
    places = np.concatenate([p.places for p in parts]) if parts else np.zeros(0, np.uint8)
    documents = np.repeat(np.arange(len(parts), dtype=np.int32), counts)
    lengths = np.array([p.length for p in parts], np.float64)
    kinds = np.zeros(len(parts), np.uint8) if kinds is None else kinds
    usual = np.bincount(kinds, weights=lengths) / np.maximum(np.bincount(kinds), 1)
    order = np.argsort(ids, kind="stable")
    found_in = np.bincount(ids, minlength=len(table))
    idf = np.log1p((len(parts) - found_in + 0.5) / (found_in + 0.5)).astype(np.float32)
    norm = 1 - B + B * lengths / np.maximum(usual[kinds], 1e-9)
    tf = frequencies[order]
    weights = tf * (K + 1) / (tf + K * norm[documents[order]])
    return {
        "terms": table,
        "idf": idf,
        "posting_start": np.concatenate([[0], np.cumsum(found_in)]).astype(np.int64),
        "posting_document": documents[order],
        "posting_weight": weights.astype(np.float32),
        "posting_place": places[order],
        "length": lengths,
        "forward_start": pointers,
        "forward_term": ids.astype(np.int32),
        "forward_frequency": frequencies.astype(np.float32),
        "forward_place": places,
    }


def forward_of(arrays: Arrays, row: int) -> Forward:
    """The forward list of document `row` of an index there is already."""
    part = slice(int(arrays["forward_start"][row]), int(arrays["forward_start"][row + 1]))
    return Forward(
        arrays["terms"][arrays["forward_term"][part]],
        arrays["forward_frequency"][part],
        arrays["forward_place"][part],
        float(arrays["length"][row]),
    )


@dataclass
class Found:
    """By document: how well the words fit (0 to about 2), and how much of the query its names cover (0 to 1)."""

    words: Floats
    names: Floats
    titles: Floats  # share of the query that stands in the title
    abbreviation: NDArray[np.bool_]


def search(arrays: Arrays, query: str, size: int) -> Found:
    """Scores of all `size` documents for a typed need."""
    words, names, titles = (np.zeros(size, np.float32) for _ in range(3))
    abbreviation = np.zeros(size, np.bool_)
    wanted = query_terms(query)
    latin = [w for w in wanted if w[:1] in string.ascii_letters + string.digits]
    # beside words of another script, Latin words are names: "وين مكتب AWO"
    named = latin if latin and len(latin) < len(wanted) else wanted
    total = names_total = 0.0
    most = float(arrays["idf"].max()) if len(arrays["idf"]) else 1.0
    capitals = {fold(w) for w in query.split() if len(w) > 1 and w.isupper() and not query.isupper()}
    for word in wanted:
        matches = _matches(arrays, word)
        weight = max((float(arrays["idf"][t]) * s for t, s in matches), default=most)
        total += weight
        if word in named:
            names_total += weight
        total += _add_whole(arrays, word, words, most)
        for term, share in matches:
            part = slice(int(arrays["posting_start"][term]), int(arrays["posting_start"][term + 1]))
            documents, places = arrays["posting_document"][part], arrays["posting_place"][part]
            gain = float(arrays["idf"][term]) * share
            words[documents] += arrays["posting_weight"][part] * gain
            if word in named:
                names[documents] += np.where(places & (TITLE | NAME), gain, 0)
                titles[documents] += np.where(places & TITLE, gain, 0)
            if share == 1 and (word in capitals or len(wanted) <= 2) and len(word) <= STEM and word not in STOP:
                abbreviation[documents[(places & ABBREVIATION) > 0]] = True
    if total:
        words /= total
    if names_total:
        names /= names_total
        titles /= names_total
    return Found(words, np.minimum(names, 1), np.minimum(titles, 1), abbreviation)


def _add_whole(arrays: Arrays, word: str, words: Floats, most: float) -> float:
    """Let documents that have all of a long word, not only its stem, gain by it in `words`; what they could gain."""
    if not (term := whole(word)):
        return 0.0
    if not (found := lookup(arrays, [term])):
        return most / 2
    part = slice(int(arrays["posting_start"][found[0]]), int(arrays["posting_start"][found[0] + 1]))
    gain = float(arrays["idf"][found[0]])
    words[arrays["posting_document"][part]] += arrays["posting_weight"][part] * gain
    return gain


def _matches(arrays: Arrays, word: str) -> list[tuple[int, float]]:
    """The terms of the index that `word` means: itself, its umlaut spelling, else what one mended error reaches."""
    exact = lookup(arrays, [word[:STEM], german_umlauts(word)[:STEM]])
    if exact:
        return [(exact[0], 1.0)]
    if len(word) < 5 or not word.isascii() or not word.isalpha():
        return []
    return [(term, FUZZY) for term in _mended(arrays, german_umlauts(word))[:4]]


def lookup(arrays: Arrays, stems: list[str]) -> list[int]:
    table = arrays["terms"]
    if not len(table):
        return []
    keys = np.array([s.encode()[:LONGEST_TERM] for s in stems], f"S{LONGEST_TERM}")
    places = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return list(dict.fromkeys(places[table[places] == keys].tolist()))


def _mended(arrays: Arrays, word: str) -> list[int]:
    """The terms one typing error away from an ASCII `word`: a letter more, less, other, or two swapped."""
    begun, rest = word[: STEM + 1], word[STEM + 1 :]
    places = range(1, len(begun))
    swapped = [begun[: i - 1] + begun[i] + begun[i - 1] + begun[i + 1 :] for i in places]
    fewer = [begun[:i] + begun[i + 1 :] for i in places]
    reached = lookup(arrays, [(w + rest)[:STEM] for w in swapped + fewer])
    return sorted({*reached, *_one_letter_off(arrays["terms"], word)})


def _one_letter_off(table: NDArray[np.bytes_], word: str) -> list[int]:
    """The terms that have another letter than `word` in one place, or one more; the first one is right.

    Compared in place: making all 350 such words and looking each up takes five times as long.
    """
    if not len(table):
        return []
    begin, end = np.searchsorted(table, np.array([word[0], chr(ord(word[0]) + 1)], table.dtype))
    rows = table[begin:end].view(np.uint8).reshape(-1, table.itemsize)[:, :STEM]
    typed = np.frombuffer(word[:STEM].encode().ljust(STEM, b"\0"), np.uint8)
    until = np.logical_and.accumulate(rows == typed, axis=1)  # in column i: letters 0 to i are right
    other, more = (
        np.logical_and.accumulate((rows[:, 2:] == letters)[:, ::-1], axis=1)[:, ::-1]
        for letters in (typed[2:], typed[1:-1])
    )
    found = (until[:, : STEM - 2] & (other | more)).any(axis=1) | (until[:, STEM - 2] & (rows[:, STEM - 1] > 0))
    return [int(row) for row in np.flatnonzero(found) + begin if table[row].isalpha()]
