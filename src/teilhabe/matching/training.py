"""Training the head from the shipped phrases: what `make vectors` runs. Needs scikit-learn (a development tool)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from teilhabe.core.encoder import encoder, encoder_name
from teilhabe.core.text import clean
from teilhabe.matching.arrays import write_arrays
from teilhabe.matching.head import BUCKETS, FILE, LANGUAGE_BUCKETS, SPELT_BUCKETS, four_grams, grams, language_grams
from teilhabe.vocabulary import data as vocabulary

RECIPE = "5"
C_MEANING, C_LETTERS = 10.0, 30.0  # chosen on the tuning half: docs/measurements.md
EVENED, EVENING = 192, 0.25  # directions kept, and how far they are evened out: likewise

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """One phrase of one need."""

    need: int
    language: str
    text: str


def examples() -> tuple[list[str], list[Example]]:
    """The ids of all needs, and every label, help, phrase and situation of every language.

    One class more than there are needs: what no centre can help with. It makes *no match* sayable.
    """
    needs = [need["id"] for need in vocabulary.needs()]
    found = []
    for language, entries in vocabulary.phrase_files().items():
        for number, need in enumerate(needs):
            entry = entries.get(need, {})
            texts = [entry.get("label", ""), entry.get("help", "")]
            texts += [*entry.get("phrases", []), *entry.get("situations", [])]
            found += [Example(number, language, clean(text, 300)) for text in texts if text]
    scopes = {need["id"]: need["scope"] for need in vocabulary.needs()}
    found += [Example(n, "de", scopes[need]) for n, need in enumerate(needs)]
    found += [Example(len(needs), lang, clean(t, 300)) for lang, texts in vocabulary.elsewhere().items() for t in texts]
    return needs, found


def training_digest() -> str:
    """Changes when a phrase or the recipe does: the shipped head is stale then."""
    needs, found = examples()
    told = f"{RECIPE} {C_MEANING} {C_LETTERS} {encoder_name()} {needs} {found}"
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def train(say: Callable[[str], None], file: Path = FILE) -> None:
    """Write the head to `file`."""
    needs, found = examples()
    say(f"{len(found)} phrases of {len(needs)} needs")
    vectors = _query_vectors([e.text for e in found], say)
    labels = np.array([e.need for e in found])
    say("learning by meaning")
    languages = sorted({e.language for e in found})
    corner = np.array([languages.index(e.language) for e in found])
    means = np.stack([vectors[corner == n].mean(axis=0) for n in range(len(languages))] + [vectors.mean(axis=0)])
    centred = vectors - means[corner]
    meaning, meaning_bias = _fit(centred, labels, C_MEANING)
    say("learning by letters")
    rarity, table = _gram_table([e.text for e in found])
    letters, letters_bias = _fit(table, labels, C_LETTERS)
    scale = np.maximum(np.abs(letters).max(axis=1), 1e-9) / 127
    arrays: dict[str, NDArray[Any]] = {
        "means": means.astype(np.float32),
        "passage_mean": _passage_mean(),
        "meaning": meaning.astype(np.float32),
        "meaning_bias": meaning_bias.astype(np.float32),
        "letters": np.rint(letters / scale[:, None]).astype(np.int8).T,
        "letters_scale": scale.astype(np.float32),
        "letters_bias": letters_bias.astype(np.float32),
        "rarity": rarity,
        "typical": _typical(centred, labels),
        "spelling": _spelling(found, languages),
        **_nearest(found, centred, labels),
    }
    write_arrays(file, arrays, {"needs": needs, "languages": languages, "digest": training_digest()})
    say(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")


def _query_vectors(texts: list[str], say: Callable[[str], None]) -> Floats:
    """Vectors of the phrases as typed needs, kept between runs in a folder outside the repository."""
    model = encoder()
    if model is None:
        raise RuntimeError("training needs an encoder")
    kept = _cache_file()
    known: dict[str, NDArray[np.float16]] = {}
    if kept.exists():
        with np.load(kept) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))
    missing = [t for t in dict.fromkeys(texts) if t not in known]
    for number, text in enumerate(missing):
        known[text] = model.query(text.lower()).astype(np.float16)
        if number % 1000 == 0:
            say(f"embedding {number} of {len(missing)}")
    if missing:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[t] for t in texts]).astype(np.float32)


def _cache_file() -> Path:
    return Path.home() / ".cache" / "teilhabe" / f"phrases-{encoder_name()}.npz"


def _gram_table(texts: list[str]) -> tuple[Floats, Any]:
    from scipy.sparse import csr_matrix  # development tools, not there in production

    parts = [grams(text) for text in texts]
    rows = np.repeat(np.arange(len(parts)), [len(b) for b, _ in parts])
    columns = np.concatenate([b for b, _ in parts])
    counts = np.concatenate([c for _, c in parts])
    seen = np.bincount(columns, minlength=BUCKETS)
    rarity = np.log1p(len(texts) / (1 + seen)).astype(np.float32)
    rarity[seen == 0] = 0
    table = csr_matrix((np.sqrt(counts) * rarity[columns], (rows, columns)), shape=(len(texts), BUCKETS))
    norms = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return rarity, csr_matrix(table.multiply(1 / np.maximum(norms, 1e-9)[:, None]))


def _fit(table: Any, labels: NDArray[Any], strength: float) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=200, tol=1e-6)
    model.fit(table, labels)
    return model.coef_, model.intercept_


def _typical(vectors: Floats, labels: NDArray[Any]) -> Floats:
    means = np.stack([vectors[labels == need].mean(axis=0) for need in range(labels.max())])  # not of "elsewhere"
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def _nearest(found: list[Example], centred: Floats, labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """What the nearest phrase is looked up in: all vectors, their directions evened out, and postings of 4-grams."""
    order = np.argsort(labels, kind="stable")
    unit = centred[order] / np.linalg.norm(centred[order], axis=1, keepdims=True)
    values, directions = np.linalg.eigh(unit.T @ unit)
    values, directions = values[::-1][:EVENED], directions[:, ::-1][:, :EVENED]
    evened = directions * (values / values[0]) ** -EVENING
    turned = unit @ evened
    small = np.rint(turned / np.abs(turned).max(axis=1, keepdims=True) * 127).astype(np.int8)
    buckets = [four_grams(found[n].text) for n in order]
    phrase = np.repeat(np.arange(len(order), dtype=np.uint32), [len(b) for b in buckets])
    bucket = np.concatenate(buckets)
    seen = np.bincount(bucket, minlength=SPELT_BUCKETS)
    rarity = np.log1p(len(order) / (1 + seen)).astype(np.float32)
    squares = np.bincount(phrase, rarity[bucket] ** 2, minlength=len(order))
    return {
        "evened": evened.astype(np.float32),
        "phrases": small,
        "phrase_length": np.linalg.norm(small.astype(np.float32), axis=1),
        "phrase_start": np.searchsorted(labels[order], np.arange(labels.max() + 2)).astype(np.int64),
        "spelt_start": np.concatenate([[0], np.cumsum(seen)]).astype(np.int64),
        "spelt_phrase": phrase[np.argsort(bucket, kind="stable")],
        "spelt_rarity": rarity,
        "spelt_length": np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32),
    }


def _passage_mean() -> Floats:
    model = encoder()
    assert model is not None  # the phrases were embedded a moment ago
    german = vocabulary.phrase_files()["de"]
    texts = [f"{german[need['id']]['label']}. {german[need['id']]['help']}".lower() for need in vocabulary.needs()]
    return np.asarray(model.passages(texts).mean(axis=0), np.float32)


def _spelling(found: list[Example], languages: list[str]) -> Floats:
    counts = np.full((LANGUAGE_BUCKETS, len(languages)), 0.5)
    for example in found:
        buckets, values = language_grams(example.text)
        counts[buckets, languages.index(example.language)] += values
    return np.asarray(np.log(counts / counts.sum(axis=0)), np.float32)
