"""Figures of retrieval quality, as the field defines them."""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

GOOD = 2  # a hit of this grade or better counts as success


@dataclass(frozen=True)
class Asked:
    """One query of a set with what came back, best first."""

    query: str
    language: str
    kind: str  # class of the query
    relevant: dict[str, int]  # id -> grade 1..3
    ranked: list[str]
    outcome: str


def is_held_out(query: str) -> bool:
    """Half of every set stays unseen while weights are chosen."""
    return zlib.crc32(query.encode()) % 2 == 1


def ndcg(ranked: list[str], relevant: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with gain 2^grade - 1."""
    gain = sum((2 ** relevant.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(ranked[:depth]))
    best = sorted(relevant.values(), reverse=True)[:depth]
    ideal = sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(best))
    return gain / ideal if ideal else 0.0


def success(ranked: list[str], relevant: dict[str, int], depth: int) -> bool:
    """Whether a good hit stands among the first `depth`."""
    return any(relevant.get(key, 0) >= GOOD for key in ranked[:depth])


def recall(ranked: list[str], relevant: Iterable[str], depth: int) -> bool:
    """Whether the one right page stands among the first `depth`."""
    return bool(set(relevant) & set(ranked[:depth]))


def figures(asked: list[Asked]) -> dict[str, float]:
    """n, nDCG@10, success@1, success@3 over the queries that somebody can be helped with."""
    helped = [a for a in asked if a.relevant]
    count = max(len(helped), 1)
    return {
        "n": len(helped),
        "ndcg": sum(ndcg(a.ranked, a.relevant) for a in helped) / count,
        "s1": sum(success(a.ranked, a.relevant, 1) for a in helped) / count,
        "s3": sum(success(a.ranked, a.relevant, 3) for a in helped) / count,
    }


def none_figures(asked: list[Asked]) -> tuple[float, float]:
    """Precision and recall of `outcome: none`."""
    said = [a for a in asked if a.outcome == "none"]
    true = [a for a in asked if not a.relevant]
    right = sum(not a.relevant for a in said)
    return right / max(len(said), 1), right / max(len(true), 1)


def grouped(asked: list[Asked], by: Callable[[Asked], str]) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        found[by(one)].append(one)
    return dict(sorted(found.items()))
