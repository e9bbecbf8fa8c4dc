"""A file somebody sends becomes rows: CSV, XLSX or JSONL, each row with its number in the file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_ROWS = 200_000
MOST_COLUMNS = 300
MOST_BYTES = 200 * 1024 * 1024  # of a file, and of what an XLSX unpacks to
MOST_RATIO = 200  # unpacked to packed, for parts that are large enough to hurt
LARGE_PART = 5 * 1024 * 1024
LONGEST_CELL = 1_000_000  # characters

_XLSX = b"PK\x03\x04"


class TableRefused(Exception):
    """The file cannot be read as a table; the message says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, its cells by column, and what is wrong with its form, if anything."""

    number: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: list[Row]


def read_table(path: Path, *, known: Iterable[str], encoding: str = "") -> Table:
    """The table in `path`; `known` columns help to tell the delimiter. TableRefused when it cannot be read."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TableRefused(f"{path.name} has {size // 2**20} MB; at most {MOST_BYTES // 2**20} are read. Split it.")
        data = path.read_bytes()
    except OSError as fault:
        raise TableRefused(f"{path.name} cannot be read: {fault.strerror}.") from fault
    if data.startswith(_XLSX) or path.suffix.lower() in {".xlsx", ".xlsm"}:
        table = _xlsx(path.name, data)
    elif path.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        table = _jsonl(_decoded(path.name, data, encoding))
    else:
        table = _csv(path.name, _decoded(path.name, data, encoding), frozenset(known))
    if not table.columns:
        raise TableRefused(f"{path.name} is empty: the first row names the columns.")
    return table


def _decoded(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding or "utf-8-sig").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        if encoding:
            raise TableRefused(f"{name} is not {encoding} (line {line}).") from fault
        raise TableRefused(
            f"{name} is not UTF-8 (line {line}). Save it as UTF-8, or say --encoding cp1252 if it comes from Excel."
        ) from fault


def _column(name: Any) -> str:
    return "_".join(str(name or "").replace("-", " ").split()).casefold()


def _table(name: str, header: list[str], rows: Iterable[tuple[int, list[str]]]) -> Table:
    """Rows of cells under a header; empty rows are left out."""
    columns = [_column(cell) for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        raise TableRefused(f"{name}: the column {twice[0]} stands there twice.")
    if len(columns) > MOST_COLUMNS:
        raise TableRefused(f"{name} has {len(columns)} columns; at most {MOST_COLUMNS} are read.")
    found: list[Row] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) >= MOST_ROWS:
            raise TableRefused(f"{name} has more than {MOST_ROWS:,} rows. Split it.")
        beyond = any(cell.strip() for cell in cells[len(columns) :])
        fault = "has more cells than there are columns; is a quotation mark missing?" if beyond else ""
        found.append(Row(number, {c: v for c, v in zip(columns, cells, strict=False) if c}, fault))
    return Table([column for column in columns if column], found)


def _csv(name: str, text: str, known: frozenset[str]) -> Table:
    if "\0" in text[:1000]:
        raise TableRefused(f"{name} is not a text table. CSV, XLSX and JSONL are read.")
    csv.field_size_limit(LONGEST_CELL)
    delimiter = _delimiter(text, known)
    try:
        lines = list(_csv_lines(text, delimiter, strict=True))
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise TableRefused(
                f"{name} ends inside a quoted cell: the file seems cut off. Nothing was read."
            ) from fault
        try:  # quotation marks within a cell that are not doubled: people write so, spreadsheets read it
            lines = list(_csv_lines(text, delimiter, strict=False))
        except csv.Error as again:
            raise TableRefused(f"{name} cannot be read as CSV: {again}.") from again
    if not lines:
        return Table([], [])
    last = lines[-1][1]
    if len(lines) > 1 and len(last) < len(lines[0][1]) and last and not text.endswith(("\n", "\r")):
        raise TableRefused(
            f"{name} ends in the middle of row {lines[-1][0]}: the file seems cut off. Nothing was read."
        )
    return _table(name, lines[0][1], lines[1:])


def _csv_lines(text: str, delimiter: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _delimiter(text: str, known: frozenset[str]) -> str:
    """That of comma, semicolon and tab which gives the header most known columns, then most columns."""

    def merit(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(known & {_column(cell) for cell in header}), len(header)

    return max((",", ";", "\t"), key=merit)


def _jsonl(text: str) -> Table:
    columns: dict[str, None] = {}
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(rows) >= MOST_ROWS:
            raise TableRefused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError("no object")
            cells = {_column(name): _cell(value) for name, value in record.items()}
        except (ValueError, RecursionError):
            rows.append(Row(number, {}, "is no JSON object; one stands on each line"))
            continue
        columns.update(dict.fromkeys(cells))
        rows.append(Row(number, cells))
    if rows and not columns:
        raise TableRefused("No line of the file is a JSON object.")
    return Table(list(columns), rows)


def _cell(value: Any) -> str:
    """A cell of JSON or XLSX as it would stand in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "|".join(_cell(part).replace("|", "/") for part in value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # Excel keeps every number as a fraction, ids too
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return text[:LONGEST_CELL].encode("utf-8", "ignore").decode()


def _xlsx(name: str, data: bytes) -> Table:
    """The first sheet of a workbook, after a look at what it would unpack to."""
    _refuse_bomb(name, data)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        header = [
            _cell(value) for row in sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS, values_only=True) for value in row
        ]
        while header and not header[-1]:
            header.pop()
        # one stray cell far down makes a million empty rows: they are passed over, not built
        cells = enumerate(sheet.iter_rows(min_row=2, max_row=2**20, max_col=len(header) + 1, values_only=True), 2)
        rows = ((number, [_cell(v) for v in row]) for number, row in cells if any(v is not None for v in row))
        return _table(name, header, rows)
    except TableRefused:
        raise
    except Exception as fault:  # whatever a broken file makes the library raise
        raise TableRefused(f"{name} cannot be read as XLSX: the file seems damaged or cut off.") from fault


def _refuse_bomb(name: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise TableRefused(f"{name} cannot be read as XLSX: the file seems damaged or cut off.") from fault
    # zipfile never unpacks more of a part than it declares, so what is declared can be relied on
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_BYTES or len(parts) > 1000:
        raise TableRefused(
            f"{name} would unpack to {unpacked // 2**20} MB in {len(parts)} parts; that is no table of offers."
        )
    if any(p.file_size > LARGE_PART and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts):
        raise TableRefused(f"{name} is packed tighter than any table of offers; it is not opened.")
