"""What is shipped as data is not stale: after a change of phrases or demo texts, `make vectors`."""

from __future__ import annotations

import pytest

from teilhabe.matching import needs, training, vectors
from teilhabe.matching.head import head
from teilhabe.matching.shipping import demo_texts


@pytest.mark.model
def test_the_head_was_trained_on_the_phrases_as_they_stand():
    assert head().about["digest"] == training.training_digest(), "say: make vectors"
    assert len(head().meaning) == len(needs.ids()) + 1


@pytest.mark.model
@pytest.mark.django_db
def test_every_demo_text_has_its_shipped_vector(monkeypatch):
    from django.core.management import call_command

    call_command("demo", "--later", verbosity=0)
    texts = demo_texts()
    assert len(texts) > 500
    monkeypatch.setattr(vectors.Vector.objects, "filter", lambda **_: [])  # only what is shipped counts
    known = vectors.known_rows(vectors.digest(text) for text in texts)
    assert [text for text in texts if vectors.digest(text) not in known] == [], "say: make vectors"
