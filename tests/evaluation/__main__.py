"""`make evaluate`: how well needs find offers, on our own set and on questions over text that others wrote.

Prints Markdown. `--half tuning|held-out|all` chooses the half of our own sets (tuning by default: look at the held-out
half once per change); `--only own|questions|pages` does one part. Two sets, by authors who knew neither the phrases nor
each other: `needs` (34 in each language, all classes) and `second` (20 in each, a third of them stories).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REFERENCE = Path(os.environ.get("TEILHABE_REFERENCE_DATA", "../shared/data"))
CENTRES = {"lkaugsburg": ("09772000", "Landkreis Augsburg"), "rems-murr-kreis": ("08119000", "Rems-Murr-Kreis")}
GUIDES = {"lkaugsburg": ("09772125", "Gersthofen"), "rems-murr-kreis": ("08119079", "Waiblingen")}
DEPTH = 10
SETS = ("needs", "second")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make evaluate")
    parser.add_argument("--half", choices=["tuning", "held-out", "all"], default="tuning")
    parser.add_argument("--only", choices=["own", "questions", "pages"])
    parser.add_argument("--home", default="", help="keep the data here between runs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="teilhabe-evaluate-") as folder:
        os.environ["TEILHABE_HOME"] = chosen.home or folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "teilhabe.config.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("upgrade", verbosity=0)
        if chosen.only in {None, "own"}:
            call_command("demo", stdout=sys.stderr, stderr=sys.stderr)
            _own_set(chosen.half)
        if chosen.only in {None, "questions"}:
            _questions("tables", CENTRES, _take_in_tables)
        if chosen.only in {None, "pages"}:
            _questions("pages", GUIDES, _take_in_pages)
    return 0


def _own_set(half: str) -> None:
    from teilhabe.centres.models import Centre
    from teilhabe.centres.operations import touch
    from teilhabe.centres.scope import in_centre
    from teilhabe.directory.models import Offer, OfferNeed, Question
    from teilhabe.matching.operations import refresh_index

    sets = {name: _rows(name, half) for name in SETS}
    centre = Centre.objects.get(slug="leverkusen")
    with in_centre(centre):
        refresh_index(centre)
        for set_name, rows in sets.items():
            print(f"## Our own set `{set_name}`, {half} half: {len(rows)} needs\n")
            for name, find in (("lexical only", _lexical), ("embeddings only", _embeddings), ("whole", _whole)):
                _report(name, [_ask(row, find) for row in rows])
        # what a table without needs and questions gives: the case of every other town
        OfferNeed.objects.all().delete()
        Question.objects.all().delete()
        Offer.objects.update(updated_at="2026-01-01T00:00:00+00:00")
        touch(centre)
        refresh_index(centre)
        for set_name, rows in sets.items():
            _report(f"`{set_name}`: whole, offers untagged", [_ask(row, _whole) for row in rows])


def _rows(name: str, half: str) -> list[dict[str, Any]]:
    from tests.evaluation.metrics import is_held_out

    lines = [line for file in sorted((HERE / name).glob("*.jsonl")) for line in file.open() if line.strip()]
    rows = [json.loads(line) for line in lines]
    return [row for row in rows if half == "all" or is_held_out(row["query"]) == (half == "held-out")]


def _ask(row: dict[str, Any], find: Callable[[str, str], tuple[list[str], str]]) -> Any:
    from tests.evaluation.metrics import Asked

    ranked, outcome = find(row["query"], row["language"])
    return Asked(row["query"], row["language"], row["class"], row["relevant"], ranked, outcome)


def _whole(query: str, language: str) -> tuple[list[str], str]:
    from teilhabe.matching.queries import Filters, hits_for

    answer = hits_for(query, language=language, filters=Filters(kind="offer"), limit=DEPTH)
    return [hit.source_id for hit in answer.hits], answer.outcome


def _lexical(query: str, language: str) -> tuple[list[str], str]:
    from teilhabe.matching import lexical
    from teilhabe.matching.queries import current_index

    index = current_index()
    words = lexical.search(index.arrays, query, len(index)).words
    order = [row for row in (-words).argsort(kind="stable")[:DEPTH] if words[row] > 0]
    return [index.entry(int(row)).source_id for row in order], "found"


def _embeddings(query: str, language: str) -> tuple[list[str], str]:
    from teilhabe.matching import ranking
    from teilhabe.matching.finding import query_vector
    from teilhabe.matching.queries import current_index

    index = current_index()
    meaning, _ = ranking.likeness(index, query_vector(query), language)
    return [index.entry(int(row)).source_id for row in (-meaning).argsort(kind="stable")[:DEPTH]], "found"


def _report(name: str, asked: list[Any]) -> None:
    from tests.evaluation.metrics import figures, grouped, none_figures

    print(f"### {name}\n\n| | n | nDCG@10 | success@1 | success@3 |\n|---|---|---|---|---|")
    parts = {"all": asked, **grouped(asked, lambda a: a.language), **grouped(asked, lambda a: a.kind)}
    for part, rows in parts.items():
        f = figures(rows)
        if f["n"]:
            print(f"| {part} | {f['n']:.0f} | {f['ndcg']:.3f} | {f['s1']:.3f} | {f['s3']:.3f} |")
    precision, found = none_figures(asked)
    print(f"\n`none`: precision {precision:.2f}, recall {found:.2f}\n", flush=True)


def _take_in_tables(region: str, slug: str) -> None:
    """The pages of `region` as rows of a table, each language of a page an offer of its own."""
    from django.core.management import call_command

    for language in ("de", "en"):
        file = REFERENCE / "real-tables" / f"{region}.{language}.csv"
        call_command("import_offers", str(file), centre=slug, publish=True, stdout=sys.stderr, stderr=sys.stderr)


def _take_in_pages(region: str, slug: str) -> None:
    """The pages as pages, whose languages are one."""
    from django.core.management import call_command

    files = [str(REFERENCE / "integreat-pages" / f"{region}.{language}.pages.json") for language in ("de", "en")]
    call_command("import_integreat", *files, centre=slug, stdout=sys.stderr, stderr=sys.stderr)


def _questions(what: str, centres: dict[str, tuple[str, str]], take_in: Callable[[str, str], None]) -> None:
    """OMoS-QA (CC BY 4.0): generated questions over real guide pages; each asks for the one page it was made from."""
    if not (REFERENCE / "real-tables").is_dir():
        print(f"No reference data in {REFERENCE}: set TEILHABE_REFERENCE_DATA. The questions were left out.")
        return
    from teilhabe.centres.models import Centre
    from teilhabe.centres.operations import create_centre
    from teilhabe.centres.scope import in_centre
    from teilhabe.matching.queries import hits_for

    questions = [json.loads(line) for line in (REFERENCE / "integreat-qa-dev" / "questions.jsonl").open()]
    results: dict[str, list[int]] = {}
    for region, (ags, name) in centres.items():
        slug = f"{region}-{what}"
        centre = Centre.objects.filter(ags=ags).first() or create_centre(ags, by=None, name=name, slug=slug)
        take_in(region, centre.slug)
        with in_centre(centre):
            for question in (q for q in questions if q["region"] == region):
                answer = hits_for(question["question"], language=question["language"], limit=DEPTH)
                asked = str(question["page_id"])
                found = [asked in {hit.source_id, *hit.source_ids} for hit in answer.hits]
                place = found.index(True) if True in found else 99
                for key in (question["language"], f"{question['language']} on {question['page_language']} pages"):
                    results.setdefault(key, []).append(place)
    print(f"## Questions over real pages (OMoS-QA dev), as {what}\n\n| | n | recall@1 | recall@5 |\n|---|---|---|---|")
    for key, places in sorted(results.items()):
        hits = [sum(p < depth for p in places) / len(places) for depth in (1, 5)]
        print(f"| {key} | {len(places)} | {hits[0]:.3f} | {hits[1]:.3f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
