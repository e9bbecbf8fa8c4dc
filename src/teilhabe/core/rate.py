"""How often one client may do something: counted in this process's memory, by windows of time."""

from __future__ import annotations

import time
from threading import Lock

MOST_CLIENTS = 10_000  # addresses are the clients' to choose: memory stays bounded


class Rate:
    """Counts deeds by client within windows of `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._counts: dict[str, int] = {}
        self._window = 0
        self._lock = Lock()

    def seconds_to_wait(self, client: str, most: int) -> int:
        """Count one deed of `client`: 0 while it stays within `most` a window, else the seconds until it may again."""
        now = time.time()
        window = int(now // self.seconds)
        with self._lock:
            if window != self._window or len(self._counts) > MOST_CLIENTS:
                self._counts.clear()
                self._window = window
            self._counts[client] = count = self._counts.get(client, 0) + 1
        return 0 if count <= most else int((window + 1) * self.seconds - now) + 1

    def forget(self) -> None:
        """For tests."""
        self._counts.clear()
