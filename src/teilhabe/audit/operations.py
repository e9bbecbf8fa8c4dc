"""The one way into the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db import models

from teilhabe.audit.models import Entry

_NAME = re.compile(r"^[a-z][a-z0-9_.]*$")


def record(
    deed: str,
    target: models.Model | None = None,
    *,
    by: models.Model | None,
    centre: str = "",
    fields: Iterable[str] = (),
) -> Entry:
    """Write that `by` (None: the house itself) did `deed` to `target`; `fields` are names, never values."""
    names = sorted(fields)
    if wrong := [name for name in (deed, *names) if not _NAME.fullmatch(name)]:
        raise ValueError(f"an audit entry holds names, not texts: {wrong[0][:20]!r}")
    return Entry.objects.create(
        deed=deed,
        centre=centre,
        kind=target._meta.label_lower if target is not None else "",
        key=str(target.pk) if target is not None else "",
        by=str(by.pk) if by is not None else "",
        fields=names,
    )
