"""Reads over needs."""

from __future__ import annotations

from teilhabe.core.text import fold
from teilhabe.vocabulary.models import Need


def needs_by_name() -> dict[str, Need]:
    """Every need by what a table may call it: its id, its German and its English label, folded."""
    found: dict[str, Need] = {}
    for need in Need.objects.all():
        for name in (need.id, need.label("de"), need.label("en")):
            found.setdefault(fold(name), need)
    return found
