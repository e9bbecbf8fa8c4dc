"""The vectors of the house's own texts, shipped so that a fresh start computes nothing: what `make vectors` writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.matching import documents, vectors
from teilhabe.matching.arrays import write_arrays
from teilhabe.matching.texts import passages


def demo_texts() -> list[str]:
    """Every passage of every demo centre."""
    found: list[str] = []
    for centre in Centre.objects.filter(is_demo=True):
        with in_centre(centre):
            for document in documents.load(list(documents.stamps())):
                found += passages(document)
    return found


def write_shipped_vectors(say: Callable[[str], None]) -> None:
    """Write the vectors of all demo texts to the file that is shipped; the demo must have been loaded."""
    texts = demo_texts()
    vectors.compute_rows(texts, lambda done, total: say(f"vectors: {done} of {total}") if done % 320 == 0 else None)
    rows = vectors.known_rows(vectors.digest(text) for text in texts)
    names = sorted(rows)
    table = np.stack([np.frombuffer(rows[name], np.uint8) for name in names])
    write_arrays(vectors.SHIPPED, {"digests": np.array(names, "S32"), "rows": table}, {})
    say(f"{vectors.SHIPPED.name}: {len(names)} vectors")
