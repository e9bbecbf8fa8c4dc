"""What runs beside the answers: what was promised to be deleted is deleted."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.feedback.operations import forget_old_reports

FIRST, EVERY = 60.0, 3600.0  # seconds; whoever starts without a database is told so before

log = logging.getLogger("teilhabe.feedback")


def keep_forgetting(stop: threading.Event) -> None:
    """Until `stop`: once an hour, in every centre, what has been kept long enough is deleted."""
    wait = FIRST
    while not stop.wait(wait):
        wait = EVERY
        try:
            close_old_connections()
            forget_everywhere()
        except Exception:
            log.exception("old reports could not be deleted; the next try is in an hour")


def forget_everywhere() -> None:
    for centre in Centre.objects.all():
        with in_centre(centre):
            forget_old_reports()
