"""From a typed need to the needs of the vocabulary: two small trained classifiers, one over the meaning (embedding),
one over the letters (romanised n-grams), shipped as data (`make vectors`); and the language somebody types in."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.text import fold, romanise
from teilhabe.matching.arrays import read_arrays

FILE = Path(__file__).parent / "data" / "head.bin"
BUCKETS = 2**16  # of hashed n-grams
LANGUAGE_BUCKETS = 2**13
SPELT_BUCKETS = 2**15  # of hashed 4-grams, by which the phrase spelt most alike is found
LIKELY = 24  # needs whose phrases are compared one by one
PRIOR = 6.0  # log-probability by which the reader's language leads
_WORD = re.compile(r"\w+")
_VOWELS = re.compile("[aeiou]")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """The trained weights; rows are needs in the order of `needs`, and last what no centre can help with."""

    needs: list[str]
    languages: list[str]
    means: Floats  # (languages + 1, 384) of phrase vectors, by language; last: of all. Taken off before comparing
    passage_mean: Floats  # (384,) of German stored texts
    meaning: Floats  # (needs + 1, 384)
    meaning_bias: Floats
    letters: NDArray[np.int8]  # (BUCKETS, needs + 1)
    letters_scale: Floats  # (needs + 1,)
    letters_bias: Floats
    rarity: Floats  # (BUCKETS,) idf of n-grams
    typical: Floats  # (needs, 384): the mean vector of each need's phrases
    spelling: Floats  # (LANGUAGE_BUCKETS, languages) log-probabilities
    evened: Floats  # (384, E): turns a centred vector so that no few directions outweigh all others
    phrases: NDArray[np.int8]  # (phrases, E): all phrases' vectors so turned, need by need
    phrase_length: Floats  # (phrases,) of the rows before
    phrase_start: NDArray[np.int64]  # (needs + 2,) where each need's phrases begin
    spelt_start: NDArray[np.int64]  # (SPELT_BUCKETS + 1,) where each bucket's phrases begin in the next
    spelt_phrase: NDArray[np.uint32]
    spelt_rarity: Floats  # (SPELT_BUCKETS,) idf
    spelt_length: Floats  # (phrases,)
    about: dict[str, Any]

    def mean_of(self, language: str) -> Floats:
        """Where the typed needs of a language lie on the whole: each language has a corner of its own."""
        row: Floats = self.means[self.languages.index(language) if language in self.languages else -1]
        return row

    def by_meaning(self, vectors: Floats, mean: Floats) -> Floats:
        """Logits of the needs for vectors of shape (n, 384) whose corner lies at `mean`."""
        return np.asarray((vectors - mean) @ self.meaning.T + self.meaning_bias, np.float32)

    def by_letters(self, text: str) -> Floats:
        """Logits of the needs, from the letters alone."""
        buckets, counts = grams(text)
        values = np.sqrt(counts) * self.rarity[buckets]
        values /= max(float(np.linalg.norm(values)), 1e-9)
        row: Floats = values @ self.letters[buckets].astype(np.float32) * self.letters_scale + self.letters_bias
        return row

    def nearest_in_meaning(self, vector: Floats, mean: Floats, likely: NDArray[np.int64]) -> Floats:
        """By need: the cosine of its phrase that means most nearly the same; computed for the `likely` needs only."""
        query = (vector - mean) @ self.evened
        query /= max(float(np.linalg.norm(query)), 1e-9)
        found = np.full(len(self.needs) + 1, -1.0, np.float32)
        for need in likely:
            part = slice(int(self.phrase_start[need]), int(self.phrase_start[need + 1]))
            found[need] = np.max(self.phrases[part].astype(np.float32) @ query / self.phrase_length[part])
        found[found == -1] = found[likely].min()
        return found

    def nearest_in_letters(self, text: str) -> Floats:
        """By need: the cosine of the rare 4-grams of its phrase that is spelt most alike."""
        buckets = four_grams(text)
        rarity = self.spelt_rarity[buckets]
        parts = [self.spelt_phrase[self.spelt_start[b] : self.spelt_start[b + 1]] for b in buckets]
        shared = np.bincount(
            np.concatenate(parts) if parts else np.zeros(0, np.int64),
            np.repeat(rarity**2, [len(part) for part in parts]),
            minlength=len(self.spelt_length),
        )
        likeness = shared / self.spelt_length / max(float(np.linalg.norm(rarity)), 1e-9)
        return np.maximum.reduceat(likeness, self.phrase_start[:-1]).astype(np.float32)

    def language_of(self, text: str, prior: str) -> str:
        """The language somebody types in; `prior` (the reader's) wins when letters tell little."""
        buckets, counts = language_grams(text)
        if not len(buckets):
            return prior
        scores = counts @ self.spelling[buckets]
        if prior in self.languages:
            scores[self.languages.index(prior)] += PRIOR
        return self.languages[int(np.argmax(scores))]


@cache
def head() -> Head:
    """The shipped head, mapped into memory."""
    arrays, about = read_arrays(FILE)
    return Head(needs=about["needs"], languages=about["languages"], about=about, **arrays)


def softmax(logits: Floats) -> Floats:
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), np.float32)


def grams(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Hashed 3- to 5-grams, whole words and their consonants of the romanised text: buckets and counts.

    Consonants alone meet where vowels are not written ("بدي بيت") or written as everybody likes ("bedi beit").
    """
    found: Counter[int] = Counter()
    for word in _WORD.findall(romanise(text))[:60]:
        found[zlib.crc32(b"w" + word.encode()) % BUCKETS] += 1
        bare = _VOWELS.sub("", word[:30])
        if len(bare) > 1:
            found[zlib.crc32(b"c" + bare.encode()) % BUCKETS] += 1
            for i in range(len(bare) - 2):
                found[zlib.crc32(b"c" + bare[i : i + 3].encode()) % BUCKETS] += 1
        padded = f"<{word[:30]}>"
        for size in (3, 4, 5):
            for i in range(len(padded) - size + 1):
                found[zlib.crc32(padded[i : i + size].encode()) % BUCKETS] += 1
    return np.fromiter(found.keys(), np.int64, len(found)), np.fromiter(found.values(), np.float32, len(found))


def four_grams(text: str) -> NDArray[np.int64]:
    """Buckets of the 4-grams of the romanised text, each once."""
    words = [f"<{word[:30]}>" for word in _WORD.findall(romanise(text))[:60]]
    found = {zlib.crc32(w[i : i + 4].encode()) % SPELT_BUCKETS for w in words for i in range(len(w) - 3)}
    return np.fromiter(sorted(found), np.int64, len(found))


def language_grams(text: str) -> tuple[NDArray[np.int64], Floats]:
    """Hashed letters, 2- and 3-grams and words as typed (not romanised): what tells languages apart."""
    found: Counter[int] = Counter()
    for word in _WORD.findall(text.casefold())[:60]:
        found[zlib.crc32(b"w" + word.encode()) % LANGUAGE_BUCKETS] += 2
        padded = f"<{word[:30]}>"
        for size in (1, 2, 3):
            for i in range(len(padded) - size + 1):
                found[zlib.crc32(padded[i : i + size].encode()) % LANGUAGE_BUCKETS] += 1
    return np.fromiter(found.keys(), np.int64, len(found)), np.fromiter(found.values(), np.float32, len(found))


def folded(text: str) -> str:
    """How a phrase is compared with a typed need."""
    return " ".join(_WORD.findall(fold(text)))
