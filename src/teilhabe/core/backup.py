"""Everything in one file, portable between SQLite and PostgreSQL: a zip of rows as JSON lines and of the files.

Rows are read in one transaction, so that a backup under load is one moment's truth. The search index and vectors'
files are derived and stay out.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from teilhabe import __version__

FORMAT = 1
BATCH = 500


class BackupRefused(Exception):
    """The backup cannot be written or read; the message says what to do."""


class Exact(DjangoJSONEncoder):
    """Times to the microsecond: Django's encoder cuts them to milliseconds."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def write_backup(file: Path) -> dict[str, int]:
    """Write database and files to `file` (not yet there); rows by table."""
    if file.exists():
        raise BackupRefused(f"{file} is there already; a backup overwrites nothing.")
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent}.")
    counts: dict[str, int] = {}
    partial = file.with_name(file.name + ".partial")
    partial.unlink(missing_ok=True)  # of a backup that was killed
    try:
        with _private(partial) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            with _one_moment():
                for model in _models():
                    counts[model._meta.label_lower] = _write_rows(archive, model)
                migrations = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
            about = {"format": FORMAT, "version": __version__, "migrations": migrations, "rows": counts}
            archive.writestr("about.json", json.dumps(about, indent=1))
            for path in _files():
                archive.write(path, f"files/{path.relative_to(_files_folder())}")
            if (key := settings.TEILHABE_HOME / "secret-key").exists():
                archive.write(key, "secret-key")
        partial.rename(file)
    finally:
        partial.unlink(missing_ok=True)
    return counts


def _private(file: Path) -> IO[bytes]:
    """A new file that nobody else may read: it holds the key and people's addresses."""
    return os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees one state of the database and keeps no writer waiting."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()  # sets the mode of its settings
    usual = getattr(database, "transaction_mode", None)
    try:
        database.transaction_mode = "DEFERRED"  # SQLite's IMMEDIATE holds the one lock for writing
        with transaction.atomic():
            if database.vendor == "postgresql":
                database.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        database.transaction_mode = usual


def check_backup(file: Path) -> None:
    """Raise BackupRefused unless `file` is a whole backup and the database empty or none; writes nothing."""
    with _opened(file) as archive:
        about = _about(archive)
        for name, count in about["rows"].items():
            if _whole_rows(archive, name) != count:
                raise BackupRefused(f"{file} is damaged: rows of {name} are missing.")
    known = MigrationLoader(None).disk_migrations
    if unknown := [m for m in about["migrations"] if tuple(m) not in known]:
        raise BackupRefused(f"The backup is newer than this Teilhabe: it knows no {'.'.join(unknown[0])}.")
    tables = connection.introspection.table_names()
    kept = [m for m in _models() if m._meta.db_table in tables and m._meta.label_lower not in _OF_MIGRATE]
    if model := next((m for m in kept if models.QuerySet(m).exists()), None):
        raise BackupRefused(
            f"TEILHABE_HOME is not empty: there are rows in {model._meta.db_table}. Restore into a new one."
        )


def read_backup(file: Path) -> dict[str, int]:
    """Fill the migrated database and the files from `file`, which `check_backup` let pass; all or nothing."""
    with _opened(file) as archive, transaction.atomic():
        about = _about(archive)
        with connection.constraint_checks_disabled():
            for model in reversed(_models()):
                models.QuerySet(model)._raw_delete(connection.alias)
            for model in _models():
                _read_rows(archive, model)
        connection.check_constraints()
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            connection.cursor().execute(statement)
        _read_files(archive)
    return dict(about["rows"])


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (OSError, zipfile.BadZipFile) as fault:
        raise BackupRefused(f"{file} is no backup of Teilhabe.") from fault


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads(archive.read("about.json"))
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise BackupRefused(f"{archive.filename} is no backup of Teilhabe.") from fault
    if about.get("format") != FORMAT:
        raise BackupRefused(
            f"{archive.filename} is a backup of another format; read it with Teilhabe {about.get('version')}."
        )
    return about


def _whole_rows(archive: zipfile.ZipFile, label: str) -> int:
    """How many rows of a table there are, each of them whole."""
    name = f"rows/{label}.jsonl"
    try:
        with archive.open(name) as lines:
            return sum(1 for line in lines if json.loads(line))
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as fault:
        raise BackupRefused(f"{archive.filename} is damaged: {name} cannot be read.") from fault


def _models() -> list[type[models.Model]]:
    """Every table, those pointed at first."""
    waiting = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    waiting.sort(key=lambda m: m._meta.label_lower)
    done: list[type[models.Model]] = []
    while waiting:
        ready = [
            m
            for m in waiting
            if all(
                f.related_model in done or f.related_model is m or not isinstance(f, models.ForeignKey)
                for f in m._meta.concrete_fields
                if f.is_relation
            )
        ] or waiting[:1]
        done += ready
        waiting = [m for m in waiting if m not in ready]
    return done


# rows that a freshly migrated database has of itself
_OF_MIGRATE = {"contenttypes.contenttype", "auth.permission"}


def _write_rows(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    count = 0
    with archive.open(f"rows/{model._meta.label_lower}.jsonl", "w", force_zip64=True) as lines:
        # a plain QuerySet: a backup is the one reader that crosses centres
        row: models.Model
        for row in models.QuerySet(model).order_by("pk").iterator(chunk_size=BATCH):
            lines.write(serializers.serialize("jsonl", [row], cls=Exact).encode())
            count += 1
    return count


def _read_rows(archive: zipfile.ZipFile, model: type[models.Model]) -> None:
    name = f"rows/{model._meta.label_lower}.jsonl"
    if name not in archive.namelist():
        return
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    try:
        for batch in _batches(archive, name):
            rows: list[Any] = [found.object for found in serializers.deserialize("jsonl", batch)]
            size = connection.ops.bulk_batch_size(fields, rows)
            for start in range(0, len(rows), size):
                # raw: bulk_create would write this moment into every `auto_now`
                models.QuerySet(model)._insert(rows[start : start + size], fields, raw=True)  # type: ignore[attr-defined]
    except DeserializationError as fault:
        raise BackupRefused(f"{archive.filename} is damaged: {name} cannot be read.") from fault


def _batches(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    batch: list[str] = []
    with archive.open(name) as lines:
        for line in lines:
            batch.append(line.decode())
            if len(batch) == BATCH:
                yield "".join(batch)
                batch = []
    if batch:
        yield "".join(batch)


def _files_folder() -> Path:
    return Path(settings.TEILHABE_HOME) / "files"


def _files() -> list[Path]:
    return sorted(path for path in _files_folder().rglob("*") if path.is_file())


def _read_files(archive: zipfile.ZipFile) -> None:
    """Files come last and by renaming, so that a failure before leaves none."""
    home = Path(settings.TEILHABE_HOME)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        names: list[Any] = [n for n in archive.namelist() if n.startswith("files/")]
        archive.extractall(folder, names)
        if names:
            shutil.copytree(Path(folder) / "files", _files_folder(), dirs_exist_ok=True)
    if "secret-key" in archive.namelist():
        (home / "secret-key").write_bytes(archive.read("secret-key"))
        (home / "secret-key").chmod(0o600)
