"""Tables that point at each other become services with all that belongs to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from teilhabe.exchange.hsds.shapes import TABLES, Record

Tables = dict[str, list[Any]]
# what files of tables are called -> table
FILES = {
    **{f"{table}s": table for table in TABLES},
    **{table: table for table in TABLES if table not in {"service", "contact", "location", "program", "phone"}},
    "taxonomies": "taxonomy",
    "service_capacities": "service_capacity",
    "addresses": "address",
    "urls": "url",
}


@dataclass(frozen=True)
class Fault:
    """A service that could not be read, and why."""

    reason: str
    key: str = ""


def joined(tables: Tables) -> Iterator[Any]:
    """Each row of services with the rows that point at it, and those it points at."""
    joiner = _Joiner(tables)
    for service in tables.get("service", []):
        yield joiner.whole("service", service) if isinstance(service, dict) else service


class _Joiner:
    def __init__(self, tables: Tables) -> None:
        self._by_id: dict[str, dict[str, Record]] = defaultdict(dict)
        self._owned: dict[tuple[str, str, str], list[Record]] = defaultdict(list)  # owner's table and id, own table
        self._bodies: dict[str, Record] = {}
        for table, rows in tables.items():
            for row in rows:
                if isinstance(row, dict):
                    self._by_id[table].setdefault(str(row.get("id", "")), row)
                    if table != "service":
                        self._own(table, row)

    def _own(self, table: str, row: Record) -> None:
        if table == "attribute":
            self._owned[str(row.get("link_entity", "")), str(row.get("link_id", "")), table].append(row)
        for owner in TABLES:
            if key := row.get(f"{owner}_id"):
                self._owned[owner, str(key), table].append(row)

    def whole(self, table: str, row: Record) -> Record:
        """`row` with its parts. Tables never lead back to themselves, so this ends."""
        found = dict(row)
        key = str(row.get("id", ""))
        for name, kind in TABLES[table].items():
            part = kind.strip("[]")
            if part not in TABLES or name in row:
                continue
            if kind.startswith("["):
                parts = self._owned.get((table, key, part), [])
                found[name] = [self.whole(part, one) for one in parts] if key else []
            elif pointed := self._pointed(part, row):
                found[name] = pointed
        return found

    def _pointed(self, table: str, row: Record) -> Record | None:
        key = str(row.get(f"{table}_id", ""))
        if table == "organization" and key in self._bodies:  # many services share one
            return self._bodies[key]
        target = self._by_id[table].get(key)
        if target is None:
            return None
        whole = self.whole(table, target)
        if table == "organization":
            self._bodies[key] = whole
        return whole
