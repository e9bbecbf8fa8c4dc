"""One read-only file per centre under TEILHABE_HOME/index: vectors, words, facets of every findable record.

The database is the truth; the file is derived from it, by `build`, and mapped into memory by whoever searches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from teilhabe.core.encoder import DIMENSIONS, encoder_name
from teilhabe.core.languages import ALL
from teilhabe.matching import lexical, needs, vectors
from teilhabe.matching.arrays import Damaged, read_arrays, write_arrays
from teilhabe.matching.head import head
from teilhabe.matching.joining import joined, starts
from teilhabe.matching.texts import RECIPE, Document, passages, pieces

KINDS = ("offer", "page", "event")
LEVELS = ("Alpha", "A1", "A2", "B1", "B2", "C1", "C2")
FLAGS = ("free", "online", "step_free", "women_only", "childcare")
LANGUAGE_CODES = tuple(ALL)
AUDIENCES = ("newcomers", "volunteers", "professionals", "institutions", "employers")
FEW = 100  # passages
PIECE = 2048  # passages
NAMED = {"category": ("categories", np.uint8), "area": ("areas", np.uint16), "language": ("languages", np.uint8)}
FACTS = len(FLAGS) + 7  # languages in two halves, audiences, two levels, two days

Floats = NDArray[np.float32]
Load = Callable[[list[str]], list[Document]]  # keys -> documents


@dataclass(frozen=True)
class Entry:
    """What a search answers of a document without asking the database."""

    key: str
    kind: str
    source_id: str


def path_of(slug: str) -> Path:
    return Path(settings.TEILHABE_HOME) / "index" / f"{slug}.bin"


@dataclass
class CentreIndex:
    """A centre's index as mapped from its file."""

    arrays: dict[str, NDArray[Any]]
    about: dict[str, Any]

    def __len__(self) -> int:
        return len(self.arrays["key"])

    def entry(self, row: int) -> Entry:
        names = [bytes(self.arrays[name][row]).decode() for name in ("key", "source_id")]
        return Entry(names[0], KINDS[self.arrays["kind"][row]], names[1])

    def row_of(self, key: str) -> int | None:
        """The row of the document with this key; keys are sorted."""
        table = self.arrays["key"]
        row = int(np.searchsorted(table, np.bytes_(key.encode())))
        return row if row < len(table) and table[row] == key.encode() else None

    @property
    def version(self) -> int:
        return int(self.about["version"])

    @property
    def is_complete(self) -> bool:
        """Whether every passage has its vector."""
        return bool(self.about["missing"] == 0)

    def passages_of(self, row: int) -> slice:
        """Where the passages of a document stand among all."""
        return slice(*self.arrays["passage_start"][row : row + 2].tolist())

    def passage_similarities(self, query: Floats, of: slice = slice(None)) -> Floats:
        """Cosines of a centred query of length 1, shape (DIMENSIONS,), with every centred passage, or some of them."""
        small, scales = self.arrays["vectors"][of], self.arrays["scales"][of]
        found = np.empty(len(small), np.float32)
        for start in range(0, len(small), 4096):  # int8 -> float32 in pieces that fit the cache
            part = slice(start, start + 4096)
            found[part] = (small[part].astype(np.float32) @ query) * scales[part]
        corner = self.arrays["means"] @ query
        corners = corner[self.arrays["passage_language"][of]]
        return np.asarray((found - corners) / self.arrays["norms"][of], np.float32)


def build(slug: str, version: int, digests: dict[str, str], load: Load, extra: dict[str, Any]) -> CentreIndex:
    """Write the index of a centre anew and open it.

    `digests` are the keys of all findable documents with a stamp of their state, `load` fetches documents by key,
    `extra` is kept beside. What the old index holds of unchanged documents is taken over; a few vectors that do not
    exist yet are computed, more of them are left out and counted in `missing`.
    """
    old = open_index(slug)
    if old and old.about["house"] != extra["house"]:
        old = None
    kept = _unchanged(old, digests) if old else {}
    fresh = sorted(load([key for key in digests if key not in kept]), key=lambda document: document.key)
    rows = _vector_rows(fresh)
    parts = [_part(document, rows) for document in fresh]
    arrays = _columns(parts, [document.key for document in fresh], digests)
    if old:
        arrays = _with_old(old, list(kept.values()), arrays)
    about = {
        **extra,
        "day": timezone.localdate().isoformat(),
        "recipe": recipe(),
        "version": version,
        "missing": sum(p.missing for p in parts),
    }
    for name, (plural, kind) in NAMED.items():
        names, codes = np.unique(arrays[name], return_inverse=True)
        about[plural], arrays[name] = names.tolist(), codes.astype(kind)
    arrays |= _postings(arrays)
    _centred(arrays)
    write_arrays(path_of(slug), arrays, about)
    opened = open_index(slug)
    if opened is None:
        raise Damaged(f"the index of {slug} vanished while it was written")
    return opened


