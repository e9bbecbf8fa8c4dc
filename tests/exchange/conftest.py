"""Tables as people send them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

ROW = {"source_id": "a1", "title": "Deutschkurs", "organisation": "Lernhaus e. V.", "summary": "Ein Kurs."}


@pytest.fixture
def table(tmp_path: Path) -> Any:
    """Write rows (dicts over a good row) as a table; the suffix of `name` tells the form."""

    def write(*rows: dict[str, Any], name: str = "angebote.csv", delimiter: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        full = [{**ROW, **row} for row in rows]
        columns = list(dict.fromkeys(column for row in full for column in row))
        if path.suffix == ".jsonl":
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in full), encoding=encoding)
        elif path.suffix == ".xlsx":
            book = Workbook()
            book.active.append(columns)
            for row in full:
                book.active.append([row.get(column) for column in columns])
            book.save(path)
        else:
            with path.open("w", newline="", encoding=encoding) as file:
                writer = csv.DictWriter(file, columns, delimiter=delimiter)
                writer.writeheader()
                writer.writerows(full)
        return path

    return write
