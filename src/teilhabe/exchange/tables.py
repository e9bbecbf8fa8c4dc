"""A file somebody sends becomes rows: CSV, XLSX or JSONL, each row with its number in the file."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from teilhabe.core.text import clean

MOST_ROWS = 200_000  # empty ones included
MOST_COLUMNS = 300
MOST_BYTES = 200 * 1024 * 1024  # of a file, and of what an XLSX unpacks to
MOST_RATIO = 200  # unpacked to packed, for parts that are large enough to hurt
LARGE_PART = 5 * 1024 * 1024
LONGEST_CELL = 1_000_000  # characters
LONGEST_ROW = 5_000_000

_XLSX = b"PK\x03\x04"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_WIDE = re.compile(r"u(?:tf)?[-_ ]?(?:16|32)", re.IGNORECASE)
_UNCLOSED = "has a cell whose quotation mark is never closed; is one missing?"


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


def name_of(path: Path) -> str:
    """The name of a file for people, also when its bytes are no UTF-8."""
    return clean(path.name.encode("utf-8", "replace").decode())


def read_table(path: Path, *, known: Iterable[str], encoding: str = "") -> Table:
    """The table in `path`; `known` columns help to tell the delimiter. TableRefused when it cannot be read."""
    name = name_of(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TableRefused(f"{name} has {size // 2**20} MB; at most {MOST_BYTES // 2**20} are read. Split it.")
        data = path.read_bytes()
    except OSError as fault:
        raise TableRefused(f"{name} cannot be read: {fault.strerror}.") from fault
    if data.startswith(_XLSX) or path.suffix.lower() in {".xlsx", ".xlsm"}:
        table = _xlsx(name, data)
    elif path.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        table = _jsonl(name, _decoded(name, data, encoding))
    else:
        table = _csv(name, _decoded(name, data, encoding), frozenset(known))
    if not table.columns:
        raise TableRefused(f"{name} is empty: the first row names the columns.")
    return table


def _decoded(name: str, data: bytes, encoding: str) -> str:
    marked = _encoding_marked(data)
    if marked and not _WIDE.match(encoding):
        raise TableRefused(f"{name} is {marked.upper()}. Save it as UTF-8, or say --encoding {marked}.")
    try:
        return data.decode(encoding or "utf-8-sig").removeprefix("\ufeff")
    except LookupError as fault:
        raise TableRefused(f"Encoding {encoding!r} is not known, or is none for texts.") from fault
    except UnicodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1 if isinstance(fault, UnicodeDecodeError) else 1
        if encoding:
            raise TableRefused(f"{name} is not {encoding} (line {line}).") from fault
        if b"\0" in data[:1000]:
            raise _no_text(name) from fault
        raise TableRefused(
            f"{name} is not UTF-8 (line {line}). Save it as UTF-8, or say --encoding cp1252 if it comes from Excel."
        ) from fault


def _encoding_marked(data: bytes) -> str:
    """The encoding that the first bytes name, if it is another than UTF-8."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _no_text(name: str) -> TableRefused:
    return TableRefused(f"{name} is not a text table. CSV, XLSX and JSONL are read.")


def _column(name: Any) -> str:
    return "_".join(str(name or "").replace("-", " ").split()).casefold()


def _table(name: str, header: list[str], rows: Iterable[tuple[int, list[str], str]]) -> Table:
    """Rows (number, cells, fault) under a header; empty rows are counted and left out."""
    while header and not header[-1].strip():
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise _too_wide(name, len(header))
    columns = [_column(cell) for cell in header]
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        raise TableRefused(f"{name}: the column {twice[0]} stands there twice.")
    found: list[Row] = []
    for count, (number, cells, fault) in enumerate(rows):
        if count >= MOST_ROWS:
            raise _too_long(name)
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            fault = fault or "has more cells than there are columns; is a quotation mark missing?"
        found.append(Row(number, {c: v for c, v in zip(columns, cells, strict=False) if c}, fault))
    return Table([column for column in columns if column], found)


def _too_long(name: str) -> TableRefused:
    return TableRefused(f"{name} has more than {MOST_ROWS:,} rows, empty ones included. Split it.")


def _too_wide(name: str, columns: int) -> TableRefused:
    return TableRefused(f"{name} has {columns} columns; at most {MOST_COLUMNS} are read.")