def _unchanged(index: CentreIndex, digests: dict[str, str]) -> dict[str, int]:
    """The keys whose documents stand in the old index as they are now, with all their vectors, and their rows."""
    rows = zip(
        index.arrays["key"].tolist(), index.arrays["stamp"].tolist(), index.arrays["whole"].tolist(), strict=True
    )
    keys = ((row, key.decode(), stamp) for row, (key, stamp, is_whole) in enumerate(rows) if is_whole)
    return {key: row for row, key, stamp in keys if digests.get(key, "").encode() == stamp}


def recipe() -> str:
    """Changes when the code, the encoder or the head does: an index of another recipe must not be read."""
    return f"{RECIPE} {encoder_name()} {needs.digest()}"


@dataclass
class Part:
    """What one document contributes to the arrays."""

    kind: str
    source_id: str
    category: str
    area: str
    words: lexical.Forward
    packed: NDArray[np.uint8]  # (passages, vectors.ROW)
    passages: NDArray[np.int32]  # (passages, 2): language, and the number among the pieces of the document
    language: str
    needs: Floats  # (needs,) affinity
    facts: NDArray[np.int32]
    place: Floats  # latitude, longitude; nan
    spans: NDArray[np.int32]  # (n, 2) minutes since 1970
    missing: int


def _vector_rows(documents: list[Document]) -> dict[str, bytes]:
    return vectors.rows_at_once([text for document in documents for text in passages(document)])


def _part(document: Document, rows: dict[str, bytes]) -> Part:
    told = pieces(document)
    found = [rows.get(vectors.digest(piece.text)) for piece in told]
    packed = [np.frombuffer(row, np.uint8) for row in found if row]
    table = np.stack(packed) if packed else np.zeros((0, vectors.ROW), np.uint8)
    places = [(language_number(told[n].language), n) for n, row in enumerate(found) if row]
    # the needs of a page are read from the text it was written in
    written = [number == language_number(document.language) for number, _ in places]
    flags = [{None: -1, False: 0, True: 1}[getattr(document, name)] for name in FLAGS]
    languages = sum(1 << LANGUAGE_CODES.index(code) for code in set(document.languages) & set(LANGUAGE_CODES))
    audiences = sum(1 << AUDIENCES.index(code) for code in set(document.audiences) & set(AUDIENCES))
    levels = [LEVELS.index(v) if v in LEVELS else -1 for v in (document.level_from, document.level_to)]
    low, high = languages & 0x3FFFFFFF, languages >> 30
    facts = [*flags, low, high, audiences, *levels, document.valid_from, document.valid_until]
    return Part(
        kind=document.kind,
        source_id=document.source_id,
        category=document.category,
        area=document.area,
        words=lexical.forward(document),
        packed=table,
        passages=np.array(places, np.int32).reshape(-1, 2),
        language=document.language,
        needs=needs.affinity(document, vectors.unpack(table[written]), head().passage_mean),
        facts=np.array(facts, np.int32),
        place=np.array([document.latitude or np.nan, document.longitude or np.nan], np.float32),
        spans=np.array(document.spans, np.int32).reshape(-1, 2),
        missing=sum(row is None for row in found) if encoder_name() else 0,
    )


def language_number(code: str) -> int:
    """Of a language, known to the house or not, in `passage_language` and `means`."""
    return LANGUAGE_CODES.index(code) if code in LANGUAGE_CODES else len(LANGUAGE_CODES)


def _columns(parts: list[Part], keys: list[str], digests: dict[str, str]) -> dict[str, NDArray[Any]]:
    """Documents as columns; categories, districts and languages still by name."""
    words = [p.words for p in parts]
    table, ids = np.unique(_on_end([w.terms for w in words], f"S{lexical.LONGEST_TERM}"), return_inverse=True)
    packed = _on_end([p.packed for p in parts], np.uint8, vectors.ROW)
    passages = _on_end([p.passages for p in parts], np.int32, 2)
    return {
        "key": np.array([key.encode() for key in keys], "S36"),
        "stamp": np.array([digests[key].encode() for key in keys], "S32"),
        "source_id": np.array([p.source_id.encode() for p in parts] or [b""])[: len(parts)],
        "kind": np.array([KINDS.index(p.kind) for p in parts], np.uint8),
        "whole": np.array([p.missing == 0 for p in parts], np.bool_),
        "length": np.array([w.length for w in words], np.float64),
        **{name: np.array([getattr(p, name) for p in parts], np.str_) for name in NAMED},
        "needs": np.array([p.needs for p in parts], np.float16).reshape(len(parts), len(needs.ids())),
        "facts": np.array([p.facts for p in parts], np.int32).reshape(len(parts), FACTS),
        "place": np.array([p.place for p in parts], np.float32).reshape(len(parts), 2),
        "passage_start": starts([len(p.packed) for p in parts]),
        "vectors": packed[:, :DIMENSIONS].view(np.int8),
        "scales": np.ascontiguousarray(packed[:, DIMENSIONS:]).view(np.float32).reshape(-1),
        "passage_language": passages[:, 0].astype(np.uint8),
        "passage_number": passages[:, 1].astype(np.uint16),
        "span_start": starts([len(p.spans) for p in parts]),
        "spans": _on_end([p.spans for p in parts], np.int32, 2),
        "terms": table,
        "forward_start": starts([len(w.terms) for w in words]),
        "forward_term": ids,
        "forward_frequency": _on_end([w.frequencies for w in words], np.float32),
        "forward_place": _on_end([w.places for w in words], np.uint8),
    }


