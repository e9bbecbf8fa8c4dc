"""Killed in the middle of writing: what was acknowledged is there after the next start."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import sys
import threading
import time
import urllib.error
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings

from tests.config.house import House, Server, is_alive

pytestmark = pytest.mark.slow


def rows(house: House, query: str) -> list[str]:
    with sqlite3.connect(house.home / "teilhabe.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [row[0] for row in database.execute(query)]


def tell_until_killed(port: int, mark: str, acknowledged: list[str]) -> None:
    """Press "tell the centre" again and again; what was answered with 303 counts as acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for number in range(100_000):
        text = f"{mark} {number}"
        try:
            connection.request(
                "POST", "/de/tell", urlencode({"text": text}), {"Content-Type": "application/x-www-form-urlencoded"}
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return
        if answer.status == 303:
            acknowledged.append(text)


def found_titles(server: Server, titles: list[str], patience: float = 20) -> list[str]:
    """Which of `titles` are the first hit for themselves, once the index has caught up."""
    give_up = time.monotonic() + patience
    found: list[str] = []
    for title in titles:
        while title not in found and time.monotonic() < give_up:
            try:
                hits = json.loads(server.get(f"/api/v1/search?limit=1&q={quote(title)}"))["hits"]
            except urllib.error.HTTPError as refusal:
                assert refusal.code == 503  # noqa: PT017 no index yet
                hits = []
            found += [hit["title"] for hit in hits if hit["title"] == title]
            time.sleep(0 if title in found else 0.2)
    return found


def test_told_needs_survive_the_kill_of_all_processes(house: House):
    acknowledged: list[str] = []
    with house.serving() as server:
        writers = [
            threading.Thread(target=tell_until_killed, args=(server.port, f"Ich suche {n}", acknowledged))
            for n in range(3)
        ]
        for writer in writers:
            writer.start()
        time.sleep(1.5)
        server.kill()
        for writer in writers:
            writer.join(timeout=30)
    assert len(acknowledged) > 20
    with house.serving() as server:
        assert json.loads(server.get("/health"))["status"] == "ok"
        kept = rows(house, "SELECT text FROM matching_toldneed")
        assert sorted(set(acknowledged) - set(kept)) == []
        assert len(kept) <= len(acknowledged) + 3  # at most what was on the way when the end came


def test_published_offers_survive_and_are_found(house: House):
    """Publisher, web processes and task worker die while the index is built; the next start rebuilds it."""
    with house.serving() as server:
        publisher = house.start(sys.executable, "-m", "tests.config.publishing", "a")
        time.sleep(3)
        publisher.kill()
        server.kill()
        said = publisher.communicate()[0]
    # a last line without its end was not said
    acknowledged = [line.strip() for line in said.splitlines(keepends=True) if line.endswith("\n")]
    assert len(acknowledged) > 10
    (house.home / "index" / "leverkusen.bin").write_bytes(b"half a file")
    with house.serving() as server:
        kept = rows(
            house, "SELECT title FROM directory_offer JOIN directory_publication ON offer_id = directory_offer.id"
        )
        assert sorted(set(acknowledged) - set(kept)) == []
        asked = [acknowledged[0], acknowledged[len(acknowledged) // 2], acknowledged[-1]]
        assert found_titles(server, asked) == asked


def test_a_write_is_on_the_disk_before_it_is_acknowledged(house: House):
    """A kill leaves the system's buffers alone, a power cut does not: the setting is what can be tested here."""
    assert "synchronous=FULL" in settings.SQLITE_OPTIONS["init_command"]
    said = house.start(
        sys.executable, "-c",
        "import django; django.setup(); from django.db import connection as c; k = c.cursor();"
        "print(*k.execute('PRAGMA synchronous').fetchone(), *k.execute('PRAGMA journal_mode').fetchone())",
    ).communicate()[0]  # fmt: skip
    assert said.split() == ["2", "wal"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_of_the_parent_is_the_end_of_all(house: House, number: int):
    with house.serving("--workers", "2") as server:
        assert len(server.note_family()) >= 5  # parent, master, two web processes, task worker
        assert server.end(number) == set()
        assert server.process.wait() == 0


def test_a_killed_parent_leaves_nobody_at_the_port(house: House):
    with house.serving() as server:
        assert server.end(signal.SIGKILL) == set()


def test_sigterm_under_requests_ends_in_time(house: House):
    with house.serving() as server:
        writer = threading.Thread(target=tell_until_killed, args=(server.port, "Noch", []))
        writer.start()
        time.sleep(0.5)
        assert server.end() == set()
        writer.join(timeout=20)
        assert not writer.is_alive()


@pytest.mark.model
def test_sigterm_while_vectors_are_computed_leaves_no_process(house: House, tmp_path: Path):
    """A large table taken in with --later keeps the task worker busy for a minute."""
    table = tmp_path / "offers.jsonl"
    lines = [
        {"source_id": str(n), "title": f"Beratung {n}", "organisation": "Verein", "summary": f"Wir helfen {n}. " * 9}
        for n in range(400)
    ]
    table.write_text("\n".join(json.dumps(line) for line in lines))
    house.more = {}
    house.run("import", "offers", str(table), "--centre", "leverkusen", "--publish", "--later")
    with house.serving() as server:
        give_up = time.monotonic() + 40
        while not 0 < (done := int(rows(house, "SELECT COUNT(*) FROM matching_vector")[0])) < len(lines):
            assert time.monotonic() < give_up, f"{done} vectors; {server.said}"
            time.sleep(0.1)
        assert server.end() == set()
        assert server.process.wait() == 0


def test_a_dead_task_worker_is_started_again(house: House):
    with house.serving() as server:
        worker = next(
            one for one in server.note_family() if b"\0work\0" in Path(f"/proc/{one[0]}/cmdline").read_bytes()
        )
        os.kill(worker[0], signal.SIGKILL)
        give_up = time.monotonic() + 15
        while is_alive(worker) or not any(
            b"\0work\0" in Path(f"/proc/{one[0]}/cmdline").read_bytes() for one in server.note_family() if is_alive(one)
        ):
            assert time.monotonic() < give_up
            time.sleep(0.1)
        assert json.loads(server.get("/health"))["status"] == "ok"
