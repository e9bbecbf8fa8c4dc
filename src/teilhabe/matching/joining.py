"""The columns of an old index and those of new documents become one table, whole columns at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = Mapping[str, Array]

# lists of unlike length: where each document's begins -> the columns that hold all of them on end
LISTS = {
    "passage_start": ("vectors", "scales", "passage_language", "passage_number"),
    "span_start": ("spans",),
    "forward_start": ("forward_term", "forward_frequency", "forward_place"),
}
SINGLE = (
    "key", "stamp", "source_id", "kind", "whole", "length", "category", "area", "language", "needs", "facts", "place",
)  # fmt: skip


def starts(lengths: list[int] | Array) -> Array:
    """Where each of several lists on end begins, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def joined(old: Arrays, new: Arrays, rows: Array) -> dict[str, Array]:
    """The documents `rows` of both tables, in this order; those of `new` are counted on after those of `old`."""
    found: dict[str, Array] = {name: np.concatenate([old[name], new[name]])[rows] for name in SINGLE}
    for name, columns in LISTS.items():
        begin = np.concatenate([old[name][:-1], old[name][-1] + new[name][:-1]])
        lengths = np.concatenate([np.diff(old[name]), np.diff(new[name])])[rows]
        found[name] = starts(lengths)
        places = np.repeat(begin[rows] - found[name][:-1], lengths) + np.arange(found[name][-1])
        found |= {column: np.concatenate([old[column], new[column]])[places] for column in columns}
    return found
