"""One process tree that answers: web server and task worker, started and ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from teilhabe.centres.queries import check_default_centre

PATIENCE = 60  # seconds to wait for the first answer
THREADS = 4  # a thread per slow reader; the encoder and SQLite release the interpreter


def _end_with_parent() -> None:
    """On Linux the kernel ends a child when its parent is killed, so that nothing holds the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Command(BaseCommand):
    help = "Answer on a port, in the foreground, with the task worker. SIGTERM ends everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--no-tasks", action="store_true", help="without the task worker")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError("the database is empty or old; say: teilhabe migrate")
        check_default_centre()
        connection.close()
        _refuse_taken_port(host, port)
        call_command("collectstatic", interactive=False, verbosity=0)
        children = [self._web(host, port, options["workers"])]
        if not options["no_tasks"]:
            children.append(_start("-m", "teilhabe.config.commandline", "work"))
        ended = self._end_on_signals(children)
        try:
            self._announce(host, port, children)
            self._watch(children, ended)
        finally:
            _end(children)

    def _web(self, host: str, port: int, workers: int) -> subprocess.Popen[bytes]:
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return _start(
            "-m", "gunicorn", "teilhabe.config.wsgi:application", "--config", "python:teilhabe.config.webserver",
            "--bind", address, "--workers", str(workers), "--threads", str(THREADS), "--worker-class", "gthread",
            "--keep-alive", "15", "--preload", "--timeout", "60", "--graceful-timeout", "5", "--log-level", "warning",
            "--no-control-socket",
        )  # fmt: skip

    def _end_on_signals(self, children: list[subprocess.Popen[bytes]]) -> list[int]:
        ended: list[int] = []

        def end(number: int, _: FrameType | None) -> None:
            ended.append(number)
            for child in children:
                child.terminate()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        return ended

    def _announce(self, host: str, port: int, children: list[subprocess.Popen[bytes]]) -> None:
        shown = f"[{host}]" if ":" in host else host
        asked = "127.0.0.1" if host == "0.0.0.0" else shown  # noqa: S104 asked for by the operator
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            if children[0].poll() is not None:
                raise CommandError("the web server did not start; its words stand above")
            try:
                urllib.request.urlopen(f"http://{asked}:{port}/health", timeout=5).read()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            else:
                self.stdout.write(f"Teilhabe answers on http://{shown}:{port}")
                self.stdout.flush()
                return
        raise CommandError(f"no answer within {PATIENCE} seconds")

    def _watch(self, children: list[subprocess.Popen[bytes]], ended: list[int]) -> None:
        """Until a signal comes: a dead task worker is started again, a dead web server ends us."""
        while not ended:
            if children[0].poll() is not None and not ended:
                raise CommandError("the web server has ended")
            if len(children) > 1 and children[1].poll() is not None and not ended:
                self.stderr.write("the task worker has ended; starting it again")
                time.sleep(1)
                children[1] = _start("-m", "teilhabe.config.commandline", "work")
            time.sleep(0.2)


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([sys.executable, *arguments], env=environment, preexec_fn=_end_with_parent)  # noqa: S603 no threads here


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise CommandError(f"port {port} on {host} cannot be used: {fault.strerror}") from fault
        except OverflowError as fault:
            raise CommandError(f"port {port} cannot be used: ports go from 1 to 65535") from fault
