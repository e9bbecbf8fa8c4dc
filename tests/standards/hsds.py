"""Validators of HSDS 3.1, from its own schemas beside this file (licence: hsds-3.1/LICENCE.txt)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

FOLDER = Path(__file__).parent / "hsds-3.1"


@cache
def _validator(table: str) -> Any:
    # the files point at each other by name; none of them says where it lies
    schemas = {path.name: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}
    registry = jsonschema_rs.Registry([(f"hsds:/{name}", schema) for name, schema in schemas.items()])
    return jsonschema_rs.validator_for(
        {"$ref": f"hsds:/{table}.json"}, registry=registry, validate_formats=True, base_uri="hsds:/"
    )


def faults(table: str, record: Any) -> list[str]:
    """What of `record` is against the schema of that table; empty when nothing is."""
    return [f"{'/'.join(map(str, e.instance_path))}: {e.message}" for e in _validator(table).iter_errors(record)]
