"""What a hit tells of a guide page: its title, where it stands, and the passage that answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

import numpy as np

from teilhabe.core.languages import interface_of, reading_order
from teilhabe.editorial.queries import PageTree, documents
from teilhabe.matching.answers import Quote, Shown
from teilhabe.matching.documents import document_of_page
from teilhabe.matching.finding import Finding, query_vector
from teilhabe.matching.head import head
from teilhabe.matching.index import CentreIndex
from teilhabe.matching.texts import Piece, pieces, words_in_common


@dataclass(frozen=True)
class ShownPage(Shown):
    """A public page; `slug` is its path in the language of the interface nearest to the reader's."""

    pieces: dict[int, Piece] = field(default_factory=dict)  # in the language of the title, by their number in the index


def shown_pages(keys: Iterable[str], language: str) -> dict[str, ShownPage]:
    """Those of `keys` that are public; five queries."""
    tree, order = PageTree(), reading_order(language)
    found = {}
    for key, versions in groupby(documents([UUID(key) for key in keys], tree), key=lambda page: page.key):
        told = list(versions)
        document = document_of_page(told, [])
        best = min(document.versions, key=lambda v: order.index(v.language) if v.language in order else len(order))
        found[str(key)] = ShownPage(
            title=best.title,
            language=best.language,
            slug=tree.path(key, interface_of(language)),
            source_ids=told[0].source_ids,
            pieces={n: piece for n, piece in enumerate(pieces(document)) if piece.language == best.language},
        )
    return found


def quote_of(index: CentreIndex, row: int, page: ShownPage, finding: Finding) -> Quote | None:
    """The passage of `page`, which stands in this row, that is nearest to what was asked; None when it has no text."""
    part = index.passages_of(row)
    vector = query_vector(finding.text)
    there = [n for n, number in enumerate(index.arrays["passage_number"][part].tolist()) if number in page.pieces]
    if vector is not None and there:
        query = vector - head().mean_of(finding.wishes.language)
        likeness = index.passage_similarities(query / np.linalg.norm(query), part)[there]
        piece = page.pieces[int(index.arrays["passage_number"][part][there[int(likeness.argmax())]])]
    else:
        piece = max(page.pieces.values(), key=lambda told: words_in_common(finding.text, told.text))
    return Quote(piece.quote, piece.language, piece.heading, piece.anchor) if piece.quote else None
