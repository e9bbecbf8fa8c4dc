"""What runs beside the answers: every index of this node is kept current."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.matching.operations import forget_told_needs, is_current, refresh_index

EVERY = 0.4  # seconds between two looks: a published offer is found within 2 s
FORGET_EVERY = 9000  # looks: about an hour

log = logging.getLogger("teilhabe.matching")


def keep_indexes(stop: threading.Event) -> None:
    """Until `stop`: rebuild the index of each centre whose version has moved; a fault in one stops no other."""
    looks = 0
    while not stop.wait(EVERY):
        close_old_connections()
        for centre in Centre.objects.all():
            try:
                if not is_current(centre):
                    refresh_index(centre)
                if looks % FORGET_EVERY == 0:
                    with in_centre(centre):
                        forget_told_needs()
            except Exception:
                log.exception("the index of %s could not be made current", centre.slug)
                stop.wait(5)
        looks += 1