def _on_end(lists: list[NDArray[Any]], kind: Any, *width: int) -> NDArray[Any]:
    return np.concatenate(lists) if lists else np.zeros((0, *width), kind)


def _with_old(old: CentreIndex, kept: list[int], new: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The documents of `new` and the rows `kept` of the old index, in the order of their keys."""
    there = dict(old.arrays)
    for name, (plural, _) in NAMED.items():
        there[name] = np.array(old.about[plural], np.str_)[there[name]]
    terms = np.union1d(there["terms"], new["terms"])
    for table in (there, new):
        table["forward_term"] = np.searchsorted(terms, table["terms"])[table["forward_term"]]
    keys = np.concatenate([there["key"][kept], new["key"]])
    rows = np.concatenate([np.array(kept, np.int64), len(old) + np.arange(len(new["key"]))])
    return {**joined(there, new, rows[np.argsort(keys, kind="stable")]), "terms": terms}


def _postings(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What stands in which document; sorted by the numbers of the terms, which is the order of the terms and faster."""
    size = len(arrays["terms"])
    numbered = {**arrays, "terms": np.arange(size, dtype=np.min_scalar_type(size))}
    rows = range(len(arrays["key"]))
    found = lexical.invert([lexical.forward_of(numbered, row) for row in rows], arrays["kind"])
    found["terms"] = arrays["terms"][found["terms"].astype(np.int64)]
    return found


def _centred(arrays: dict[str, NDArray[Any]]) -> None:
    """Where the passages of each language lie on the whole, and how far each lies from there."""
    documents = np.arange(len(arrays["key"]), dtype=np.int32)
    arrays["passage_document"] = np.repeat(documents, np.diff(arrays["passage_start"]))
    spoken = arrays["passage_language"]
    size = len(spoken)
    # in pieces that fit the cache: as float32 all at once, 50,000 passages are 80 MB
    pieces = [slice(start, start + PIECE) for start in range(0, size, PIECE)]
    # few passages say little of where their language lies: the shipped mean counts as FEW of them
    sums = np.tile(FEW * head().passage_mean, (len(LANGUAGE_CODES) + 1, 1)).astype(np.float32)
    for piece in pieces:
        full = arrays["vectors"][piece].astype(np.float32) * arrays["scales"][piece, None]
        for language in np.unique(spoken[piece]):
            sums[language] += full[spoken[piece] == language].sum(axis=0)
    means = sums / (np.bincount(spoken, minlength=len(sums))[:, None] + FEW)
    norms, hubness = np.empty(size, np.float32), np.empty(size, np.float32)
    for piece in pieces:
        full = arrays["vectors"][piece].astype(np.float32) * arrays["scales"][piece, None] - means[spoken[piece]]
        norms[piece] = np.maximum(np.linalg.norm(full, axis=1), 1e-6)
        hubness[piece] = needs.hubness(full / norms[piece, None])
    arrays["means"], arrays["norms"] = means.astype(np.float32), norms
    arrays["hubness"] = hubness


_open: dict[str, tuple[tuple[int, int], CentreIndex]] = {}
_opening = threading.Lock()


def open_index(slug: str) -> CentreIndex | None:
    """The index of centre `slug` as its file is now; None when there is none that this house can read.

    Costs one `stat` when unchanged.
    """
    path = path_of(slug)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    stamp = (status.st_ino, status.st_mtime_ns)
    known = _open.get(str(path))
    if known and known[0] == stamp and known[1].about["recipe"] == recipe():
        return known[1]
    with _opening:
        try:
            arrays, about = read_arrays(path)
        except (Damaged, ValueError, KeyError):
            return None
        if about.get("recipe") != recipe():
            return None
        _open[str(path)] = (stamp, CentreIndex(arrays, about))
    return _open[str(path)][1]
