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
from teilhabe.matching.texts import RECIPE, Document, passages

KINDS = ("offer", "page", "event")
LEVELS = ("Alpha", "A1", "A2", "B1", "B2", "C1", "C2")
FLAGS = ("free", "online", "step_free", "women_only", "childcare")
LANGUAGE_CODES = tuple(ALL)
AUDIENCES = ("newcomers", "volunteers", "professionals", "institutions", "employers")
FEW = 100  # passages
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

    def passage_similarities(self, query: Floats) -> Floats:
        """Cosines of a centred query of length 1, shape (DIMENSIONS,), with every centred passage."""
        small, scales = self.arrays["vectors"], self.arrays["scales"]
        found = np.empty(len(small), np.float32)
        for start in range(0, len(small), 4096):  # int8 -> float32 in pieces that fit the cache
            part = slice(start, start + 4096)
            found[part] = (small[part].astype(np.float32) @ query) * scales[part]
        corner = self.arrays["means"] @ query
        return np.asarray((found - corner[self.arrays["passage_language"]]) / self.arrays["norms"], np.float32)


def build(slug: str, version: int, digests: dict[str, str], load: Load, extra: dict[str, Any]) -> CentreIndex:
    """Write the index of a centre anew and open it.

    `digests` are the keys of all findable documents with a stamp of their state, `load` fetches documents by key,
    `extra` is kept beside. What the old index holds of unchanged documents is taken over; vectors that do not exist
    yet are left out and counted in `missing`.
    """
    old = open_index(slug)
    usable = old if old and old.about["house"] == extra["house"] else None
    kept = _unchanged(usable, digests) if usable else set()
    fresh = {d.key: d for d in load([k for k in digests if k not in kept])}
    rows = _vector_rows(list(fresh.values()))
    keys = [k for k in sorted(digests) if k in kept or k in fresh]
    parts = [_taken_over(usable, k) if k in kept and usable else _part(fresh[k], rows) for k in keys]
    arrays = _assembled(parts)
    about = {
        **extra,
        "day": timezone.localdate().isoformat(),
        "recipe": recipe(),
        "version": version,
        "categories": sorted({p.category for p in parts}),
        "areas": sorted({p.area for p in parts}),
        "languages": sorted({p.language for p in parts}),
        "missing": sum(p.missing for p in parts),
    }
    arrays["key"] = np.array([k.encode() for k in keys], "S36")
    arrays["stamp"] = np.array([digests[k].encode() for k in keys], "S32")
    arrays["source_id"] = np.array([p.source_id.encode() for p in parts] or [b""])[: len(parts)]
    arrays["kind"] = np.array([KINDS.index(p.kind) for p in parts], np.uint8)
    arrays["whole"] = np.array([p.missing == 0 for p in parts], np.bool_)
    arrays["category"] = np.array([about["categories"].index(p.category) for p in parts], np.uint8)
    arrays["area"] = np.array([about["areas"].index(p.area) for p in parts], np.uint16)
    arrays["language"] = np.array([about["languages"].index(p.language) for p in parts], np.uint8)
    _centred(arrays, len(about["languages"]))
    write_arrays(path_of(slug), arrays, about)
    opened = open_index(slug)
    if opened is None:
        raise Damaged(f"the index of {slug} vanished while it was written")
    return opened


def _unchanged(index: CentreIndex, digests: dict[str, str]) -> set[str]:
    """The keys whose documents stand in the old index as they are now, with all their vectors."""
    rows = zip(index.arrays["key"], index.arrays["stamp"], index.arrays["whole"], strict=True)
    return {k.decode() for k, stamp, is_whole in rows if is_whole and digests.get(k.decode(), "").encode() == stamp}


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
    language: str
    needs: Floats  # (needs,) affinity
    facts: NDArray[np.int32]
    place: Floats  # latitude, longitude; nan
    spans: NDArray[np.int32]  # (n, 2) minutes since 1970
    missing: int


def _vector_rows(documents: list[Document]) -> dict[str, bytes]:
    return vectors.known_rows(vectors.digest(text) for document in documents for text in passages(document))


