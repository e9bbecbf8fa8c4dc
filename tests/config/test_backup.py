"""Everything in one file and back: the same rows, on either database, also while somebody writes."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from teilhabe.core import backup
from tests.config.house import House

pytestmark = pytest.mark.slow
POSTGRESQL = os.environ.get("DATABASE_URL", "")

# of the database itself, and of the work at hand
NOT_COMPARED = {"django_migrations", "sqlite_sequence", "django_content_type", "auth_permission"}


def tables(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of an SQLite home."""
    with sqlite3.connect(home / "teilhabe.sqlite3") as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name not in NOT_COMPARED
        }


@pytest.fixture
def lived_in(house: House) -> House:
    """A house with offers, a file and a told need."""
    said = house.start(
        sys.executable, "-c",
        "import django; django.setup()\n"
        "from tests.config.publishing import publish\n"
        "[publish(f'Angebot {n} für Ä und ع') for n in range(30)]\n"
        "from teilhabe.centres.models import Centre\n"
        "from teilhabe.centres.scope import in_centre\n"
        "from teilhabe.matching.models import Vector\n"
        "from teilhabe.matching.operations import tell_centre\n"
        "from teilhabe.accounts.models import User\n"
        "Vector.objects.create(digest='0' * 32, data=bytes(range(256)))\n"
        "User.objects.create_user(email='frau@example.org', password='ein langes Wort')\n"
        "with in_centre(Centre.objects.get()): tell_centre('eine \\u0627 Zeile', 'ar')\n",
    ).communicate()  # fmt: skip
    assert said == ("", "")
    (house.home / "files" / "a").mkdir(parents=True)
    (house.home / "files" / "a" / "bild.png").write_bytes(b"\x89PNG\r\n\0")
    return house


def test_restore_gives_the_same_rows_and_files(lived_in: House, empty: House, tmp_path: Path):
    assert "rows of" in lived_in.run("backup", str(tmp_path / "b.zip")).stdout
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0  # it holds the key and people's addresses
    assert "teilhabe reindex" in empty.run("restore", str(tmp_path / "b.zip")).stdout
    before, after = tables(lived_in.home), tables(empty.home)
    assert len(before["directory_offer"]) == 30
    assert {name for name in before if before[name] != after[name]} == set()
    assert before.keys() == after.keys()
    assert (empty.home / "files" / "a" / "bild.png").read_bytes() == b"\x89PNG\r\n\0"
    assert (empty.home / "secret-key").read_bytes() == (lived_in.home / "secret-key").read_bytes()
    empty.run("migrate")  # nothing is left undone


def test_restored_house_goes_on_counting(lived_in: House, empty: House, tmp_path: Path):
    """New rows after a restore take numbers that no old row has."""
    lived_in.run("backup", str(tmp_path / "b.zip"))
    empty.run("restore", str(tmp_path / "b.zip"))
    empty.run("centre", "create", "05966000")
    assert len(tables(empty.home)["centres_centre"]) == 2


def test_only_an_empty_house_takes_a_backup(lived_in: House, tmp_path: Path):
    lived_in.run("backup", str(tmp_path / "b.zip"))
    before = tables(lived_in.home)
    said = lived_in.run("restore", str(tmp_path / "b.zip"), exits=1).stderr
    assert "is not empty" in said
    assert "Restore into a new one" in said
    assert tables(lived_in.home) == before


