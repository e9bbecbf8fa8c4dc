"""For which needs an offer would be found, and at which rank, before it stands in the index.

The document is put behind the rows of the centre's index in memory, with all that is known of the whole (how rare a
word is, where texts lie on the whole) left as it is: then the same finding answers that answers the public.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import DIMENSIONS, NoEncoder
from teilhabe.matching import index as indexes
from teilhabe.matching import lexical, needs, vectors
from teilhabe.matching.finding import find
from teilhabe.matching.head import head
from teilhabe.matching.index import CentreIndex
from teilhabe.matching.joining import SINGLE
from teilhabe.matching.queries import current_index, need_labels
from teilhabe.matching.texts import Document, passages
from teilhabe.matching.understanding import understand

SUGGESTED_FROM = 0.3  # affinity; lower than what is suggested unasked: here somebody looks at it
MOST = 5


@dataclass(frozen=True)
class Rank:
    """A need, whether somebody said that the offer meets it, and the place among all hits; None: not found for it."""

    need: str
    label: str
    is_said: bool
    rank: int | None
    total: int


def preview_ranks(document: Document, language: str) -> list[Rank]:
    """Needs said of `document`, then those its text suggests, each asked for by its German name.

    NotReady without an index. Nothing is written; vectors of new passages are computed for the first few.
    """
    index = current_index()
    grown = with_document(index, document)
    labels, shown = need_labels("de"), need_labels(language)
    said = [need for need, _ in document.needs]
    affinity = _suggested(grown, document)
    best = [needs.ids()[n] for n in np.argsort(-affinity)[:MOST] if affinity[n] >= SUGGESTED_FROM]
    found = []
    for need in [*said, *(n for n in best if n not in said)]:
        if need in labels:
            rank, total = _rank(grown, labels[need], index.row_of(document.key))
            found.append(Rank(need, shown.get(need, labels[need]), need in said, rank, total))
    return found


def _rank(grown: CentreIndex, text: str, former: int | None) -> tuple[int | None, int]:
    """The place of the last row among the offers found for `text`, without the row it had before."""
    order = find(grown, text, understand(text, "de", grown.about["area_names"])).order
    order = order[
        (grown.arrays["kind"][order] == indexes.KINDS.index("offer")) & (order != (-1 if former is None else former))
    ]
    places = np.flatnonzero(order == len(grown) - 1)
    return (int(places[0]) + 1 if len(places) else None), len(order)


def _suggested(grown: CentreIndex, document: Document) -> NDArray[np.float32]:
    """What the head reads from the text alone."""
    of = slice(*grown.arrays["passage_start"][-2:].tolist())
    told = grown.arrays["vectors"][of].astype(np.float32) * grown.arrays["scales"][of][:, None]
    return needs.affinity(replace(document, needs=[]), told, head().passage_mean)


def with_document(index: CentreIndex, document: Document) -> CentreIndex:
    """`index` with one more row, the last; its words count where the index knows them."""
    part = indexes._part(document, _vectors(document))
    new = indexes._columns([part], [document.key], {document.key: ""})
    old, about = index.arrays, dict(index.about)
    arrays = {name: np.concatenate([old[name], new[name]]) for name in SINGLE if name not in indexes.NAMED}
    for name, (plural, kind) in indexes.NAMED.items():
        names = [*about[plural], *({str(new[name][0])} - set(about[plural]))]
        arrays[name] = np.append(old[name], names.index(str(new[name][0]))).astype(kind)
        about[plural] = names
    for start, columns in (
        ("passage_start", ("vectors", "scales", "passage_language", "passage_number")),
        ("span_start", ("spans",)),
    ):
        arrays[start] = np.append(old[start], old[start][-1] + new[start][-1])
        arrays |= {name: np.concatenate([old[name], new[name]]) for name in columns}
    return CentreIndex({**old, **arrays, **_passages(index, new), **_postings(index, new)}, about)


def _vectors(document: Document) -> dict[str, bytes]:
    """Packed vectors by digest: those there are, and those of the first few other passages, which are not kept."""
    texts = {vectors.digest(text): text for text in passages(document)}
    found = vectors.known_rows(texts)
    missing = [name for name in texts if name not in found][: vectors.AT_ONCE]
    try:
        computed = vectors.encode_batch([vectors.comparable(texts[name]) for name in missing]) if missing else []
    except NoEncoder:
        computed = []
    return found | dict(zip(missing, computed, strict=False))


def _passages(index: CentreIndex, new: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    old = index.arrays
    full = (
        new["vectors"].astype(np.float32) * new["scales"][:, None] if len(new["vectors"]) else np.zeros((0, DIMENSIONS))
    )
    full = full - old["means"][new["passage_language"]]
    norms = np.maximum(np.linalg.norm(full, axis=1), 1e-6).astype(np.float32)
    owner = np.full(len(full), len(index), np.int32)
    return {
        "norms": np.concatenate([old["norms"], norms]),
        "hubness": np.concatenate([old["hubness"], needs.hubness((full / norms[:, None]).astype(np.float32))]),
        "passage_document": np.concatenate([old["passage_document"], owner]),
    }


def _postings(index: CentreIndex, new: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    old, table = index.arrays, index.arrays["terms"]
    told = new["terms"][new["forward_term"]].astype(table.dtype)
    places = np.minimum(np.searchsorted(table, told), max(len(table) - 1, 0))
    known = np.flatnonzero(table[places] == told) if len(table) else np.zeros(0, np.int64)
    known = known[np.argsort(places[known], kind="stable")]
    places, frequency = places[known], new["forward_frequency"][known]
    alike = old["kind"] == new["kind"][0]
    usual = float(old["length"][alike].mean()) if alike.any() else float(new["length"][0])
    norm = 1 - lexical.B + lexical.B * float(new["length"][0]) / max(usual, 1e-9)
    weights = frequency * (lexical.K + 1) / (frequency + lexical.K * norm)
    at = old["posting_start"][places + 1]
    return {
        "posting_start": old["posting_start"] + np.searchsorted(places, np.arange(len(table) + 1)),
        "posting_document": np.insert(old["posting_document"], at, len(index)),
        "posting_weight": np.insert(old["posting_weight"], at, weights),
        "posting_place": np.insert(old["posting_place"], at, new["forward_place"][known]),
    }
