"""Reads over needs."""

from __future__ import annotations

from teilhabe.core.text import fold
from teilhabe.vocabulary.models import HiddenNeed, Need, NeedWording


def needs_by_name() -> dict[str, Need]:
    """Every need by what a table may call it: its id, its German and its English label, folded."""
    found: dict[str, Need] = {}
    for need in Need.objects.all():
        for name in (need.id, need.label("de"), need.label("en")):
            found.setdefault(fold(name), need)
    return found


def needs_of_centre() -> list[Need]:
    """The needs as the centre in scope shows them: without the hidden ones, with its own wordings."""
    hidden = set(HiddenNeed.objects.values_list("need_id", flat=True))
    worded = list(NeedWording.objects.all())
    found = [need for need in Need.objects.all() if need.pk not in hidden]
    by_id = {need.pk: need for need in found}
    for own in worded:
        if own.need_id in by_id:
            need = by_id[own.need_id]
            need.labels = {**need.labels, own.language: own.label}
            need.helps = {**need.helps, own.language: own.help} if own.help else need.helps
    return found
