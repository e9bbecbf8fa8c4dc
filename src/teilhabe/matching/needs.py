"""Documents and typed needs on one scale: how much of each need of the vocabulary is in them."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import Vectors
from teilhabe.matching.head import head, softmax
from teilhabe.matching.texts import Document

SAID = (1.0, 0.75, 0.6, 0.5)  # what a person said counts by its position
WARMTH = 1.3  # temperature of what the head believes of a document
NEAR, SPELT = 8.0, 4.0  # what the nearest phrases add to its logits
LIKELY = 8  # needs whose phrases are compared with a document one by one
DOUBT = 0.95  # what the head believes counts less than what a person said
NEIGHBOURS = 10

Floats = NDArray[np.float32]


def ids() -> list[str]:
    """The needs in the order of every array over needs."""
    return head().needs


def digest() -> str:
    return str(head().about["digest"])


@cache
def place_of() -> dict[str, int]:
    return {need: place for place, need in enumerate(ids())}


def affinity(document: Document, vectors: Vectors, mean: Floats) -> Floats:
    """How much of each need a document meets, 0 to 1: what people said, else what the head reads from its text.

    `mean` is where stored texts of its language lie on the whole.
    """
    found = np.zeros(len(ids()), np.float32)
    for position, (need, weight) in enumerate(document.needs):
        if need in place_of():
            found[place_of()[need]] = weight * SAID[min(position, len(SAID) - 1)]
    if document.needs:
        return found
    return believed(document, vectors, mean) * DOUBT


def believed(document: Document, vectors: Vectors, mean: Floats) -> Floats:
    """The head's opinion of a document, 0 to 1 with the best at 1 when it is sure."""
    letters = head().by_letters(f"{document.title} {document.title} {document.summary[:200]}")
    spelt: Floats = SPELT * head().nearest_in_letters(document.title)
    if not len(vectors):
        return _as_affinity(softmax((letters + spelt) / WARMTH)[:-1])
    meaning = head().by_meaning(vectors, mean)
    told = 0.6 * meaning[0] + 0.4 * meaning.mean(axis=0) + 0.3 * letters + spelt
    told += NEAR * head().nearest_in_meaning(vectors[0], mean, np.argsort(-told)[:LIKELY])
    return _as_affinity(softmax(told / WARMTH)[:-1])


def _as_affinity(chances: Floats) -> Floats:
    """Chances -> affinities: the square root lets a second and third need count beside the first."""
    return np.asarray(np.sqrt(chances), np.float32)


def hubness(vectors: Vectors) -> Floats:
    """How near each passage (centred, of length 1) is to typed needs in general: the mean of its nearest needs."""
    if not len(vectors):
        return np.zeros(0, np.float32)
    typical = head().typical
    nearest = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), 2048):
        part = vectors[start : start + 2048] @ typical.T
        nearest[start : start + 2048] = np.sort(part, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    return nearest