def _csv(name: str, text: str, known: frozenset[str]) -> Table:
    if "\0" in text[:1000]:
        raise _no_text(name)
    csv.field_size_limit(LONGEST_CELL)
    rows = _csv_rows(name, text, _delimiter(text, known))
    _, header, fault = next((row for row in islice(rows, MOST_ROWS) if row[1]), (1, [], ""))
    if fault:
        raise TableRefused(f"{name}: the row that names the columns {fault}")
    return _table(name, header, _whole(name, text, len(header), rows))


def _whole(
    name: str, text: str, columns: int, rows: Iterator[tuple[int, list[str], str]]
) -> Iterator[tuple[int, list[str], str]]:
    """`rows`, and a refusal when the last one breaks off."""
    last: tuple[int, list[str], str] = (0, [], "")
    for last in rows:
        yield last
    number, cells, _ = last
    if cells and len(cells) < columns and not text.endswith(("\n", "\r")):
        raise TableRefused(f"{name} ends in the middle of row {number}: the file seems cut off. Nothing was read.")


def _csv_rows(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Rows with the line each begins in, read one by one: a row that is not well formed costs no other row.

    Quotation marks within a cell that are not doubled are read as spreadsheets do, but only to the end of the line:
    beyond it, a mark that is missing would swallow the rows that follow.
    """
    at, begins = 0, 1  # where a row begins, and in which line
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in _LINE.finditer(text, at):
            end = line.end()
            if end - at > LONGEST_ROW:
                raise csv.Error("row too long")
            yield line[0]

    while at < len(text):
        reader = csv.reader(lines(), delimiter=delimiter, strict=True)
        read = 0
        try:
            for cells in reader:
                yield begins, cells, ""
                begins += reader.line_num - read
                at, read = end, reader.line_num
        except csv.Error as fault:
            runs_out = "unexpected end" in str(fault)
            cells, end = _one_line(name, text, at, begins, delimiter)
            # the break at the end of the line belongs to a cell only if a quotation mark is still open there
            is_open = bool(cells) and cells[-1].endswith("\n")
            if runs_out or (is_open and end == len(text)):
                raise TableRefused(
                    f"{name} ends inside a quoted cell that begins in row {begins}: the file seems cut off, or a"
                    " quotation mark is missing there. Nothing was read."
                ) from fault
            yield begins, cells, _UNCLOSED if is_open else ""
            at, begins = end, begins + 1


def _one_line(name: str, text: str, at: int, number: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the line that begins at `at`, read forgivingly, and where it ends."""
    line = _LINE.match(text, at)
    assert line  # something is left
    try:
        if line.end() - at > LONGEST_ROW:
            raise csv.Error(f"it has more than {LONGEST_ROW:,} characters")
        return next(csv.reader([line[0].rstrip("\r\n") + "\n"], delimiter=delimiter)), line.end()
    except csv.Error as fault:
        raise TableRefused(f"{name} cannot be read as CSV, row {number}: {fault}.") from fault


def _delimiter(text: str, known: frozenset[str]) -> str:
    """That of comma, semicolon and tab which gives the header most known columns, then most columns."""

    def merit(delimiter: str) -> tuple[int, int]:
        try:
            header = next(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(known & {_column(cell) for cell in header}), len(header)

    return max((",", ";", "\t"), key=merit)


def _jsonl(name: str, text: str) -> Table:
    columns: dict[str, None] = {}
    rows: list[Row] = []
    for number, line in enumerate(re.finditer(r"[^\n]*\n|[^\n]+", text), 1):
        if number > MOST_ROWS:
            raise _too_long(name)
        if not line[0].strip():
            continue
        try:
            if len(line[0]) > LONGEST_ROW:
                raise ValueError("too long")
            record = json.loads(line[0])
            if not isinstance(record, dict):
                raise ValueError("no object")
            cells = {_column(name): _cell(value) for name, value in record.items()}
        except (ValueError, RecursionError):
            rows.append(Row(number, {}, "is no JSON object; one stands on each line"))
            continue
        columns.update(dict.fromkeys(cells))
        if len(columns) > MOST_COLUMNS:
            raise _too_wide(name, len(columns))
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
        rows = ((number, [_cell(v) for v in row], "") for number, row in cells if any(v is not None for v in row))
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
