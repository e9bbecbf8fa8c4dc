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
