"""The load: a process of its own that asks over kept connections and says what it measured as JSON.

Reads one object from its input: {"port", "host", "paths", "connections", "seconds", "gzip"}. Without `seconds` every
path is asked once, one after another, on one connection (with "anew": on one of its own); with it, all connections ask
in turn until time is up.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from typing import Any

_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
_TIMING = re.compile(rb"(?i)server-timing: ([^\r]*)")


class Connection:
    """A kept HTTP/1.1 connection, as thin as can be: the client shares the cores with the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body."""
        self._socket.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._read()
        head = data[:end]
        found = _LENGTH.search(head)
        if not found:
            raise OSError(f"no length in {head!r}")
        missing = int(found[1]) - (len(data) - end - 4)
        body = [data[end + 4 :]]
        while missing > 0:
            body.append(self._read())
            missing -= len(body[-1])
        return int(data[9:12]), head, b"".join(body)

    def _read(self) -> bytes:
        piece = self._socket.recv(65536)
        if not piece:
            raise OSError("the server closed the connection")
        return piece


def request_for(asked: dict[str, Any], path: str) -> bytes:
    gzip = "Accept-Encoding: gzip\r\n" if asked.get("gzip") else ""
    return f"GET {path} HTTP/1.1\r\nHost: {asked['host']}:{asked['port']}\r\n{gzip}\r\n".encode()


def one_by_one(asked: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds of each path, of them in the encoder and in the search as the server says; statuses, refusals."""
    connection = Connection(asked["port"])
    times, encoder, search, statuses = [], [], [], []
    for path in asked["paths"]:
        request = request_for(asked, path)
        if asked.get("anew"):  # a server may hang up on what is no good request
            connection = Connection(asked["port"])
        began = time.perf_counter()
        status, head, _ = connection.ask(request)
        times.append((time.perf_counter() - began) * 1000)
        statuses.append(status)
        if found := _TIMING.search(head):
            durations = [float(part.partition("dur=")[2]) for part in found[1].split(b", ") for part in [part.decode()]]
            encoder.append(durations[0])
            search.append(durations[1])
    faults = sum(status != 200 for status in statuses)
    return {"times": times, "encoder": encoder, "search": search, "statuses": statuses, "faults": faults}


def until_time_is_up(asked: dict[str, Any]) -> dict[str, Any]:
    """Answers per second over all connections. `{n}` in a path becomes a number that never comes back."""
    counts, faults = [0] * asked["connections"], [0] * asked["connections"]
    stop = time.perf_counter() + asked["seconds"]

    def work(number: int) -> None:
        connection, step = Connection(asked["port"]), number
        while time.perf_counter() < stop:
            path = asked["paths"][step % len(asked["paths"])].replace("{n}", f"{number}-{step}")
            status, _, _ = connection.ask(request_for(asked, path))
            counts[number] += 1
            faults[number] += status != 200
            step += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(asked["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"rate": sum(counts) / (time.perf_counter() - began), "answers": sum(counts), "faults": sum(faults)}


def main() -> None:
    asked = json.load(sys.stdin)
    json.dump((until_time_is_up if asked.get("seconds") else one_by_one)(asked), sys.stdout)


if __name__ == "__main__":
    main()
