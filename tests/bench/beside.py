"""SQLite FTS5 over the same texts, as the plain way to search. `python -m ... SLUG [quality]` prints JSON.

Its best plain form: bm25 with the title weighed, words without stop words as prefixes, any of them.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

NEEDS = Path(__file__).parents[1] / "evaluation" / "needs"


def needs() -> list[dict[str, Any]]:
    """Our own evaluation set."""
    return [json.loads(line) for file in sorted(NEEDS.glob("*.jsonl")) for line in file.open() if line.strip()]


def main(slug: str, with_quality: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "teilhabe.config.settings")
    import django

    django.setup()
    from teilhabe.centres.models import Centre
    from teilhabe.centres.scope import in_centre

    with in_centre(Centre.objects.get(slug=slug)):
        database = _database()
        times, found = [], {}
        for need in needs():
            began = time.perf_counter()
            found[need["id"]] = _search(database, need["query"])
            times.append((time.perf_counter() - began) * 1000)
        told: dict[str, Any] = {"times": times}
        if with_quality:
            told["quality"] = _quality(found)
    print(json.dumps(told))


def _database() -> sqlite3.Connection:
    """The words of every published offer: title, texts, names, questions, needs' names are not among them."""
    from teilhabe.core.text import fold
    from teilhabe.directory.models import Offer
    from teilhabe.matching import documents

    keys = [str(pk) for pk in Offer.objects.published().current().values_list("pk", flat=True)]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE offers USING fts5(id UNINDEXED, title, names, text, prefix='2 3 4')")
    rows = [
        (d.source_id or d.key, fold(d.title), fold(" ".join([*d.names, *d.abbreviations])),
         fold(" ".join([d.summary, d.description, d.more, *d.questions, *d.translations])))
        for d in documents.load(keys)
    ]  # fmt: skip
    database.executemany("INSERT INTO offers VALUES (?, ?, ?, ?)", rows)
    return database


def _search(database: sqlite3.Connection, query: str) -> list[str]:
    from teilhabe.matching.texts import query_terms

    words = query_terms(query)
    if not words:
        return []
    asked = " OR ".join(f'"{word}"*' for word in words)
    statement = "SELECT id FROM offers WHERE offers MATCH ? ORDER BY bm25(offers, 0, 4, 2, 1) LIMIT 10"
    return [row[0] for row in database.execute(statement, [asked])]


def _quality(found: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    from teilhabe.matching.queries import hits_for
    from tests.evaluation.metrics import Asked, figures

    plain, ours = [], []
    for need in needs():
        answer = hits_for(need["query"], language=need["language"], limit=10)
        ranked = [hit.source_id for hit in answer.hits]
        for rows, hits in ((plain, found[need["id"]]), (ours, ranked)):
            rows.append(Asked(need["query"], need["language"], need["class"], need["relevant"], hits, answer.outcome))
    return {
        "FTS5": figures(plain),
        "Teilhabe": figures(ours),
        "FTS5, German needs": figures([one for one in plain if one.language == "de"]),
        "Teilhabe, German needs": figures([one for one in ours if one.language == "de"]),
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] == ["quality"])
