"""Runs are written here, finished or on their way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from teilhabe.jobs.models import Run, RunItem


@transaction.atomic
def record_run(
    kind: str,
    *,
    started_at: datetime,
    total: int,
    counts: dict[str, int],
    items: Iterable[tuple[int, str, str]] = (),
) -> Run:
    """Keep what a finished piece of work did: `counts` by outcome, `items` (position, outcome, reason) to look at."""
    run: Run = Run.objects.create(
        kind=kind, started_at=started_at, finished_at=timezone.now(), total=total, counts=counts
    )
    RunItem.objects.bulk_create(
        RunItem(run=run, position=position, outcome=outcome, reason=reason[:300]) for position, outcome, reason in items
    )
    return run
