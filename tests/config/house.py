"""A whole Teilhabe of its own for a test: its home, its commands, its server, as an operator has them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "teilhabe.config.commandline")
START = 60  # seconds a server may take


@dataclass
class House:
    """One TEILHABE_HOME; `more` are further variables of its environment. SQLite unless they say otherwise."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {n: v for n, v in os.environ.items() if not n.startswith("TEILHABE_") and n != "DATABASE_URL"}
        return {**kept, "TEILHABE_HOME": str(self.home), "OMP_NUM_THREADS": "1", **self.more}

    def run(self, *words: str, exits: int = 0) -> subprocess.CompletedProcess[str]:
        """A command of `teilhabe`, as typed; it must exit with `exits`."""
        done = self.start(*COMMAND, *words)
        out, err = done.communicate(timeout=180)
        assert done.returncode == exits, f"{words}: exit {done.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(words, done.returncode, out, err)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Any program in this house's environment, with its output to read; in a process group of its own."""
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    @contextmanager
    def serving(self, *options: str) -> Iterator[Server]:
        """`teilhabe serve` on a free port, ready to answer; ended at the end, whatever happens."""
        server = Server(self, *options)
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.kill()


class Server:
    """A running `teilhabe serve`, and every process it started."""

    def __init__(self, house: House, *options: str) -> None:
        self.port = free_port()
        self.began = time.perf_counter()
        self.process = house.start(*COMMAND, "serve", "--port", str(self.port), *options)
        self.family = family(self.process.pid)
        self.said: list[str] = []
        self.is_ready = threading.Event()
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._listen, args=(stream,), daemon=True).start()

    def _listen(self, stream: Any) -> None:
        for line in stream:
            self.said.append(line)
            if "answers on" in line:
                self.is_ready.set()

    def wait_until_ready(self) -> None:
        give_up = time.monotonic() + START
        while not self.is_ready.wait(0.01):
            assert self.process.poll() is None, f"the server ended: {''.join(self.said)}"
            assert time.monotonic() < give_up, "the server did not answer"
        self.note_family()

    def note_family(self) -> set[Process]:
        """Remember who runs now: whoever loses its parent can no longer be found by it."""
        self.family |= family(self.process.pid)
        return self.family

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address(path), timeout=30) as answer:
            return str(answer.read().decode())

    def end(self, number: int = signal.SIGTERM, patience: float = 10) -> set[Process]:
        """Send a signal to the parent alone; which processes are left after at most `patience` seconds."""
        self.note_family()
        os.kill(self.process.pid, number)
        give_up = time.monotonic() + patience
        while (left := {one for one in self.family if is_alive(one)}) and time.monotonic() < give_up:
            self.process.poll()
            time.sleep(0.02)
        return left

    def kill(self) -> None:
        """SIGKILL to every process at once."""
        for one in self.note_family():
            if is_alive(one):
                os.kill(one[0], signal.SIGKILL)
        self.process.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Process = tuple[int, str]  # a number is given again after a while; with the time of its start it is not


def _stat(pid: int) -> list[str]:
    """State, parent and so on of a process; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def is_alive(process: Process) -> bool:
    found = _stat(process[0])
    return bool(found) and found[0] != "Z" and found[19] == process[1]


def family(pid: int) -> set[Process]:
    """`pid` and the living processes that it started, and they in turn."""
    known = {int(p.name): found for p in Path("/proc").glob("[0-9]*") if (found := _stat(int(p.name)))}
    mine = {pid} & set(known)
    while more := {child for child, found in known.items() if int(found[1]) in mine} - mine:
        mine |= more
    return {(one, known[one][19]) for one in mine if known[one][0] != "Z"}
