"""Rows made ready for the database beforehand, so that the transaction that writes them is short.

`bulk_create` turns each value into the database's own form while its transaction holds the lock: for twenty thousand
offers that takes four times as long as the database needs to write them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, models

from teilhabe.centres.scope import check_ownership


class Rows:
    """New rows of one model, each with its centre; what they point at must be saved, or written before them."""

    def __init__(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        """Take over `rows` as they are now."""
        made = list(rows)
        check_ownership(made)
        self._model = model
        self._fields: list[Any] = [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]
        self._size = connection.ops.bulk_batch_size(self._fields, made) if made else 1
        self._batches: list[list[Any]] = []  # values of many rows on end: a list for each row would take twice as much
        for start in range(0, len(made), self._size):
            part = made[start : start + self._size]
            self._batches.append([self._value(field, row) for row in part for field in self._fields])

    def _value(self, field: Any, row: models.Model) -> Any:
        return field.get_db_prep_save(field.pre_save(row, add=True), connection)

    def point(self, number: int, name: str, key: Any) -> None:
        """Let a row, by its number, point at a record that was not there when the rows were made ready."""
        column = next(at for at, field in enumerate(self._fields) if field.name == name)
        value = self._fields[column].get_db_prep_save(key, connection)
        self._batches[number // self._size][number % self._size * len(self._fields) + column] = value

    def write(self, *, over: Collection[str] = ()) -> None:
        """Insert all rows; where there is one of that key already, its fields named in `over` are written anew."""
        table, quote = connection.ops.quote_name(self._model._meta.db_table), connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in self._fields)
        anew = ", ".join(f"{quote(f.column)} = EXCLUDED.{quote(f.column)}" for f in self._fields if f.name in over)
        conflict = f" ON CONFLICT (id) DO UPDATE SET {anew}" if over else ""
        row = f"({', '.join(['%s'] * len(self._fields))})"
        with connection.cursor() as cursor:
            for values in self._batches:
                rows = ", ".join([row] * (len(values) // len(self._fields)))
                cursor.execute(f"INSERT INTO {table} ({columns}) VALUES {rows}{conflict}", values)  # noqa: S608 our names