def test_a_refused_restore_upgrades_no_house_that_is_lived_in(lived_in: House, tmp_path: Path):
    lived_in.run("backup", str(tmp_path / "b.zip"))
    with sqlite3.connect(lived_in.home / "teilhabe.sqlite3") as database:  # as an older Teilhabe left it
        database.execute("DELETE FROM django_migrations WHERE app = 'django_tasks_database'")
        before = database.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert "is not empty" in lived_in.run("restore", str(tmp_path / "b.zip"), exits=1).stderr
    with sqlite3.connect(lived_in.home / "teilhabe.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone() == before


@pytest.mark.django_db
def test_nobody_else_reads_a_backup_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    modes = []

    def look(archive: zipfile.ZipFile, model: object) -> int:
        modes.append((tmp_path / "b.zip.partial").stat().st_mode & 0o777)
        return 0

    (tmp_path / "b.zip.partial").write_text("of a backup that was killed")
    monkeypatch.setattr(backup, "_write_rows", look)
    before = os.umask(0o022)
    try:
        backup.write_backup(tmp_path / "b.zip")
    finally:
        os.umask(before)
    assert set(modes) == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_backup_overwrites_nothing(house: House, tmp_path: Path):
    (tmp_path / "b.zip").write_text("mine")
    assert "overwrites nothing" in house.run("backup", str(tmp_path / "b.zip"), exits=1).stderr
    assert (tmp_path / "b.zip").read_text() == "mine"
    assert "no folder" in house.run("backup", str(tmp_path / "none" / "b.zip"), exits=1).stderr


def test_what_is_no_backup_is_refused_and_leaves_nothing(lived_in: House, empty: House, tmp_path: Path):
    whole = tmp_path / "b.zip"
    lived_in.run("backup", str(whole))
    half, text, cut_rows, few_rows = (tmp_path / f"{name}.zip" for name in ("half", "text", "cut", "few"))
    half.write_bytes(whole.read_bytes()[:4000])
    text.write_text("no zip")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut_rows, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body[:-40] if name == "rows/directory.publication.jsonl" else body)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(few_rows, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.splitlines(keepends=True)[0] if "directory.publication" in name else body)
    damaged, newer, other = (tmp_path / f"{name}.zip" for name in ("damaged", "newer", "other"))
    damaged.write_bytes(whole.read_bytes().replace(b"rows/directory.offer.jsonl", b"rows/directory.other.jsonl"))
    for target, change in (
        (newer, {"migrations": [["directory", "9999_later"]]}),
        (other, {"format": 99}),
    ):
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(target, "w") as written:
            for name in source.namelist():
                body = source.read(name)
                written.writestr(name, json.dumps(json.loads(body) | change) if name == "about.json" else body)
    for bad in (half, text, cut_rows, few_rows, damaged, newer, other, tmp_path / "missing.zip"):
        said = empty.run("restore", str(bad), exits=1).stderr
        assert said.startswith("teilhabe: ")
        assert "Traceback" not in said
        assert [path.name for path in empty.home.iterdir()] in ([], ["secret-key"]), bad
    empty.run("restore", str(whole))


def test_a_backup_while_somebody_writes_is_one_moment(lived_in: House, empty: House, tmp_path: Path):
    """No writer is refused meanwhile, and every offer in the backup has its publication and the version of its time."""
    writer = lived_in.start(sys.executable, "-m", "tests.config.publishing", "b")
    assert writer.stdout
    writer.stdout.readline()  # it writes
    lived_in.run("backup", str(tmp_path / "b.zip"))
    assert writer.poll() is None
    writer.kill()
    assert "Traceback" not in writer.communicate()[1]
    empty.run("restore", str(tmp_path / "b.zip"))
    rows = tables(empty.home)
    offers, publications = rows["directory_offer"], rows["directory_publication"]
    assert len(offers) == len(publications) > 30
    with sqlite3.connect(empty.home / "teilhabe.sqlite3") as database:
        assert database.execute("SELECT version FROM centres_centre").fetchone()[0] >= len(publications)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_writers_wait_for_no_backup(lived_in: House, tmp_path: Path):
    """The longest a writer waits while a backup of some size is written: not the backup's whole time."""
    with sqlite3.connect(lived_in.home / "teilhabe.sqlite3") as database:
        database.executemany(
            "INSERT INTO matching_vector (digest, data) VALUES (?, ?)",
            ((uuid4().hex, os.urandom(388)) for _ in range(30_000)),
        )
    backup = lived_in.start(sys.executable, "-m", "teilhabe.config.commandline", "backup", str(tmp_path / "b.zip"))
    began, longest = time.monotonic(), 0.0
    while backup.poll() is None:
        asked = time.monotonic()
        with contextlib.closing(sqlite3.connect(lived_in.home / "teilhabe.sqlite3", timeout=60)) as database:
            database.execute("UPDATE centres_centre SET version = version + 1")
            database.commit()
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.02)
    assert backup.wait() == 0, backup.communicate()
    assert longest < (time.monotonic() - began) / 3


@pytest.fixture
def on_postgresql(tmp_path: Path) -> Iterator[House]:
    """An empty house on a database of its own in the server these tests run on."""
    import psycopg

    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        address = urlsplit(POSTGRESQL)._replace(path=f"/{name}").geturl()
        yield House(tmp_path / "node", {"TEILHABE_ENCODER": "none", "DATABASE_URL": address})
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_house_moves_to_postgresql_and_back(lived_in: House, on_postgresql: House, empty: House, tmp_path: Path):
    lived_in.run("backup", str(tmp_path / "a.zip"))
    on_postgresql.run("restore", str(tmp_path / "a.zip"))
    on_postgresql.run("centre", "create", "05966000")  # numbers go on after the restored ones
    on_postgresql.run("backup", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert json.loads(archive.read("about.json"))["rows"]["directory.offer"] == 30
    empty.run("restore", str(tmp_path / "b.zip"))
    before, after = tables(lived_in.home), tables(empty.home)
    for name in ("directory_offer", "directory_publication", "matching_vector", "matching_toldneed", "accounts_user"):
        assert before[name] == after[name], name
    assert len(after["centres_centre"]) == 2
