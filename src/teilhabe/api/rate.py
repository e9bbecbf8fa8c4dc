"""How often one client may search: counted in this process's memory, by the minute."""

from __future__ import annotations

import time
from threading import Lock

WINDOW = 60  # seconds
MOST_CLIENTS = 10_000  # addresses are the clients' to choose: memory stays bounded

_counts: dict[str, int] = {}
_window = 0
_lock = Lock()


def seconds_to_wait(client: str, rate: int) -> int:
    """Count one search of `client`: 0 while it stays within `rate` a minute, else the seconds until it may again."""
    global _window
    now = time.time()
    window = int(now // WINDOW)
    with _lock:
        if window != _window or len(_counts) > MOST_CLIENTS:
            _counts.clear()
            _window = window
        _counts[client] = count = _counts.get(client, 0) + 1
    return 0 if count <= rate else int((window + 1) * WINDOW - now) + 1


def forget() -> None:
    """For tests."""
    _counts.clear()