def _part(document: Document, rows: dict[str, bytes]) -> Part:
    found = [rows.get(vectors.digest(text)) for text in passages(document)]
    packed = [np.frombuffer(row, np.uint8) for row in found if row]
    table = np.stack(packed) if packed else np.zeros((0, vectors.ROW), np.uint8)
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
        language=document.language,
        needs=needs.affinity(document, vectors.unpack(table), head().passage_mean),
        facts=np.array(facts, np.int32),
        place=np.array([document.latitude or np.nan, document.longitude or np.nan], np.float32),
        spans=np.array(document.spans, np.int32).reshape(-1, 2),
        missing=sum(row is None for row in found) if encoder_name() else 0,
    )


def _taken_over(index: CentreIndex, key: str) -> Part:
    row, arrays = index.row_of(key), index.arrays
    assert row is not None  # only keys of the old index are taken over
    entry = index.entry(row)
    passage = slice(*arrays["passage_start"][row : row + 2])
    span = slice(*arrays["span_start"][row : row + 2])
    scales = np.ascontiguousarray(arrays["scales"][passage]).astype(np.float32)
    return Part(
        kind=entry.kind,
        source_id=entry.source_id,
        category=index.about["categories"][arrays["category"][row]],
        area=index.about["areas"][arrays["area"][row]],
        words=lexical.forward_of(arrays, row),
        packed=np.hstack([arrays["vectors"][passage].view(np.uint8), scales[:, None].view(np.uint8)]),
        language=index.about["languages"][arrays["language"][row]],
        needs=arrays["needs"][row].astype(np.float32),
        facts=arrays["facts"][row],
        place=arrays["place"][row],
        spans=arrays["spans"][span],
        missing=0,
    )


def _assembled(parts: list[Part]) -> dict[str, NDArray[Any]]:
    counts = np.array([len(p.packed) for p in parts], np.int64)
    spans = np.array([len(p.spans) for p in parts], np.int64)
    packed = np.vstack([p.packed for p in parts]) if parts else np.zeros((0, vectors.ROW), np.uint8)
    size = len(needs.ids())
    arrays: dict[str, NDArray[Any]] = {
        "vectors": packed[:, :DIMENSIONS].view(np.int8),
        "scales": np.ascontiguousarray(packed[:, DIMENSIONS:]).view(np.float32).reshape(-1),
        "passage_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "passage_document": np.repeat(np.arange(len(parts), dtype=np.int32), counts),
        "needs": np.array([p.needs for p in parts], np.float16).reshape(len(parts), size),
        "facts": np.array([p.facts for p in parts], np.int32).reshape(len(parts), FACTS),
        "place": np.array([p.place for p in parts], np.float32).reshape(len(parts), 2),
        "spans": np.vstack([p.spans for p in parts]) if parts else np.zeros((0, 2), np.int32),
        "span_start": np.concatenate([[0], np.cumsum(spans)]).astype(np.int64),
        **lexical.invert([p.words for p in parts]),
    }
    return arrays


def _centred(arrays: dict[str, NDArray[Any]], languages: int) -> None:
    """Where the passages of each language lie on the whole, and how far each lies from there."""
    rows = np.hstack([arrays["vectors"].view(np.uint8), arrays["scales"][:, None].view(np.uint8)])
    full = vectors.unpack(rows)
    spoken = arrays["language"][arrays["passage_document"]]
    means = np.tile(head().passage_mean, (max(languages, 1), 1))
    for language in range(languages):
        mine = full[spoken == language]
        # few passages say little of where their language lies: the shipped mean counts as FEW of them
        means[language] = (mine.sum(axis=0) + FEW * head().passage_mean) / (len(mine) + FEW)
    full -= means[spoken]
    norms = np.maximum(np.linalg.norm(full, axis=1), 1e-6).astype(np.float32)
    arrays["means"], arrays["norms"] = means.astype(np.float32), norms
    arrays["passage_language"] = spoken.astype(np.uint8)
    arrays["hubness"] = needs.hubness(full / norms[:, None])


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
