"""How long a published offer takes until every process of a running server finds it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from tests.config.house import House, Server

IN_A_ROW = 8  # so many new connections in a row find it: no process is left behind
GIVE_UP = 60.0  # seconds


@contextmanager
def publisher(house: House, centre: str = "") -> Iterator[subprocess.Popen[str]]:
    """A process that waits for titles to publish."""
    options = ["--centre", centre] if centre else []
    process = house.start(sys.executable, "-m", "tests.config.publishing", *options)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def delay(process: subprocess.Popen[str], server: Server, title: str, centre: str = "") -> float:
    """Publish `title`; seconds from its commit to the last answer that did not have it."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(title + "\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == title
    since = last_without = time.monotonic()
    in_a_row = 0
    address = f"/api/v1/search?limit=3&q={quote(title)}" + (f"&centre={centre}" if centre else "")
    while in_a_row < IN_A_ROW and time.monotonic() - since < GIVE_UP:
        if title in _titles(server, address):
            in_a_row += 1
        else:
            last_without, in_a_row = time.monotonic(), 0
            time.sleep(0.02)
    assert in_a_row == IN_A_ROW, f"{title} was not found within {GIVE_UP} s"
    return last_without - since


def _titles(server: Server, address: str) -> list[str]:
    try:
        return [hit["title"] for hit in json.loads(server.get(address))["hits"]]
    except urllib.error.HTTPError as refusal:
        if refusal.code == 503:  # there is no index yet
            return []
        raise
