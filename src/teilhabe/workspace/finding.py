"""What is typed of an offer, as the matching sees it."""

from __future__ import annotations

from dataclasses import replace

from teilhabe.directory.contents import Content
from teilhabe.directory.models import Offer
from teilhabe.matching import documents
from teilhabe.matching.previews import Rank, preview_ranks
from teilhabe.matching.queries import NotReady
from teilhabe.matching.texts import Document


def ranks_of(offer: Offer, language: str, typed: Content | None = None) -> list[Rank] | None:
    """For which needs the offer would be found; with what is `typed` in place of what is saved. None without index."""
    (document,) = documents.load([str(offer.pk)])
    try:
        return preview_ranks(with_typed(document, typed) if typed else document, language)
    except NotReady:
        return None


def with_typed(document: Document, typed: Content) -> Document:
    more = " ".join(typed[name] for name in ("conditions", "registration", "cost", "bring"))
    return replace(
        document,
        **{name: typed[name] for name in ("title", "summary", "description", "category", "questions", "languages")},
        more=more,
        groups=typed["target_groups"],
        audiences=typed["audiences"],
        free=typed["is_free"],
        **{name: typed[name] for name in ("online", "women_only", "childcare")},
    )
