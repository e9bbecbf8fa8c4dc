"""The encoder's seam: the local model, an endpoint, and none, behind one interface."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest

from teilhabe.core import encoder as module
from teilhabe.core.encoder import DIMENSIONS, EndpointEncoder, NoEncoder, encoder, encoder_name


class Endpoint(BaseHTTPRequestHandler):
    """A small OpenAI-compatible embeddings endpoint: the vector tells the length of the text."""

    answer: Any = None

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [{"index": n, "embedding": [float(len(t))] * DIMENSIONS} for n, t in enumerate(asked["input"])]
        body = json.dumps(type(self).answer or {"data": rows[::-1]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def endpoint():
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield EndpointEncoder(f"http://127.0.0.1:{server.server_port}/v1", "e5", "key")
    Endpoint.answer = None
    server.shutdown()


def lengths(vectors):
    return np.linalg.norm(vectors, axis=-1).round(4).tolist()


def test_an_endpoint_answers_unit_vectors_in_order(endpoint):
    assert endpoint.passages(["a", "bb"]).shape == (2, DIMENSIONS)
    assert lengths(endpoint.passages(["a", "bb"])) == [1.0, 1.0]
    assert endpoint.query("Kita").shape == (DIMENSIONS,)


@pytest.mark.parametrize("answer", [{"error": "no"}, {"data": [{"index": 0, "embedding": [1.0, 2.0]}]}, ["?"]])
def test_a_wrong_answer_is_no_encoder_and_no_crash(endpoint, answer):
    Endpoint.answer = answer
    with pytest.raises(NoEncoder):
        endpoint.query("Kita")


def test_nobody_there_is_no_encoder(endpoint):
    with pytest.raises(NoEncoder):
        EndpointEncoder("http://127.0.0.1:9", "e5", "").query("Kita")


def test_a_processor_without_avx2_is_said_not_died_of(monkeypatch, caplog, settings):
    settings.TEILHABE_ENCODER = "local"
    encoder.cache_clear()
    monkeypatch.setattr(module, "_unfit", lambda: "this processor has no AVX2")
    assert encoder() is None
    assert encoder_name() == ""
    assert "AVX2" in caplog.text


@pytest.mark.model
def test_the_local_model_lays_a_need_beside_its_offer_in_any_language():
    model = encoder()
    assert model is not None
    offers = model.passages(["anmeldung für einen kita-platz", "schuldnerberatung bei mahnungen"])
    for typed in ("my child needs a kindergarten place", "моїй дитині потрібен садочок"):
        near, far = offers @ model.query(typed)
        assert near > far


@pytest.mark.model
def test_long_texts_are_cut_not_waited_for():
    model = encoder()
    assert model.query("wort " * 20_000).shape == (DIMENSIONS,)
    assert model.query("x" * 100_000).shape == (DIMENSIONS,)
