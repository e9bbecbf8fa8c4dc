"""What runs beside the answers: every index of this node is kept current."""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections

from teilhabe.centres.models import Centre
from teilhabe.centres.scope import in_centre
from teilhabe.core.encoder import encoder_name
from teilhabe.matching.index import open_index
from teilhabe.matching.operations import (
    compute_vectors,
    forget_told_needs,
    is_current,
    rebuild_index,
    texts_without_vector,
)
from teilhabe.matching.vectors import AT_ONCE

EVERY = 0.4  # seconds between two looks: a published offer is found within 2 s
SHOW_EVERY = 30.0  # seconds: how long new vectors may wait while there are more to come
PATIENCE = 30.0  # seconds before a centre that failed is tried again
FORGET_EVERY = 3600.0

log = logging.getLogger("teilhabe.matching")


class Keeper:
    """Looks at every centre in turn; what takes long is done in small pieces, so that no centre waits for another."""

    def __init__(self) -> None:
        self.pending: dict[str, list[str]] = {}  # texts that wait for their vectors
        self.shown: dict[str, float] = {}
        self.failed: dict[str, float] = {}
        self.forgotten = 0.0

    def look(self) -> None:
        """One round over all centres; a fault in one stops no other."""
        now = time.monotonic()
        for centre in Centre.objects.all():
            if now - self.failed.get(centre.slug, -PATIENCE) < PATIENCE:
                continue
            try:
                self.keep(centre)
            except Exception:
                self.failed[centre.slug] = now
                log.exception("the index of %s could not be made current", centre.slug)
        if now - self.forgotten > FORGET_EVERY or not self.forgotten:
            self.forgotten = now
            for centre in Centre.objects.all():
                with in_centre(centre):
                    forget_told_needs()

    def keep(self, centre: Centre) -> None:
        """Show what has changed (a few new texts with their vectors), then give a few more texts theirs."""
        slug = centre.slug
        if not is_current(centre):
            self._show(centre)
        elif slug not in self.pending:
            index = open_index(slug)
            self.pending[slug] = []
            if index is not None and not index.is_complete and encoder_name():
                with in_centre(centre):
                    self.pending[slug] = texts_without_vector(index)
        if not self.pending[slug]:
            return
        batch, self.pending[slug] = self.pending[slug][:AT_ONCE], self.pending[slug][AT_ONCE:]
        if not compute_vectors(batch):
            self.pending[slug] = []
        elif not self.pending[slug] or time.monotonic() - self.shown[slug] > SHOW_EVERY:
            self._show(centre)

    def _show(self, centre: Centre) -> None:
        index = rebuild_index(centre)
        self.shown[centre.slug] = time.monotonic()
        with in_centre(centre):
            has_more = not index.is_complete and bool(encoder_name())
            self.pending[centre.slug] = texts_without_vector(index) if has_more else []


def keep_indexes(stop: threading.Event) -> None:
    """Until `stop`: keep the index of each centre of this node current, whatever happens to the database meanwhile."""
    keeper = Keeper()
    while not stop.wait(EVERY):
        try:
            close_old_connections()
            keeper.look()
        except Exception:
            log.exception("the keeper of the indexes stumbled; it goes on")
            stop.wait(2)
